"""Usernames compared with PRECIS (RFC 8265, UsernameCaseMapped), over all of Unicode.

What PRECIS rejects is rejected, except letters that are compared as others (NFKC): "ﬁ" is "fi".
"""

import itertools
import unicodedata

import precis_i18n
import pytest

from chalicelib.identity.login_names import normalize, username_problem

PROFILE = precis_i18n.get_profile("UsernameCaseMapped")
NONE_SUCH = {"Cn", "Co", "Cs"}
CHUNK = 32
ASCII = {chr(code) for code in range(128)}


def reference(name):
    """Return PRECIS's form of a name; None if it rejects the name."""
    try:
        return PROFILE.enforce(name)
    except UnicodeEncodeError:
        return None


def around(character):
    """Return a name with a character between letters of its direction."""
    right_to_left = unicodedata.bidirectional(character) in {"R", "AL", "AN"}
    return f"\u0628\u0628{character}\u0628" if right_to_left else f"aa{character}b"


def differences(names):
    for name in names:
        expected, accepted = reference(name), username_problem(name) is None
        if accepted != (expected is not None) or (accepted and normalize(name) != expected):
            yield name, expected, accepted


@pytest.fixture(scope="module")
def letters_compared():
    """Each assigned character that the two treat differently, with PRECIS's form and our answer.

    Characters that both accept unchanged are tried together, which is faster.
    """
    assigned = (c for c in map(chr, range(0x110000)) if unicodedata.category(c) not in NONE_SUCH)
    by_letter = {}
    for _, alike in itertools.groupby(assigned, unicodedata.category):
        characters = list(alike)
        for start in range(0, len(characters), CHUNK):
            chunk = characters[start : start + CHUNK]
            together = "".join(chunk)
            if len(chunk) > 2 and reference(together) == together == normalize(together):
                chunk = [] if username_problem(together) is None else chunk
            for character in chunk:
                for _, expected, accepted in differences([around(character)]):
                    by_letter[character] = expected, accepted
    return by_letter


def test_only_letters_that_are_compared_as_others_are_accepted_in_addition(letters_compared):
    more = [
        c for c, (expected, accepted) in letters_compared.items() if accepted and expected is None
    ]

    assert len(more) > 1000
    assert [c for c in more if normalize(c) == c] == []


def test_letters_that_precis_accepts_are_accepted_but_for_greek_title_case(letters_compared):
    fewer = {c for c, (expected, accepted) in letters_compared.items() if expected and not accepted}
    letters = {c for c in fewer if c not in ASCII and unicodedata.normalize("NFKC", c) not in ASCII}

    assert {unicodedata.category(c) for c in letters} == {"Lt"}


def test_names_that_differ_in_case_folding_only_are_one_name(letters_compared):
    """PRECIS lowers the case; folding also makes "straße" and "STRASSE" one name."""
    both = {
        c: expected for c, (expected, accepted) in letters_compared.items() if accepted and expected
    }

    assert "ß" in both
    assert [c for c, expected in both.items() if normalize(expected) != normalize(around(c))] == []


@pytest.mark.parametrize("name", ["אבג", "ب٣ب", "אב-ג"])
def test_a_name_in_one_direction_is_accepted(name):
    assert reference(name)
    assert username_problem(name) is None


@pytest.mark.parametrize("name", ["aאb", "אaב", "1אב", "ב٣1ב"])
def test_a_name_that_mixes_directions_is_rejected(name):
    assert reference(name) is None
    assert username_problem(name).code == "mixed_directions"


@pytest.mark.parametrize("name", ["\u1100\u1161\u11a8나다", "한국어"])
def test_korean_syllables_are_accepted_however_they_are_composed(name):
    assert username_problem(name) is None


def test_parts_of_korean_syllables_are_rejected():
    assert username_problem("\u1100\u1100\u1100") is not None
