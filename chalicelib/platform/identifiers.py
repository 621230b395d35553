"""Identifiers of accounts and sessions: unique without coordination, and sorted by time.

Random numbers and hashes come with OpenSSL, which is imported only to create an identifier: signing
out only checks whether a text could be one.
"""

import base64
import re
import time

# Crockford's base 32 has no characters that people confuse when they say or read them.
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHARACTERS = 26
_RANDOM_BITS = 80
PATTERN = "[A-Za-z0-9_-]{1,64}"
EXAMPLE = "01KAPZ5J8QV6M3T9XW2RDN4C7E"
_SHAPE = re.compile(PATTERN)


def new_identifier() -> str:
    """Return a ULID: 48 bits of milliseconds, then 80 random bits, in Crockford's base 32.

    Identifiers sort as text in the order in which they were made, to the millisecond.
    """
    import secrets

    number = time.time_ns() // 1_000_000 << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
    return "".join(CROCKFORD[number >> 5 * place & 31] for place in reversed(range(_CHARACTERS)))


def derived_identifier(*parts: str) -> str:
    """Return the identifier derived from these texts, as long as the others, in random order."""
    import hashlib

    # A NUL between the parts makes ("a", "bc") differ from ("ab", "c").
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return base64.b32hexencode(digest).decode()[:_CHARACTERS]


def is_identifier(text: str) -> bool:
    """Return whether a text has the format of an identifier."""
    return _SHAPE.fullmatch(text) is not None
