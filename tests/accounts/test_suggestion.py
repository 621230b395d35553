"""Passwords that the service suggests."""

import re

from chalicelib.accounts import passwords, suggestion
from tests.stages import environment


def test_anybody_may_ask_for_a_password_and_sign_up_with_it(nobody):
    password = nobody.get("/password/suggestion").json["password"]

    assert nobody.sign_up(password=password).status == 201
    assert nobody.elsewhere().sign_in(password=password).status == 200


def test_a_suggestion_is_six_words_of_a_phones_first_keyboard():
    assert re.fullmatch("[a-z]{3,8}( [a-z]{3,8}){5}", suggestion.suggest())


def test_there_are_more_than_sixty_four_bits_of_them():
    words = suggestion._words()

    assert len(words) == len(set(words)) == 2048
    assert len(words) ** suggestion.WORDS > 2**64


def test_words_are_told_apart_by_their_first_four_letters():
    assert len({word[:4] for word in suggestion._words()}) == 2048


def test_suggestions_are_good_passwords_and_differ():
    suggested = {suggestion.suggest() for _ in range(200)}

    assert len(suggested) == 200
    assert not list(filter(passwords.problem, suggested))


def test_a_stage_that_asks_for_more_characters_is_suggested_more_words():
    with environment(MINIMUM_PASSWORD_LENGTH="64"):
        assert all(len(suggestion.suggest()) >= 64 for _ in range(50))


def test_a_suggestion_asks_nothing_of_aws(nobody, aws_calls):
    nobody.get("/password/suggestion")

    assert aws_calls == []
