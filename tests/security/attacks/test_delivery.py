"""An attacker's code in the functions that deliver emails: it sees what they deliver, no more."""

import pytest

from tests.security.attacks.policies import documented, with_permission


@pytest.mark.parametrize("function", ["event-bus", "mail", "outbox", "reset-links", "webhooks"])
def test_only_documented_techniques_work(attack, function):
    assert attack(function) == documented()[function]


def test_with_the_outbox_the_function_that_asks_for_links_reads_them(attack):
    opens = "read an email on its way"
    policy = with_permission("reset-links", "dynamodb:GetItem", "outbox")

    assert attack("reset-links", opens, policy=policy) == {opens}
