"""Passwords that the service suggests."""

import re

import pytest

from chalicelib.accounts import passphrases
from chalicelib.identity import passwords
from chalicelib.platform.languages import Language
from tests.support.environments import environment

LANGUAGES = list(Language)


def suggested_to(anonymous, accept_language):
    headers = {"Accept_Language": accept_language} if accept_language else {}
    return anonymous.get("/password/suggestion", **headers).json["password"].split()


def test_a_new_client_can_get_a_suggested_password_and_sign_up_with_it(anonymous):
    password = anonymous.get("/password/suggestion").json["password"]

    assert anonymous.sign_up(password=password).status == 201
    assert anonymous.other_client().sign_in(password=password).status == 200


@pytest.mark.parametrize(
    ("accept_language", "language"),
    [
        (None, Language.ENGLISH),
        ("en-US", Language.ENGLISH),
        ("es", Language("es")),
        ("xx, es-MX;q=0.8, en;q=0.5", Language("es")),
    ],
)
def test_the_words_are_in_the_language_that_the_client_asks_for(
    anonymous, accept_language, language
):
    suggested = {word for _ in range(20) for word in suggested_to(anonymous, accept_language)}

    assert suggested <= set(passphrases.words(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_suggestion_is_five_words_that_any_keyboard_types(language):
    assert re.fullmatch("[a-z]{3,8}( [a-z]{3,8}){4}", passphrases.generate(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_suggestion_has_more_than_fifty_bits(language):
    known = passphrases.words(language)

    assert len(known) == len(set(known))
    assert len(known) ** passphrases.WORDS > 2**50


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_told_apart_by_their_first_four_letters(language):
    known = passphrases.words(language)

    assert len({word[:4] for word in known}) == len(known)


def test_a_spanish_suggestion_has_no_word_that_is_another_without_its_tilde():
    assert not {"ano", "cana", "mono", "pena"} & set(passphrases.words(Language("es")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_suggestions_are_good_passwords_and_differ(language):
    suggested = {passphrases.generate(language) for _ in range(200)}

    assert len(suggested) == 200
    assert not list(filter(passwords.find_new_password_error, suggested))


def test_a_stage_that_asks_for_more_characters_is_suggested_more_words():
    with environment(MINIMUM_PASSWORD_LENGTH="64"):
        assert all(len(passphrases.generate()) >= 64 for _ in range(50))


def test_a_suggestion_asks_nothing_of_aws(anonymous, aws_calls):
    anonymous.get("/password/suggestion")

    assert aws_calls == []
