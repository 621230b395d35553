"""Recovery: the one-time link by which somebody who cannot sign in chooses a password."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.accounts import one_time_token, passwords
from chalicelib.accounts.account import Account
from chalicelib.accounts.one_time_token import Purpose
from chalicelib.accounts.store import RecoveryStore
from chalicelib.platform import audit, settings
from chalicelib.platform.dynamodb import Write, database
from chalicelib.platform.errors import InvalidFields, Unavailable

_SPENT = "This link has been used, or is too old. Ask for a new one."


@dataclass(frozen=True, slots=True)
class Link:
    """A link about to be made.

    Attributes:
        url: what its owner opens. It is shown or mailed once and kept nowhere.
        account: the owner's account as it will be: every link made before is dead.
        write: the write that makes the token good.
    """

    url: str
    account: Account
    write: Write


class Recovery:
    """The one-time links of one stage."""

    def __init__(self, store: RecoveryStore, public_url: str | None) -> None:
        """Use a store, and the URL below which links are opened."""
        self._store = store
        self._public_url = public_url

    def link(self, account: Account, now: datetime) -> Link:
        """Prepare a link for the owner of an account.

        The token stands after ``#``, which no browser sends anywhere, so that neither a server's
        log nor a scanner of mail gets to use it. The URL is a setting, never a header of the
        request (OWASP's forgot-password cheat sheet).

        Raises:
            Unavailable: nobody has set where the service is reached.
        """
        if self._public_url is None:
            raise Unavailable(cause="no PUBLIC_URL to make links of")
        token = secrets.token_urlsafe(one_time_token.TOKEN_BYTES)
        kept = one_time_token.bound(token, Purpose.PASSWORD, account, now)
        url = f"{self._public_url}/reset#token={token}"
        return Link(url, replace(account, recovery=kept.hash), self._store.keeping(kept))

    def choose_password(self, token: str, password: str, request: str, now: datetime) -> None:
        """Replace the password of the account that a token was made for, and end its sessions.

        It signs nobody in and enables no account (OWASP's forgot-password cheat sheet).

        Args:
            token: as the link carries it.
            password: one that has been checked.
            request: the request's identifier.
            now: when.

        Raises:
            InvalidFields: the token is unknown, used, or over, or its account has changed since;
                nobody learns which. Or the password is one that its owner should not take.
            Unavailable: nobody can tell whether it is known from a breach, and has to.
        """
        kept = self._store.get(one_time_token.hash_of(token))
        if kept is None or kept.purpose is not Purpose.PASSWORD or kept.expires_at <= now:
            raise _spent()
        account = self._store.account_of(kept)
        if account is None:
            raise _spent()
        passwords.refuse_for(account, password, "newPassword")
        recorded = audit.entry(
            subject=kept.account_id,
            actor=kept.account_id,
            action="account.password_reset",
            fields=["password"],
            request=request,
            now=now,
        )
        self._store.spend(kept, passwords.hash_of(password), [recorded], otherwise=_spent)


def recovery() -> Recovery:
    """Return the recovery of this process's stage."""
    return Recovery(RecoveryStore(database()), settings.current().public_url)


def _spent() -> InvalidFields:
    return InvalidFields({"token": _SPENT})
