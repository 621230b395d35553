"""The workflow: every state, every move, both sides."""

import itertools

import pytest

from chalicelib.registrations.workflow import (
    COMPLETE,
    EDITABLE,
    STATUSES_HOLDING_PLACE,
    ActorType,
    Status,
    find_transition,
)

# From, to, and by whom: A the applicant, S staff. What stands here may be done, nothing else.
ALLOWED = """
Draft Submitted AS        Withdrawn Submitted AS
Submitted Withdrawn AS    InReview Withdrawn AS     Interview Withdrawn AS   Waitlisted Withdrawn AS
Submitted InReview S      InReview Interview S      Interview Hired S
Submitted Declined S      InReview Declined S       Interview Declined S     Waitlisted Declined S
Submitted Waitlisted S    InReview Waitlisted S     Interview Waitlisted S
Waitlisted Submitted S    Waitlisted Interview S    Waitlisted InReview S
InReview Submitted S      Interview InReview S      Hired Interview S        Declined InReview S
Hired Withdrawn AS        Hired Declined S          Hired InReview S
Declined Interview S      Declined Waitlisted S
"""
_WORDS = ALLOWED.split()
TABLE = {(_WORDS[i], _WORDS[i + 1]): _WORDS[i + 2] for i in range(0, len(_WORDS), 3)}


@pytest.mark.parametrize(("source", "target"), list(itertools.product(Status, Status)))
@pytest.mark.parametrize("actor_type", ActorType)
def test_exactly_the_declared_transitions_are_allowed(source, target, actor_type):
    allowed = actor_type.value[0].upper() in TABLE.get((source, target), "")

    assert (find_transition(source, target, actor_type) is not None) == allowed


def test_only_submitting_depends_on_the_window():
    for (source, target), sides in TABLE.items():
        actor_type = ActorType.APPLICANT if "A" in sides else ActorType.STAFF
        assert find_transition(Status(source), Status(target), actor_type).only_while_open == (
            target == "Submitted" and source in {"Draft", "Withdrawn"}
        )


@pytest.mark.parametrize("source", list(Status))
def test_staff_can_move_a_registration_out_of_every_status(source):
    assert any(find_transition(source, target, ActorType.STAFF) for target in Status)


@pytest.mark.parametrize("source", sorted(COMPLETE - {Status.DECLINED}))
def test_an_applicant_can_withdraw_from_every_status_that_is_not_final(source):
    assert find_transition(source, Status.WITHDRAWN, ActorType.APPLICANT)


def test_these_take_a_place():
    assert {
        Status.SUBMITTED,
        Status.IN_REVIEW,
        Status.INTERVIEW,
        Status.HIRED,
    } == STATUSES_HOLDING_PLACE


def test_these_may_be_edited_by_the_applicant():
    assert {Status.DRAFT, Status.SUBMITTED, Status.WAITLISTED, Status.WITHDRAWN} == EDITABLE
