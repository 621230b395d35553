"""Create accounts for people at the front desk.

If a response was lost, the client can send the request again with the same idempotency key, and
the account is created once. A key is valid for one staff member and one request body.
"""

import contextlib
import hashlib
import json
from dataclasses import dataclass, replace

from chalicelib.accounts import printed_passphrase
from chalicelib.accounts.password_reset import PasswordReset, password_reset
from chalicelib.accounts.spoken_username import spoken_username
from chalicelib.identity.account import Account, IdentityTaken
from chalicelib.identity.account_repository import (
    AccountRepository,
    account_repository,
    new_account,
)
from chalicelib.identity.store import AccountExists
from chalicelib.platform import audit
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.platform.field_errors import FieldError, InvalidFields
from chalicelib.platform.identifiers import derived_identifier
from chalicelib.platform.items import Write
from chalicelib.platform.languages import Language
from chalicelib.platform.request import Request
from chalicelib.sessions import account_limits
from chalicelib.sessions.session import CurrentUser
from chalicelib.user_admin.user_store import UserStore

# How many generated usernames the function tries before the client gets a 503.
_ATTEMPTS = 5
_KEY_USED = FieldError(
    "idempotency_key_used",
    "An account was already created with the details that you entered before. Search for it.",
)
_NO_NAME = FieldError("required", "Enter a first name or a last name. One is enough.")


@dataclass(frozen=True, slots=True)
class Details:
    """What staff enter about a person.

    Attributes:
        username: None to use the email or, without one, a generated username.
        email: None without one.
        first_name: None for a person with only a last name.
        last_name: None for a person with only a first name.
    """

    username: str | None
    email: str | None
    first_name: str | None
    last_name: str | None


@dataclass(frozen=True, slots=True)
class Created:
    """An account that staff created.

    Attributes:
        account: the account.
        link: where its owner chooses a password; None if an earlier request created the account,
            because the service shows a link once.
        passphrase: the words that stand for the link; None without one.
    """

    account: Account
    link: str | None
    passphrase: str | None


class WalkIns:
    """Creates accounts for one staff member."""

    def __init__(
        self,
        store: UserStore,
        accounts: AccountRepository,
        links: PasswordReset,
        current_user: CurrentUser,
        request: Request,
    ) -> None:
        """Act for a staff member in a request, whose language is that of passphrases."""
        self._store = store
        self._accounts = accounts
        self._links = links
        self._actor = current_user.account
        self._request = request.id
        self._language = request.language or Language.ENGLISH
        self._now = request.received_at

    def create(self, details: Details, key: str | None) -> Created:
        """Create an account without a password.

        Args:
            details: about the person.
            key: the client's idempotency key. For an earlier request's key and details, the
                function returns the earlier account.

        Raises:
            IdentityTaken: another account has that username or email.
            InvalidFields: there is no name, or the key was used with other details.
            Forbidden: the current user has lost the permission.
            TooManyAttempts: the limit of accounts is reached.
            ServiceUnavailable: the public URL isn't set, or every generated username was taken.
        """
        if not details.first_name and not details.last_name:
            raise InvalidFields({"firstName": _NO_NAME})
        if key is None:
            return self._create(details, {})
        own_id = derived_identifier("walk-in", self._actor.id, key)
        digest = _digest(key, details)
        if earlier := self._earlier(own_id, digest):
            return earlier
        try:
            return self._create(details, {"id": own_id, "creation_request_digest": digest})
        except (IdentityTaken, AccountExists) as error:
            # The earlier request may have been in progress when this one looked for its account.
            if earlier := self._earlier(own_id, digest):
                return earlier
            if isinstance(error, IdentityTaken):
                raise
            raise ServiceUnavailable(
                cause="the new account was created and deleted at the same time"
            ) from error

    def _earlier(self, account_id: str, digest: str) -> Created | None:
        """Return the account that an earlier request with the same key created, if any."""
        [account] = self._store.get(account_id)
        if account is None:
            return None
        if account.creation_request_digest != digest:
            raise InvalidFields({"idempotencyKey": _KEY_USED})
        return Created(account, None, None)

    def _create(self, details: Details, made_for: dict[str, str]) -> Created:
        if login := details.username or details.email:
            return self._add(login, details, made_for)
        for _ in range(_ATTEMPTS):
            with contextlib.suppress(IdentityTaken):
                spoken = spoken_username(details.first_name, details.last_name)
                return self._add(spoken, details, made_for)
        raise ServiceUnavailable(cause=f"{_ATTEMPTS} generated usernames were taken")

    def _add(self, username: str, details: Details, made_for: dict[str, str]) -> Created:
        account = new_account(
            username=username,
            password=None,
            email=details.email,
            first_name=details.first_name,
            last_name=details.last_name,
            now=self._now,
        )
        created = replace(account, **made_for)  # type: ignore[arg-type]
        passphrase = printed_passphrase.generate(self._language)
        token = printed_passphrase.link_token(created.id, passphrase)
        link = self._links.create_first_password_link(created, token, self._now)
        still_staff, audited = self._store.still_staff(self._actor), self._audited(created)
        window = account_limits.STAFF_ACCOUNTS
        limit_write = account_limits.count_write(window, self._actor.id, self._now)
        extra_writes = [link.write, still_staff, audited, limit_write]
        self._accounts.add(link.account, extra_writes=extra_writes)
        return Created(link.account, link.url, passphrase)

    def _audited(self, created: Account) -> Write:
        values = {
            "firstName": created.first_name,
            "lastName": created.last_name,
            "email": created.email,
        }
        fields = ["username", *(name for name, value in values.items() if value)]
        return audit.entry_write(
            subject=created.id,
            actor=self._actor.id,
            action="account.registered",
            fields=fields,
            request_id=self._request,
            now=self._now,
        )


def walk_ins(current_user: CurrentUser, request: Request) -> WalkIns:
    """Return the account creation of this process's stage, for a staff member."""
    return WalkIns(
        UserStore(database()), account_repository(), password_reset(), current_user, request
    )


def _digest(key: str, details: Details) -> str:
    """Return a keyed digest of these details. Without the key, they can't be guessed."""
    values = [key, details.username, details.email, details.first_name, details.last_name]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()
