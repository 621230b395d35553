"""A session, the visit it begins with, and the caller it makes of whoever presents its token."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.identity.account import Account
from chalicelib.platform.items import Write
from chalicelib.sessions.token import Claims, secret_hash
from chalicelib.sessions.trusted_device import TrustedDevice


@dataclass(frozen=True, slots=True)
class Session:
    """One signing-in and what comes of it.

    Attributes:
        account_id: whose it is.
        id: its identifier.
        account_version: the account's session version when it began; under another it is over.
        started_at: when it began.
        expires_at: when it is over, whatever happens.
        address: the IP address it began from.
        user_agent: what the client called itself.
        secret_hash: the SHA-256 of the random bits in its token; None if an earlier version of the
            service began it.
        last_seen_at: when staff last asked something with it, or a little earlier; None if nobody
            has noted that.
    """

    account_id: str
    id: str
    account_version: int
    started_at: datetime
    expires_at: datetime
    address: str
    user_agent: str
    secret_hash: str | None = None
    last_seen_at: datetime | None = None

    def belongs_to(self, claims: Claims) -> bool:
        """Return whether a token whose signature is valid is the one that was issued for it."""
        if self.secret_hash is None or claims.secret is None:
            return self.secret_hash is claims.secret is None
        return hmac.compare_digest(self.secret_hash, secret_hash(claims.secret))

    def idle_time(self, now: datetime) -> timedelta:
        """Return how long it has not been noted that somebody asked something with it."""
        return now - (self.last_seen_at or self.started_at)


@dataclass(frozen=True, slots=True)
class ClientContext:
    """The client of a request that signs in or up.

    Attributes:
        at: when.
        address: from which IP address.
        user_agent: with what client.
        presented_claims: what the valid tokens say that came along; their sessions end.
        trusted_device: the known device that it comes from, if any.
    """

    at: datetime
    address: str
    user_agent: str
    presented_claims: tuple[Claims, ...]
    trusted_device: TrustedDevice | None = None


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session about to begin: its token, its device's, and the writes that begin it."""

    account: Account
    token: str
    device_token: str
    writes: tuple[Write, ...]


@dataclass(frozen=True, slots=True)
class CurrentUser:
    """Whoever is behind a request: the account, and the session that says so."""

    account: Account
    session: Session
