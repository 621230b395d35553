"""A floor under the time of an answer."""

from unittest import mock

import pytest

from chalicelib.platform import floor


@pytest.mark.parametrize(("took", "waited"), [(0.0, 2.5), (1.0, 1.5), (2.5, 0.0), (9.0, 0.0)])
def test_what_is_quick_waits_until_the_floor_and_what_is_slow_does_not(floors, took, waited):
    with (
        mock.patch.object(floor, "_monotonic", side_effect=[7.0, 7.0 + took]),
        floor.lasting(2.5),
    ):
        pass

    assert floors == [waited]


def test_what_fails_waits_as_long(floors):
    with (
        mock.patch.object(floor, "_monotonic", side_effect=[7.0, 8.0]),
        pytest.raises(KeyError),
        floor.lasting(2.5),
    ):
        raise KeyError

    assert floors == [1.5]
