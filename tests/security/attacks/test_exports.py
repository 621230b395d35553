"""An attacker's code in the functions ``exports`` and ``export-writer``."""

import pytest

from tests.security.attacks.policies import documented, with_permission

FUNCTIONS = ("exports", "export-writer")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_documented_techniques_work(attack, function):
    assert attack(function) == documented()[function]


@pytest.mark.parametrize(
    ("function", "verb", "target", "opens"),
    [
        ("exports", "s3:PutObject", "files", "replace the file of an export"),
        ("exports", "dynamodb:GetItem", "registrations", "read a registration"),
        ("export-writer", "s3:GetObject", "files", "read the file of an export"),
        ("export-writer", "dynamodb:PutItem", "registrations", "overwrite a registration"),
        ("staff", "s3:GetObject", "files", "read the file of an export"),
        ("staff", "dynamodb:Query", "exports", "read an export"),
        ("staff", "dynamodb:DeleteItem", "exports", "change or delete an export"),
        ("staff", "sqs:DeleteMessage", "queue/exports", "swallow an export"),
    ],
)
def test_with_one_more_permission_it_can_do_more(attack, function, verb, target, opens):
    policy = with_permission(function, verb, target)

    assert attack(function, opens) == set()
    assert attack(function, opens, policy=policy) == {opens}
