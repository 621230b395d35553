"""Enrollment of an authenticator app: setting it up, confirming it, and removing it."""

from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.accounts.account_settings import AccountSettings, account_settings
from chalicelib.identity import emails
from chalicelib.identity.account import (
    Account,
    Authenticator,
    AuthenticatorSetup,
    EmailNotVerified,
    IncorrectSecondFactorCode,
    SecondFactorActive,
)
from chalicelib.identity.credentials import without_credentials
from chalicelib.platform import qr_codes, settings
from chalicelib.platform.field_errors import FieldError, InvalidFields
from chalicelib.platform.languages import Language
from chalicelib.sessions import reauthentication, totp
from chalicelib.sessions.code_check import CodeVerifier, code_verifier
from chalicelib.sessions.reauthentication import (
    CODE_FIELD,
    INCORRECT_CODE,
    Reauthenticated,
    Reauthentication,
)
from chalicelib.sessions.session import ClientContext, CurrentUser, NewSession

# Long enough to find and install an app.
SETUP_LASTS = timedelta(hours=1)
_SETUP_EXPIRED = FieldError("setup_expired", "Setup timed out. Enter your password to start again.")
_NAME = "secondFactor"


@dataclass(frozen=True, slots=True)
class Enrollment:
    """The secret for an authenticator app.

    Attributes:
        secret: the secret in base 32, to type.
        uri: the ``otpauth`` URI.
        qr_svg: the URI as a QR code.
    """

    secret: str
    uri: str
    qr_svg: str


class SecondFactorEnrollment:
    """Changes to the second factor of the current user's account."""

    def __init__(
        self,
        settings: AccountSettings,
        reauthentication: Reauthentication,
        code_check: CodeVerifier,
        current_user: CurrentUser,
        context: ClientContext,
    ) -> None:
        """Act for the current user.

        Args:
            settings: the settings of the account.
            reauthentication: verifies the current password.
            code_check: verifies codes.
            current_user: the signed-in user.
            context: the client of the request.
        """
        self._own = settings
        self._reauthentication = reauthentication
        self._codes = code_check
        self._current_user = current_user
        self._context = context

    def begin(self, password: str) -> Enrollment:
        """Start to set up an app. Signing in needs no code until the app is confirmed.

        Raises:
            InvalidFields: the password is another.
            EmailNotVerified: the account has an unverified email address.
            SecondFactorActive: there is one already.
            TooManyAttempts: the limit of attempts is reached.
        """
        login = self._reauthentication.verify(self._current_user, password, self._context)
        setup = AuthenticatorSetup(totp.new_seed(), self._context.received_at)

        def attempt(before: Account) -> Account:
            _require_own_email(before)
            if before.second_factor:
                raise SecondFactorActive
            after = replace(before, pending_authenticator=setup, version=before.version + 1)
            return self._own.save(
                before, after, "account.second_factor_begun", [_NAME], login.refund_writes
            )

        account = self._own.retry_on_conflict(login.account, attempt)
        secret = self._codes.secret(account, setup.seed)
        uri = totp.address(secret, account.username)
        return Enrollment(secret, uri, qr_codes.svg(uri))

    def confirm(self, code: str) -> tuple[list[str], NewSession]:
        """Confirm the app that shows this code. From now on, signing in needs a code.

        Every other session ends, because it may belong to a person who stole the password.

        Returns:
            Ten recovery codes, shown this once, and the new session of this device.

        Raises:
            EmailNotVerified: the account has an unverified email address.
            InvalidFields: the code is wrong, or none is being set up.
            Unauthenticated: the session has ended since.
            TooManyAttempts: the limit of attempts is reached.
        """
        account = self._current_user.account
        if (
            account.pending_authenticator is None
            or self._context.received_at - account.pending_authenticator.started_at > SETUP_LASTS
        ):
            raise InvalidFields({CODE_FIELD: _SETUP_EXPIRED})
        try:
            seed, step, refund_writes = self._codes.check_first(
                account, code, self._context.received_at
            )
        except IncorrectSecondFactorCode:
            raise InvalidFields({CODE_FIELD: INCORRECT_CODE}) from None
        recovery_codes = totp.new_recovery_codes()
        hashes = tuple(map(totp.hash_recovery_code, recovery_codes))
        count_write = self._codes.count_change_write(account, self._context.received_at)
        authenticator = Authenticator(seed, step, hashes)

        def attempt(before: Account) -> NewSession:
            _require_own_email(before)
            # One of them may have been read without its credentials.
            if (
                without_credentials(before).pending_authenticator
                != without_credentials(account).pending_authenticator
            ):
                raise InvalidFields({CODE_FIELD: _SETUP_EXPIRED})
            after = self._own.with_sessions_ended(
                before,
                authenticator=authenticator,
                second_factor_set_at=self._context.received_at,
                pending_authenticator=None,
            )
            notice_writes = emails.notice_writes(
                before, self._context.received_at, settings.SECOND_FACTOR_SET
            )
            extra_writes = (*refund_writes, count_write, *notice_writes)
            return self._own.save_with_new_session(
                before, after, "account.second_factor_set", [_NAME], extra_writes
            )

        return recovery_codes, self._own.retry_on_conflict(account, attempt)

    def renew(self, password: str, code: str) -> list[str]:
        """Create ten new recovery codes. The earlier ones stop working.

        Raises:
            InvalidFields: the password or the code is wrong, or there is no second factor.
            TooManyAttempts: the limit of attempts is reached.
        """
        recovery_codes = totp.new_recovery_codes()
        hashes = tuple(map(totp.hash_recovery_code, recovery_codes))
        verified, authenticator = self._verify(password, code)

        def attempt(before: Account) -> Account:
            after = replace(
                verified.use_code(before),
                authenticator=replace(authenticator, recovery_codes=hashes),
                version=before.version + 1,
            )
            return self._own.save(
                before, after, "account.recovery_codes_made", [_NAME], verified.refund_writes
            )

        self._own.retry_on_conflict(verified.account, attempt)
        return recovery_codes

    def remove(self, password: str, code: str) -> None:
        """Turn off two-step verification.

        Raises:
            InvalidFields: the password or the code is wrong, or there is no second factor.
            TooManyAttempts: the limit of attempts is reached.
        """
        verified, _ = self._verify(password, code)

        def attempt(before: Account) -> Account:
            after = replace(
                verified.use_code(before),
                authenticator=None,
                second_factor_set_at=None,
                version=before.version + 1,
            )
            count_write = self._codes.count_change_write(before, self._context.received_at)
            notice_writes = emails.notice_writes(
                before, self._context.received_at, settings.SECOND_FACTOR_REMOVED
            )
            extra_writes = (*verified.refund_writes, count_write, *notice_writes)
            return self._own.save(
                before, after, "account.second_factor_removed", [_NAME], extra_writes
            )

        self._own.retry_on_conflict(verified.account, attempt)

    def _verify(self, password: str, code: str) -> tuple[Reauthenticated, Authenticator]:
        verified = self._reauthentication.verify_all(
            self._current_user, password, code, self._context
        )
        if verified.authenticator is None:
            raise InvalidFields({CODE_FIELD: INCORRECT_CODE})
        return verified, verified.authenticator


def _require_own_email(account: Account) -> None:
    """Reject an account whose email address may be another person's.

    Its owner would be asked for a code that only the one who signed up with it has.
    """
    if account.has_unverified_email:
        raise EmailNotVerified


def second_factor_enrollment(
    current_user: CurrentUser, context: ClientContext, request_id: str, language: Language | None
) -> SecondFactorEnrollment:
    """Return the current user's second factor on this process's stage.

    Args:
        current_user: the signed-in user.
        context: the client of the request.
        request_id: the request ID.
        language: the current user's language; None if unknown.
    """
    return SecondFactorEnrollment(
        account_settings(current_user, context, request_id, language),
        reauthentication.reauthentication(),
        code_verifier(),
        current_user,
        context,
    )
