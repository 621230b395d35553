"""Which passwords are taken, and how they are kept."""

import pytest
from passlib.hash import argon2

from chalicelib.accounts import passwords
from tests.stages import environment


def test_fifteen_characters_are_enough_and_fourteen_are_not():
    assert passwords.problem("fifteen letters") is None
    assert passwords.problem("only fourteen!") == (
        "A password has 15 characters or more. A few words make a good one."
    )


def test_the_minimum_is_a_setting():
    with environment(MINIMUM_PASSWORD_LENGTH="8"):
        assert passwords.problem("8 signs.") is None
        assert passwords.problem("7 signs")


def test_a_hundred_and_twenty_eight_characters_are_taken_and_one_more_is_not():
    assert passwords.problem("é" * 128) is None
    assert passwords.problem("é" * 129)


def test_characters_are_counted_as_a_person_sees_them():
    assert passwords.problem("e\u0301" * 14)


@pytest.mark.parametrize("password", ["    spaces    only   ", "nul\0 in the middle", "🏞" * 15])
def test_any_character_may_stand_in_a_password(password):
    assert passwords.problem(password) is None
    assert passwords.verify(password, passwords.hash_of(password)) == (True, None)


def test_the_last_of_128_characters_counts():
    kept = passwords.hash_of("é" * 127 + "a")

    assert passwords.verify("é" * 127 + "b", kept)[0] is False


def test_composition_makes_no_difference():
    assert passwords.verify("JOSE\u0301 by the lake", passwords.hash_of("JOSÉ by the lake"))[0]


def test_case_does():
    assert not passwords.verify("Four Quiet Lakes", passwords.hash_of("four quiet lakes"))[0]


def test_a_hash_is_argon2id_at_owasps_minimum():
    assert passwords.hash_of("four quiet lakes in May").startswith(
        "$argon2id$v=19$m=19456,t=2,p=1$"
    )


def test_two_hashes_of_one_password_differ():
    assert passwords.hash_of("four quiet lakes") != passwords.hash_of("four quiet lakes")


@pytest.mark.parametrize(
    "weaker",
    [
        argon2.using(type="ID", memory_cost=8192, time_cost=2, parallelism=1),
        argon2.using(type="ID", memory_cost=19456, time_cost=1, parallelism=1),
        argon2.using(type="I", memory_cost=19456, time_cost=2, parallelism=1),
    ],
)
def test_a_weaker_hash_is_right_and_to_be_replaced(weaker):
    right, replacement = passwords.verify("four quiet lakes", weaker.hash("four quiet lakes"))

    assert right
    assert replacement.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_weaker_hash_is_not_replaced_by_a_wrong_password():
    weak = argon2.using(type="ID", memory_cost=8192, time_cost=1).hash("four quiet lakes")

    assert passwords.verify("another", weak) == (False, None)


def test_nobody_has_the_decoys_password():
    assert passwords.verify("four quiet lakes", None) == (False, None)


def test_the_decoy_costs_what_a_real_hash_costs():
    _, kind, version, cost, salt, digest = passwords.hash_of("four quiet lakes").split("$")
    _, *decoy, decoy_salt, decoy_digest = passwords._DECOY.split("$")

    assert decoy == [kind, version, cost]
    assert (len(decoy_salt), len(decoy_digest)) == (len(salt), len(digest))
