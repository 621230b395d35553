"""Password reset: choosing a new password with a one-time link."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.accounts import one_time_token
from chalicelib.accounts.links import Link, Links, links
from chalicelib.accounts.one_time_token import Purpose, StoredToken
from chalicelib.accounts.one_time_token_store import OneTimeTokenStore
from chalicelib.identity import emails, passwords
from chalicelib.identity.account import Account
from chalicelib.platform import audit, log, settings
from chalicelib.platform.dynamodb import database
from chalicelib.platform.field_errors import FieldError, InvalidFields
from chalicelib.platform.items import Write
from chalicelib.platform.languages import Language
from chalicelib.sessions.rate_limiter import RateLimiter, rate_limiter_with_account_keys

INVALID_TOKEN = FieldError(
    "invalid_token", "This link has expired or was already used. Request a new one."
)


class PasswordReset:
    """Password resets of one stage."""

    def __init__(self, store: OneTimeTokenStore, links: Links, rate_limiter: RateLimiter) -> None:
        """Use the stage's tokens, links, and rate limiter."""
        self._store = store
        self._rate_limiter = rate_limiter
        self._links = links

    def create_link(self, account: Account, now: datetime) -> Link:
        """Return a link to choose a new password.

        Raises:
            ServiceUnavailable: the service's public URL isn't set.
        """
        return self._links.create(Purpose.PASSWORD_RESET, account, now)

    def create_first_password_link(self, account: Account, token: str, now: datetime) -> Link:
        """Return a link to choose the first password of an applicant's new account.

        It is printed on a slip and lasts a day. It never opens an account of staff, because the
        token is bound to the role.

        Args:
            account: the new account.
            token: the token of the passphrase on the slip.
            now: the current time.

        Raises:
            ServiceUnavailable: the service's public URL isn't set.
        """
        lifetime = one_time_token.PRINTED_TOKEN_LIFETIME
        return self._links.create(Purpose.PASSWORD_RESET, account, now, lifetime, token)

    def reset(
        self,
        token: str,
        password: str,
        request_id: str,
        now: datetime,
        language: Language | None,
        extra_writes: Sequence[Write] = (),
    ) -> Account:
        """Set the password of a token's account, and end the account's sessions.

        No device is trusted any more. The backoff for sign-ins is reset, but not the one for
        codes. The reset doesn't sign in and doesn't enable an account. The service notifies the
        owner (OWASP's forgot-password cheat sheet, ASVS 5.0 6.3.7).

        The link may prove no more than that its user reads the account's mail. So what another
        person may have set before the address was verified goes, too: an authenticator that was
        set up earlier, with its recovery codes, and one whose setup has begun.

        Args:
            token: the token from the link.
            password: the new password, whose length is valid.
            request_id: the request ID.
            now: the current time.
            language: the client's language; None if unknown.
            extra_writes: other writes of the same transaction.

        Returns:
            The account, with its new password.

        Raises:
            InvalidFields: the token is unknown, used, or over, or its account has changed since;
                the response does not say which. Or the password is weak.
            ServiceUnavailable: the breach check failed, and the settings require it.
        """
        stored_token, account = get_valid_token_and_account(
            self._store, token, Purpose.PASSWORD_RESET, now
        )
        passwords.reject_weak_or_breached_password(account, password, "newPassword")
        updated = replace(
            account,
            password_hash=passwords.hash_password(password),
            password_version=account.password_version + 1,
            pending_authenticator=None,
            language=language or account.language,
        )
        audit_entries = {"account.password_reset": ["password"]}
        notices = [settings.PASSWORD_RESET]
        if account.second_factor_precedes_email:
            updated = replace(updated, authenticator=None)
            audit_entries |= {"account.second_factor_removed": ["secondFactor"]}
            notices.append(settings.SECOND_FACTOR_REMOVED)
        writes = [
            audit.entry_write(
                subject=stored_token.account_id,
                actor=stored_token.account_id,
                action=action,
                fields=fields,
                request_id=request_id,
                now=now,
            )
            for action, fields in audit_entries.items()
        ]
        writes.append(self._rate_limiter.reset_sign_in_backoff_write(account.id))
        writes += [*emails.notice_writes(updated, now, *notices), *extra_writes]
        self._store.reset_password(
            stored_token, account, updated, now, writes, on_condition_failed=invalid_token
        )
        return updated


def password_reset() -> PasswordReset:
    """Return the password resets of this process's stage."""
    return PasswordReset(OneTimeTokenStore(database()), links(), rate_limiter_with_account_keys())


def get_valid_token_and_account(
    store: OneTimeTokenStore, token: str, purpose: Purpose, now: datetime
) -> tuple[StoredToken, Account]:
    """Return a stored token that is valid, and its account.

    Args:
        store: the stored tokens.
        token: the token from the link.
        purpose: its purpose.
        now: the current time.

    Raises:
        InvalidFields: it is unknown, for something else, used, or over, or its account is gone.
    """
    stored_token = find_valid_token(store, token, purpose, now)
    account = store.get_account(stored_token) if stored_token else None
    if stored_token is None or account is None:
        raise invalid_token()
    log.bind_account(account.id)
    return stored_token, account


def find_valid_token(
    store: OneTimeTokenStore, token: str, purpose: Purpose, now: datetime
) -> StoredToken | None:
    """Return the stored token if it is for this purpose and has not expired, or None."""
    stored_token = store.get(one_time_token.hash_token(token, purpose))
    return (
        stored_token
        if stored_token and stored_token.purpose is purpose and stored_token.expires_at > now
        else None
    )


def invalid_token() -> InvalidFields:
    """Return the error of an invalid token, the same for all reasons."""
    return InvalidFields({"token": INVALID_TOKEN})
