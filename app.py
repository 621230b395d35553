"""The front door: one Chalice app, its middleware and its rooms."""

from chalice.app import Chalice

from chalicelib import functions
from chalicelib.platform import answers, settings

ROOMS = functions.rooms(settings.current().function)

app = Chalice(app_name=settings.APPLICATION)
app.api.cors = answers.cross_origin()
app.register_middleware(answers.finish, "http")
for room in ROOMS:
    app.register_blueprint(room)
