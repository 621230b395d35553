"""How names are sorted and searched."""

import pytest

from chalicelib.platform.sort_keys import fold


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("O'Neil", "oneil"),
        ("O’Neil", "oneil"),
        ("-Jones", "jones"),
        ("de la Cruz", "delacruz"),
        ("García", "garcia"),
        ("Garci\u0301a", "garcia"),
        ("STRAẞE", "strasse"),
        ("Ōé", "oe"),
        ("Ｏｋａｆｏｒ", "okafor"),
        ("नेहा", "नेहा"),
        ("김", "김"),
        ("%_*", ""),
        ("x' OR 1=1 --", "xor11"),
    ],
)
def test_letters_and_digits_alone_count(name, expected):
    assert fold(name) == expected
