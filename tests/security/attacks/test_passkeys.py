"""An attacker's code in the function ``passkeys``, which says whose passkey a browser has shown."""

from unittest import mock

import pytest

from chalicelib.identity.store import AccountStore
from tests.security.attacks.policies import documented, with_permission, without_condition

FUNCTION = "passkeys"


def test_only_documented_techniques_work(attack):
    assert attack(FUNCTION) == documented()[FUNCTION]


@pytest.mark.parametrize(
    ("verb", "target", "opens"),
    [
        ("dynamodb:PutItem", "sessions", "create a session"),
        ("dynamodb:GetItem", "credentials", "read a password hash"),
        ("dynamodb:GetItem", "registrations", "read a registration"),
    ],
)
def test_with_one_more_permission_it_can_do_more(attack, verb, target, opens):
    assert attack(FUNCTION, opens, policy=with_permission(FUNCTION, verb, target)) == {opens}


def test_without_the_condition_on_accounts_it_could_change_a_role(attack):
    opens = "change a role"
    policy = without_condition(FUNCTION, "UpdateItemUsers")

    assert attack(FUNCTION, opens, policy=policy) == {opens}


def test_without_the_condition_that_accounts_are_new_it_could_sign_up_over_one(attack):
    opens = "sign up over an account"

    def create(store, account, extra_writes, verified_address=None):
        store._database.transact(list(extra_writes))

    with mock.patch.object(AccountStore, "create", create):
        assert attack(FUNCTION, opens) == {opens}
