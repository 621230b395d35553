"""An attacker's code in the function ``accounts``, which signs people in: it can be any of them."""

from unittest import mock

import pytest

from chalicelib.accounts import one_time_token
from chalicelib.sessions.session import Session
from tests.security.attacks.policies import documented, with_permission, without_condition

FUNCTION = "accounts"


def test_only_documented_techniques_work(attack):
    assert attack(FUNCTION) == documented()[FUNCTION]


@pytest.mark.parametrize("function", [FUNCTION, "registrations", "staff", "account-admin"])
def test_without_the_hash_of_its_secret_a_session_opens_with_the_signing_key_alone(
    attack, function
):
    opens = "sign a token for an open session"
    with mock.patch.object(Session, "belongs_to", return_value=True):
        assert attack(function, opens) == {opens}


def test_without_the_hash_of_a_link_the_table_is_enough_to_use_it(attack):
    opens = "use a link that is stored"
    with mock.patch.object(one_time_token, "hash_token", side_effect=lambda token, *_: token):
        assert attack(FUNCTION, opens) == {opens}


def test_without_the_condition_on_sessions_it_could_change_an_open_one(attack):
    opens = "take the secret out of a session"
    policy = without_condition(FUNCTION, "UpdateItemSessions")

    assert attack(FUNCTION, opens, policy=policy) == {opens}


@pytest.mark.parametrize(
    ("verb", "target", "opens"),
    [
        ("dynamodb:UpdateItem", "audit", "change an audit entry"),
        ("dynamodb:DeleteItem", "audit", "delete an audit entry"),
        ("dynamodb:UpdateItem", "events", "change an event"),
    ],
)
def test_with_one_more_permission_it_can_do_more(attack, verb, target, opens):
    assert attack(FUNCTION, opens, policy=with_permission(FUNCTION, verb, target)) == {opens}
