"""Registrations, notes, and history as staff see them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.platform.errors import ApiError
from chalicelib.platform.field_errors import InvalidFields
from chalicelib.platform.languages import Language
from chalicelib.registrations.note import HistoryEntry, Note
from chalicelib.registrations.registration import PaperSignature, Registration
from chalicelib.registrations.workflow import Status

# Shown in place of the username of an account that was deleted.
DELETED_USER = "somebody who has left"
_BATCH_SIZE = 100


@dataclass(frozen=True, slots=True)
class RegistrationPage:
    """A page of an event's registrations, the next page's cursor, and the event's time zone."""

    items: list[Registration]
    cursor: str | None
    time_zone: str


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note as staff see it, its author by name."""

    id: str
    text: str
    author: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class RegistrationWithNotes(Registration):
    """A registration with its newest notes, and the cursor to older ones."""

    notes: list[NoteView]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class HistoryEntryView:
    """An entry of the history as staff see it, its actor by name."""

    at: datetime
    actor: str
    action: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class History:
    """A page of a registration's history, newest first, and the cursor to older entries."""

    items: list[HistoryEntryView]
    cursor: str | None


def since_submission(changes: list[HistoryEntry]) -> tuple[list[HistoryEntry], bool]:
    """Return the changes since the submission of the draft, and whether that is among them.

    Changes of the draft are private to its applicant.

    Args:
        changes: a page of a history, newest first.
    """
    for number, change in enumerate(changes, start=1):
        before, *_ = change.changes.get("status", [None])
        if before == Status.DRAFT:
            return changes[:number], True
    return changes, False


@dataclass(frozen=True, slots=True)
class MoveResult:
    """The result of one status change of many: the new version, or the error.

    Attributes:
        user_id: the account that it belongs to.
        version: its new version; None if it was not changed.
        error: the error message; None after a success.
        code: the error code.
        status: its new status; None if it was not changed.
    """

    user_id: str
    version: int | None = None
    error: str | None = None
    code: str | None = None
    status: Status | None = None


def with_staff_names(
    registrations: Sequence[Registration], usernames: Callable[[Iterable[str]], dict[str, str]]
) -> list[Registration]:
    """Return registrations with the usernames of the staff who recorded signatures on paper.

    Args:
        registrations: with these staff's account ids.
        usernames: returns the usernames of up to a hundred accounts, by id.
    """
    staff = sorted(
        {
            registration.paper_signature.by
            for registration in registrations
            if registration.paper_signature
        }
    )
    names = dict.fromkeys(staff, DELETED_USER)
    for first in range(0, len(staff), _BATCH_SIZE):
        names |= usernames(staff[first : first + _BATCH_SIZE])
    return [
        replace(registration, paper_signature=PaperSignature(names[signed.by], signed.at))
        if (signed := registration.paper_signature)
        else registration
        for registration in registrations
    ]


def without_drafts(registrations: Iterable[Registration]) -> list[Registration]:
    """Return the registrations that aren't drafts, which are private to their applicants."""
    return [item for item in registrations if item.status is not Status.DRAFT]


def with_authors(
    notes: Sequence[Note], usernames: Callable[[Iterable[str]], dict[str, str]]
) -> list[NoteView]:
    """Return notes as staff see them, with the usernames of their authors."""
    names = usernames(note.author for note in notes)
    return [
        NoteView(note.id, note.text, names.get(note.author, DELETED_USER), note.at)
        for note in notes
    ]


def failed_move(user_id: str, error: ApiError, language: Language) -> MoveResult:
    """Return the result of a rejected status change, with the message for each missing field."""
    message = error.body(language)["error"]
    if isinstance(error, InvalidFields):
        errors = error.errors.items()
        message = " ".join(
            (message, *(f"{path}: {problem.in_language(language)}" for path, problem in errors))
        )
    return MoveResult(user_id, error=message, code=error.code)
