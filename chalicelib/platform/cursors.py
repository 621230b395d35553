"""Cursors: signed, opaque positions in a list. Each is valid for that list only."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable

from chalicelib.platform.field_errors import FieldError, InvalidFields

_PURPOSE = b"cursor"
_SIGNATURE_BYTES = 16
_MAX_LENGTH = 2048
_INVALID = FieldError("invalid_cursor", "This list has changed. Reload the page.")


def sign(position: dict[str, str], scope: str, key: bytes) -> str:
    """Return a position as a signed cursor.

    Args:
        position: the key of the last item on the page.
        scope: the list, its filters, and its owner. The cursor is valid for the same scope only.
        key: the key that signs the cursor.
    """
    payload = json.dumps(position, separators=(",", ":")).encode()
    return _encode(_signature(payload, scope, key) + payload)


def verify(cursor: str, scope: str, keys: Iterable[bytes]) -> dict[str, str]:
    """Return the position in a cursor that one of the keys signed.

    Raises:
        InvalidFields: the cursor was altered, is for another scope, or its key is retired.
    """
    try:
        raw = base64.urlsafe_b64decode(cursor[:_MAX_LENGTH] + "=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    # Base64 can encode the same bytes in several ways. Only one of them is a cursor.
    if _encode(raw) != cursor:
        raw = b""
    signature, payload = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    if not any(hmac.compare_digest(signature, _signature(payload, scope, key)) for key in keys):
        raise InvalidFields({"cursor": _INVALID})
    position: dict[str, str] = json.loads(payload)
    return position


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _signature(payload: bytes, scope: str, key: bytes) -> bytes:
    own_key = hmac.digest(key, _PURPOSE, hashlib.sha256)
    message = scope.encode() + b"\0" + payload
    return hmac.digest(own_key, message, hashlib.sha256)[:_SIGNATURE_BYTES]
