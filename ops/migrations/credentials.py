"""Moves credentials out of the items of accounts, where versions before read them.

It is run with ``--finish``, since an earlier version can't sign people in afterwards.
"""

from chalicelib.identity.account_item import from_any_item
from chalicelib.identity.credentials import without_credentials
from chalicelib.identity.credentials_store import credential_items, moved_credentials_write
from chalicelib.identity.store import USERS
from chalicelib.platform.items import Item
from ops.migrations.migration import Change, Migration


def _move(item: Item) -> Change | None:
    if item["id"].startswith("#"):
        return None
    account = from_any_item(item)
    own, hidden = map(credential_items, (account, without_credentials(account)))
    # That there is no password isn't hidden.
    moving = {name for name in account.stored_credentials or () if hidden[name] != own[name]}
    if not moving:
        return None
    return Change(
        set={name: hidden[name] for name in moving},
        extra_writes=[moved_credentials_write(account)],
    )


MIGRATION = Migration(
    name="credentials",
    summary="Move password hashes and authenticators to a table that only accounts can use.",
    table=USERS,
    change=_move,
)
