"""An attacker's code in the function ``api-keys``, and what the keys add to ``staff``."""

import pytest

from tests.security.attacks.policies import documented, with_permission, without_condition

FUNCTION = "api-keys"


def test_only_documented_techniques_work(attack):
    assert attack(FUNCTION) == documented()[FUNCTION]


@pytest.mark.parametrize(
    ("verb", "target", "opens"),
    [
        ("dynamodb:GetItem", "registrations", "read a registration"),
        ("dynamodb:Query", "audit", "read the audit log"),
        ("dynamodb:PutItem", "one-time-tokens", "issue a sign in ticket"),
    ],
)
def test_with_one_more_permission_it_can_do_more(attack, verb, target, opens):
    assert attack(FUNCTION, opens, policy=with_permission(FUNCTION, verb, target)) == {opens}


def test_without_the_condition_on_keys_staff_could_take_them_over_and_revoke_them(attack):
    opens = ("take over an api key", "revoke an api key")
    policy = without_condition("staff", "UpdateItemApiKeys")

    assert attack("staff", *opens) == set()
    assert attack("staff", *opens, policy=policy) == set(opens)
