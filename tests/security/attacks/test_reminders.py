"""An attacker's code in the function ``reminders``, which a schedule runs."""

from tests.security.attacks.policies import documented, with_permission, without_condition

FUNCTION = "reminders"


def test_only_documented_techniques_work(attack):
    assert attack(FUNCTION) == documented()[FUNCTION]


def test_without_a_condition_on_keys_it_can_do_more(attack):
    opens = "change an event"

    assert attack(FUNCTION, opens, policy=without_condition(FUNCTION, "UpdateItemEvents")) == {
        opens
    }


def test_with_the_table_of_credentials_it_reads_password_hashes(attack):
    opens = "read a password hash"
    policy = with_permission(FUNCTION, "dynamodb:BatchGetItem", "credentials")

    assert attack(FUNCTION, opens, policy=policy) == {opens}
