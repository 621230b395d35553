"""Notes by staff about a registration, and entries of its history."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# The actor of automatic changes: the service offers a place, or an offer expires. No account has
# such an identifier.
SERVICE = "#service"


@dataclass(frozen=True, slots=True)
class Note:
    """One note, never shown to the applicant.

    Attributes:
        id: its identifier among the notes of one registration.
        text: the note.
        author: the identifier of the account that wrote it.
        at: when.
    """

    id: str
    text: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One entry of a registration's history.

    Attributes:
        at: when.
        actor: the identifier of the account that did it.
        action: the kind of change, for example ``saved``.
        changes: old and new value of each field that changed, None where there was none.
    """

    at: datetime
    actor: str
    action: str
    changes: dict[str, list[Any]]


def move_note_id(author: str, version: int, text: str) -> str:
    """Return the identifier of a note that comes with a move.

    It is derived from the actor, the change, and the text, so that a repeated request adds it once.
    """
    said = "\n".join((author, str(version), text))
    return hashlib.sha256(said.encode()).hexdigest()[:32]
