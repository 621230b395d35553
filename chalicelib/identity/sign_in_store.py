"""The writes of an account that every sign-in includes."""

from dataclasses import replace

from chalicelib.identity.account import (
    Account,
    Authenticator,
    IncorrectCredentials,
    IncorrectSecondFactorCode,
)
from chalicelib.identity.credentials import AUTHENTICATOR
from chalicelib.identity.credentials_store import (
    credential_items,
    credentials_writes,
    delete_merged_credentials_writes,
    stored_account,
    to_stored_account,
)
from chalicelib.identity.last_uses import LastUses
from chalicelib.identity.store import USERS, PasswordHashReplaced
from chalicelib.platform.items import Item, Write


def sign_in_writes(
    account: Account,
    *,
    new_hash: str | None = None,
    used: Authenticator | None = None,
    last_uses: LastUses | None = None,
) -> tuple[Write, ...]:
    """Return the writes of the account that every sign-in includes.

    They do the work of :func:`cancel_erasure_write`, store what the sign-in changes, move
    credentials out of the account's own item, and delete those of accounts that were merged
    into it. If several requests use a code at once, one succeeds.

    Args:
        account: as it was read, with its credentials.
        new_hash: a stronger hash of the same password; None to keep the stored one.
        used: its authenticator with the code marked as used; None if there was no code.
        last_uses: when each method was last used, with this sign-in; None to keep the times.

    Returns:
        The writes. Their conditions raise PasswordHashReplaced, or IncorrectSecondFactorCode with a
        code; and IncorrectCredentials if the account no longer exists.
    """
    after = account
    if new_hash or used:
        after = replace(
            account,
            password_hash=new_hash or account.password_hash,
            authenticator=used or account.authenticator,
        )
    failed = IncorrectSecondFactorCode if used else PasswordHashReplaced
    old, new = map(credential_items, (stored_account(account), to_stored_account(after)))
    sets: Item = {name: new[name] for name in new if new[name] != old[name]}
    kept = {name: old[name] for name in old if name in sets or (used and name == AUTHENTICATOR)}
    if last_uses and last_uses != account.last_uses:
        sets["lastUses"] = last_uses.to_item()
    return (
        _account_write(account.id, sets, kept, failed if kept else IncorrectCredentials),
        *credentials_writes(account, after, failed),
        *delete_merged_credentials_writes(account),
    )


def cancel_erasure_write(account_id: str) -> Write:
    """Return the write that every sign-in includes; it requires that the account exists.

    It removes the mark of an erasure, which then starts again or stops, so that no session
    remains that began during the erasure. Its condition raises IncorrectCredentials.
    """
    return _account_write(account_id, {}, {}, IncorrectCredentials)


def _account_write(
    account_id: str, sets: Item, kept: Item, on_condition_failed: type[Exception]
) -> Write:
    """Return the write of the account's own item: what it sets, and what must not have changed."""
    update = "SET " + ", ".join(f"{name} = :{name}" for name in sets) if sets else ""
    conditions = [f"{name} = :was_{name}" for name in kept] or ["attribute_exists(id)"]
    return Write(
        "Update",
        USERS,
        {"id": account_id},
        {
            "UpdateExpression": f"{update} REMOVE erasing".strip(),
            "ConditionExpression": " AND ".join(conditions),
        },
        {
            **{f":{name}": value for name, value in sets.items()},
            **{f":was_{name}": value for name, value in kept.items()},
        },
        on_condition_failed=on_condition_failed,
    )
