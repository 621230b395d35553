"""The front door: one Chalice app, its middleware and its rooms."""

from chalice.app import Chalice

from chalicelib.about import routes as about
from chalicelib.accounts import routes as accounts
from chalicelib.events import routes as events
from chalicelib.pages import routes as pages
from chalicelib.people import routes as people
from chalicelib.platform import answers, settings
from chalicelib.privacy import routes as privacy
from chalicelib.registrations import routes as registrations
from chalicelib.sessions import routes as sessions
from chalicelib.staff import routes as staff

ROOMS = (
    accounts.room,
    sessions.room,
    events.room,
    registrations.room,
    staff.room,
    people.room,
    privacy.room,
    about.room,
    pages.room,
)

app = Chalice(app_name=settings.APPLICATION)
app.api.cors = answers.cross_origin()
app.register_middleware(answers.finish, "http")
for room in ROOMS:
    app.register_blueprint(room)
