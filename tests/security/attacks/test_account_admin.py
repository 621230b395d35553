"""An attacker's code in the function ``account-admin``, with which staff manage accounts."""

import pytest

from tests.security.attacks.policies import documented, with_permission, without_condition
from tests.support.credentials import layout

FUNCTION = "account-admin"


def test_only_documented_techniques_work(attack):
    assert attack(FUNCTION) == documented()[FUNCTION]


def test_without_the_condition_on_sessions_it_becomes_any_person(attack):
    opens = "put a known secret into a session"
    policy = without_condition(FUNCTION, "UpdateItemSessions")

    assert attack(FUNCTION, opens, policy=policy) == {opens}


@pytest.mark.parametrize(("name", "succeeds"), [("moving", True), ("separate", False)])
def test_without_a_condition_it_can_plant_a_password_until_the_layout_is_final(
    attack, name, succeeds
):
    opens = "plant a password in an account"
    policy = without_condition(FUNCTION, "UpdateItemUsers")
    with layout(name):
        succeeded = attack(FUNCTION, opens, policy=policy)

    assert succeeded == ({opens} if succeeds else set())


@pytest.mark.parametrize(
    ("verb", "target", "opens"),
    [
        ("dynamodb:PutItem", "sessions", "create a session"),
        ("dynamodb:DeleteItem", "audit", "delete an audit entry"),
        ("dynamodb:UpdateItem", "audit", "change an audit entry"),
        ("secretsmanager:GetSecretValue", "session-key", "read the account secret"),
    ],
)
def test_with_one_more_permission_it_can_do_more(attack, verb, target, opens):
    assert attack(FUNCTION, opens, policy=with_permission(FUNCTION, verb, target)) == {opens}
