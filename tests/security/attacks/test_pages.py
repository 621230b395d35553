"""An attacker's code in the function ``pages``, which sends the pages and the API document."""

from tests.security.attacks.policies import documented, with_permission

FUNCTION = "pages"


def test_nothing_works(attack):
    assert attack(FUNCTION) == documented()[FUNCTION] == set()


def test_with_a_permission_it_would_read_registrations(attack):
    policy = with_permission(FUNCTION, "dynamodb:GetItem", "registrations")

    assert attack(FUNCTION, policy=policy) == {"read a registration"}
