"""Whether the service is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.platform.actions import Room
from chalicelib.platform.answers import Answer
from chalicelib.sessions import guard

if TYPE_CHECKING:
    from chalicelib.about.models import Health

room = Room("about")


@room.action("GET", "/health", who=guard.ANYONE)
def show_health() -> Answer[Health]:
    """Say that the service answers; nothing behind it is asked."""
    return Answer({"status": "ok"})
