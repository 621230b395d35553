"""Rate limits: a backoff for guessing, and fixed windows for requests that many people share.

Guessing is slow, and no account is locked for good (NIST SP 800-63B-4 3.2.2, OWASP ASVS 5.0 6.3.1).
A conditional write counts an attempt before the service checks it, so a thousand requests at once
get no more attempts than a thousand in a row.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self, TypeVar

from chalicelib.identity.account import Account
from chalicelib.platform import clock, settings
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import TooManyAttempts
from chalicelib.platform.items import Read, Write
from chalicelib.sessions.keys import Keys, account_keys, session_keys
from chalicelib.sessions.rate_limit_store import (
    BackoffState,
    ConcurrentUpdate,
    RateLimitStore,
    WindowCounter,
)
from chalicelib.sessions.session import ClientContext

Record = TypeVar("Record")

_PURPOSE = "attempts"
# Each conflict means that another attempt was counted, so the attempts soon run out.
MAX_RETRIES = 10
_HOUR = timedelta(hours=1)
# RFC 6177: a customer who has one IPv6 address has its whole /64.
_IPV6_PREFIX = 64


@dataclass(frozen=True, slots=True)
class Backoff:
    """An exponential backoff: after the free attempts, each delay is twice the one before.

    Attributes:
        name: what it counts; part of the name of each counter.
        free_attempts: attempts before the first delay, which is 1 s.
        max_delay: the longest delay.
        reset_after: the time without an attempt after which the count starts again.
        key: what it limits, for example an account ID.
        windows: fixed windows that count each attempt, too.
    """

    name: str
    free_attempts: int = 5
    max_delay: timedelta = timedelta(minutes=15)
    reset_after: timedelta = timedelta(hours=24)
    key: str = ""
    windows: tuple["FixedWindow", ...] = ()

    def for_key(self, key: str, *windows: "FixedWindow") -> Self:
        """Return the backoff of one key, with fixed windows that count each attempt, too."""
        return replace(self, key=key, windows=windows)

    def delay(self, counter: BackoffState | None, now: datetime) -> int:
        """Return the seconds until the next attempt is allowed; 0 if it is allowed now."""
        if counter is None or self.has_reset(counter, now) or counter.attempts < self.free_attempts:
            return 0
        longest = int(self.max_delay.total_seconds())
        # Limit the exponent, so that a large count needs no large numbers.
        doublings = min(counter.attempts - self.free_attempts, longest.bit_length())
        ready = counter.last_at + timedelta(seconds=min(2**doublings, longest))
        return max(0, int((ready - now).total_seconds()))

    def has_reset(self, counter: BackoffState, now: datetime) -> bool:
        """Return whether the last attempt is so long ago that the count starts again."""
        return now - counter.last_at >= self.reset_after


@dataclass(frozen=True, slots=True)
class FixedWindow:
    """A maximum number of requests in each window of time.

    Attributes:
        name: what it counts; part of the name of each counter.
        limit: the number of requests in a window.
        length: the length of a window. Windows start at multiples of it since 1970.
        message: the error message if the limit is exceeded; None for the default one.
        key: what it limits, for example an account ID.
    """

    name: str
    limit: int
    length: timedelta = _HOUR
    message: str | None = None
    key: str = ""

    def for_key(self, key: str) -> Self:
        """Return the window of one key."""
        return replace(self, key=key)

    def resets_at(self, now: datetime) -> datetime:
        """Return the end of the window that contains ``now``."""
        seconds = int(self.length.total_seconds())
        return clock.from_seconds((int(now.timestamp()) // seconds + 1) * seconds)


SIGN_INS_OF_ACCOUNT = Backoff("sign-in account")
SIGN_INS_OF_DEVICE = Backoff("sign-in device")
MAILED_OFTEN = "We already sent several emails there. Check the spam folder, or try again later."
CHANGED_OFTEN = "You’ve changed this too many times."


def sign_in(account: str, address: str) -> Backoff:
    """Return the backoff of a sign-in from a device that isn't trusted.

    Args:
        account: the account's id, or the decoy id of an unknown login name.
        address: the client's IP address.
    """
    window = FixedWindow("sign-in address", settings.current().sign_in_tries_per_address)
    return SIGN_INS_OF_ACCOUNT.for_key(account, window.for_key(rate_limit_prefix(address)))


def rate_limit_prefix(address: str) -> str:
    """Return the part of an IP address that limits apply to: IPv4 whole, IPv6 its /64."""
    import ipaddress  # only where something is counted

    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    number = int(known) >> (known.max_prefixlen - _IPV6_PREFIX)
    return str(ipaddress.IPv6Address(number << (known.max_prefixlen - _IPV6_PREFIX)))


class RateLimiter:
    """Counts attempts and requests, and rejects those over a limit."""

    def __init__(self, store: RateLimitStore, keys: Keys) -> None:
        """Use a store, and the keys that hide the names of counters in it."""
        self._store = store
        self._keys = keys

    def hit(self, window: FixedWindow, now: datetime) -> None:
        """Count a request in a window.

        Raises:
            TooManyAttempts: the limit is exceeded; nothing was counted.
        """
        self._store.hit(self._window_counter(window, now))

    def hit_all(self, windows: Sequence[FixedWindow], now: datetime) -> None:
        """Count a request in all of these windows, or in none.

        Raises:
            TooManyAttempts: one of the limits is exceeded; nothing was counted.
        """
        self._store.hit_all([self._window_counter(window, now) for window in windows])

    def hit_write(self, window: FixedWindow, now: datetime) -> Write:
        """Return the write that counts a request together with the other writes of a transaction.

        Its condition raises TooManyAttempts.
        """
        return self._store.hit_write(self._window_counter(window, now))

    def reset_sign_ins_write(self, account: str) -> Write:
        """Return the write that resets the backoff for sign-ins to an account.

        A new password needs it: attempts to guess the old password don't count for the new one.
        """
        return self._store.delete_write(self._counter_name(SIGN_INS_OF_ACCOUNT.name, account))

    def claim(
        self, backoff: Backoff, now: datetime, extra_read: Read[Record]
    ) -> tuple[Record | None, tuple[Write, ...]]:
        """Count an attempt before it is made.

        Args:
            backoff: the backoff, and the windows that count the attempt, too.
            now: the time of the attempt.
            extra_read: another item to read in the same round trip as the counter.

        Returns:
            The other item, and the writes that refund the attempt if it succeeds. They reset the
            backoff, and take one off each window.

        Raises:
            TooManyAttempts: a limit is exceeded; nothing was counted.
        """
        read = self._store.get_with([self._backoff_name(backoff)], extra_read)
        [counter], record = read
        return record, self._claim(backoff, counter, now)

    def claim_sign_in(
        self, account_id: str, context: ClientContext, account_read: Read[Account]
    ) -> tuple[Account | None, tuple[Write, ...]]:
        """Count an attempt to enter an account's password before the password is verified.

        A trusted device has a counter of its own instead of those of the account and the address,
        so that a stranger's attempts don't delay the owner. The account says whether the device is
        trusted. So both counters are read along with the account, and an attempt takes the same
        number of round trips on a device that isn't trusted any more as on any other.

        Args:
            account_id: the account ID, or the decoy ID of an unknown login name.
            context: the client's time, address, and trusted device.
            account_read: the read of the account.

        Returns:
            The account, and the writes that refund the attempt; see :meth:`claim`.

        Raises:
            TooManyAttempts: a limit is exceeded; nothing was counted.
        """
        strangers, device = sign_in(account_id, context.address), context.trusted_device
        if device is None or device.account_id != account_id:
            return self.claim(strangers, context.at, account_read)
        own = SIGN_INS_OF_DEVICE.for_key(device.id)
        names = [self._backoff_name(own), self._backoff_name(strangers)]
        read = self._store.get_with(names, account_read)
        [owns, others], account = read
        if account and device.is_trusted_by(account):
            return account, self._claim(own, owns, context.at)
        return account, self._claim(strangers, others, context.at)

    def _claim(
        self, backoff: Backoff, counter: BackoffState | None, now: datetime
    ) -> tuple[Write, ...]:
        """Count an attempt whose counter was read. Return the writes that refund it."""
        name = self._backoff_name(backoff)
        counters = [self._window_counter(window, now) for window in backoff.windows]
        for _ in range(MAX_RETRIES):
            if seconds := backoff.delay(counter, now):
                raise TooManyAttempts(seconds)
            before = 0 if counter is None or backoff.has_reset(counter, now) else counter.attempts
            claimed = BackoffState(before + 1, now)
            try:
                self._store.claim(name, counter, claimed, now + backoff.reset_after, counters)
            except ConcurrentUpdate:
                counter = self._store.get(name)
            else:
                return self._store.refund(name, counters)
        raise TooManyAttempts(1)

    def _backoff_name(self, backoff: Backoff) -> str:
        return self._counter_name(backoff.name, backoff.key)

    def _window_counter(self, window: FixedWindow, now: datetime) -> WindowCounter:
        resets_at = window.resets_at(now)
        return WindowCounter(
            name=self._counter_name(window.name, f"{window.key} until {clock.to_text(resets_at)}"),
            limit=window.limit,
            expires_at=resets_at + window.length,
            on_exceeded=lambda: TooManyAttempts(
                int((resets_at - now).total_seconds()), window.message
            ),
        )

    def _counter_name(self, *what: str) -> str:
        """Return the name of a counter: a keyed hash, which reveals nothing about what it counts.

        People type passwords as login names, and there are few enough IP addresses to try them
        all, so a hash without a key would hide neither.
        """
        key = self._keys.derived_key(_PURPOSE)
        return hmac.new(key, "\0".join(what).encode(errors="replace"), hashlib.sha256).hexdigest()


def rate_limiter() -> RateLimiter:
    """Return the rate limiter of accounts: its counters' names take the account secret."""
    return RateLimiter(RateLimitStore(database()), account_keys())


def shared_rate_limiter() -> RateLimiter:
    """Return the rate limiter of the other functions, which can't name a counter of accounts."""
    return RateLimiter(RateLimitStore(database()), session_keys())
