"""An attacker's code in the function ``oidc``, which verifies what providers send."""

import pytest

from tests.security.attacks.policies import documented, with_permission, without_condition

FUNCTION = "oidc"


def test_only_documented_techniques_work(attack):
    assert attack(FUNCTION) == documented()[FUNCTION]


def test_a_forged_proof_opens_no_account_that_is_not_linked(attack):
    """Another function may write the key of an identity, but not what its owner has linked."""
    policy = with_permission(FUNCTION, "dynamodb:PutItem", "identities")

    assert attack(FUNCTION, "point a linked identity at another account", policy=policy) == set()


def test_without_the_condition_on_attributes_and_a_right_on_accounts_it_issues_links(attack):
    policy = without_condition(FUNCTION, "PutItemOneTimeTokens")
    more = with_permission(FUNCTION, "dynamodb:UpdateItem", "users")["Statement"][-1]
    both = {**policy, "Statement": [*policy["Statement"], more]}

    opens = "issue a password link"
    assert attack(FUNCTION, opens, policy=both) == {opens}
    only_accounts = with_permission(FUNCTION, "dynamodb:UpdateItem", "users")
    assert attack(FUNCTION, opens, policy=only_accounts) == set()


@pytest.mark.parametrize(
    ("verb", "target", "opens"),
    [
        ("dynamodb:UpdateItem", "credentials", "set a password"),
        ("secretsmanager:GetSecretValue", "session-key", "read the account secret"),
    ],
)
def test_with_one_more_permission_it_can_do_more(attack, verb, target, opens):
    assert attack(FUNCTION, opens, policy=with_permission(FUNCTION, verb, target)) == {opens}
