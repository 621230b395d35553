"""A passkey, and the limits of what an account may have."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.identity.account import Account
from chalicelib.platform.errors import ApiError
from chalicelib.platform.languages import N_

MAX_PASSKEYS = 10
_ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Credential:
    """What an authenticator has created (WebAuthn's credential record, §4).

    Attributes:
        id: the credential ID, in base64url.
        data: the attested credential data (§6.5.2) with the public key, in base64url.
        sign_count: the authenticator's counter; 0 if it has none.
        backup_eligible: whether the passkey can be copied to other devices.
        backed_up: whether it is.
        transports: how browsers reach the authenticator, as the browser says.
    """

    id: str
    data: str = field(repr=False)
    sign_count: int
    backup_eligible: bool
    backed_up: bool
    transports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passkey:
    """A credential of an account.

    Attributes:
        name: the name that its owner gave it.
        credential: the credential.
        added_at: when it was added.
        last_used_at: when it last signed in; None if it never did.
    """

    name: str
    credential: Credential
    added_at: datetime
    last_used_at: datetime | None = None

    @property
    def id(self) -> str:
        """Its identifier in the API: a hash of the credential ID, which can have 1,023 bytes."""
        return hashlib.sha256(self.credential.id.encode()).hexdigest()[:_ID_LENGTH]

    @property
    def backed_up(self) -> bool:
        """Whether the passkey is copied to other devices."""
        return self.credential.backed_up

    def is_outdated(self, account: Account) -> bool:
        """Return whether the account may have come to another person since it was added.

        The owner of a mailbox who verifies it, and then resets the password, must not share the
        account with a stranger who had signed up with that address before.
        """
        verified_at, reset_at = account.email_verified_at, account.password_reset_at
        if verified_at is None or reset_at is None:
            return False
        return self.added_at < verified_at < reset_at


class PasskeyExists(ApiError):
    """The account has this passkey already."""

    STATUS_CODE = 409
    code = "passkey_exists"
    message = N_("You already added this passkey.")


class TooManyPasskeys(ApiError):
    """The account has the largest number of passkeys."""

    STATUS_CODE = 409
    code = "too_many_passkeys"
    message = N_("You have 10 passkeys. Remove one that you no longer use first.")
