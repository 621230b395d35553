"""Cursors: where a list goes on, opaque and signed, of use in that list only."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable

from chalicelib.platform.errors import InvalidFields

_PURPOSE = b"cursor"
_SIGNATURE_BYTES = 16
_LONGEST = 2048


def seal(position: dict[str, str], scope: str, key: bytes) -> str:
    """Write a position as a cursor.

    Args:
        position: the key of the last item seen.
        scope: the list, its filters and whose it is; the cursor works for the same scope only.
        key: the secret that signs it.
    """
    payload = json.dumps(position, separators=(",", ":")).encode()
    return _write(_sign(payload, scope, key) + payload)


def open_sealed(cursor: str, scope: str, keys: Iterable[bytes]) -> dict[str, str]:
    """Read the position that a cursor holds, trying each of the keys.

    Raises:
        InvalidFields: it was altered, belongs to another scope, or its key has gone.
    """
    try:
        raw = base64.urlsafe_b64decode(cursor[:_LONGEST] + "=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    # Base 64 has several ways to write the same bytes; a cursor has one.
    if _write(raw) != cursor:
        raw = b""
    signature, payload = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    if not any(hmac.compare_digest(signature, _sign(payload, scope, key)) for key in keys):
        raise InvalidFields({"cursor": "This list has changed. Reload the page."})
    position: dict[str, str] = json.loads(payload)
    return position


def _write(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _sign(payload: bytes, scope: str, key: bytes) -> bytes:
    own_key = hmac.digest(key, _PURPOSE, hashlib.sha256)
    message = scope.encode() + b"\0" + payload
    return hmac.digest(own_key, message, hashlib.sha256)[:_SIGNATURE_BYTES]
