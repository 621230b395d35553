"""An attacker's code in the function ``email-feedback``, which marks addresses that bounced."""

from tests.security.attacks.policies import documented, with_permission

FUNCTION = "email-feedback"


def test_only_documented_techniques_work(attack):
    assert attack(FUNCTION) == documented()[FUNCTION] == {"stop the emails to a person"}


def test_with_a_permission_it_would_read_registrations(attack):
    opens = "read a registration"
    policy = with_permission(FUNCTION, "dynamodb:GetItem", "registrations")

    assert attack(FUNCTION, opens, policy=policy) == {opens}
