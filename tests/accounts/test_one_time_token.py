"""One-time tokens, as they arrive from a mail that a program reformatted."""

import re
import secrets
from dataclasses import replace
from unittest import mock

import pytest

from chalicelib.accounts.one_time_token import (
    TOKEN_BYTES,
    Purpose,
    hash_token,
    stored_account_token,
)
from chalicelib.accounts.one_time_token_store import OneTimeTokenStore
from chalicelib.identity.account import Authenticator
from chalicelib.identity.account_repository import new_account
from chalicelib.identity.store import AccountChanged
from chalicelib.platform import clock

NOW = clock.now()


@pytest.mark.parametrize("dash", ["\u2010", "\u2011", "\u2013", "\u2014", "\u2212", "\uff0d"])
def test_other_dashes_in_a_token_are_accepted(dash):
    assert hash_token(f"J0f9{dash}p1cF2yq8") == hash_token("J0f9-p1cF2yq8")


@pytest.mark.parametrize("line_break", ["\n", "\r\n", " ", "\u00a0", "\u200b", "\ufeff"])
def test_a_token_is_accepted_with_a_line_break_or_invisible_character_in_it(line_break):
    assert hash_token(f" J0f9{line_break}p1cF2yq8{line_break}") == hash_token("J0f9p1cF2yq8")


def test_the_case_of_a_token_and_its_hyphens_matter():
    assert (
        len({hash_token(token) for token in ("J0f9-p", "j0f9-p", "J0f9p", "J0f9--p", "J0f9_p")})
        == 5
    )


def test_normalization_keeps_generated_tokens_unchanged():
    import hashlib

    for _ in range(200):
        token = secrets.token_urlsafe(TOKEN_BYTES)
        assert hash_token(token) == hashlib.sha256(token.encode()).hexdigest()


@pytest.mark.parametrize("verified_at", [None, NOW])
def test_a_reset_may_remove_an_authenticator_whether_or_not_the_email_is_verified(verified_at):
    authenticator = Authenticator("seed", 0, ())
    before = replace(
        new_account(username="river", password="four quiet lakes in May", now=NOW),
        authenticator=authenticator,
        second_factor_set_at=NOW,
        email_verified_at=verified_at,
    )
    after = replace(before, authenticator=None, second_factor_set_at=None)
    token = stored_account_token("t" * 43, Purpose.PASSWORD_RESET, before, NOW)
    database = mock.Mock()
    OneTimeTokenStore(database).reset_password(
        token, before, after, NOW, [], on_condition_failed=AccountChanged
    )

    [writes] = database.transact.call_args.args
    write = writes[1]
    condition = write.expressions["ConditionExpression"]
    assert set(re.findall(r":\w+", condition)) <= write.values.keys()
    assert ("attribute_not_exists(emailVerifiedAt)" in condition) == (verified_at is None)
