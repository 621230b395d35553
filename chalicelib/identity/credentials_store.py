"""The DynamoDB store of credentials, and the expressions that move them to their own table."""

from collections.abc import Callable
from typing import Any

from chalicelib.identity.account import NO_PASSWORD_HASH, Account
from chalicelib.identity.account_item import (
    authenticator_from,
    authenticator_item,
    setup_from,
    setup_item,
)
from chalicelib.identity.credentials import (
    AUTHENTICATOR,
    CREDENTIAL_ATTRIBUTES,
    PASSWORD_HASH,
    SETUP,
    Credentials,
    credentials_in_account_item,
    is_placeholder,
    without_credentials,
)
from chalicelib.identity.linked_identity import from_credentials
from chalicelib.platform.items import Item, Read, Write

CREDENTIALS = "credentials"


def credentials_read(account_id: str) -> Read[Credentials]:
    """Return the read of an account's credentials, to combine it with other reads."""
    return Read(CREDENTIALS, {"userId": account_id}, _from_item)


def stored_account(account: Account) -> Account:
    """Return an account as its own item has it, which was read from there."""
    return without_credentials(account, except_attributes=account.stored_credentials or ())


def to_stored_account(account: Account) -> Account:
    """Return an account as the next write of its own item stores it."""
    return without_credentials(account, except_attributes=credentials_in_account_item(account))


def new_credentials_writes(account: Account) -> list[Write]:
    """Return the write of a new account's credentials, unless its own item has them.

    The function in which staff create accounts may not write credentials: such an account has no
    password until its owner chooses one.
    """
    items = linked_items(account)
    if not credentials_in_account_item(account) and account.password_hash != NO_PASSWORD_HASH:
        items |= credential_items(account)
    return [Write("Put", CREDENTIALS, {"userId": account.id, **items})] if items else []


def credentials_writes(
    before: Account, after: Account, on_condition_failed: Callable[[], Exception]
) -> list[Write]:
    """Return the write of the credentials that differ, or that leave the account's own item.

    Args:
        before: as it was read. Credentials that weren't read are placeholders, and don't change.
        after: as it is to be.
        on_condition_failed: returns the error if the credentials have changed since they were read.
    """
    kept = credentials_in_account_item(before)
    old, new = credential_items(before), credential_items(after)
    sets: Item = {}
    removes, conditions, values = [], [], {}
    for name in CREDENTIAL_ATTRIBUTES:
        was, becomes = _stored(old.get(name)), _stored(new.get(name))
        moves = was is not None and name in (before.stored_credentials or ())
        if name in kept or is_placeholder(becomes) or (was == becomes and not moves):
            continue
        if becomes is None:
            removes.append(name)
        else:
            sets[name] = becomes
        if was is not None and not moves and not is_placeholder(was):
            conditions.append(f"{name} = :was_{name}")
            values[f":was_{name}"] = was
    linked_before, linked_after = linked_items(before), linked_items(after)
    sets |= {n: item for n, item in linked_after.items() if item != linked_before.get(n)}
    removes += sorted(linked_before.keys() - linked_after.keys())
    if not sets and not removes:
        return []
    update = "SET " + ", ".join(f"{name} = :{name}" for name in sets) if sets else ""
    if removes:
        update += " REMOVE " + ", ".join(removes)
    expressions = {"UpdateExpression": update.strip()}
    if conditions:
        expressions["ConditionExpression"] = " AND ".join(conditions)
    return [
        Write(
            "Update",
            CREDENTIALS,
            {"userId": before.id},
            expressions,
            {**values, **{f":{name}": value for name, value in sets.items()}},
            on_condition_failed=on_condition_failed,
        )
    ]


def moved_credentials_write(account: Account) -> Write:
    """Return the write that moves what an account's own item has, in every layout of the stage."""
    items = credential_items(account)
    stored = {name: _stored(items[name]) for name in sorted(account.stored_credentials or ())}
    moved = {name: item for name, item in stored.items() if item is not None}
    return Write(
        "Update",
        CREDENTIALS,
        {"userId": account.id},
        {"UpdateExpression": "SET " + ", ".join(f"{name} = :{name}" for name in moved)},
        {f":{name}": value for name, value in moved.items()},
    )


def delete_credentials_writes(account: Account) -> list[Write]:
    """Return the writes that delete an account's credentials, and those of its merged accounts."""
    return [_delete_write(account.id), *delete_merged_credentials_writes(account)]


def delete_merged_credentials_writes(account: Account) -> list[Write]:
    """Return the writes that delete the credentials of accounts that were merged into this one.

    The function in which staff merge accounts may not do it. So ``accounts`` does it later.
    """
    return [_delete_write(account_id) for account_id in account.merged_account_ids]


def credential_items(account: Account) -> Item:
    """Return an account's credentials as attributes, without those that it doesn't have."""
    items = {
        PASSWORD_HASH: account.password_hash,
        AUTHENTICATOR: authenticator_item(account.authenticator),
        SETUP: setup_item(account.pending_authenticator),
    }
    return {name: item for name, item in items.items() if item is not None}


def linked_items(account: Account) -> Item:
    """Return an account's linked identities as attributes, as far as they were read."""
    return {identity.attribute: identity.to_item() for identity in account.linked_identities}


def _stored(credential: Any) -> Any:
    """Return a credential as this table has it: an account without a password has no hash here."""
    return None if credential == NO_PASSWORD_HASH else credential


def _delete_write(account_id: str) -> Write:
    return Write("Delete", CREDENTIALS, {"userId": account_id})


def _from_item(item: Item) -> Credentials:
    return Credentials(
        password_hash=item.get(PASSWORD_HASH),
        authenticator=authenticator_from(item.get(AUTHENTICATOR)),
        pending_authenticator=setup_from(item.get(SETUP)),
        linked_identities=from_credentials(item),
    )
