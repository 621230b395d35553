"""An attacker's code in the function ``passkeys``, which tells where passkeys are managed."""

from tests.security.attacks.policies import documented, with_permission

FUNCTION = "passkeys"


def test_nothing_works(attack):
    assert attack(FUNCTION) == documented()[FUNCTION] == set()


def test_with_a_permission_it_would_read_registrations(attack):
    policy = with_permission(FUNCTION, "dynamodb:GetItem", "registrations")

    assert attack(FUNCTION, policy=policy) == {"read a registration"}
