"""The DynamoDB store of linked identities, in the tables ``identities`` and ``credentials``."""

import contextlib
from datetime import datetime

from chalicelib.identity.account import Account
from chalicelib.identity.account_repository import LoginReads
from chalicelib.identity.credentials import Credentials, with_credentials
from chalicelib.identity.credentials_store import CREDENTIALS, credentials_read
from chalicelib.identity.linked_identity import KIND, LinkedIdentity, identity_key
from chalicelib.identity.store import IDENTITIES, AccountChanged
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import ConditionFailed, Database
from chalicelib.platform.items import Read, Write


class LinkedIdentityStore:
    """The linked identities of one stage."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def find(self, identity_id: str) -> str | None:
        """Return the ID of the account that holds an identity; None if no account does."""
        key = {"identity": identity_key(identity_id)}
        return self._database.get(Read(IDENTITIES, key, lambda item: str(item["userId"])))

    def account_with(self, login: LoginReads) -> Account | None:
        """Return an account with its credentials; None if it doesn't exist."""
        account: Account | None
        account, credentials = self._database.batch_get(login.account, login.credentials)
        return with_credentials(account, credentials) if account else None

    def credentials(self, account_id: str) -> Credentials | None:
        """Return an account's credentials; None if it has none of its own."""
        credentials: Credentials | None
        # A batch read, because the function's policy permits no other read.
        [credentials] = self._database.batch_get(credentials_read(account_id))
        return credentials

    def note_use(self, identity: LinkedIdentity, account_id: str, now: datetime) -> None:
        """Note that an identity was used to sign in, unless it was unlinked in the meantime."""
        with contextlib.suppress(ConditionFailed):
            self._database.update(
                CREDENTIALS,
                {"userId": account_id},
                values={":now": clock.to_text(now)},
                UpdateExpression=f"SET {identity.attribute}.lastUsedAt = :now",
                ConditionExpression=f"attribute_exists({identity.attribute})",
            )


def claim_write(identity_id: str, account_id: str, former_holder: str | None) -> Write:
    """Return the write that gives an identity to one account; it raises AccountChanged.

    Args:
        identity_id: the identity.
        account_id: the account that gets it.
        former_holder: the ID of an account that no longer exists; None if no account holds it.
    """
    condition = "userId = :former" if former_holder else "attribute_not_exists(userId)"
    return Write(
        "Put",
        IDENTITIES,
        {"identity": identity_key(identity_id), "kind": KIND, "userId": account_id},
        {"ConditionExpression": condition},
        {":former": former_holder} if former_holder else {},
        on_condition_failed=AccountChanged,
    )


def release_write(identity_id: str, account_id: str) -> Write:
    """Return the write that takes an identity from an account; it raises AccountChanged."""
    return Write(
        "Delete",
        IDENTITIES,
        {"identity": identity_key(identity_id)},
        {"ConditionExpression": "userId = :owner"},
        {":owner": account_id},
        on_condition_failed=AccountChanged,
    )
