"""An attacker's code in the function ``waiting-list``, which a schedule runs."""

import pytest

from tests.security.attacks.policies import documented, with_permission, without_condition

FUNCTION = "waiting-list"


def test_only_documented_techniques_work(attack):
    assert attack(FUNCTION) == documented()[FUNCTION]


@pytest.mark.parametrize(
    ("sid", "opens"),
    [("DeleteItemEvents", "delete an event"), ("UpdateItemEvents", "change an event")],
)
def test_without_a_condition_on_keys_it_can_do_more(attack, sid, opens):
    assert attack(FUNCTION, opens, policy=without_condition(FUNCTION, sid)) == {opens}


def test_with_the_table_of_credentials_it_reads_password_hashes(attack):
    opens = "read a password hash"
    policy = with_permission(FUNCTION, "dynamodb:BatchGetItem", "credentials")

    assert attack(FUNCTION, opens, policy=policy) == {opens}


def test_with_the_signing_key_and_sessions_it_becomes_any_person(attack):
    name = "sign a token for an open session"
    policy = with_permission(FUNCTION, "secretsmanager:GetSecretValue", "signing-key")

    assert attack(FUNCTION, name, policy=policy) == set(), "a session has a secret, too"
