"""Convert an account to a DynamoDB item and back.

Earlier versions of the service read the items that this version writes, and keep attributes that
they do not know. Add attributes freely; never remove one or change its meaning.
"""

from dataclasses import replace
from datetime import datetime

from chalicelib.identity import last_uses
from chalicelib.identity.account import Account, Authenticator, AuthenticatorSetup
from chalicelib.identity.credentials import (
    CREDENTIAL_ATTRIBUTES,
    PLACEHOLDER_HASH,
    is_placeholder,
    without_credentials,
)
from chalicelib.identity.email_marks import EmailMarks
from chalicelib.identity.role import Role
from chalicelib.platform import clock, settings
from chalicelib.platform.items import Item
from chalicelib.platform.languages import Language
from chalicelib.platform.sort_keys import sort_key

# Who an account is, what it may do, and how to reach its owner. The rest proves that a person is
# the owner: a function that doesn't sign people in has no use for it.
PROFILE = (
    *("id", "username", "usernameReplacedAt", "version", "createdAt", "updatedAt", "language"),
    *("firstName", "middleName", "lastName", "nameKey"),
    *("email", "emailVerified", "emailVerifiedAt", "pendingEmail", "pendingEmailExpiresAt"),
    *("role", "disabled", "sessionVersion", "erasing"),
    *("mergingFrom", "mergedInto", "mergedAccounts"),
    *("emailBounced", "emailComplained", "pendingEmailBounced", "pendingEmailComplained"),
)


def to_item(account: Account) -> Item:
    """Return the item that stores an account."""
    item = {
        "id": account.id,
        "username": account.username,
        "email": account.email,
        "emailVerified": account.email_verified,
        "firstName": account.first_name,
        "lastName": account.last_name,
        "middleName": account.middle_name,
        "role": account.role.value,
        "passwordHash": account.password_hash,
        "sessionVersion": account.session_version,
        "disabled": account.disabled,
        "createdAt": clock.to_text(account.created_at),
        "updatedAt": clock.to_text(account.updated_at),
        "version": account.version,
        "recovery": account.reset_token_hash,
        "verification": account.verification_token_hash,
        "language": account.language.value if account.language else None,
        "nameKey": _name_key(account),
        "authenticator": authenticator_item(account.authenticator),
        "setup": setup_item(account.pending_authenticator),
        "passwordVersion": account.password_version,
        "pendingEmail": account.pending_email,
        "pendingEmailExpiresAt": _text(account.pending_email_expires_at),
        "usernameReplacedAt": _text(account.username_replaced_at),
        "emailVerifiedAt": _text(account.email_verified_at),
        "passwordSetAt": _text(account.password_set_at),
        "passwordResetAt": _text(account.password_reset_at),
        # Beside the authenticator and not in it: earlier versions compare that whole.
        "secondFactorSetAt": _text(account.second_factor_set_at),
        "creationDigest": account.creation_request_digest,
        "mergingFrom": account.merging_from_id,
        "mergedInto": account.merged_into_id,
        "mergedAccounts": list(account.merged_account_ids) or None,
        "emailBounced": account.email_marks.bounced,
        "emailComplained": account.email_marks.complained,
        "pendingEmailBounced": account.email_marks.pending_bounced,
        "pendingEmailComplained": account.email_marks.pending_complained,
        "linkedIdentities": list(account.linked_identity_ids) or None,
        "passkeys": account.passkey_count or None,
        "lastUses": account.last_uses.to_item(),
    }
    return {name: value for name, value in item.items() if value is not None}


def _name_key(account: Account) -> str:
    """Return the account's sort key in its role's index: last name, then first name.

    A single name counts as the last name.
    """
    names = [name for name in (account.last_name, account.first_name) if name]
    return sort_key(names or [""], account.id)


def account_from_item(item: Item) -> Account:
    """Read an account from its item. An expired pending email is dropped.

    An account that was read by its :data:`PROFILE` has no password hash, and nothing else of what
    proves that a person is its owner. Once a stage's layout is ``separate``, credentials in this
    item don't count.
    """
    account = from_any_item(item)
    if settings.current().credentials_layout != settings.SEPARATE:
        return account
    account = without_credentials(account)
    # Most items have none. Copying an account takes as long as reading it.
    return (
        replace(account, stored_credentials=frozenset()) if account.stored_credentials else account
    )


def from_any_item(item: Item) -> Account:
    """Read an account with the credentials that its own item has, in every layout of the stage."""
    expires_at = _moment(item.get("pendingEmailExpiresAt"))
    is_pending = expires_at is not None and expires_at > clock.now()
    return Account(
        id=item["id"],
        username=item["username"],
        email=item.get("email"),
        email_verified=item["emailVerified"],
        first_name=item.get("firstName"),
        last_name=item.get("lastName"),
        middle_name=item.get("middleName"),
        role=Role(item["role"]),
        password_hash=item.get("passwordHash", PLACEHOLDER_HASH),
        session_version=item["sessionVersion"],
        # One that is being merged opens to no one; what it was before is kept, should it not be.
        disabled=item["disabled"] or "mergedInto" in item,
        created_at=clock.from_text(item["createdAt"]),
        updated_at=clock.from_text(item["updatedAt"]),
        version=item["version"],
        reset_token_hash=item.get("recovery"),
        verification_token_hash=item.get("verification"),
        language=Language(item["language"]) if "language" in item else None,
        authenticator=authenticator_from(item.get("authenticator")),
        pending_authenticator=setup_from(item.get("setup")),
        password_version=item.get("passwordVersion", 1),
        pending_email=item.get("pendingEmail") if is_pending else None,
        pending_email_expires_at=expires_at if is_pending else None,
        username_replaced_at=_moment(item.get("usernameReplacedAt")),
        email_verified_at=_moment(item.get("emailVerifiedAt")) if item["emailVerified"] else None,
        password_set_at=_moment(item.get("passwordSetAt")),
        password_reset_at=_moment(item.get("passwordResetAt")),
        second_factor_set_at=_moment(item.get("secondFactorSetAt"))
        if "authenticator" in item
        else None,
        creation_request_digest=item.get("creationDigest"),
        is_being_erased="erasing" in item,
        merging_from_id=item.get("mergingFrom"),
        merged_into_id=item.get("mergedInto"),
        merged_account_ids=tuple(item.get("mergedAccounts", ())),
        email_marks=EmailMarks(
            bounced=item.get("emailBounced"),
            complained=item.get("emailComplained"),
            pending_bounced=item.get("pendingEmailBounced"),
            pending_complained=item.get("pendingEmailComplained"),
        ),
        linked_identity_ids=tuple(item.get("linkedIdentities", ())),
        passkey_count=item.get("passkeys", 0),
        last_uses=last_uses.from_item(item.get("lastUses")),
        stored_credentials=frozenset(
            name
            for name in CREDENTIAL_ATTRIBUTES
            if name in item and not is_placeholder(item[name])
        ),
    )


def _text(moment: datetime | None) -> str | None:
    return clock.to_text(moment) if moment else None


def _moment(text: str | None) -> datetime | None:
    return clock.from_text(text) if text else None


def authenticator_item(authenticator: Authenticator | None) -> Item | None:
    """Return the attribute that stores an authenticator; None without one."""
    if authenticator is None:
        return None
    return {
        "seed": authenticator.seed,
        "lastStep": authenticator.last_time_step,
        "recoveryCodes": list(authenticator.recovery_codes),
    }


def authenticator_from(item: Item | None) -> Authenticator | None:
    """Read an authenticator from its attribute."""
    if item is None:
        return None
    return Authenticator(item["seed"], item["lastStep"], tuple(item["recoveryCodes"]))


def setup_item(setup: AuthenticatorSetup | None) -> Item | None:
    """Return the attribute that stores the setup of an authenticator; None without one."""
    return {"seed": setup.seed, "begunAt": clock.to_text(setup.started_at)} if setup else None


def setup_from(item: Item | None) -> AuthenticatorSetup | None:
    """Read the setup of an authenticator from its attribute."""
    if item is None:
        return None
    return AuthenticatorSetup(item["seed"], clock.from_text(item["begunAt"]))
