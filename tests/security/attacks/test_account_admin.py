"""An attacker's code in the function ``account-admin``, with which staff manage accounts."""

import pytest

from tests.security.attacks.policies import documented, with_permission, without_condition

FUNCTION = "account-admin"


def test_only_documented_techniques_work(attack):
    assert attack(FUNCTION) == documented()[FUNCTION]


@pytest.mark.parametrize(
    ("sid", "opens"),
    [
        ("UpdateItemSessions", "put a known secret into a session"),
        ("UpdateItemUsers", "set a password"),
    ],
)
def test_without_a_condition_it_can_do_more(attack, sid, opens):
    assert attack(FUNCTION, opens, policy=without_condition(FUNCTION, sid)) == {opens}


@pytest.mark.parametrize(
    ("verb", "thing", "opens"),
    [
        ("dynamodb:PutItem", "sessions", "create a session"),
        ("dynamodb:DeleteItem", "audit", "delete an audit entry"),
        ("dynamodb:UpdateItem", "audit", "change an audit entry"),
        ("secretsmanager:GetSecretValue", "session-key", "read the account secret"),
    ],
)
def test_with_one_more_permission_it_can_do_more(attack, verb, thing, opens):
    assert attack(FUNCTION, opens, policy=with_permission(FUNCTION, verb, thing)) == {opens}
