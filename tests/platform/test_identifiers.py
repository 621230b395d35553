"""Identifiers."""

from unittest import mock

from chalicelib.platform import identifiers
from chalicelib.platform.identifiers import derived_identifier, is_identifier, new_identifier


def test_identifiers_are_26_characters_that_may_stand_in_a_path():
    identifier = new_identifier()

    assert len(identifier) == 26
    assert is_identifier(identifier)


def test_identifiers_are_unique():
    assert len({new_identifier() for _ in range(1000)}) == 1000


def test_they_sort_in_the_order_of_their_making():
    moments = [n * 1_000_000 for n in (1, 999, 10**12, 2 * 10**12)]
    with mock.patch.object(identifiers.time, "time_ns", side_effect=moments):
        created = [new_identifier() for _ in range(4)]

    assert created == sorted(created)


def test_a_derived_identifier_is_always_the_same_and_another_for_other_texts():
    derived = [derived_identifier(*parts) for parts in (["a", "bc"], ["ab", "c"], ["abc"])]

    assert derived[0] == derived_identifier("a", "bc") == "82TL8VCJDEUJ2CCESDTCGUCUFR"
    assert len(set(derived)) == 3
    assert all(map(is_identifier, derived))
