"""Rules for new passwords, and password hashing."""

import unicodedata
from unittest import mock

import pytest
import zxcvbn
from passlib.hash import argon2

from chalicelib.identity import passwords
from tests.support.environments import environment

# Each of these tests needs a new hash.
pytestmark = pytest.mark.real_password_hashes

TOO_LONG_MESSAGE = "Use 128 characters or fewer."


def new_password_error_message(password, owner_names=()):
    """Return the message about a new password; None if it is acceptable."""
    error = passwords.find_new_password_error(password, owner_names)
    return error and str(error)


def test_an_unknown_zxcvbn_pattern_is_rejected_with_a_general_message():
    match = {"pattern": "emoji", "token": "walnut,ferry,32"}
    with mock.patch("zxcvbn.zxcvbn", return_value={"guesses": 1, "sequence": [match]}):
        assert new_password_error_message("walnut,ferry,32").startswith(
            "Easy to guess because it’s like"
        )


def test_fifteen_characters_are_enough_and_fourteen_are_not():
    assert new_password_error_message("walnut,ferry,32") is None
    assert new_password_error_message("only fourteen!") == (
        "Use at least 15 characters. Three or more unrelated words work well."
    )


def test_the_minimum_length_of_passwords_is_a_setting():
    with environment(MINIMUM_PASSWORD_LENGTH="8"):
        assert new_password_error_message("k7Q wz.p") is None
        assert new_password_error_message("k7Q wz.")


def test_password_of_128_characters_is_accepted_and_of_129_rejected():
    long_password = "é walnut ferry " * 8 + "quiet lakes"

    assert new_password_error_message(long_password[:128]) is None
    assert new_password_error_message(long_password[:129]) == TOO_LONG_MESSAGE


def test_length_is_counted_after_nfc_normalization():
    assert new_password_error_message("e\u0301" * 14) == new_password_error_message(
        "fourteen signs"
    )


def test_overlong_input_is_rejected_without_normalizing():
    decomposed = unicodedata.normalize("NFD", "\u1f82" * 128)
    assert (
        new_password_error_message(decomposed)
        == new_password_error_message("\u1f82" * 128)
        != TOO_LONG_MESSAGE
    )
    assert new_password_error_message(decomposed + "a") == TOO_LONG_MESSAGE

    with mock.patch("unicodedata.normalize") as normalize:
        assert (
            new_password_error_message("a" + "\u0301" * passwords.MAX_VERIFIABLE_PASSWORD_LENGTH)
            == TOO_LONG_MESSAGE
        )
    normalize.assert_not_called()


@pytest.mark.parametrize(
    "password", ["    spaces    only   ", "nul\0 in the middle", "🏞🦆🌊⛰️🌲🦉🍄🐟🦦🪵🔥🛶🌙⭐🌧"]
)
def test_any_character_is_accepted(password):
    assert new_password_error_message(password) is None
    assert passwords.verify_password(password, passwords.hash_password(password)) == (True, None)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("password123456789", "it’s like a common password"),
        ("Password1234567!", "it’s like a common password"),
        ("P@ssw0rdP@ssw0rd", "it repeats"),
        ("passwordpassword", "it repeats"),
        ("qwertyuiopasdfghjkl", "it’s like a common password"),
        ("qwertyuiop1234567890", "it’s like a common password"),
        ("1qaz2wsx3edc4rfv", "it’s like a common password"),
        ("qazwsxedcrfvtgb", "it’s like a common password"),
        ("zxcvbnm,./asdfghjkl", "the keys are next to each other"),
        ("19911123 19911124", "it’s mostly a date"),
        ("iloveyouiloveyou", "it repeats"),
        ("letmeinletmeinletmein", "it repeats"),
        ("welcome123456789", "it’s like a common password"),
        ("football football", "it’s like a common password"),
        ("aaaaaaaaaaaaaaaa", "it repeats"),
        ("a" * 128, "it repeats"),
        ("é" * 128, "it repeats"),
        ("🏞" * 15, "it repeats"),
        ("abcdefghijklmnop", "it’s a sequence, like 1234"),
        ("123456789012345", "it’s like a common password"),
        ("000000000000000", "it repeats"),
        ("characteristics", "these words are common"),
        ("fifteen letters", "these words are common"),
        ("superadmin superadmin", "these words are common"),
        ("Harvest Fair 2027", "these words are common"),
        ("Breeze Lakes 2027", "these words are common"),
        ("Feria de la Cosecha 2027", "these words are common"),
    ],
)
def test_a_guessable_password_is_rejected_with_a_reason_and_a_fix(password, reason):
    assert (
        new_password_error_message(password)
        == f"Easy to guess because {reason}. Add another word or two."
    )


@pytest.mark.parametrize(
    "password",
    [
        *("four quiet lakes in May", "correct horse battery staple", "wo ich wohne, ist es still"),
        *("ваня любит озёра", "湖の近くに静かな家がある夏の夜", "kX9#vQ2!mZ7@pL4"),
    ],
)
def test_a_passphrase_of_a_few_words_is_accepted_in_any_language(password):
    assert new_password_error_message(password) is None


@pytest.mark.parametrize("weak_password", ["password" * 8, "a" * 60, "qwertyuiop" * 6])
def test_unrelated_words_at_either_end_make_a_long_weak_password_acceptable(weak_password):
    assert new_password_error_message(weak_password)
    assert new_password_error_message(f"walnut ferry quiet {weak_password}") is None
    assert new_password_error_message(f"{weak_password} walnut ferry quiet") is None


def test_strength_estimate_of_a_long_password_evaluates_only_40_characters():
    slow_password = "4@8({[<369!|1l70$5+%2" * 6

    with mock.patch("zxcvbn.zxcvbn", wraps=zxcvbn.zxcvbn) as estimate_strength:
        new_password_error_message(slow_password[:128])
    assert [len(call.args[0]) for call in estimate_strength.call_args_list] == [40]


@pytest.mark.parametrize(
    "password",
    [
        *("Breeze Lakes Point 2026", "breezelakespoint walnut", "my BREEZE-LAKES-POINT ferry"),
        "ｂｒｅｅｚｅ lakes point walnut ferry",
    ],
)
def test_a_password_with_the_name_of_the_site_is_rejected(password):
    assert new_password_error_message(password) == (
        "Don’t use the name of this site in your password."
    )


@pytest.mark.parametrize(
    "password",
    [
        *("river.okafor walnut ferry", "walnut RIVEROKAFOR ferry", "walnut river-okafor ferry"),
        *(
            "duck@lakes.example ferry walnut",
            "the duck1999 walnut ferry",
            "walnut Zoe\u0308y ferry",
        ),
        "walnut O'Neil-Żak ferry",
    ],
)
def test_a_password_with_the_owners_name_is_rejected(password):
    owner_names = [
        "river.okafor",
        "duck1999@lakes.example",
        "duck@lakes.example",
        "Zoëy",
        "O'Neil-Żak",
    ]

    assert new_password_error_message(password, owner_names) == (
        "Don’t use your name, username or email in your password."
    )
    assert new_password_error_message(password, ["sky", None]) is None


def test_a_name_of_three_letters_may_be_part_of_another_word():
    assert new_password_error_message("four quiet lakes in May", ["May"]) is None


def test_parts_of_the_users_own_names_add_little_strength():
    assert new_password_error_message("okafor okafor 1991", ["river.okafor"])
    assert new_password_error_message("nkemdirimxu 19911", ["nkemdirimxu.ada"]) == (
        "Easy to guess because it uses your name or this site’s name. Add another word or two."
    )


def test_the_last_of_128_characters_counts():
    stored_hash = passwords.hash_password("é" * 127 + "a")

    assert passwords.verify_password("é" * 127 + "b", stored_hash).matches is False


def test_composed_and_decomposed_characters_match():
    assert passwords.verify_password(
        "JOSE\u0301 by the lake", passwords.hash_password("JOSÉ by the lake")
    ).matches


def test_passwords_are_case_sensitive():
    assert not passwords.verify_password(
        "Four Quiet Lakes", passwords.hash_password("four quiet lakes")
    ).matches


def test_a_hash_is_argon2id_at_owasps_minimum():
    assert passwords.hash_password("four quiet lakes in May").startswith(
        "$argon2id$v=19$m=19456,t=2,p=1$"
    )


def test_two_hashes_of_one_password_have_different_salts():
    assert passwords.hash_password("four quiet lakes") != passwords.hash_password(
        "four quiet lakes"
    )


@pytest.mark.parametrize(
    "weaker_hasher",
    [
        argon2.using(type="ID", memory_cost=8192, time_cost=2, parallelism=1),
        argon2.using(type="ID", memory_cost=19456, time_cost=1, parallelism=1),
        argon2.using(type="I", memory_cost=19456, time_cost=2, parallelism=1),
    ],
)
def test_a_weak_hash_matches_and_gets_a_replacement(weaker_hasher):
    matches, new_hash = passwords.verify_password(
        "four quiet lakes", weaker_hasher.hash("four quiet lakes")
    )

    assert matches
    assert new_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_wrong_password_does_not_replace_a_weak_hash():
    weak_hash = argon2.using(type="ID", memory_cost=8192, time_cost=1).hash("four quiet lakes")

    assert passwords.verify_password("another", weak_hash) == (False, None)


def test_no_password_matches_without_a_stored_hash():
    assert passwords.verify_password("four quiet lakes", None) == (False, None)


def test_the_decoy_hash_has_the_parameters_of_real_hashes():
    _, algorithm, version, cost, salt, digest = passwords.hash_password("four quiet lakes").split(
        "$"
    )
    _, *decoy, decoy_salt, decoy_digest = passwords._DECOY_HASH.split("$")

    assert decoy == [algorithm, version, cost]
    assert (len(decoy_salt), len(decoy_digest)) == (len(salt), len(digest))
