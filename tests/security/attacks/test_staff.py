"""An attacker's code in the function ``staff``, which lists, reviews, and exports registrations."""

import pytest

from tests.security.attacks.policies import documented, with_permission, without_condition

FUNCTION = "staff"


def test_only_documented_techniques_work(attack):
    assert attack(FUNCTION) == documented()[FUNCTION]


def test_without_the_condition_on_sessions_it_becomes_any_person(attack):
    policy = without_condition(FUNCTION, "UpdateItemSessions")

    opens = "put a known secret into a session"
    assert attack(FUNCTION, opens, policy=policy) == {opens}


@pytest.mark.parametrize(
    ("verb", "target", "opens"),
    [
        ("dynamodb:UpdateItem", "users", "change a role"),
        ("dynamodb:UpdateItem", "users", "disable an account"),
        ("dynamodb:PutItem", "users", "replace their own account"),
        ("dynamodb:DeleteItem", "notes", "delete a note"),
        ("dynamodb:DeleteItem", "history", "delete a line of the history"),
        ("dynamodb:DeleteItem", "audit", "delete an audit entry"),
        ("dynamodb:UpdateItem", "audit", "change an audit entry"),
    ],
)
def test_with_one_more_permission_it_can_do_more(attack, verb, target, opens):
    assert attack(FUNCTION, opens, policy=with_permission(FUNCTION, verb, target)) == {opens}
