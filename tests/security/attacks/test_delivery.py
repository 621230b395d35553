"""An attacker's code in the functions that deliver what is in the outbox."""

import pytest

from tests.security.attacks.policies import documented


@pytest.mark.parametrize("function", ["event-bus", "mail", "outbox", "reset-links"])
def test_only_documented_techniques_work(attack, function):
    assert attack(function) == documented()[function]
