"""The keys that sign session tokens, and the long-lived keys of accounts.

Two secrets have one format, JSON: ``{"keys": [{"kid", "secret", "signsFrom"}], "lasting"}``, each
secret 32 random bytes in URL-safe base 64. The newest key whose ``signsFrom`` has passed signs; all
keys verify. A new key reaches every function before any token needs it (OWASP ASVS 5.0 13.3.1,
RFC 8725 3.5).

``lasting`` is for values that must survive a rotation: authenticator secrets, the cookies of
trusted devices, which are valid for a year, and the names of counters. Each use derives its own key
from it.

Only the function ``accounts`` reads the account secret. The signing secret, for the other functions
that authenticate requests, has the same ``keys`` and another ``lasting``: a hash of the account
secret's, from which no key of ``accounts`` can be derived. So each function reads one secret only.
"""

import base64
import contextlib
import functools
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from chalicelib.platform import clock, secrets_manager, settings
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.platform.identifiers import new_identifier

KEY_BYTES = 32
ACCOUNTS = "accounts"
_SHARED = "shared"
# The longest time that a function uses cached keys, and the shortest between two fetches for an
# unknown key id, so that forged key ids can't cause endless fetches.
CACHE_SECONDS = 300
REFETCH_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Key:
    """One signing key."""

    identifier: str
    secret: bytes = field(repr=False)
    signs_from: datetime


class KeySource(Protocol):
    """What derives the key with which the names of counters are hashed."""

    def derived_key(self, purpose: str) -> bytes:
        """Return the key of a purpose."""


class Keys:
    """The session keys, fetched when needed and cached for at most five minutes."""

    def __init__(
        self, fetch: Callable[[], str], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Use a function that fetches the secret's text, and a clock in seconds."""
        self._fetch = fetch
        self._monotonic = monotonic
        self._keys: tuple[Key, ...] = ()
        self._permanent_secret = b""
        self._fetched_at = self._asked_again_at = float("-inf")
        self._lock = threading.Lock()

    def signing_key(self, now: datetime) -> Key:
        """Return the key that signs now.

        Raises:
            ServiceUnavailable: no key is active.
        """
        ready = [key for key in self.all() if key.signs_from <= now]
        if not ready:
            raise ServiceUnavailable(cause="no session key is active yet")
        return max(ready, key=lambda key: key.signs_from)

    def verification_key(self, identifier: str) -> Key | None:
        """Return the key with an id; refetch if the id is unknown; None if no key has it.

        Raises:
            ServiceUnavailable: the keys can't be fetched.
        """
        key = self._named(identifier, self.all())
        if key is not None:
            return key
        # The cached keys are valid: if the fetch fails, report the key id as unknown.
        with contextlib.suppress(ServiceUnavailable):
            return self._named(identifier, self._fetched_within(REFETCH_SECONDS))
        return None

    def all(self) -> tuple[Key, ...]:
        """Return every key that verifies tokens.

        Raises:
            ServiceUnavailable: the keys can't be fetched.
        """
        return self._fetched_within(CACHE_SECONDS)

    def derived_key(self, purpose: str) -> bytes:
        """Return the key of a purpose, which a rotation of session keys doesn't change.

        Raises:
            ServiceUnavailable: the keys can't be fetched, or the long-lived secret is missing.
        """
        self.all()
        if len(self._permanent_secret) < KEY_BYTES:
            raise ServiceUnavailable(cause="the long-lived secret is missing or too short")
        return hmac.digest(self._permanent_secret, purpose.encode(), hashlib.sha256)

    def _fetched_within(self, seconds: float) -> tuple[Key, ...]:
        with self._lock:
            now = self._monotonic()
            if now - self._fetched_at >= seconds:
                if now - self._asked_again_at < REFETCH_SECONDS and self._is_fresh(now):
                    return self._keys
                self._asked_again_at = now
                text = self._fetch()
                self._keys, self._permanent_secret = parse(text), parse_permanent_secret(text)
                self._fetched_at = now
            return self._keys

    def _is_fresh(self, now: float) -> bool:
        return now - self._fetched_at < CACHE_SECONDS

    @staticmethod
    def _named(identifier: str, keys: tuple[Key, ...]) -> Key | None:
        return next((key for key in keys if key.identifier == identifier), None)


@functools.cache
def account_keys() -> Keys:
    """Return the keys in the account secret, which only the function ``accounts`` may read."""
    return Keys(lambda: secrets_manager.fetch(settings.current().account_secret_name))


@functools.cache
def session_keys() -> Keys:
    """Return the keys that sign sessions and cursors, as this process's function reads them."""
    if settings.current().function == ACCOUNTS:
        return account_keys()
    return Keys(lambda: secrets_manager.fetch(settings.current().signing_secret_name))


def prefetch() -> None:
    """Start to fetch the session keys in a thread, while the function imports the rest of its code.

    The first request waits for the thread. If the thread fails, the request fetches the keys.
    """
    threading.Thread(target=_fill, args=[session_keys()], daemon=True).start()


def _fill(keys: Keys) -> None:
    with contextlib.suppress(ServiceUnavailable):
        keys.all()


def parse(text: str) -> tuple[Key, ...]:
    """Read the secret's text.

    Raises:
        ServiceUnavailable: it contains no keys, or weak ones.
    """
    try:
        keys = tuple(map(_parse_key, json.loads(text)["keys"]))
    except (ValueError, TypeError, KeyError):
        raise ServiceUnavailable(cause="the session keys can't be read") from None
    if not keys or any(len(key.secret) < KEY_BYTES for key in keys):
        raise ServiceUnavailable(cause="the session keys are missing or too short")
    return keys


def parse_permanent_secret(text: str) -> bytes:
    """Read the long-lived secret from the secret's text; empty if it is missing.

    Raises:
        ServiceUnavailable: it can't be read.
    """
    try:
        return base64.urlsafe_b64decode(json.loads(text).get("lasting", ""))
    except (ValueError, TypeError, AttributeError):
        raise ServiceUnavailable(cause="the long-lived secret can't be read") from None


def new_key(signs_from: datetime) -> Key:
    """Return a new random key that signs from a given time on."""
    return Key(new_identifier(), secrets.token_bytes(KEY_BYTES), signs_from)


def to_text(keys: Iterable[Key], permanent_secret: bytes) -> str:
    """Return the secret's text, as :func:`parse` and :func:`parse_permanent_secret` read it."""
    items = [
        {
            "kid": key.identifier,
            "secret": _encode(key.secret),
            "signsFrom": clock.to_text(key.signs_from),
        }
        for key in keys
    ]
    return json.dumps({"keys": items, "lasting": _encode(permanent_secret)})


def new_secret(now: datetime) -> str:
    """Return a new secret's text: a random key that signs at once, and a long-lived secret."""
    return to_text([new_key(now)], new_permanent_secret())


def shared_text(account_secret: str) -> str:
    """Return the signing secret's text that goes with an account secret's.

    Raises:
        ServiceUnavailable: the account secret has no valid keys or no valid long-lived secret.
    """
    permanent_secret = Keys(lambda: account_secret).derived_key(_SHARED)
    return to_text(parse(account_secret), permanent_secret)


def new_permanent_secret() -> bytes:
    """Return a new random long-lived secret, from which keys are derived."""
    return secrets.token_bytes(KEY_BYTES)


def _encode(secret: bytes) -> str:
    return base64.urlsafe_b64encode(secret).decode()


def _parse_key(item: dict[str, Any]) -> Key:
    secret = base64.urlsafe_b64decode(item["secret"])
    return Key(str(item["kid"]), secret, clock.from_text(item["signsFrom"]))
