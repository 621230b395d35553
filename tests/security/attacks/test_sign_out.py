"""An attacker's code in the function ``sign-out``, which only empties the cookie."""

from tests.security.attacks.policies import documented, with_permission

FUNCTION = "sign-out"


def test_nothing_works(attack):
    assert attack(FUNCTION) == documented()[FUNCTION] == set()


def test_with_a_permission_it_would_end_sessions(attack):
    policy = with_permission(FUNCTION, "dynamodb:DeleteItem", "sessions")

    assert attack(FUNCTION, policy=policy) == {
        *("delete a session", "read where a person signed in")  # a deletion can return the item
    }
