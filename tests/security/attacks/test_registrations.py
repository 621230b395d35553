"""An attacker's code in the function ``registrations``, which applicants use."""

import pytest

from tests.security.attacks.policies import documented, with_permission, without_condition

FUNCTION = "registrations"
SIGN_ITSELF_IN = {"put a known secret into a session", "take the secret out of a session"}


def test_only_documented_techniques_work(attack):
    assert attack(FUNCTION) == documented()[FUNCTION]


def test_without_the_condition_on_sessions_it_becomes_any_person(attack):
    policy = without_condition(FUNCTION, "UpdateItemSessions")

    assert attack(FUNCTION, *SIGN_ITSELF_IN, policy=policy) == SIGN_ITSELF_IN


@pytest.mark.parametrize(
    ("verb", "target", "opens"),
    [
        ("dynamodb:PutItem", "sessions", "create a session"),
        ("dynamodb:DeleteItem", "sessions", "delete a session"),
        ("dynamodb:UpdateItem", "users", "change a role"),
        ("dynamodb:DeleteItem", "users", "delete an account"),
        ("dynamodb:DeleteItem", "events", "delete an event"),
        ("dynamodb:UpdateItem", "events", "change an event"),
        ("dynamodb:Query", "audit", "read the audit log"),
        ("dynamodb:BatchGetItem", "credentials", "read a password hash"),
        ("dynamodb:ConditionCheckItem", "credentials", "guess a password hash by conditions"),
        ("dynamodb:UpdateItem", "credentials", "set a password"),
        ("secretsmanager:GetSecretValue", "session-key", "read the account secret"),
    ],
)
def test_with_one_more_permission_it_can_do_more(attack, verb, target, opens):
    assert attack(FUNCTION, opens, policy=with_permission(FUNCTION, verb, target)) == {opens}
