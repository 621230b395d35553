"""Cursors."""

import base64
import hashlib
import hmac
import json

import pytest

from chalicelib.platform import cursors
from chalicelib.platform.field_errors import InvalidFields

KEY, OTHER = b"k" * 32, b"o" * 32
POSITION = {"userId": "river", "id": "01"}


def test_a_cursor_contains_its_position():
    sealed = cursors.sign(POSITION, "sessions river", KEY)

    assert cursors.verify(sealed, "sessions river", [OTHER, KEY]) == POSITION


def test_a_cursor_needs_no_encoding_in_a_url():
    assert cursors.sign(POSITION, "s", KEY).replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("scope", ["sessions sky", "sessions", "", "sessions river\0"])
def test_a_cursor_of_another_scope_is_rejected(scope):
    with pytest.raises(InvalidFields):
        cursors.verify(cursors.sign(POSITION, "sessions river", KEY), scope, [KEY])


def test_a_cursor_with_a_removed_key_is_rejected():
    with pytest.raises(InvalidFields):
        cursors.verify(cursors.sign(POSITION, "s", KEY), "s", [OTHER])


def test_changing_any_character_invalidates_a_cursor():
    sealed = cursors.sign(POSITION, "s", KEY)
    for place, character in enumerate(sealed):
        altered = sealed[:place] + ("B" if character == "A" else "A") + sealed[place + 1 :]
        for other in (altered, sealed + "=", sealed + "A", sealed.replace("-", "+") + "+"):
            with pytest.raises(InvalidFields):
                cursors.verify(other, "s", [KEY])


@pytest.mark.parametrize("nonsense", ["", "A", "é", "AAAA", "=" * 8, "A" * 5000, "a b", "a+b/"])
def test_nonsense_is_rejected(nonsense):
    with pytest.raises(InvalidFields):
        cursors.verify(nonsense, "s", [KEY])


def test_a_cursor_is_not_signed_with_the_key_itself():
    payload = json.dumps(POSITION, separators=(",", ":")).encode()
    signature = hmac.digest(KEY, b"s\0" + payload, hashlib.sha256)[:16]
    forged = base64.urlsafe_b64encode(signature + payload).decode().rstrip("=")

    with pytest.raises(InvalidFields):
        cursors.verify(forged, "s", [KEY])
