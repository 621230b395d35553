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


class ActorType(StrEnum):
    """Who changes a registration."""

    APPLICANT = "applicant"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Transition:
    """A change to a status, from any of some statuses.

    Attributes:
        sources: the statuses before.
        target: the status after.
        actor_types: who may make the change.
        only_while_open: whether applicants may make it only while registration is open. Staff may
            at any time.
    """

    sources: frozenset[Status]
    target: Status
    actor_types: frozenset[ActorType]
    only_while_open: bool = False


def _transition(
    sources: str, target: str, *actor_types: ActorType, only_while_open: bool = False
) -> Transition:
    return Transition(
        frozenset(map(Status, sources.split())),
        Status(target),
        frozenset(actor_types),
        only_while_open,
    )


_BOTH = (ActorType.APPLICANT, ActorType.STAFF)
TRANSITIONS = (
    _transition("Draft Withdrawn", "Submitted", *_BOTH, only_while_open=True),
    _transition("Submitted InReview Interview Waitlisted Hired", "Withdrawn", *_BOTH),
    _transition("Submitted", "InReview", ActorType.STAFF),
    _transition("InReview", "Interview", ActorType.STAFF),
    _transition("Interview", "Hired", ActorType.STAFF),
    # A hired person who does not come is declined, with a note that says so: a status of its own
    # could not be read by the version before.
    _transition("Submitted InReview Interview Waitlisted Hired", "Declined", ActorType.STAFF),
    _transition("Submitted InReview Interview Declined", "Waitlisted", ActorType.STAFF),
    _transition("Waitlisted", "Submitted", ActorType.STAFF),
    _transition("Waitlisted", "Interview", ActorType.STAFF),
    _transition("InReview", "Submitted", ActorType.STAFF),
    _transition("Interview", "InReview", ActorType.STAFF),
    _transition("Hired Declined", "Interview", ActorType.STAFF),
    _transition("Hired Declined", "InReview", ActorType.STAFF),
    _transition("Waitlisted", "InReview", ActorType.STAFF),
)
# A registration that is here takes one of the event's places.
STATUSES_HOLDING_PLACE = frozenset(map(Status, ("Submitted", "InReview", "Interview", "Hired")))
# What an applicant may still write: a draft by draft rules, the rest cannot become incomplete.
EDITABLE = frozenset(map(Status, ("Draft", "Submitted", "Waitlisted", "Withdrawn")))
# Where applicants may still change how to reach them, until the event is over.
CONTACT_EDITABLE = frozenset(
    map(Status, ("Submitted", "Waitlisted", "InReview", "Interview", "Hired"))
)
COMPLETE = frozenset(Status) - {Status.DRAFT, Status.WITHDRAWN}


def find_transition(source: Status, target: Status, actor_type: ActorType) -> Transition | None:
    """Return how one side may move a registration from one state to another; None if it may not."""
    for possible in TRANSITIONS:
        if (
            source in possible.sources
            and possible.target is target
            and actor_type in possible.actor_types
        ):
            return possible
    return None
