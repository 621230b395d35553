"""A session, the client that starts it, and the current user of a request."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, Self

from chalicelib.identity.account import Account
from chalicelib.platform.items import Write
from chalicelib.sessions.session_token import SessionClaims, hash_session_secret
from chalicelib.sessions.trusted_device import TrustedDevice


class FirstFactor(StrEnum):
    """How a client proved the first factor of a sign-in; the log has the values."""

    PASSWORD = "password"  # noqa: S105  # nosec B105 # a method
    EMAIL_CODE = "email_code"
    PROVIDER = "provider"
    PASSKEY = "passkey"


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in session.

    Attributes:
        account_id: the ID of the account that it belongs to.
        id: the session ID.
        session_version: the session version of the account when the session started. A different
            version revokes the session.
        started_at: the time of the sign-in.
        expires_at: the time at which it ends, however active it is.
        address: the client's IP address at the start; empty in a session that was read to
            authenticate a request.
        user_agent: the client's ``User-Agent`` header at the start; empty as well.
        secret_hash: the SHA-256 of the random bits in its token; None if it was started by an
            earlier version of the service.
        last_seen_at: the time of the last request, or a little earlier; None if none was recorded,
            as of a session that never ends because it is idle.
        shared_device: whether the person said at the sign-in that others use the device, too.
    """

    account_id: str
    id: str
    session_version: int
    started_at: datetime
    expires_at: datetime
    address: str
    user_agent: str
    secret_hash: str | None = None
    last_seen_at: datetime | None = None
    shared_device: bool = False

    def belongs_to(self, claims: SessionClaims) -> bool:
        """Return whether a token with a valid signature was issued for this session."""
        if self.secret_hash is None or claims.session_secret is None:
            return self.secret_hash is claims.session_secret is None
        return hmac.compare_digest(self.secret_hash, hash_session_secret(claims.session_secret))

    def idle_time(self, now: datetime) -> timedelta:
        """Return the time since the last recorded request of the session."""
        return now - (self.last_seen_at or self.started_at)


@dataclass(frozen=True, slots=True)
class ClientContext:
    """What a request that signs in or up says about its client.

    Attributes:
        received_at: the time of the request.
        address: the IP address.
        user_agent: the ``User-Agent`` header.
        previous_claims: the claims of the request's valid session tokens. A sign-in ends their
            sessions.
        trusted_device: the trusted device that sent the request, if any.
        shared_device: whether the person says that others use the device, too.
    """

    received_at: datetime
    address: str
    user_agent: str
    previous_claims: tuple[SessionClaims, ...]
    trusted_device: TrustedDevice | None = None
    shared_device: bool = False


@dataclass(frozen=True, slots=True)
class NewSession:
    """A new session.

    Attributes:
        account: whose it is.
        token: its token.
        device_token: the token of its device; None if other people use the device, too.
        writes: the writes that start it.
    """

    account: Account
    token: str
    device_token: str | None
    writes: tuple[Write, ...]


@dataclass(frozen=True, slots=True)
class CurrentUser:
    """The authenticated user of a request.

    Attributes:
        account: the account.
        session: the session.
        by_passkey: whether the session started with a passkey.
        is_read_only: as of a :class:`Principal`; false.
    """

    account: Account
    session: Session
    by_passkey: bool = False
    is_read_only: bool = False


class Principal(Protocol):
    """Who sent a request: a signed-in person, or another system with an API key."""

    @property
    def account(self) -> Account:
        """The account whose ID and role apply to the request."""

    @property
    def is_read_only(self) -> bool:
        """Whether nothing may be written for the caller, as for another system."""


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session in its owner's list of sessions."""

    id: str
    current: bool
    started_at: datetime
    expires_at: datetime
    address: str
    user_agent: str
    shared_device: bool

    @classmethod
    def from_session(cls, session: Session, current_id: str) -> Self:
        """Return a session as its owner sees it from the session with an ID."""
        return cls(
            id=session.id,
            current=session.id == current_id,
            started_at=session.started_at,
            expires_at=session.expires_at,
            address=session.address,
            user_agent=session.user_agent,
            shared_device=session.shared_device,
        )
