"""Verifies the API key of a request. Only requests with a key import this module."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.api_keys.access import InvalidApiKey, ScopeMissing
from chalicelib.api_keys.api_key import ApiKey, ApiKeyToken, may_have_keys
from chalicelib.api_keys.scope import Scope
from chalicelib.api_keys.store import ApiKeyChanged, ApiKeyStore
from chalicelib.identity.account import Account
from chalicelib.identity.account_repository import AccountRepository, account_repository
from chalicelib.identity.role import Permission
from chalicelib.platform import audit, log
from chalicelib.platform.conflicts import retry_on_conflict
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import Forbidden
from chalicelib.platform.request import Request
from chalicelib.sessions.rate_limiter import (
    FixedWindowPolicy,
    RateLimiter,
    rate_limiter_with_session_keys,
)

USED = "api_key.used"
REQUESTS_PER_KEY = FixedWindowPolicy("api key", 5_000)


@dataclass(frozen=True, slots=True)
class ApiKeyPrincipal:
    """Another system, which reads with an API key.

    Attributes:
        account: an account with the ID of the key and the role of its creator. What belongs to
            the creator personally, such as drafts that they started, doesn't belong to the key.
        is_read_only: true: nothing that it asks for may write.
    """

    account: Account
    is_read_only: bool = True


class ApiKeyAuthentication:
    """Verifies API keys, counts their requests, and records on which days they are used."""

    def __init__(
        self, store: ApiKeyStore, accounts: AccountRepository, rate_limiter: RateLimiter
    ) -> None:
        """Use a stage's keys, accounts, and limits."""
        self._store = store
        self._accounts = accounts
        self._rate_limiter = rate_limiter

    def authenticate(
        self, text: str, permission: Permission, scope: Scope, request: Request
    ) -> ApiKeyPrincipal:
        """Return the caller of a request with an API key.

        Args:
            text: the key, as the client sent it.
            permission: what the role of the key's creator must permit.
            scope: what the key must have.
            request: the request.

        Raises:
            InvalidApiKey: it's unknown, expired, or revoked, or its creator may have no keys.
            ScopeMissing: it doesn't have the scope.
            Forbidden: its creator's role doesn't have the permission.
            TooManyAttempts: the key has sent too many requests in this hour.
        """
        now = request.received_at
        if not (token := ApiKeyToken.parse(text)):
            raise InvalidApiKey
        key = self._get(token, now)
        log.bind_account(key.id)
        self._rate_limiter.count_request(REQUESTS_PER_KEY.for_subject(key.id), now)
        # As a batch, because the functions that accept keys may read accounts in no other way.
        creator = self._accounts.get_many([key.created_by]).get(key.created_by)
        if creator is None or not may_have_keys(creator):
            raise InvalidApiKey
        if scope not in key.scopes:
            raise ScopeMissing
        if not creator.role.permits(permission):
            raise Forbidden
        self._record_use(key, token, request)
        return ApiKeyPrincipal(replace(creator, id=key.id))

    def _get(self, token: ApiKeyToken, now: datetime) -> ApiKey:
        key = self._store.get(token.key_id)
        if not key or not key.belongs_to(token) or key.has_ended(now):
            raise InvalidApiKey
        return key

    def _record_use(self, key: ApiKey, token: ApiKeyToken, request: Request) -> None:
        """Record the first use of each day in the audit log, before anything is read."""
        now = request.received_at

        def attempt(key: ApiKey) -> None:
            if key.last_used_on is None or key.last_used_on < now.date():
                entry_write = audit.entry_write(
                    subject=key.id,
                    actor=key.id,
                    action=USED,
                    fields=(),
                    request_id=request.id,
                    now=now,
                )
                self._store.transact([self._store.use_write(key, now.date()), entry_write])

        retry_on_conflict(
            key, attempt, lambda: self._get(token, now), ApiKeyChanged, resource="an API key"
        )


def api_key_authentication() -> ApiKeyAuthentication:
    """Return the authentication by API keys of this process's stage."""
    return ApiKeyAuthentication(
        ApiKeyStore(database()), account_repository(), rate_limiter_with_session_keys()
    )
