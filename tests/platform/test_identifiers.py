"""Identifiers."""

from unittest import mock

from chalicelib.platform.identifiers import is_identifier, new_identifier


def test_identifiers_are_26_characters_that_may_stand_in_a_path():
    made = new_identifier()

    assert len(made) == 26
    assert is_identifier(made)


def test_no_two_are_alike():
    assert len({new_identifier() for _ in range(1000)}) == 1000


def test_they_sort_in_the_order_of_their_making():
    with mock.patch(
        "time.time_ns", side_effect=[n * 1_000_000 for n in (1, 999, 10**12, 2 * 10**12)]
    ):
        made = [new_identifier() for _ in range(4)]

    assert made == sorted(made)
