"""A floor under the time of an answer."""

from unittest import mock

import pytest

from chalicelib.platform import timing


@pytest.mark.parametrize(("took", "waited"), [(0.0, 2.5), (1.0, 1.5), (2.5, 0.0), (9.0, 0.0)])
def test_quick_work_waits_for_the_minimum_time_and_slow_work_does_not(delays, took, waited):
    with (
        mock.patch.object(timing, "_monotonic", side_effect=[7.0, 7.0 + took]),
        timing.at_least(2.5),
    ):
        pass

    assert delays == [waited]


def test_failing_work_waits_for_the_minimum_time(delays):
    with (
        mock.patch.object(timing, "_monotonic", side_effect=[7.0, 8.0]),
        pytest.raises(KeyError),
        timing.at_least(2.5),
    ):
        raise KeyError

    assert delays == [1.5]
