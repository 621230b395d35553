"""Recovery: the one-time link by which somebody who cannot sign in chooses a password."""

from dataclasses import replace
from datetime import datetime

from chalicelib.accounts import one_time_token
from chalicelib.accounts.links import Link, Links, links
from chalicelib.accounts.one_time_token import OneTimeToken, Purpose
from chalicelib.accounts.recovery_store import RecoveryStore
from chalicelib.identity import emails, passwords
from chalicelib.identity.account import Account
from chalicelib.platform import audit, log, settings
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import InvalidFields
from chalicelib.platform.languages import Language
from chalicelib.sessions.rate_limiter import RateLimiter, rate_limiter

SPENT = "This link has expired or was already used. Request a new one."


class Recovery:
    """The one-time links of one stage."""

    def __init__(self, store: RecoveryStore, made: Links, rate_limiter: RateLimiter) -> None:
        """Use a store, and the stage's links and attempts."""
        self._store = store
        self._tries = rate_limiter
        self._links = made

    def link(self, account: Account, now: datetime) -> Link:
        """Prepare a link by which the owner of an account chooses a password.

        Raises:
            ServiceUnavailable: nobody has set where the service is reached.
        """
        return self._links.make(Purpose.PASSWORD, account, now)

    def choose_password(
        self, token: str, password: str, request: str, now: datetime, language: Language | None
    ) -> None:
        """Replace the password of the account that a token was made for, and end its sessions.

        No device is known for it any more, and no sign-in to it waits for earlier attempts; those
        of codes still count. It doesn't sign in and doesn't enable an account, and the owner
        is told (OWASP's forgot-password cheat sheet, ASVS 5.0 6.3.7).

        The link may prove no more than that its user reads the account's mail. So what another
        person may have set before the address was verified goes, too: an authenticator that was
        set up earlier, with its recovery codes, and one whose setup has begun.

        Args:
            token: as the link carries it.
            password: one whose length has been checked, and no more.
            request: the request's identifier.
            now: when.
            language: the one that whoever has the link reads; None if they do not say.

        Raises:
            InvalidFields: the token is unknown, used, or over, or its account has changed since;
                nobody learns which. Or the password is one that its owner should not take.
            ServiceUnavailable: nobody can tell whether it is known from a breach, and has to.
        """
        kept, account = opened(self._store, token, Purpose.PASSWORD, now)
        passwords.reject_own_names(account, password, "newPassword")
        chosen = replace(
            account,
            password_hash=passwords.hash_of(password),
            password_version=account.password_version + 1,
            language=language or account.language,
        )
        done = {"account.password_reset": ["password"]}
        notices = [settings.PASSWORD_RESET]
        if account.second_factor_precedes_email:
            chosen = replace(chosen, authenticator=None)
            done |= {"account.second_factor_removed": ["secondFactor"]}
            notices.append(settings.SECOND_FACTOR_REMOVED)
        recorded = [
            audit.entry_write(
                subject=kept.account_id,
                actor=kept.account_id,
                action=action,
                fields=fields,
                request=request,
                now=now,
            )
            for action, fields in done.items()
        ]
        recorded.append(self._tries.reset_sign_ins_write(account.id))
        self._store.spend(kept, account, chosen, now, recorded, on_condition_failed=spent)
        emails.notify(chosen, *notices)


def recovery() -> Recovery:
    """Return the recovery of this process's stage."""
    return Recovery(RecoveryStore(database()), links(), rate_limiter())


def opened(
    store: RecoveryStore, token: str, purpose: Purpose, now: datetime
) -> tuple[OneTimeToken, Account]:
    """Return what is kept of a token that is still good, and the account that it was made for.

    Args:
        store: where it is kept.
        token: as the link carries it.
        purpose: what it is to be used for.
        now: when.

    Raises:
        InvalidFields: it is unknown, for something else, used, or over, or its account is gone.
    """
    kept = usable(store, token, purpose, now)
    account = store.account_of(kept) if kept else None
    if kept is None or account is None:
        raise spent()
    log.bind_account(account.id)
    return kept, account


def usable(
    store: RecoveryStore, token: str, purpose: Purpose, now: datetime
) -> OneTimeToken | None:
    """Return what is stored of a token that is for this purpose and has not expired, or None."""
    kept = store.get(one_time_token.hash_of(token, purpose))
    return kept if kept and kept.purpose is purpose and kept.expires_at > now else None


def spent() -> InvalidFields:
    """Return the error of a token that is good for nothing, whatever the reason."""
    return InvalidFields({"token": SPENT})
