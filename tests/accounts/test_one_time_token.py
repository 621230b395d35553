"""One-time tokens, as they arrive from a mail that a program reformatted."""

import secrets

import pytest

from chalicelib.accounts.one_time_token import TOKEN_BYTES, hash_of


@pytest.mark.parametrize("dash", ["\u2010", "\u2011", "\u2013", "\u2014", "\u2212", "\uff0d"])
def test_a_token_is_accepted_with_a_dash_of_another_kind(dash):
    assert hash_of(f"J0f9{dash}p1cF2yq8") == hash_of("J0f9-p1cF2yq8")


@pytest.mark.parametrize("break_", ["\n", "\r\n", " ", "\u00a0", "\u200b", "\ufeff"])
def test_a_token_is_accepted_with_a_line_break_or_invisible_character_in_it(break_):
    assert hash_of(f" J0f9{break_}p1cF2yq8{break_}") == hash_of("J0f9p1cF2yq8")


def test_the_case_of_a_token_and_its_hyphens_matter():
    assert len({hash_of(one) for one in ("J0f9-p", "j0f9-p", "J0f9p", "J0f9--p", "J0f9_p")}) == 5


def test_a_new_token_is_hashed_as_it_is():
    import hashlib

    for _ in range(200):
        token = secrets.token_urlsafe(TOKEN_BYTES)
        assert hash_of(token) == hashlib.sha256(token.encode()).hexdigest()
