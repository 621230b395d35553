"""API keys, as SuperAdmins manage them: created, listed, and revoked."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from chalicelib.accounts.confirmation import require_confirmation
from chalicelib.api_keys.api_key import MAX_KEYS, ApiKey, ApiKeyToken, may_have_keys
from chalicelib.api_keys.scope import Scope
from chalicelib.api_keys.store import ApiKeyChanged, ApiKeyStore
from chalicelib.identity.account import Account
from chalicelib.identity.account_repository import AccountRepository, account_repository
from chalicelib.platform import audit
from chalicelib.platform.conflicts import retry_on_conflict
from chalicelib.platform.dynamodb import Database, database
from chalicelib.platform.errors import ApiError, NotFound
from chalicelib.platform.identifiers import new_identifier
from chalicelib.platform.items import Write
from chalicelib.platform.languages import N_
from chalicelib.platform.request import Request
from chalicelib.sessions.account_limits import count_write
from chalicelib.sessions.rate_limiter import TOO_MANY_CHANGES_MESSAGE, FixedWindowPolicy
from chalicelib.sessions.session import CurrentUser

NEW_KEYS_PER_ACCOUNT = FixedWindowPolicy("api keys account", 20, message=TOO_MANY_CHANGES_MESSAGE)
CREATED, REVOKED = "api_key.created", "api_key.revoked"


class TooManyApiKeys(ApiError):
    """There are as many API keys as there may be."""

    STATUS_CODE = 409
    code = "too_many_api_keys"
    message = N_("You can have up to {limit} API keys. Revoke one that you no longer need.")
    values: ClassVar[Mapping[str, object]] = {"limit": MAX_KEYS}


class ApiKeyStatus(StrEnum):
    """Whether an API key works, and why not."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
    # Its creator's account is disabled or deleted, has another role, or lacks a second factor.
    SUSPENDED = "suspended"


@dataclass(frozen=True)
class ListedApiKey:
    """An API key, as SuperAdmins see it. None of its fields helps to use it.

    Attributes:
        created_by_username: the creator's username; None if the account was deleted.
    """

    id: str
    name: str
    scopes: tuple[Scope, ...]
    status: ApiKeyStatus
    created_by: str
    created_by_username: str | None
    created_at: datetime
    expires_at: datetime
    last_used_on: date | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class NewApiKey(ListedApiKey):
    """A key that was just created.

    Attributes:
        token: what the other system sends. The service doesn't store it.
    """

    token: str


class ApiKeyManagement:
    """The API keys of one stage, for one SuperAdmin and one request."""

    def __init__(
        self,
        store: ApiKeyStore,
        accounts: AccountRepository,
        database: Database,
        current_user: CurrentUser,
        request: Request,
    ) -> None:
        """Act for the current user, in a request."""
        self._store = store
        self._accounts = accounts
        self._database = database
        self._current_user = current_user
        self._request = request
        self._now = request.received_at

    def all(self) -> list[ListedApiKey]:
        """Return all keys that haven't ended long ago, the newest first."""
        keys = self._store.list_all()
        creators = self._accounts.get_many({key.created_by for key in keys})
        return [self._listed(key, creators.get(key.created_by)) for key in keys]

    def create(self, name: str, scopes: Iterable[Scope], days: int, confirmation: str) -> NewApiKey:
        """Create a key. Its token is returned here, and never again.

        The confirmation works once, so a repeated request creates no second key.

        Args:
            name: what to call it.
            scopes: what it may read.
            days: after how many days it expires.
            confirmation: that the current user has proved the password and the second factor.

        Raises:
            ConfirmationRequired: the confirmation isn't valid.
            TooManyApiKeys: there are 50 keys that haven't ended.
            TooManyAttempts: the current user has created 20 keys in the last hour.
        """
        used = require_confirmation(confirmation, self._current_user, self._database, self._now)
        if sum(not key.has_ended(self._now) for key in self._store.list_all()) >= MAX_KEYS:
            raise TooManyApiKeys
        creator = self._current_user.account
        token = ApiKeyToken.new(new_identifier())
        key = ApiKey(
            id=token.key_id,
            name=name,
            scopes=tuple(sorted(set(scopes))),
            secret_hash=token.secret_hash,
            created_by=creator.id,
            created_at=self._now,
            expires_at=self._now + timedelta(days=days),
        )
        limit_write = count_write(NEW_KEYS_PER_ACCOUNT, creator.id, self._now)
        audit_write = self._entry_write(key.id, CREATED, key.scopes)
        self._store.transact([used, self._store.add_write(key), limit_write, audit_write])
        return NewApiKey(**vars(self._listed(key, creator)), token=token.text)

    def revoke(self, key_id: str) -> None:
        """Revoke a key: it's rejected from the next request on. A repetition changes nothing.

        Raises:
            NotFound: there is no such key, or it ended long ago.
        """

        def attempt(key: ApiKey) -> None:
            if key.revoked_at is None:
                revoked = self._store.revoke_write(key, self._now)
                self._store.transact([revoked, self._entry_write(key.id, REVOKED)])

        read = functools.partial(self._get, key_id)
        retry_on_conflict(read(), attempt, read, ApiKeyChanged, resource="an API key")

    def _get(self, key_id: str) -> ApiKey:
        if key := self._store.get(key_id):
            return key
        raise NotFound

    def _listed(self, key: ApiKey, creator: Account | None) -> ListedApiKey:
        return ListedApiKey(
            id=key.id,
            name=key.name,
            scopes=key.scopes,
            status=self._status(key, creator),
            created_by=key.created_by,
            created_by_username=creator.username if creator else None,
            created_at=key.created_at,
            expires_at=key.expires_at,
            last_used_on=key.last_used_on,
            revoked_at=key.revoked_at,
        )

    def _status(self, key: ApiKey, creator: Account | None) -> ApiKeyStatus:
        if key.revoked_at:
            return ApiKeyStatus.REVOKED
        if key.has_ended(self._now):
            return ApiKeyStatus.EXPIRED
        return ApiKeyStatus.ACTIVE if may_have_keys(creator) else ApiKeyStatus.SUSPENDED

    def _entry_write(self, key_id: str, action: str, fields: Iterable[str] = ()) -> Write:
        return audit.entry_write(
            subject=key_id,
            actor=self._current_user.account.id,
            action=action,
            fields=fields,
            request_id=self._request.id,
            now=self._now,
        )


def api_key_management(current_user: CurrentUser, request: Request) -> ApiKeyManagement:
    """Return the API keys of this process's stage, for a SuperAdmin."""
    return ApiKeyManagement(
        ApiKeyStore(database()), account_repository(), database(), current_user, request
    )
