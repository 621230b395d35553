"""An account: what is known of someone who can sign in."""

from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.identity.role import Permission, Role
from chalicelib.platform.errors import ApiError
from chalicelib.platform.languages import Language


@dataclass(frozen=True, slots=True)
class Authenticator:
    """An authenticator app that makes codes for an account, and what stands in for it.

    Attributes:
        seed: random text from which, with a key of the stage, the app's secret follows.
        last_step: the last time step (RFC 6238) whose code was taken; no code works twice.
        recovery_codes: hashes of those that have not been used.
    """

    seed: str = field(repr=False)
    last_step: int
    recovery_codes: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class AuthenticatorSetup:
    """An app that is being set up, and has not shown a code yet.

    Attributes:
        seed: as an :class:`Authenticator`'s.
        begun_at: when.
    """

    seed: str = field(repr=False)
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """One account, as of one version of its record.

    Attributes:
        id: its identifier.
        username: as it was typed.
        email: as it was typed; None for an account without one, which is a full account.
        email_verified: whether its owner has proved that mail there reaches them.
        first_name: None if not given.
        last_name: None if not given.
        middle_name: None if not given, and for accounts from before it was asked.
        role: what it may do.
        password_hash: in PHC string format; no response has it.
        session_version: sessions of another version are over.
        disabled: whether it is kept from signing in.
        version: raised by every change of names, email, role or being disabled, and by its owner's
            change of the password. No write touches what it does not change, so that a change of a
            name restores no password.
        recovery: the hash of the newest link by which its password can be chosen; the links made
            before it are dead. None without one.
        verification: the same for links by which its email is verified.
        language: which its owner reads, as their browser said last; None if it never said.
        authenticator: the second factor, without which nobody signs in; None without one.
        setup: of one, begun and not finished; None where there is none.
        password_version: raised by each new password; a device that was known with another is a
            stranger's. An account that was kept without has its first.
        pending_email: the address that its owner wants instead of its email, until they have
            verified it; None without one. It receives nothing but the link that verifies it.
        pending_email_expires_at: when that change is dropped.
        username_replaced_at: when the username that its owner chose, which was an email address,
            went to another account, whose owner proved that the address is theirs, and the service
            made another one; None where its owner has seen that.
        email_verified_at: when its email was verified, which takes one of its sessions. None
            without a verified email, and where an earlier version of the service verified it, for
            which the link alone was enough.
        password_set_at: when its password was set; None where an earlier version set it.
        second_factor_set_at: when its authenticator was set up or, if later, when a session that
            the authenticator protects verified the email. None without one, and where an earlier
            version set it up.
        creation_digest: tells a repetition of the request that created it, by staff, from another
            request with the same idempotency key; None without a key.
        is_being_erased: whether its owner has started to erase it, and hasn't signed in since.
        merging_from: the id of the account that is being merged into this one; None without one.
        merged_into: the id of the account that this one is being merged into, which makes it
            disabled; None without one. It is deleted once it is merged.
        merged_accounts: the ids of the accounts that were merged into this one.
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
    recovery: str | None = field(default=None, repr=False)
    verification: str | None = field(default=None, repr=False)
    language: Language | None = None
    authenticator: Authenticator | None = None
    setup: AuthenticatorSetup | None = None
    password_version: int = 1
    pending_email: str | None = None
    pending_email_expires_at: datetime | None = None
    username_replaced_at: datetime | None = None
    email_verified_at: datetime | None = None
    password_set_at: datetime | None = None
    second_factor_set_at: datetime | None = None
    creation_digest: str | None = field(default=None, repr=False)
    middle_name: str | None = None
    is_being_erased: bool = False
    merging_from: str | None = None
    merged_into: str | None = None
    merged_accounts: tuple[str, ...] = ()

    @property
    def is_being_merged(self) -> bool:
        """Whether staff have started to merge it with another account, and it isn't done yet."""
        return self.merging_from is not None or self.merged_into is not None

    @property
    def has_unverified_email(self) -> bool:
        """Whether it names an email address that may belong to another person."""
        return self.email is not None and not self.email_verified

    @property
    def address_to_verify(self) -> str | None:
        """The address that the next link verifies; None if there is nothing to verify."""
        return self.pending_email or (self.email if self.has_unverified_email else None)

    @property
    def second_factor_precedes_email(self) -> bool:
        """Whether the authenticator was set up before the account's email was verified.

        Then it may belong to another person than the mailbox does. Where either time is unknown,
        the authenticator counts as the owner's: staff can remove it, and a thief of the mailbox
        cannot.
        """
        return (
            self.second_factor
            and self.second_factor_set_at is not None
            and self.email_verified_at is not None
            and self.second_factor_set_at < self.email_verified_at
        )

    @property
    def permissions(self) -> list[Permission]:
        """What its role permits, in the order of their declaration."""
        return [permission for permission in Permission if self.role.permits(permission)]

    @property
    def second_factor(self) -> bool:
        """Whether signing in takes a code beside the password."""
        return self.authenticator is not None

    @property
    def recovery_codes_left(self) -> int | None:
        """How many recovery codes are unused; None without a second factor."""
        return len(self.authenticator.recovery_codes) if self.authenticator else None

    @property
    def verified_email(self) -> str | None:
        """The email address that is known to reach its owner; None without one."""
        return self.email if self.email_verified else None


class IdentityTaken(ApiError):
    """Another account has that username or email."""

    STATUS_CODE = 409
    code = "identity_taken"
    message = (
        "That username or email is already in use. Choose another one, or sign in if it’s yours."
    )


class BeingErased(ApiError):
    """The account is being deleted or was deleted."""

    STATUS_CODE = 409
    code = "being_erased"
    message = "This account is being deleted. To stop, sign in again. You’ll keep what’s left."


class BeingMerged(ApiError):
    """Staff are merging the account with another one."""

    STATUS_CODE = 409
    code = "being_merged"
    message = (
        "This account is being merged with another one. Try again in a few minutes. If that "
        "doesn’t help, the office can repeat the merge."
    )


class NotMergeable(ApiError):
    """The accounts can't be merged."""

    STATUS_CODE = 409
    code = "not_mergeable"
    message = "Only applicants’ accounts can be merged. One of these belongs to staff."


class IncorrectCredentials(ApiError):
    """Wrong username or password, or a disabled account; the error doesn't say which."""

    STATUS_CODE = 401
    code = "incorrect_credentials"
    message = "Username or Password is incorrect"


class SecondFactorRequired(ApiError):
    """The password is right, and the account needs a code, too."""

    STATUS_CODE = 401
    code = "second_factor_required"
    message = "Enter the code from your authenticator app, or a recovery code."


class IncorrectCode(ApiError):
    """The password is right, but the code is wrong or was used before."""

    STATUS_CODE = 401
    code = "incorrect_code"
    message = "That code is wrong or was already used. Wait for a new code and try again."


class SecondFactorActive(ApiError):
    """The account already has an authenticator app."""

    STATUS_CODE = 409
    code = "second_factor_active"
    message = "You already have an authenticator app. Turn off two-step verification first."


class EmailNotVerified(ApiError):
    """The account has an unverified email address."""

    STATUS_CODE = 409
    code = "email_not_verified"
    message = "Confirm your email address first, or remove it from your account."


class LastSuperAdmin(ApiError):
    """The account is the only enabled SuperAdmin."""

    STATUS_CODE = 409
    code = "last_super_admin"
    message = "This is the only SuperAdmin. Give someone else that role first."
