"""Stores credentials past every rule, as the service stores them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.identity.account_item import from_any_item
from chalicelib.identity.credentials import without_credentials
from chalicelib.identity.credentials_store import credential_items
from tests.support.environments import Stage, environment


def store_credentials(stage: Stage, account_id: str, **credentials: Any) -> None:
    """Store ``passwordHash``, ``authenticator``, or ``setup`` of an account."""
    [row] = [row for row in stage.rows("users") if row["id"] == account_id]
    hidden = credential_items(without_credentials(from_any_item(row | credentials)))
    stage.change("credentials", {"userId": account_id}, **credentials)
    stage.change("users", {"id": account_id}, **{name: hidden[name] for name in credentials})


def credentials_of(stage: Stage, account_id: str) -> dict[str, Any]:
    """Return the item of an account in the table ``credentials``; empty if there is none."""
    rows = [row for row in stage.rows("credentials") if row["userId"] == account_id]
    return rows[0] if rows else {}


def move_back(stage: Stage) -> None:
    """Store all credentials where earlier versions store them, in the items of the accounts."""
    for row in stage.rows("credentials"):
        account = {"id": row.pop("userId")}
        stage.change("users", account, **row)
        stage.remove("credentials", {"userId": account["id"]})


@contextmanager
def layout(name: str) -> Iterator[None]:
    """Run with this setting of the credentials' layout."""
    with environment(CREDENTIALS_LAYOUT=name):
        yield
