"""Whether the service is there, and how it is spoken to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib import functions
from chalicelib.platform import settings
from chalicelib.platform.actions import Room
from chalicelib.platform.answers import Answer, Page
from chalicelib.sessions import guard

if TYPE_CHECKING:
    from chalicelib.openapi.schemas import Description, Health

room = Room("openapi")


@room.action("GET", "/health", who=guard.ANYONE)
def show_health() -> Answer[Health]:
    """Health check: the service responds. It doesn't check the database."""
    return Answer({"status": "ok"})


@room.action("GET", "/openapi.json", who=guard.ANYONE)
def show_description() -> Answer[Description]:
    """Return this OpenAPI document."""
    from chalicelib.openapi.description import describe  # pydantic: only where there are models

    return Answer(describe(functions.every_action(), settings.current()))


@room.action("GET", "/docs", who=guard.ANYONE)
def show_docs() -> Page:
    """Show the API documentation as a page."""
    from chalicelib.openapi import page
    from chalicelib.openapi.description import describe

    return Page(page.render(describe(functions.every_action(), settings.current())))
