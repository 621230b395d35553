"""Credentials: the password's hash, the authenticator, and its setup, apart from the account.

They are in the table ``credentials``, which only the function ``accounts`` may use. The account's
own item has placeholders in their place. Those say what every function may know: that there is an
authenticator, how many recovery codes are left, and whether there is a password. No secret can be
derived from them.

An account that an earlier version stored has its credentials in its own item. Until a stage's
layout is ``separate``, each of them is read where it is: what isn't a placeholder counts. From then
on, only the table ``credentials`` counts, so that no function that may write accounts can plant a
password there.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.identity.account import NO_PASSWORD_HASH, Account, Authenticator, AuthenticatorSetup
from chalicelib.identity.linked_identity import LinkedIdentity
from chalicelib.platform import settings

# The names of the attributes, in both tables.
PASSWORD_HASH = "passwordHash"  # noqa: S105  # nosec B105 # a name
AUTHENTICATOR, SETUP = "authenticator", "setup"
CREDENTIAL_ATTRIBUTES = (PASSWORD_HASH, AUTHENTICATOR, SETUP)
# A hash that no password has. Earlier versions require a hash in the account's item.
PLACEHOLDER_HASH = "$argon2id$v=19$m=19456,t=2,p=1$" + "A" * 22 + "$" + "A" * 43
# What an account's own item has: that the hash is elsewhere, or that there is no password.
_PLACEHOLDERS = (PLACEHOLDER_HASH, NO_PASSWORD_HASH)
_PLACEHOLDER_PREFIX = "elsewhere"


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account's item in the table ``credentials``; None for what it doesn't contain."""

    password_hash: str | None = field(repr=False)
    authenticator: Authenticator | None
    pending_authenticator: AuthenticatorSetup | None
    linked_identities: tuple[LinkedIdentity, ...] = ()


def with_credentials(account: Account, credentials: Credentials | None) -> Account:
    """Return an account with its credentials in place of their placeholders.

    A placeholder to which no credential belongs stays: then no password or code is correct. A
    credential without a placeholder isn't used: an authenticator that staff have removed, say.
    """
    if credentials is None:
        return account
    # One copy for all changes: copying an account takes as long as reading it.
    changes: dict[str, Any] = {"linked_identities": credentials.linked_identities}
    if account.password_hash == PLACEHOLDER_HASH and credentials.password_hash:
        changes["password_hash"] = credentials.password_hash
    if _seed(account.authenticator) == _placeholder_seed(credentials.authenticator):
        changes["authenticator"] = credentials.authenticator
    if _seed(account.pending_authenticator) == _placeholder_seed(credentials.pending_authenticator):
        changes["pending_authenticator"] = credentials.pending_authenticator
    return replace(account, **changes)


def without_credentials(account: Account, *, except_attributes: Collection[str] = ()) -> Account:
    """Return an account with placeholders for its credentials, except for these attributes."""
    changes: dict[str, Any] = {}
    if PASSWORD_HASH not in except_attributes and account.password_hash not in _PLACEHOLDERS:
        changes["password_hash"] = PLACEHOLDER_HASH
    if (authenticator := account.authenticator) and AUTHENTICATOR not in except_attributes:
        changes["authenticator"] = Authenticator(
            seed=_placeholder_seed(authenticator) or "",
            last_time_step=0,
            recovery_codes=(_PLACEHOLDER_PREFIX,) * len(authenticator.recovery_codes),
        )
    if (pending_authenticator := account.pending_authenticator) and SETUP not in except_attributes:
        changes["pending_authenticator"] = AuthenticatorSetup(
            _placeholder_seed(pending_authenticator) or "", pending_authenticator.started_at
        )
    return replace(account, **changes) if changes else account


def credentials_in_account_item(account: Account) -> frozenset[str]:
    """Return which credentials the next write leaves in the account's own item: all or none.

    A stage keeps them there as long as it may go back to a version that knows no other place. An
    account that has moved already doesn't move back.
    """
    if settings.current().credentials_layout != settings.IN_USERS:
        return frozenset()
    has_moved = account.stored_credentials is not None and (
        PASSWORD_HASH not in account.stored_credentials
    )
    return frozenset() if has_moved else frozenset(CREDENTIAL_ATTRIBUTES)


def has_password(account: Account) -> bool:
    """Return whether an account that was read with its credentials has a password."""
    return account.password_hash not in _PLACEHOLDERS


def _seed(authenticator: Authenticator | AuthenticatorSetup | None) -> str | None:
    return authenticator.seed if authenticator else None


def _placeholder_seed(authenticator: Authenticator | AuthenticatorSetup | None) -> str | None:
    """Return what stands for a seed: its hash, by which an app and its placeholder match.

    Seeds are random, so a fast hash reveals nothing about them.
    """
    if authenticator is None or authenticator.seed.startswith(_PLACEHOLDER_PREFIX):
        return _seed(authenticator)
    return f"{_PLACEHOLDER_PREFIX}:{hashlib.sha256(authenticator.seed.encode()).hexdigest()}"


def is_placeholder(credential: object) -> bool:
    """Return whether a credential is a placeholder, as an item of the table ``users`` has it."""
    if isinstance(credential, dict):
        return str(credential["seed"]).startswith(_PLACEHOLDER_PREFIX)
    return credential == PLACEHOLDER_HASH
