"""A client for the Pwned Passwords range API of Have I Been Pwned: passwords from data breaches.

The request contains five hexadecimal digits of the hash. The response contains the rest of several
hundred hashes, so the API never learns the password (haveibeenpwned.com/API/v3).
"""

import re
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from chalicelib.platform import settings
from chalicelib.platform.errors import ServiceUnavailable

if TYPE_CHECKING:
    from http.client import HTTPResponse

HASH_PREFIX_LENGTH = 5
TIMEOUT_SECONDS = 1.5
# A padded response is about 40 kB.
_MAX_RESPONSE_BYTES = 1024 * 1024
_READ_SIZE_BYTES = 16 * 1024
_RESPONSE_LINE_PATTERN = re.compile(r"([0-9A-F]{35}):([0-9]{1,12})")


def fetch_breached_hash_suffixes(prefix: str) -> frozenset[str]:
    """Return the remaining digits of the SHA-1 hashes that begin with a prefix, in uppercase.

    Args:
        prefix: the first five hexadecimal digits, in uppercase.

    Raises:
        ServiceUnavailable: the API is unavailable, or its response is invalid.
    """
    lines = _fetch_range(prefix).decode("utf-8-sig", "replace").split()
    matches = [_RESPONSE_LINE_PATTERN.fullmatch(line) for line in lines]
    # Every prefix has breached hashes, so an empty response is invalid.
    if not matches or None in matches:
        raise ServiceUnavailable(cause="breached passwords: invalid response")
    # Padding lines have a count of 0.
    return frozenset(match[1] for match in matches if match and int(match[2]))


def _fetch_range(prefix: str) -> bytes:
    import http.client
    from urllib.parse import urlsplit

    url = urlsplit(settings.current().breached_passwords_url)
    is_https = url.scheme == "https"
    connection_class = http.client.HTTPSConnection if is_https else http.client.HTTPConnection
    connection = connection_class(url.netloc, timeout=TIMEOUT_SECONDS)
    # Padding hides the prefix, which the response's size would reveal on the network.
    headers = {"Add-Padding": "true", "User-Agent": settings.APPLICATION}
    try:
        connection.request("GET", f"{url.path}/range/{prefix}", headers=headers)
        response = connection.getresponse()
        if response.status != HTTPStatus.OK:
            raise ServiceUnavailable(cause=f"breached passwords: {response.status}")
        return b"".join(_read_body_within_limits(response))
    except (OSError, http.client.HTTPException) as error:
        raise ServiceUnavailable(cause=f"breached passwords: {type(error).__name__}") from error
    finally:
        connection.close()


def _read_body_within_limits(response: "HTTPResponse") -> Iterator[bytes]:
    """Yield the body in chunks. Stop if it takes too long or is too large."""
    # The timeout of the connection applies to each chunk, the deadline to the whole body.
    deadline, size = time.monotonic() + TIMEOUT_SECONDS, 0
    while chunk := response.read1(_READ_SIZE_BYTES):
        size += len(chunk)
        if size > _MAX_RESPONSE_BYTES or time.monotonic() > deadline:
            raise ServiceUnavailable(cause="breached passwords: response too large or too slow")
        yield chunk
