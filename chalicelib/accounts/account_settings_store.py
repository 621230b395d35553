"""The store of changes that an account's owner makes."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.identity import login_names
from chalicelib.identity.account import Account
from chalicelib.identity.account_item import account_from_item, to_item
from chalicelib.identity.credentials import CREDENTIAL_ATTRIBUTES, with_credentials
from chalicelib.identity.credentials_store import (
    credentials_read,
    credentials_writes,
    stored_account,
    to_stored_account,
)
from chalicelib.identity.store import (
    IDENTITIES,
    USERS,
    AccountChanged,
    VerifiedAddress,
    claim_name_write,
    delete_token_writes,
    unchanged_tokens_condition,
)
from chalicelib.platform.dynamodb import Database
from chalicelib.platform.items import Read, Write


class AccountSettingsStore:
    """The tables ``users``, ``identities``, and ``credentials``, for an account's owner."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def get(self, account_id: str) -> Account | None:
        """Return an account with its credentials; None if it doesn't exist."""
        account, credentials = self._database.batch_get(
            Read(USERS, {"id": account_id}, account_from_item), credentials_read(account_id)
        )
        return with_credentials(account, credentials) if account else None

    def change(
        self,
        before: Account,
        after: Account,
        extra_writes: Sequence[Write],
        verified_address: VerifiedAddress | None = None,
    ) -> None:
        """Write only the changed attributes of an account, and claim and release its names.

        Args:
            before: as it was read.
            after: in the next version.
            extra_writes: writes of the same transaction.
            verified_address: its new email if its owner has just verified it.

        Raises:
            AccountChanged: it has changed since it was read, or another account holds the
                verified address.
            IdentityTaken: another account has its new email.
        """
        moving = [
            *_email_writes(before, after, verified_address),
            *delete_token_writes(before, after),
            *credentials_writes(before, after, AccountChanged),
        ]
        self._database.transact([_update_write(before, after), *moving, *extra_writes])

    def release_address_writes(self, before: Account, after: Account) -> list[Write]:
        """Return the writes that remove an address from an account, because another one claims it.

        Args:
            before: the account as it was read.
            after: without the address; if that was its username, with another one.
        """
        writes = [
            _update_write(before, after),
            *delete_token_writes(before, after),
            *credentials_writes(before, after, AccountChanged),
        ]
        if after.username != before.username:
            name = login_names.normalize(after.username)
            claim = claim_name_write(name, "username", after.id)
            # The caller then tries another random name.
            writes.append(replace(claim, on_condition_failed=AccountChanged))
        return writes


def _update_write(before: Account, after: Account) -> Write:
    """Return the write of the differences between two versions of an account."""
    old, new = to_item(stored_account(before)), to_item(to_stored_account(after))
    unchanged, links = unchanged_tokens_condition(before)
    different = sorted(name for name in new if new[name] != old.get(name))
    gone = sorted(old.keys() - new.keys())
    # Don't overwrite a code that was marked as used, or a hash that was replaced, in the meantime.
    if before.passkey_count and len(after.sign_in_methods) < len(before.sign_in_methods):
        # The passkeys that are left as a way to sign in must still be there.
        unchanged += " AND passkeys = :passkeys"
        links[":passkeys"] = before.passkey_count
    for name in CREDENTIAL_ATTRIBUTES:
        if name in old and name in {*different, *gone}:
            unchanged += f" AND {name} = :was_{name}"
            links[f":was_{name}"] = old[name]
    update = "SET " + ", ".join(f"#{name} = :{name}" for name in different)
    if gone:
        update += " REMOVE " + ", ".join(f"#{name}" for name in gone)
    return Write(
        "Update",
        USERS,
        {"id": after.id},
        {
            "UpdateExpression": update,
            "ConditionExpression": f"version = :seen AND sessionVersion = :session AND {unchanged}",
        },
        {
            **links,
            **{f":{name}": new[name] for name in different},
            ":seen": before.version,
            ":session": before.session_version,
        },
        on_condition_failed=AccountChanged,
        names={f"#{name}": name for name in (*different, *gone)},
    )


def _email_writes(
    before: Account, after: Account, verified_address: VerifiedAddress | None
) -> list[Write]:
    """Return the writes that claim an account's new email and release its old one.

    The username stays claimed, though it may be an email, and the same as one of these.
    """
    username = login_names.normalize(before.username)
    old, new = (
        login_names.normalize(account.email) if account.email else None
        for account in (before, after)
    )
    moving: list[Write] = []
    if new and new not in {old, username}:
        moving.append(claim_name_write(new, "email", after.id, verified_address))
    if old and old not in {new, username}:
        owner_condition = {"ConditionExpression": "userId = :owner"}
        account_id = {":owner": before.id}
        key = {"identity": old}
        moving.append(
            Write(
                "Delete",
                IDENTITIES,
                key,
                owner_condition,
                account_id,
                on_condition_failed=AccountChanged,
            )
        )
    return moving
