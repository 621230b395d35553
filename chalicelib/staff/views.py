"""What staff are shown of registrations."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.platform.errors import ApiError, InvalidFields
from chalicelib.registrations.note import Change, Note
from chalicelib.registrations.registration import PaperSignature, Registration
from chalicelib.registrations.workflow import Status

# Shown in place of the username of an account that was deleted.
GONE = "somebody who has left"
_NAMED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class RegistrationPage:
    """Some of an event's registrations, the cursor to the next ones, and the event's time zone."""

    items: list[Registration]
    cursor: str | None
    time_zone: str


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A note as staff see it, its author by name."""

    id: str
    text: str
    author: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class RegistrationWithNotes(Registration):
    """A registration with its newest notes, and the cursor to older ones."""

    notes: list[ShownNote]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class ShownChange:
    """An entry of the history as staff see it, its actor by name."""

    at: datetime
    actor: str
    action: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class History:
    """What became of a registration, newest first, and the cursor to what was before."""

    items: list[ShownChange]
    cursor: str | None


def since_submission(changes: list[Change]) -> tuple[list[Change], bool]:
    """Return the changes down to the submission of the draft, and whether that is among them.

    What its applicant typed before they submitted it is their own.

    Args:
        changes: some of a history, newest first.
    """
    for number, change in enumerate(changes, start=1):
        before, *_ = change.changes.get("status", [None])
        if before == Status.DRAFT:
            return changes[:number], True
    return changes, False


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of one of many moves: the new version, or why there is none.

    Attributes:
        user_id: whose registration.
        version: its version now; None if it was not moved.
        error: why it was not; None if it was.
        code: the same for a program.
        status: its status now; None if it was not moved.
    """

    user_id: str
    version: int | None = None
    error: str | None = None
    code: str | None = None
    status: Status | None = None


def with_names(
    registrations: Sequence[Registration], usernames: Callable[[Iterable[str]], dict[str, str]]
) -> list[Registration]:
    """Return registrations with the usernames of the staff who recorded signatures on paper.

    Args:
        registrations: with these staff's account ids.
        usernames: returns the usernames of up to a hundred accounts, by id.
    """
    staff = sorted({one.paper_signature.by for one in registrations if one.paper_signature})
    names = dict.fromkeys(staff, GONE)
    for first in range(0, len(staff), _NAMED_AT_ONCE):
        names |= usernames(staff[first : first + _NAMED_AT_ONCE])
    return [
        replace(one, paper_signature=PaperSignature(names[signed.by], signed.at))
        if (signed := one.paper_signature)
        else one
        for one in registrations
    ]


def with_authors(
    notes: Sequence[Note], usernames: Callable[[Iterable[str]], dict[str, str]]
) -> list[ShownNote]:
    """Return notes as staff see them, with the usernames of their authors."""
    names = usernames(note.author for note in notes)
    return [ShownNote(note.id, note.text, names.get(note.author, GONE), note.at) for note in notes]


def explained(error: ApiError) -> str:
    """Say why a move was rejected, with what is missing where something is."""
    if isinstance(error, InvalidFields):
        return " ".join((str(error), *(f"{at}: {said}" for at, said in error.fields.items())))
    return str(error)
