"""An account: the stored facts about a person who can sign in."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.identity.email_marks import EmailMarks, EmailProblem
from chalicelib.identity.last_uses import LastUses
from chalicelib.identity.linked_identity import LinkedIdentity
from chalicelib.identity.role import Permission, Role
from chalicelib.platform.errors import ApiError
from chalicelib.platform.languages import N_, Language

# The hash of an account without a password, which no password has. Earlier versions require a hash.
NO_PASSWORD_HASH = "$argon2id$v=19$m=19456,t=2,p=1$" + "A" * 22 + "$" + "B" * 42 + "A"


@dataclass(frozen=True, slots=True)
class Authenticator:
    """An authenticator app that generates codes for an account, and its recovery codes.

    Attributes:
        seed: random text from which, with a key of the stage, the service derives the app's secret.
        last_time_step: the last time step (RFC 6238) whose code was accepted; each code works once.
        recovery_codes: hashes of the unused recovery codes.
    """

    seed: str = field(repr=False)
    last_time_step: int
    recovery_codes: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class AuthenticatorSetup:
    """An authenticator app that the owner is setting up and has not confirmed with a code.

    Attributes:
        seed: as in :class:`Authenticator`.
        started_at: when the setup started.
    """

    seed: str = field(repr=False)
    started_at: datetime


class SignInMethod(StrEnum):
    """A way to sign in to an account."""

    PASSWORD = "password"  # noqa: S105  # nosec B105 # a method
    EMAIL_CODE = "emailCode"
    PROVIDER = "provider"
    PASSKEY = "passkey"


@dataclass(frozen=True, slots=True)
class Account:
    """One version of an account record.

    Attributes:
        id: its identifier.
        username: in the letter case that its owner entered.
        email: in the letter case that its owner entered; None for an account without an email.
        email_verified: whether its owner has verified the email.
        first_name: None if not given.
        last_name: None if not given.
        middle_name: None if not given, and for accounts from before the service asked for it.
        role: decides its permissions.
        password_hash: in PHC string format; never part of a response. Until the account's
            credentials are read, it, ``authenticator``, and ``pending_authenticator`` are
            placeholders: see :mod:`chalicelib.identity.credentials`.
        session_version: the service rejects sessions of any other version.
        disabled: whether sign-in is blocked.
        version: incremented by every change of names, email, role, or disabled state, and when its
            owner changes the password. A write updates only changed attributes, so that a change of
            a name can't restore an old password.
        reset_token_hash: the hash of the token in the newest password reset link; older links are
            invalid. None without one.
        verification_token_hash: the same for the newest link that verifies its email.
        language: the owner's language, from the last browser request; None if no browser sent one.
        authenticator: the second factor, which sign-in then requires; None without one.
        pending_authenticator: an unconfirmed authenticator app; None without one.
        password_version: incremented by each new password; devices trusted before are not trusted
            any more. An account stored without it has version 1.
        pending_email: the new address until its owner has verified it; None without a change. The
            service sends it only the verification link.
        pending_email_expires_at: when the service drops that change.
        username_replaced_at: when the service replaced the username, an email address that another
            account's owner verified as theirs; None once the owner has read the notice.
        email_verified_at: when a session of the account verified its email; None if unverified,
            or if an earlier version verified it, for which the link alone was enough.
        password_set_at: when its password was set; None if an earlier version set it.
        password_reset_at: when an emailed or printed link last set its password; None if none did.
        second_factor_set_at: when its authenticator was set up or, if later, when a session that
            the authenticator protects verified the email. None without one, or if an older version
            set it up.
        creation_request_digest: distinguishes a repetition of the staff request that created it
            from a different request with the same idempotency key; None without a key.
        is_being_erased: whether its owner has started to erase it, and hasn't signed in since.
        merging_from_id: the id of the account that is being merged into this one; None without one.
        merged_into_id: the id of the account that this one is being merged into, which makes it
            disabled; None without one. It is deleted once it is merged.
        merged_account_ids: the ids of the accounts that were merged into this one.
        email_marks: which of its addresses bounced, or marked mail as spam.
        linked_identity_ids: the IDs of its linked identities; see
            :mod:`chalicelib.identity.linked_identity`.
        linked_identities: the linked identities in its credentials; empty until those are read.
        passkey_count: how many passkeys it has; the table ``passkey_count`` has them.
        last_uses: when its other ways to sign in were last used.
        stored_credentials: the attributes that its own item has without a placeholder; None for an
            account that isn't stored yet.
    """

    id: str
    username: str
    email: str | None
    email_verified: bool
    first_name: str | None
    last_name: str | None
    role: Role
    password_hash: str = field(repr=False)
    session_version: int
    disabled: bool
    created_at: datetime
    updated_at: datetime
    version: int
    reset_token_hash: str | None = field(default=None, repr=False)
    verification_token_hash: str | None = field(default=None, repr=False)
    language: Language | None = None
    authenticator: Authenticator | None = None
    pending_authenticator: AuthenticatorSetup | None = None
    password_version: int = 1
    pending_email: str | None = None
    pending_email_expires_at: datetime | None = None
    username_replaced_at: datetime | None = None
    email_verified_at: datetime | None = None
    password_set_at: datetime | None = None
    password_reset_at: datetime | None = None
    second_factor_set_at: datetime | None = None
    creation_request_digest: str | None = field(default=None, repr=False)
    middle_name: str | None = None
    is_being_erased: bool = False
    merging_from_id: str | None = None
    merged_into_id: str | None = None
    merged_account_ids: tuple[str, ...] = ()
    email_marks: EmailMarks = field(default_factory=EmailMarks)
    linked_identity_ids: tuple[str, ...] = ()
    linked_identities: tuple[LinkedIdentity, ...] = field(default=(), compare=False)
    passkey_count: int = 0
    last_uses: LastUses = field(default_factory=LastUses)
    stored_credentials: frozenset[str] | None = field(default=None, compare=False)

    @property
    def is_being_merged(self) -> bool:
        """Whether staff have started to merge it with another account and have not finished."""
        return self.merging_from_id is not None or self.merged_into_id is not None

    @property
    def has_unverified_email(self) -> bool:
        """Whether it names an email address that may belong to another person."""
        return self.email is not None and not self.email_verified

    @property
    def email_to_verify(self) -> str | None:
        """The address that the next link verifies; None if there is nothing to verify."""
        return self.pending_email or (self.email if self.has_unverified_email else None)

    @property
    def second_factor_precedes_email(self) -> bool:
        """Whether the authenticator was set up before the account's email was verified.

        It may then belong to another person than the mailbox does. If either time is unknown, the
        authenticator counts as the owner's: staff can remove it, but an attacker with access to the
        mailbox can't.
        """
        return (
            self.second_factor
            and self.second_factor_set_at is not None
            and self.email_verified_at is not None
            and self.second_factor_set_at < self.email_verified_at
        )

    @property
    def permissions(self) -> list[Permission]:
        """The permissions of its role, in the order of their declaration."""
        return [permission for permission in Permission if self.role.permits(permission)]

    @property
    def second_factor(self) -> bool:
        """Whether signing in requires a code in addition to the password."""
        return self.authenticator is not None

    @property
    def recovery_codes_left(self) -> int | None:
        """How many recovery codes are unused; None without a second factor."""
        return len(self.authenticator.recovery_codes) if self.authenticator else None

    @property
    def verified_email(self) -> str | None:
        """The verified email address; None without one."""
        return self.email if self.email_verified else None

    @property
    def email_problem(self) -> EmailProblem | None:
        """Why its email address gets fewer emails, or none; None if it gets all."""
        return self.email_marks.problem_of_email(self.email)

    @property
    def pending_email_problem(self) -> EmailProblem | None:
        """Why its pending address gets fewer emails, or none; None if it gets all."""
        return self.email_marks.problem_of_pending_email(self.pending_email)

    @property
    def reachable_email(self) -> str | None:
        """The verified email address, if mail there hasn't bounced; None otherwise."""
        return None if self.email_problem is EmailProblem.BOUNCED else self.verified_email

    @property
    def problem_of_email_to_verify(self) -> EmailProblem | None:
        """Why the address that the next link verifies gets fewer emails; None if it gets all."""
        return self.pending_email_problem if self.pending_email else self.email_problem

    @property
    def sign_in_methods(self) -> list[SignInMethod]:
        """The ways to sign in to it; none if its owner hasn't chosen the first one yet."""
        by_password = [] if self.password_hash == NO_PASSWORD_HASH else [SignInMethod.PASSWORD]
        by_code = [SignInMethod.EMAIL_CODE] if self.sign_in_code_address else []
        by_provider = [SignInMethod.PROVIDER] if self.linked_identity_ids else []
        by_passkey = [SignInMethod.PASSKEY] if self.passkey_count else []
        return [*by_password, *by_code, *by_provider, *by_passkey]

    @property
    def sign_in_code_address(self) -> str | None:
        """The address that gets codes to sign in with; None if the account can't use them.

        A code proves only that a person reads the account's mail. So it takes an email that was
        verified in a session of the account. Where a link alone has verified it, as in earlier
        versions, a stranger may have chosen the password, which a sign-in by code would keep. Staff
        need a second factor, too (NIST SP 800-63B-4 3.1.3.1: email proves too little by itself).
        """
        if self.disabled or self.email_verified_at is None:
            return None
        if self.role.is_staff and not self.second_factor:
            return None
        return self.reachable_email


class IdentityTaken(ApiError):
    """Another account has that username or email."""

    STATUS_CODE = 409
    code = "identity_taken"
    message = N_(
        "That username or email is already in use. Choose another one, or sign in if it’s yours."
    )


class AccountBeingErased(ApiError):
    """The account is being deleted or was deleted."""

    STATUS_CODE = 409
    code = "being_erased"
    message = N_(
        "This account is being deleted. To stop this, sign in again. You’ll keep what’s left."
    )


class AccountBeingMerged(ApiError):
    """Staff are merging the account with another one."""

    STATUS_CODE = 409
    code = "being_merged"
    message = N_(
        "This account is being merged with another one. Try again in a few minutes. If that "
        "doesn’t help, the office can repeat the merge."
    )


class AccountsNotMergeable(ApiError):
    """The accounts can't be merged."""

    STATUS_CODE = 409
    code = "not_mergeable"
    message = N_("Only applicants’ accounts can be merged. One of these belongs to staff.")


class IncorrectCredentials(ApiError):
    """Wrong username or password, or a disabled account; the error doesn't say which."""

    STATUS_CODE = 401
    code = "incorrect_credentials"
    message = "Username or Password is incorrect"
    is_translated = False  # an existing front end compares it


class SecondFactorRequired(ApiError):
    """The password is right, and the account needs a code, too."""

    STATUS_CODE = 401
    code = "second_factor_required"
    message = N_("Enter the code from your authenticator app, or a recovery code.")


class IncorrectSecondFactorCode(ApiError):
    """The password is right, but the code is wrong or was used before."""

    STATUS_CODE = 401
    code = "incorrect_code"
    message = N_("That code is wrong or was already used. Wait for a new code and try again.")


class IncorrectEmailCode(ApiError):
    """The emailed code is wrong, used, or expired, or was not asked for in this browser.

    The error is the same for each reason, and for names that no account has.
    """

    STATUS_CODE = 401
    code = "incorrect_email_code"
    message = N_(
        "That code doesn’t work. Check the newest email, and enter the code in the browser where "
        "you asked for it. Codes expire after 10 minutes and 5 attempts."
    )


class IncorrectPasskey(ApiError):
    """The passkey is unknown, was removed, or belongs to a disabled account, or the proof is wrong.

    The error is the same for each reason.
    """

    STATUS_CODE = 401
    code = "incorrect_passkey"
    message = N_(
        "That passkey didn’t work. Try again, or sign in another way. If you removed it here, "
        "delete it from your device, too."
    )


class SecondFactorActive(ApiError):
    """The account already has an authenticator app."""

    STATUS_CODE = 409
    code = "second_factor_active"
    message = N_("You already have an authenticator app. Turn off two-step verification first.")


class EmailNotVerified(ApiError):
    """The account has an unverified email address."""

    STATUS_CODE = 409
    code = "email_not_verified"
    message = N_("Confirm your email address first, or remove it from your account.")


class LastSignInMethod(ApiError):
    """Without it, there would be no way to sign in."""

    STATUS_CODE = 409
    code = "last_sign_in_method"
    message = N_("This is your only way to sign in. Add another one first.")


class LastSuperAdmin(ApiError):
    """The account is the only enabled SuperAdmin."""

    STATUS_CODE = 409
    code = "last_super_admin"
    message = N_("This is the only SuperAdmin. Give someone else that role first.")
