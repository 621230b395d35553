"""Notes by staff about a registration, and entries of its history."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

# The actor of automatic changes: the service offers a place, or an offer expires. Account IDs
# contain no #, so this isn't the ID of an account.
SERVICE_ACTOR_ID = "#service"


class HistoryAction(StrEnum):
    """The action of a history entry. The values are stored, so they never change."""

    SAVED = "saved"
    CORRECTED = "corrected"
    SUBMITTED = "submitted"
    STATUS_CHANGED = "moved"
    WITHDRAWN = "withdrawn"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    OFFER_DECLINED = "offer_declined"
    OFFER_EXPIRED = "offer_expired"
    MERGED = "merged"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Note:
    """One note, never shown to the applicant.

    Attributes:
        id: the ID of the note among the notes of one registration.
        text: the text.
        author: the ID of the account that wrote it.
        at: the time at which it was written.
    """

    id: str
    text: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One entry of a registration's history.

    Attributes:
        at: the time of the change.
        actor: the ID of the account that made the change.
        action: the value of a :class:`HistoryAction`, which may be one of a later version.
        changes: the old and the new value of each changed field; None for a missing value.
    """

    at: datetime
    actor: str
    action: str
    changes: dict[str, list[Any]]


def move_note_id(author: str, version: int, text: str) -> str:
    """Return the ID of a note that staff add while they change a status.

    It is a hash of the author, the version, and the text, so that a repeated request adds one note.
    """
    hashed_text = "\n".join((author, str(version), text))
    return hashlib.sha256(hashed_text.encode()).hexdigest()[:32]
