"""Account settings: the owner changes names, email address, and password."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from chalicelib.accounts import email_verification
from chalicelib.accounts.account_settings_store import AccountSettingsStore
from chalicelib.accounts.confirmation import Confirmations, OwnerProof, confirmations
from chalicelib.accounts.email_verification import EmailVerification
from chalicelib.identity import emails, passwords
from chalicelib.identity.account import NO_PASSWORD_HASH, Account
from chalicelib.identity.credentials import has_password
from chalicelib.identity.sign_in_methods import require_sign_in_method
from chalicelib.identity.store import AccountChanged
from chalicelib.platform import audit, settings
from chalicelib.platform.conflicts import retry_on_conflict
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import NotFound, Unauthenticated
from chalicelib.platform.field_errors import FieldError, InvalidFields
from chalicelib.platform.items import Write
from chalicelib.platform.languages import Language
from chalicelib.sessions import account_limits, reauthentication
from chalicelib.sessions.service import SessionService, session_service
from chalicelib.sessions.session import ClientContext, CurrentUser, NewSession

Result = TypeVar("Result")

# After so many conflicting changes the client gets a 503.
# Long enough to find the email in another folder, or to notice a typing error.
PENDING_EMAIL_LIFETIME = timedelta(days=7)
_EMAIL = "email"
_PENDING_EMAIL = "pendingEmail"
_EMAIL_ATTRIBUTES = (_EMAIL, "pending_email")
_REQUIRED = FieldError("required", "Enter your current password to change your email address.")
# Field names in the API and the audit log.
_API_NAMES = {
    "first_name": "firstName",
    "middle_name": "middleName",
    "last_name": "lastName",
    _EMAIL: _EMAIL,
    "pending_email": _PENDING_EMAIL,
    "username_replaced_at": "usernameReplacedAt",
}


class AccountSettings:
    """Changes to the current user's own account."""

    def __init__(
        self,
        store: AccountSettingsStore,
        sessions: SessionService,
        confirmations: Confirmations,
        verification: EmailVerification,
        current_user: CurrentUser,
        context: ClientContext,
        request_id: str,
        language: Language | None,
    ) -> None:
        """Act for the current user.

        Args:
            store: the accounts.
            sessions: the sessions of the stage.
            confirmations: verify what the owner proves.
            verification: sends links that verify an email address.
            current_user: the signed-in user.
            context: the client of the request.
            request_id: the request ID.
            language: the current user's language; None if unknown.
        """
        self._store = store
        self._sessions = sessions
        self._reauthentication = confirmations.reauthentication
        self._confirmations = confirmations
        self._verification = verification
        self._current_user = current_user
        self._context = context
        self._request_id = request_id
        self._language = language

    def change_password(self, current_password: str, password: str, code: str | None) -> NewSession:
        """Change the password. This device gets a new session; all other sessions end.

        The service stops trusting all other devices.

        Args:
            current_password: the current password.
            password: the new password; with the same one, only the sessions end.
            code: the second-factor code; None without a code.

        Raises:
            InvalidFields: the current password or the code is wrong, or the new password is weak.
            Unauthenticated: the session has ended since.
            TooManyAttempts: the limit of attempts or of changes is reached.
            ServiceUnavailable: the breach check of the new one failed, and the settings
                require it.
        """
        # Before counting the attempt: a weak new password must not delay the owner.
        passwords.reject_weak_or_breached_password(
            self._current_user.account, password, "newPassword"
        )
        login = self._reauthentication.verify_all(
            self._current_user, current_password, code, self._context
        )
        password_hash = passwords.hash_password(password)
        writes = self._reauthentication.new_password_writes(login, self._context)

        def try_change(before: Account) -> NewSession:
            after = self.with_sessions_ended(
                login.use_code(before),
                password_hash=password_hash,
                password_version=before.password_version + 1,
                password_set_at=self._context.received_at,
                reset_token_hash=None,
            )
            notice_writes = emails.notice_writes(
                after, self._context.received_at, settings.PASSWORD_CHANGED
            )
            return self.save_with_new_session(
                before, after, "account.password_changed", ["password"], (*writes, *notice_writes)
            )

        return self.retry_on_conflict(login.account, try_change)

    def remove_password(self, owner: OwnerProof) -> NewSession:
        """Remove the password. This device gets a new session; all other sessions end.

        The service stops trusting all other devices. A link to reset the password stops working.

        Args:
            owner: what the owner proves.

        Raises:
            NotFound: the account has no password.
            LastSignInMethod: there would be no way to sign in.
            InvalidFields: the password or the code is wrong or missing.
            ConfirmationRequired: the confirmation isn't valid.
            Unauthenticated: the session has ended since.
            TooManyAttempts: the limit of attempts is reached.
        """
        verified = self._confirmations.verify_owner(self._current_user, owner, self._context)

        def attempt(before: Account) -> NewSession:
            if not has_password(before):
                raise NotFound
            after = self.with_sessions_ended(
                verified.use_code(before),
                password_hash=NO_PASSWORD_HASH,
                password_version=before.password_version + 1,
                password_set_at=None,
                reset_token_hash=None,
            )
            require_sign_in_method(after, has_password=False)
            notice_writes = emails.notice_writes(
                after, self._context.received_at, settings.PASSWORD_REMOVED
            )
            return self.save_with_new_session(
                before,
                after,
                "account.password_removed",
                ["password"],
                (*verified.refund_writes, *notice_writes),
            )

        return self.retry_on_conflict(verified.account, attempt)

    def change(
        self, changes: Mapping[str, str | None], owner: OwnerProof
    ) -> tuple[Account, NewSession | None]:
        """Change names or the email address.

        A new email needs the password and a new verification. It ends every other session, and
        this device gets a new one (OWASP ASVS 5.0 7.4.3, 7.5.1). Until it is verified, a
        verified email stays in place, so that a typing error locks no owner out; and so does
        the present email if another account holds the new one.

        Args:
            changes: the new values by attribute; None removes a value.
            owner: what the owner proves, which a new email needs.

        Returns:
            The account, and the new session after a change of the email.

        Raises:
            IdentityTaken: another account has verified that email.
            InvalidFields: the password or the code is missing or wrong.
            ConfirmationRequired: the confirmation isn't valid.
            LastSignInMethod: without the email, there would be no way to sign in.
            Unauthenticated: the session has ended since.
            TooManyAttempts: the limit of attempts is reached.
        """
        account = self._current_user.account
        if changes.get(_EMAIL, account.email) != account.email:
            return self._change_email(changes, owner)
        return self.retry_on_conflict(
            account, lambda before: self._change_unprotected(before, changes)
        ), None

    def with_sessions_ended(self, before: Account, **changes: object) -> Account:
        """Return an account with changes, which end all of its current sessions."""
        session_changes = {
            "session_version": before.session_version + 1,
            "version": before.version + 1,
            "updated_at": self._context.received_at,
            "language": self._language or before.language,
        }
        return replace(before, **session_changes, **changes)  # type: ignore[arg-type]

    def save_with_new_session(
        self,
        before: Account,
        after: Account,
        action: str,
        fields: Iterable[str],
        extra_writes: Iterable[Write],
    ) -> NewSession:
        """Save an account together with a new session for the current user.

        Args:
            before: the account as it was read.
            after: the account from :meth:`with_sessions_ended`.
            action: the action in the audit log.
            fields: the names of the changed fields.
            extra_writes: other writes of the same transaction.

        Raises:
            AccountChanged: it has changed since it was read.
        """
        new_session = self._sessions.prepare_session(
            after,
            replace(self._context, shared_device=self._current_user.session.shared_device),
            by_passkey=self._current_user.by_passkey,
        )
        audit_write = self._audit_write(after, action, fields)
        self._store.change(before, after, [*new_session.writes, *extra_writes, audit_write])
        return new_session

    def save(
        self,
        before: Account,
        after: Account,
        action: str,
        fields: Iterable[str],
        extra_writes: Iterable[Write] = (),
    ) -> Account:
        """Save an account without ending sessions; see :meth:`save_with_new_session`."""
        self._store.change(before, after, [*extra_writes, self._audit_write(after, action, fields)])
        return after

    def retry_on_conflict(self, account: Account, attempt: Callable[[Account], Result]) -> Result:
        """Attempt a change, and repeat it with the current account after a conflict.

        Args:
            account: the account as it was read.
            attempt: saves the change; raises AccountChanged on a conflict.

        Raises:
            Unauthenticated: the session has ended since.
            ServiceUnavailable: each attempt conflicted with another request.
        """

        def reload_account() -> Account:
            current = self._store.get(account.id)
            if current is None or current.session_version != account.session_version:
                raise Unauthenticated
            return current

        return retry_on_conflict(
            account, attempt, reload_account, AccountChanged, resource="an account"
        )

    def _change_unprotected(self, before: Account, changes: Mapping[str, str | None]) -> Account:
        """Change values that need no password: names, a pending email, a notice that was read."""
        fields = _changed_fields(before, changes)
        if not fields:
            return before
        cleared = {
            "pending_email_expires_at": None,
            "verification_token_hash": None,  # nosec B105 # no token
        }
        after = replace(
            before,
            **changes,  # type: ignore[arg-type]
            **(cleared if _PENDING_EMAIL in fields else {}),  # type: ignore[arg-type]
            version=before.version + 1,
            updated_at=self._context.received_at,
            language=self._language or before.language,
        )
        count_write = account_limits.count_write(
            account_limits.OWN_CHANGES, after.id, self._context.received_at
        )
        return self.save(before, after, "account.changed", fields, [count_write])

    def _change_email(
        self, changes: Mapping[str, str | None], owner: OwnerProof
    ) -> tuple[Account, NewSession | None]:
        if owner.current_password is None and owner.confirmation is None:
            raise InvalidFields({reauthentication.FIELD: _REQUIRED})
        reauthenticated = self._confirmations.verify_owner(self._current_user, owner, self._context)
        if (email := changes[_EMAIL]) is not None:
            self._verification.count_email(
                reauthenticated.account, email, self._context.received_at
            )

        def try_change(before: Account) -> NewSession:
            after = self._with_email(reauthenticated.use_code(before), changes)
            if after.email is None:
                require_sign_in_method(after, has_password=has_password(before))
            now = self._context.received_at
            is_pending = after.pending_email is not None
            notice = settings.EMAIL_CHANGE_STARTED if is_pending else settings.EMAIL_CHANGED
            fields = _fields_that_differ(before, after)
            writes = [*reauthenticated.refund_writes, *emails.notice_writes(before, now, notice)]
            if link := self._verification.create_link(after, now):
                after = link.account
                writes += [link.write, *email_verification.link_writes(link, now)]
            return self.save_with_new_session(before, after, "account.changed", fields, writes)

        new_session = self.retry_on_conflict(reauthenticated.account, try_change)
        return new_session.account, new_session

    def _with_email(self, before: Account, changes: Mapping[str, str | None]) -> Account:
        """Return an account with a new email address, which may be pending until it is verified."""
        other_changes = {
            name: value for name, value in changes.items() if name not in _EMAIL_ATTRIBUTES
        }
        email = changes[_EMAIL]
        is_used_by_another = email is not None and self._verification.is_used_by_another_account(
            email, before.id
        )
        if email is not None and (before.email_verified or is_used_by_another):
            pending_changes = {
                "pending_email": email,
                "pending_email_expires_at": self._context.received_at + PENDING_EMAIL_LIFETIME,
                "verification_token_hash": None,  # nosec B105 # no token
                "reset_token_hash": None,  # nosec B105 # no token
            }
            return self.with_sessions_ended(before, **other_changes, **pending_changes)
        email_changes = {
            "email": email,
            "email_verified": False,
            "email_verified_at": None,
            "pending_email": None,
            "pending_email_expires_at": None,
            "verification_token_hash": None,  # nosec B105 # no token
            "reset_token_hash": None,  # nosec B105 # no token
        }
        return self.with_sessions_ended(before, **other_changes, **email_changes)

    def _audit_write(self, account: Account, action: str, fields: Iterable[str]) -> Write:
        return audit.entry_write(
            subject=account.id,
            actor=account.id,
            action=action,
            fields=fields,
            request_id=self._request_id,
            now=self._context.received_at,
        )


def account_settings(
    current_user: CurrentUser, context: ClientContext, request_id: str, language: Language | None
) -> AccountSettings:
    """Return the current user's account on this process's stage.

    Args:
        current_user: the signed-in user.
        context: the client of the request.
        request_id: the request ID.
        language: the current user's language; None if unknown.
    """
    return AccountSettings(
        AccountSettingsStore(database()),
        session_service(),
        confirmations(),
        email_verification.email_verification(),
        current_user,
        context,
        request_id,
        language,
    )


def _changed_fields(account: Account, changes: Mapping[str, str | None]) -> list[str]:
    """Return the API names of the changes that differ from the account."""
    return [_API_NAMES[name] for name, value in changes.items() if getattr(account, name) != value]


def _fields_that_differ(before: Account, after: Account) -> list[str]:
    """Return the API names of the values that differ between two versions of an account."""
    return [
        api_name
        for name, api_name in _API_NAMES.items()
        if getattr(before, name) != getattr(after, name)
    ]
