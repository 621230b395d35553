"""The DynamoDB store of passkeys: one item for each account, with an attribute for each passkey."""

from dataclasses import replace
from datetime import datetime

from chalicelib.accounts import sign_in_ticket_store
from chalicelib.accounts.sign_in_ticket import SignInTicket
from chalicelib.identity.account import Account, AccountBeingErased, IncorrectPasskey
from chalicelib.identity.account_repository import AccountRepository, account_repository
from chalicelib.identity.passkeys_item import PASSKEYS, passkeys_key
from chalicelib.identity.store import USERS
from chalicelib.passkeys.passkey import MAX_PASSKEYS, Credential, Passkey, PasskeyExists
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import Database, database
from chalicelib.platform.errors import NotFound, ServiceUnavailable
from chalicelib.platform.items import Item, Read, Write

_KEY = "userId"
Writes = list[Write]


class PasskeyStore:
    """The table ``passkeys``, and the number of passkeys in the table ``users``."""

    def __init__(self, database: Database, accounts: AccountRepository) -> None:
        """Use a database, and the repository of accounts."""
        self._database = database
        self._accounts = accounts

    def list_of(self, account_id: str) -> list[Passkey]:
        """Return an account's passkeys, the oldest first."""
        return self._database.get(_read(account_id)) or []

    def with_account(self, account_id: str) -> tuple[Account | None, list[Passkey]]:
        """Return an account and its passkeys; None without one."""
        account: Account | None
        passkeys: list[Passkey] | None
        account, passkeys = self._database.batch_get(
            self._accounts.account_read(account_id), _read(account_id)
        )
        return account, passkeys or []

    def add(self, account_id: str, passkey: Passkey, extra_writes: Writes) -> None:
        """Add a passkey.

        Args:
            account_id: the account's ID.
            passkey: the passkey, none of which the account has.
            extra_writes: other writes of the same transaction.

        Raises:
            AccountBeingErased: the account is being deleted or merged, or has the largest number of
                passkeys.
        """
        marks = ("erasing", "mergingFrom", "mergedInto")
        conditions = [
            "attribute_exists(id)",
            "(attribute_not_exists(passkeys) OR passkeys < :most)",
            *(f"attribute_not_exists({mark})" for mark in marks),
        ]
        counted = Write(
            "Update",
            USERS,
            {"id": account_id},
            {
                "UpdateExpression": "ADD passkeys :one",
                "ConditionExpression": " AND ".join(conditions),
            },
            {":one": 1, ":most": MAX_PASSKEYS},
            on_condition_failed=AccountBeingErased,
        )
        added = Write(
            "Update",
            PASSKEYS,
            passkeys_key(account_id),
            {
                "UpdateExpression": "SET #id = :passkey",
                "ConditionExpression": "attribute_not_exists(#id)",
            },
            {":passkey": _to_map(passkey)},
            on_condition_failed=PasskeyExists,
            names={"#id": passkey.id},
        )
        self._database.transact([counted, added, *extra_writes])

    def remove(self, account: Account, passkey_id: str, extra_writes: Writes) -> None:
        """Remove a passkey.

        Args:
            account: the account; it may not have changed, so that it keeps another way to sign in.
            passkey_id: the passkey's ID.
            extra_writes: other writes of the same transaction.

        Raises:
            NotFound: the account doesn't have it.
            ServiceUnavailable: the account has changed.
        """
        removed = Write(
            "Update",
            PASSKEYS,
            passkeys_key(account.id),
            {"UpdateExpression": "REMOVE #id", "ConditionExpression": "attribute_exists(#id)"},
            on_condition_failed=NotFound,
            names={"#id": passkey_id},
        )
        counted = Write(
            "Update",
            USERS,
            {"id": account.id},
            {
                "UpdateExpression": "ADD passkeys :less",
                "ConditionExpression": "version = :seen AND passkeys = :passkeys",
            },
            {":less": -1, ":seen": account.version, ":passkeys": account.passkey_count},
            on_condition_failed=lambda: ServiceUnavailable(cause="concurrent change"),
        )
        self._database.transact([removed, counted, *extra_writes])

    def use(
        self,
        account_id: str,
        before: Passkey,
        after: Passkey,
        ticket: SignInTicket,
        kept_until: datetime,
        extra_writes: Writes,
    ) -> None:
        """Store the use of a passkey, and the ticket to sign in with.

        Args:
            account_id: the account's ID.
            before: the passkey as it was read.
            after: the passkey with the new counter and time.
            ticket: the ticket.
            kept_until: until when the challenge is valid, which the ticket makes work once.
            extra_writes: other writes of the same transaction.

        Raises:
            IncorrectPasskey: the passkey was removed, or was used with this counter; or the
                challenge was used.
        """
        used = Write(
            "Update",
            PASSKEYS,
            passkeys_key(account_id),
            {
                "UpdateExpression": "SET #id = :after",
                "ConditionExpression": "attribute_exists(#id) AND #id.signCount = :before",
            },
            {":after": _to_map(after), ":before": before.credential.sign_count},
            on_condition_failed=IncorrectPasskey,
            names={"#id": before.id},
        )
        issued = sign_in_ticket_store.put_if_absent_write(ticket, kept_until, IncorrectPasskey)
        self._database.transact([used, issued, *extra_writes])


def passkey_store() -> PasskeyStore:
    """Return the passkeys of this process's stage."""
    return PasskeyStore(database(), account_repository())


def used_at(passkey: Passkey, credential: Credential, now: datetime) -> Passkey:
    """Return a passkey after it was used."""
    return replace(passkey, credential=credential, last_used_at=now)


def as_attributes(passkey: Passkey) -> Item:
    """Return the attribute that stores a passkey, by its name."""
    return {passkey.id: _to_map(passkey)}


def _read(account_id: str) -> Read[list[Passkey]]:
    return Read(PASSKEYS, passkeys_key(account_id), _from_item)


def _to_map(passkey: Passkey) -> Item:
    credential = passkey.credential
    last_used = passkey.last_used_at
    return {
        "name": passkey.name,
        "credentialId": credential.id,
        "credentialData": credential.data,
        "signCount": credential.sign_count,
        "backupEligible": credential.backup_eligible,
        "backedUp": credential.backed_up,
        "transports": list(credential.transports),
        "addedAt": clock.to_text(passkey.added_at),
        "lastUsedAt": clock.to_text(last_used) if last_used else None,
    }


def _from_item(item: Item) -> list[Passkey]:
    passkeys = [_from_map(value) for name, value in item.items() if name != _KEY]
    return sorted(passkeys, key=lambda passkey: (passkey.added_at, passkey.id))


def _from_map(stored: Item) -> Passkey:
    credential = Credential(
        id=stored["credentialId"],
        data=stored["credentialData"],
        sign_count=stored["signCount"],
        backup_eligible=stored["backupEligible"],
        backed_up=stored["backedUp"],
        transports=tuple(stored["transports"]),
    )
    last_used = stored["lastUsedAt"]
    return Passkey(
        name=stored["name"],
        credential=credential,
        added_at=clock.from_text(stored["addedAt"]),
        last_used_at=clock.from_text(last_used) if last_used else None,
    )
