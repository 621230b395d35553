"""What other systems learn about accounts."""

from datetime import datetime
from typing import Annotated

from chalicelib.identity.account import Account
from chalicelib.identity.role import Role
from chalicelib.platform import cloud_events
from chalicelib.platform.cloud_events import EventData
from chalicelib.platform.fields import Field
from chalicelib.platform.items import Write
from chalicelib.platform.response_schema import Identifier

UserId = Annotated[Identifier, Field(description="The account's id.")]
_SUBJECT = "users/{user_id}"


class AccountCreated(EventData, type="account.created", subject=_SUBJECT):
    """A person signed up, or staff created an account for a person."""

    user_id: UserId
    role: Role


class AccountErased(EventData, type="account.erased", subject=_SUBJECT):
    """An account and its registrations were deleted, or staff merged it into another account.

    Delete what you have stored about it.
    """

    user_id: UserId
    merged_into: Annotated[
        Identifier | None,
        Field(description="The account that has its registrations now; null if it was erased."),
    ]


def created_write(account: Account) -> Write:
    """Return the write that tells of a new account, for the transaction that creates it."""
    facts = {"user_id": account.id, "role": account.role}
    return cloud_events.write(AccountCreated, account.created_at, **facts)


def erased_write(user_id: str, at: datetime, merged_into: str | None = None) -> Write:
    """Return the write that tells of a deleted account, for the transaction that deletes it.

    Args:
        user_id: the account's identifier.
        at: the current time.
        merged_into: the account that has its registrations now; None if they are deleted, too.
    """
    return cloud_events.write(AccountErased, at, user_id=user_id, merged_into=merged_into)
