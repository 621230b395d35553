"""The workflow of a registration, as data: who may move it from where to where, and when."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """The status of a registration."""

    DRAFT = "Draft"
    SUBMITTED = "Submitted"
    WAITLISTED = "Waitlisted"
    IN_REVIEW = "InReview"
    INTERVIEW = "Interview"
    HIRED = "Hired"
    DECLINED = "Declined"
    WITHDRAWN = "Withdrawn"


class Side(StrEnum):
    """Who moves it."""

    APPLICANT = "applicant"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Move:
    """One way from some states to one.

    Attributes:
        sources: where it may come from.
        target: where it goes.
        sides: who may move it.
        in_window: whether an applicant may only while registration is open; staff always may.
    """

    sources: frozenset[Status]
    target: Status
    sides: frozenset[Side]
    in_window: bool = False


def _move(sources: str, target: str, *sides: Side, in_window: bool = False) -> Move:
    return Move(
        frozenset(map(Status, sources.split())), Status(target), frozenset(sides), in_window
    )


_EITHER = (Side.APPLICANT, Side.STAFF)
MOVES = (
    _move("Draft Withdrawn", "Submitted", *_EITHER, in_window=True),
    _move("Submitted InReview Interview Waitlisted Hired", "Withdrawn", *_EITHER),
    _move("Submitted", "InReview", Side.STAFF),
    _move("InReview", "Interview", Side.STAFF),
    _move("Interview", "Hired", Side.STAFF),
    # A hired person who does not come is declined, with a note that says so: a status of its own
    # could not be read by the version before.
    _move("Submitted InReview Interview Waitlisted Hired", "Declined", Side.STAFF),
    _move("Submitted InReview Interview Declined", "Waitlisted", Side.STAFF),
    _move("Waitlisted", "Submitted", Side.STAFF),
    _move("Waitlisted", "Interview", Side.STAFF),
    _move("InReview", "Submitted", Side.STAFF),
    _move("Interview", "InReview", Side.STAFF),
    _move("Hired Declined", "Interview", Side.STAFF),
    _move("Hired Declined", "InReview", Side.STAFF),
    _move("Waitlisted", "InReview", Side.STAFF),
)
# A registration that is here takes one of the event's places.
TAKING = frozenset(map(Status, ("Submitted", "InReview", "Interview", "Hired")))
# What an applicant may still write: a draft by draft rules, the rest cannot become incomplete.
EDITABLE = frozenset(map(Status, ("Draft", "Submitted", "Waitlisted", "Withdrawn")))
# Where applicants may still change how to reach them, until the event is over.
CONTACT_EDITABLE = frozenset(
    map(Status, ("Submitted", "Waitlisted", "InReview", "Interview", "Hired"))
)
COMPLETE = frozenset(Status) - {Status.DRAFT, Status.WITHDRAWN}


def move(source: Status, target: Status, side: Side) -> Move | None:
    """Return how one side may move a registration from one state to another; None if it may not."""
    for possible in MOVES:
        if source in possible.sources and possible.target is target and side in possible.sides:
            return possible
    return None
