"""What the page of an event shows, each value escaped for HTML."""

from http import HTTPStatus

from chalicelib.events.event import TEXT_NAMES, Event
from chalicelib.events.store import EventStore
from chalicelib.pages import page
from chalicelib.platform import zones
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import NotFound
from chalicelib.platform.languages import N_, Language
from chalicelib.platform.request import Request
from chalicelib.platform.translations import translate

_DATES = N_("{from} – {to}")  # noqa: RUF001 (a range, typographically)
_CLOSES = N_("Register by {moment}.")
_OPENS = N_("Registration opens {moment}.")
_CLOSED = N_("Registration closed {moment}.")
_AGE = N_("You must be at least {years} on the first day.")
_HIDDEN = " hidden"


def render(event_id: str, request: Request) -> tuple[str, HTTPStatus]:
    """Return the page of an event and its status: 404 if the event is hidden or doesn't exist."""
    event = EventStore(database()).get(event_id)
    if event is None or event.hidden:
        return page.render("not-found", request), HTTPStatus.NOT_FOUND
    return page.render("event", request, _values(event, request)), HTTPStatus.OK


def preview(event_id: str, request: Request) -> str:
    """Return the page of an event for staff, which says that it's a preview.

    Raises:
        NotFound: the event doesn't exist.
    """
    event = EventStore(database()).get(event_id)
    if event is None:
        raise NotFound
    return page.render("event", request, _values(event, request) | {"event_no_preview": ""})


def _values(event: Event, request: Request) -> dict[str, str]:
    """Return the value of each placeholder of the page; :func:`page.render` escapes them."""
    language = page.language_of(request)
    texts = event.texts_in(language)
    dates = {
        "from": zones.day_in_words(event.starts_on, language),
        "to": zones.day_in_words(event.ends_on, language),
    }
    given = {name: getattr(texts, name) or "" for name in TEXT_NAMES}
    years = event.minimum_age.years
    values = {
        **given,
        "id": event.id,
        "name": event.name,
        "dates": translate(_DATES, language, **dates),
        "window": _window(event, request, language),
        "age": translate(_AGE, language, years=years) if years else "",
    }
    values["summary"] = " · ".join(filter(None, (values["dates"], texts.address, texts.pay)))
    hidden = {f"no_{name}": "" if value else _HIDDEN for name, value in values.items()}
    hidden["no_preview"] = _HIDDEN
    hidden["closed"] = "" if event.is_open_at(request.received_at) else _HIDDEN
    return {f"event_{name}": value for name, value in (values | hidden).items()}


def _window(event: Event, request: Request, language: Language) -> str:
    """Return until when people can register, or since when they can't."""
    moments = {
        _OPENS: event.registration_opens_at,
        _CLOSES: event.registration_closes_at,
        _CLOSED: event.registration_closes_at,
    }
    if event.is_open_at(request.received_at):
        text = _CLOSES
    else:
        text = _OPENS if request.received_at < event.registration_opens_at else _CLOSED
    moment = zones.in_words(moments[text], event.time_zone, language)
    return translate(text, language, moment=moment)
