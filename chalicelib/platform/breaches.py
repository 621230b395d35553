"""Passwords that are known from breaches, as Have I Been Pwned's range query tells them.

Five hexadecimal digits of a hash go out and the rest of some hundreds of hashes comes back, so
that nobody there learns which password is meant (haveibeenpwned.com/API/v3, Pwned Passwords).
"""

import re
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from chalicelib.platform import settings
from chalicelib.platform.errors import Unavailable

if TYPE_CHECKING:
    from http.client import HTTPResponse

PREFIX_DIGITS = 5
TIMEOUT_SECONDS = 1.5
# A padded answer is about 40 kB.
_LARGEST_ANSWER = 1024 * 1024
_CHUNK = 16 * 1024
_LINE = re.compile(r"([0-9A-F]{35}):([0-9]{1,12})")


def suffixes(prefix: str) -> frozenset[str]:
    """Return how the SHA-1 hashes of breached passwords that begin so go on, in capitals.

    Args:
        prefix: the first five hexadecimal digits, in capitals.

    Raises:
        Unavailable: it cannot be had, or it is no such list.
    """
    lines = _fetch(prefix).decode("utf-8-sig", "replace").split()
    found = [_LINE.fullmatch(line) for line in lines]
    # The service has passwords under each of the prefixes there are: nothing at all is no answer.
    if not found or None in found:
        raise Unavailable(cause="breached passwords: nonsense")
    # Padding counts nothing.
    return frozenset(match[1] for match in found if match and int(match[2]))


def _fetch(prefix: str) -> bytes:
    import http.client
    from urllib.parse import urlsplit

    url = urlsplit(settings.current().breached_passwords_url)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.netloc, timeout=TIMEOUT_SECONDS)
    # Padding keeps the answer's size from telling the prefix to whoever watches the line.
    headers = {"Add-Padding": "true", "User-Agent": settings.APPLICATION}
    try:
        connection.request("GET", f"{url.path}/range/{prefix}", headers=headers)
        answer = connection.getresponse()
        if answer.status != HTTPStatus.OK:
            raise Unavailable(cause=f"breached passwords: {answer.status}")
        return b"".join(_read(answer))
    except (OSError, http.client.HTTPException) as error:
        raise Unavailable(cause=f"breached passwords: {type(error).__name__}") from error
    finally:
        connection.close()


def _read(answer: "HTTPResponse") -> Iterator[bytes]:
    """Yield the body in pieces, as long as it is neither late nor large."""
    # A timeout of the connection is for each piece; this one is for them all.
    late, size = time.monotonic() + TIMEOUT_SECONDS, 0
    while piece := answer.read1(_CHUNK):
        size += len(piece)
        if size > _LARGEST_ANSWER or time.monotonic() > late:
            raise Unavailable(cause="breached passwords: too much or too late")
        yield piece
