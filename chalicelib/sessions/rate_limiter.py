"""Rate limits: an exponential backoff for attempts to guess, and fixed windows for other requests.

A backoff delays an attacker who guesses passwords or codes, and never locks an account for good
(NIST SP 800-63B-4 3.2.2, OWASP ASVS 5.0 6.3.1). Each attempt is counted before its result is used,
by a write that fails if another attempt was counted in between. So parallel requests allow no more
guesses than requests one after another.

A policy says what is allowed. ``for_subject`` applies it to a *subject*: one account, IP address,
or device. If an attempt turns out to be legitimate, such as a sign-in with the right password, it
is *refunded*: its counters are reset or decremented, in the transaction that stores the result.
"""

import hashlib
import hmac
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from chalicelib.identity.account import Account
from chalicelib.identity.account_repository import LoginReads
from chalicelib.identity.credentials import with_credentials
from chalicelib.platform import clock, settings
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import TooManyAttempts
from chalicelib.platform.items import Read, Write
from chalicelib.platform.languages import N_
from chalicelib.platform.threads import run_concurrently
from chalicelib.sessions.ip_networks import limited_networks
from chalicelib.sessions.keys import KeySource, account_keys, session_keys
from chalicelib.sessions.rate_limit_store import (
    BackoffState,
    ConcurrentUpdate,
    RateLimitStore,
    WindowCounter,
)
from chalicelib.sessions.session import ClientContext

ItemT = TypeVar("ItemT")
VerifiedT = TypeVar("VerifiedT")

_HMAC_KEY_PURPOSE = "attempts"
# Each conflict means that another attempt was counted, so the backoff soon rejects the request.
_MAX_UPDATE_ATTEMPTS = 10
_HOUR = timedelta(hours=1)
# A carrier gives each phone a /64 of its own, so many honest people can share a /48.
_IPV6_SITE_LIMIT_MULTIPLIER = 10


@dataclass(frozen=True, slots=True)
class BackoffPolicy:
    """A policy of exponential backoff: after the free attempts, each delay is twice the last.

    Attributes:
        name: a name for what it counts.
        free_attempts: the number of attempts before the first delay, which is 1 s.
        max_delay: the longest delay.
        reset_after: the time without an attempt after which the count starts again.
    """

    name: str
    free_attempts: int = 5
    max_delay: timedelta = timedelta(minutes=15)
    reset_after: timedelta = timedelta(hours=24)

    def for_subject(self, subject: str, *windows: "SubjectWindow") -> "SubjectBackoff":
        """Return the backoff of a subject, with fixed windows that also count each attempt."""
        return SubjectBackoff(self, subject, windows)

    def remaining_delay(self, state: BackoffState | None, now: datetime) -> int:
        """Return the seconds until the next attempt is allowed, rounded up; 0 if it is allowed."""
        if state is None or self.is_expired(state, now) or state.attempts < self.free_attempts:
            return 0
        max_seconds = int(self.max_delay.total_seconds())
        # Cap the exponent, so that a large count can't produce a huge number.
        exponent = min(state.attempts - self.free_attempts, max_seconds.bit_length())
        allowed_at = state.last_attempt_at + timedelta(seconds=min(2**exponent, max_seconds))
        return max(0, _seconds_between(now, allowed_at))

    def is_expired(self, state: BackoffState, now: datetime) -> bool:
        """Return whether the last attempt is so long ago that the count starts again."""
        return now - state.last_attempt_at >= self.reset_after


@dataclass(frozen=True, slots=True)
class SubjectBackoff:
    """The backoff of a subject.

    Attributes:
        policy: the policy.
        subject: whose attempts it counts, for example an account ID.
        windows: fixed windows that also count each attempt.
    """

    policy: BackoffPolicy
    subject: str
    windows: tuple["SubjectWindow", ...] = ()


@dataclass(frozen=True, slots=True)
class FixedWindowPolicy:
    """A policy that limits the number of requests in each window of time.

    Attributes:
        name: a name for what it counts.
        limit: the largest number of requests in a window.
        length: the length of a window. Windows are aligned to multiples of it since the Unix epoch.
        message: the error message if the limit is exceeded; None for the default message.
    """

    name: str
    limit: int
    length: timedelta = _HOUR
    message: str | None = None

    def for_subject(self, subject: str) -> "SubjectWindow":
        """Return the window of a subject."""
        return SubjectWindow(self, subject)

    def resets_at(self, now: datetime) -> datetime:
        """Return the end of the window that contains ``now``."""
        seconds = int(self.length.total_seconds())
        return clock.from_seconds((int(now.timestamp()) // seconds + 1) * seconds)


SIGN_INS_PER_ACCOUNT = BackoffPolicy("sign-in account")
SIGN_INS_PER_DEVICE = BackoffPolicy("sign-in device")
TOO_MANY_EMAILS_MESSAGE = N_(
    "We already sent several emails there. Check the spam folder, or try again later."
)
TOO_MANY_CHANGES_MESSAGE = N_("You’ve changed this too many times.")


@dataclass(frozen=True, slots=True)
class SubjectWindow:
    """The fixed window of a subject.

    Attributes:
        policy: the policy.
        subject: whose requests it counts, for example an account ID.
    """

    policy: FixedWindowPolicy
    subject: str


def sign_in_backoff(account_id: str, address: str) -> SubjectBackoff:
    """Return the backoff of a sign-in from a device that isn't trusted.

    Args:
        account_id: the account ID, or the decoy ID of an unknown login name.
        address: the client's IP address.
    """
    limit = settings.current().sign_in_tries_per_address
    return SIGN_INS_PER_ACCOUNT.for_subject(
        account_id, *address_windows("sign-in address", limit, address)
    )


def address_windows(name: str, limit: int, address: str) -> tuple[SubjectWindow, ...]:
    """Return the windows that limit the requests from an IP address.

    A request from an IPv6 address counts for the customer's /64, and also for the site's /48, which
    has ten times the limit. Without the latter, a site could use the limit of each /64 it has.

    Args:
        name: a name for what they count.
        limit: the largest number of requests an hour from one address, or one /64.
        address: the IP address.
    """
    customer_network, *site_networks = limited_networks(address)
    site_policy = FixedWindowPolicy(name, limit * _IPV6_SITE_LIMIT_MULTIPLIER)
    return FixedWindowPolicy(name, limit).for_subject(customer_network), *map(
        site_policy.for_subject, site_networks
    )


def _reject_if_delayed(policy: BackoffPolicy, state: BackoffState | None, now: datetime) -> None:
    if seconds := policy.remaining_delay(state, now):
        raise TooManyAttempts(seconds)


def _reject_if_limit_reached(
    counters: Sequence[WindowCounter], counts: Sequence[int | None]
) -> None:
    for counter, count in zip(counters, counts, strict=True):
        if count is not None and count >= counter.limit:
            raise counter.on_limit_exceeded()


def _seconds_between(start: datetime, end: datetime) -> int:
    """Return the seconds from start to end, rounded up.

    So a client that waits this long is never a fraction of a second early.
    """
    return math.ceil((end - start).total_seconds())


class RateLimiter:
    """Counts attempts and requests, and rejects those over a limit."""

    def __init__(self, store: RateLimitStore, keys: KeySource) -> None:
        """Create a limiter with a store, and the keys of its counters' names."""
        self._store = store
        self._keys = keys

    def count_request(self, window: SubjectWindow, now: datetime) -> None:
        """Count a request in a window.

        Raises:
            TooManyAttempts: the limit is exceeded; nothing was counted.
        """
        self._store.increment(self._window_counter(window, now))

    def count_request_in_windows(self, windows: Sequence[SubjectWindow], now: datetime) -> None:
        """Count a request in all of these windows, or in none.

        Raises:
            TooManyAttempts: one of the limits is exceeded; nothing was counted.
        """
        if len(windows) == 1:
            # A transaction costs twice as much.
            self._store.increment(self._window_counter(windows[0], now))
        else:
            self._store.increment_all([self._window_counter(window, now) for window in windows])

    def count_request_write(self, window: SubjectWindow, now: datetime) -> Write:
        """Return the write that counts a request in a transaction with other writes.

        The transaction raises TooManyAttempts if the limit is exceeded.
        """
        return self._store.increment_write(self._window_counter(window, now))

    def refund_request_write(self, window: SubjectWindow, now: datetime) -> Write:
        """Return the write that subtracts a request that was counted at ``now``."""
        return self._store.decrement_write(self._window_counter(window, now))

    def reset_sign_in_backoff_write(self, account_id: str) -> Write:
        """Return the write that resets the backoff for sign-ins to an account.

        Used when the password changes: guesses of the old one don't count for the new one.
        """
        return self._store.delete_write(self._counter_name(SIGN_INS_PER_ACCOUNT.name, account_id))

    def count_attempt_and_read(
        self, backoff: SubjectBackoff, now: datetime, item_read: Read[ItemT]
    ) -> tuple[ItemT | None, tuple[Write, ...]]:
        """Count an attempt before the service verifies it.

        Args:
            backoff: the backoff, with the windows that also count the attempt.
            now: the time of the attempt.
            item_read: another item to read in the same round trip as the counter.

        Returns:
            The other item, and the writes that refund the attempt if it succeeds: they reset the
            backoff, and subtract one from each window.

        Raises:
            TooManyAttempts: a limit is exceeded; nothing was counted.
        """
        [state], [item] = self._store.get_backoff_states_and_items(
            [self._backoff_counter_name(backoff)], [item_read]
        )
        return item, self._count_attempt_or_reject(backoff, state, now)

    def verify_sign_in_within_limits(
        self,
        account_id: str,
        context: ClientContext,
        login_reads: LoginReads,
        verify_password: Callable[[Account | None], VerifiedT],
    ) -> tuple[VerifiedT, tuple[Write, ...]]:
        """Count an attempt to enter an account's password while the password is verified.

        If the attempt can't be counted, this function raises an error that is the same for a right
        and a wrong password. A trusted device has its own counter, instead of those of the account
        and the IP address, so that a stranger's attempts don't delay the owner. The account decides
        whether the device is still trusted, so its counter is read together with the account: every
        attempt takes the same number of round trips.

        Args:
            account_id: the account ID, or the decoy ID of an unknown login name.
            context: the client's time, address, and trusted device.
            login_reads: the reads of the account and its credentials.
            verify_password: gets the account with its credentials, or None if there is none;
                verifies the password, without calling another service.

        Returns:
            What ``verify_password`` returned, and the writes that refund the attempt; see
            :meth:`count_attempt_and_read`.

        Raises:
            TooManyAttempts: a limit is exceeded; nothing was counted.
            Exception: what ``verify_password`` raised; the attempt is counted.
        """
        now, device = context.received_at, context.trusted_device
        backoffs = [sign_in_backoff(account_id, context.address)]
        if device and device.account_id == account_id:
            backoffs.append(SIGN_INS_PER_DEVICE.for_subject(device.id))
        windows = [self._window_counter(window, now) for window in backoffs[0].windows]
        states, [account, credentials, *window_counts] = self._store.get_backoff_states_and_items(
            [self._backoff_counter_name(backoff) for backoff in backoffs],
            [
                *(login_reads.account, login_reads.credentials),
                *map(self._store.window_count_read, windows),
            ],
        )
        if account:
            account = with_credentials(account, credentials)
        is_trusted = account and device and device.is_trusted_by(account)
        backoff, state = list(zip(backoffs, states, strict=True))[-1 if is_trusted else 0]
        # Both are checked before the password is hashed, which is expensive.
        _reject_if_delayed(backoff.policy, state, now)
        if backoff.windows:
            _reject_if_limit_reached(windows, window_counts)
        refund_writes, verified = run_concurrently(
            lambda: self._count_attempt_or_reject(backoff, state, now),
            lambda: verify_password(account),
        )
        return verified, refund_writes

    def _count_attempt_or_reject(
        self, backoff: SubjectBackoff, state: BackoffState | None, now: datetime
    ) -> tuple[Write, ...]:
        """Count an attempt, given the state of its backoff. Return the writes that refund it."""
        name, policy = self._backoff_counter_name(backoff), backoff.policy
        window_counters = [self._window_counter(window, now) for window in backoff.windows]
        for _ in range(_MAX_UPDATE_ATTEMPTS):
            _reject_if_delayed(policy, state, now)
            attempts = 0 if state is None or policy.is_expired(state, now) else state.attempts
            new_state = BackoffState(attempts + 1, now)
            try:
                self._store.record_attempt(
                    name, state, new_state, now + policy.reset_after, window_counters
                )
            except ConcurrentUpdate:
                state = self._store.get_backoff_state(name)
            else:
                return self._store.reset_and_refund_writes(name, window_counters)
        raise TooManyAttempts(1)

    def _backoff_counter_name(self, backoff: SubjectBackoff) -> str:
        return self._counter_name(backoff.policy.name, backoff.subject)

    def _window_counter(self, window: SubjectWindow, now: datetime) -> WindowCounter:
        policy = window.policy
        resets_at = policy.resets_at(now)
        return WindowCounter(
            name=self._counter_name(
                policy.name, f"{window.subject} until {clock.to_text(resets_at)}"
            ),
            limit=policy.limit,
            expires_at=resets_at + policy.length,
            on_limit_exceeded=lambda: TooManyAttempts(
                _seconds_between(now, resets_at), policy.message, limit_name=policy.name
            ),
        )

    def _counter_name(self, *parts: str) -> str:
        """Return the name of a counter: an HMAC, which reveals nothing about what it counts.

        A hash without a key would not be enough: people sometimes type a password as the login
        name, and an attacker can try all IP addresses.
        """
        hmac_key = self._keys.derived_key(_HMAC_KEY_PURPOSE)
        message = "\0".join(parts).encode(errors="replace")
        return hmac.new(hmac_key, message, hashlib.sha256).hexdigest()


def rate_limiter_with_account_keys() -> RateLimiter:
    """Return the rate limiter of functions that hold the account keys."""
    return RateLimiter(RateLimitStore(database()), account_keys())


def rate_limiter_with_session_keys() -> RateLimiter:
    """Return the rate limiter of functions without access to the account keys."""
    return RateLimiter(RateLimitStore(database()), session_keys())
