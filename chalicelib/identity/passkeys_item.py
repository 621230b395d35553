"""The item with an account's passkeys, which is deleted with the account."""

from chalicelib.platform.items import Item, Write

PASSKEYS = "passkeys"


def passkeys_key(account_id: str) -> Item:
    """Return the key of the item with an account's passkeys."""
    return {"userId": account_id}


def delete_passkeys_write(account_id: str) -> Write:
    """Return the write that deletes all passkeys of an account."""
    return Write("Delete", PASSKEYS, passkeys_key(account_id))
