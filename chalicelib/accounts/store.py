"""Accounts, the names they are found by and their one-time tokens, as DynamoDB keeps them.

Uniqueness of a name is the key of ``identities``: the transaction that creates an account holds
one condition for each of its names.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.accounts import identity
from chalicelib.accounts.account import (
    Account,
    BeingErased,
    IdentityTaken,
    IncorrectCredentials,
    LastSuperAdmin,
    Role,
)
from chalicelib.accounts.one_time_token import OneTimeToken, Purpose
from chalicelib.platform import clock
from chalicelib.platform.collation import collated
from chalicelib.platform.dynamodb import (
    ConditionFailed,
    Database,
    Item,
    Partition,
    Read,
    Write,
)
from chalicelib.platform.errors import Forbidden
from chalicelib.platform.languages import Language

USERS = "users"
IDENTITIES = "identities"
ONE_TIME_TOKENS = "one-time-tokens"
_BY_NAME = "byName"
_BY_KIND = "byKind"
# Counts the SuperAdmins that are enabled. Its # keeps it from being anybody's identifier.
_SUPER_ADMINS = {"id": "#super-admins"}
# A sort key has 1,024 bytes at most, and stands in cursors, which are part of a URL. Some letters
# come apart into eighteen when they are collated.
_LONGEST_PART = 40


class PasswordHashReplaced(Exception):
    """The kept hash is no longer the one that was read."""


class AccountChanged(Exception):
    """The account is not as it was read any more."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an account stands in a list: the key there, and the account that it names."""

    key: dict[str, str]
    account_id: str


class AccountStore:
    """The tables ``users`` and ``identities``."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def create(self, account: Account, also: Sequence[Write]) -> None:
        """Write a new account, its names and whatever comes with it, all or nothing.

        Raises:
            IdentityTaken: one of its names has an owner.
        """
        names = {identity.normalise(account.email): "email"} if account.email else {}
        names |= {identity.normalise(account.username): "username"}
        writes = [_claim(name, kind, account.id) for name, kind in names.items()]
        unless_there = {"ConditionExpression": "attribute_not_exists(id)"}
        writes.append(Write("Put", USERS, _to_item(account), unless_there))
        writes += _counting(before=False, after=_counts(account))
        self._database.transact([*writes, *also])

    def owner_of(self, name: str) -> str | None:
        """Return the id of the account that has a name; None if nobody does."""
        key = {"identity": identity.sought(name)}
        return self._database.get(Read(IDENTITIES, key, lambda item: str(item["userId"])))

    def get(self, account_id: str) -> Account | None:
        """Return an account; None if there is none."""
        return self._database.get(self.reading(account_id))

    def get_many(self, account_ids: Sequence[str]) -> list[Account | None]:
        """Return accounts, a hundred at most, in one round trip; None for each not there."""
        return self._database.get_all(*map(self.reading, account_ids))

    def reading(self, account_id: str) -> Read[Account]:
        """Return how an account is read, for whoever reads something else along with it."""
        return Read(USERS, {"id": account_id}, _from_item)

    def usernames(self, account_ids: Sequence[str]) -> dict[str, str]:
        """Return the usernames of those of these accounts that are there."""
        found = self._database.get_all(*map(self.reading, account_ids)) if account_ids else []
        return {account.id: account.username for account in found if account}

    def replacing_hash(self, account: Account, replacement: str) -> Write:
        """Return the write that keeps a stronger hash of the same password.

        It stops an erasure as :meth:`staying` does. Its condition raises PasswordHashReplaced.
        """
        return Write(
            "Update",
            USERS,
            {"id": account.id},
            {
                "UpdateExpression": "SET passwordHash = :new REMOVE erasing",
                "ConditionExpression": "passwordHash = :old",
            },
            {":new": replacement, ":old": account.password_hash},
            otherwise=PasswordHashReplaced,
        )

    def staying(self, account_id: str) -> Write:
        """Return the write with which somebody signs in to an account that is still there.

        It takes the mark of an erasure away, which then starts again or stops: no session is left
        behind that began while the others were deleted. Its condition raises IncorrectCredentials.
        """
        return Write(
            "Update",
            USERS,
            {"id": account_id},
            {
                "UpdateExpression": "REMOVE erasing",
                "ConditionExpression": "attribute_exists(id)",
            },
            otherwise=IncorrectCredentials,
        )

    def not_being_erased(self, account_id: str) -> Write:
        """Return the check that an account is there to stay; or BeingErased."""
        lasting = "attribute_exists(id) AND attribute_not_exists(erasing)"
        return Write(
            "ConditionCheck",
            USERS,
            {"id": account_id},
            {"ConditionExpression": lasting},
            otherwise=BeingErased,
        )

    def mark(self, account: Account, mark: str, also: Sequence[Write]) -> None:
        """Mark an account as being erased.

        Args:
            account: as it was read.
            mark: this erasure's own.
            also: what comes along.

        Raises:
            AccountChanged: it is not as it was read any more.
            LastSuperAdmin: nobody else who is enabled could do everything.
        """
        marking = Write(
            "Update",
            USERS,
            {"id": account.id},
            {
                "UpdateExpression": "SET erasing = :mark",
                "ConditionExpression": "version = :seen AND sessionVersion = :sessions",
            },
            {
                ":mark": mark,
                ":seen": account.version,
                ":sessions": account.session_version,
            },
            otherwise=AccountChanged,
        )
        others = {"ConditionExpression": "enabled > :one"}
        not_last = Write(
            "ConditionCheck", USERS, _SUPER_ADMINS, others, {":one": 1}, otherwise=LastSuperAdmin
        )
        self._database.transact([marking, *([not_last] if _counts(account) else []), *also])

    def erase(self, account: Account, mark: str, also: Sequence[Write]) -> None:
        """Delete an account, its names and its one-time token, all or nothing.

        Args:
            account: as it was read.
            mark: what it was marked with; a sign-in has not taken it away.
            also: what comes along.

        Raises:
            AccountChanged: it is not as it was read and marked any more.
            LastSuperAdmin: nobody else who is enabled could do everything.
        """
        same_links, links = _same_links(account)
        deletion = Write(
            "Delete",
            USERS,
            {"id": account.id},
            {
                "ConditionExpression": "erasing = :mark AND version = :seen"
                f" AND sessionVersion = :sessions AND {same_links}"
            },
            {
                ":mark": mark,
                ":seen": account.version,
                ":sessions": account.session_version,
                **links,
            },
            otherwise=AccountChanged,
        )
        given = filter(None, (account.username, account.email))
        names = sorted({identity.normalise(name) for name in given})
        writes = [
            deletion,
            *_counting(before=_counts(account), after=False),
            *(Write("Delete", IDENTITIES, {"identity": name}) for name in names),
            *_forgetting(account, None),
        ]
        self._database.transact([*writes, *also])

    def raise_session_version(self, account: Account) -> None:
        """Make every session of an account an old one, in one write.

        It may be repeated: where the version has been raised since it was read, by this very
        write or another, or the account is gone, those sessions are over already.
        """
        with contextlib.suppress(ConditionFailed):
            self._database.update(
                USERS,
                {"id": account.id},
                UpdateExpression="SET sessionVersion = :next",
                ConditionExpression="sessionVersion = :seen",
                values={":next": account.session_version + 1, ":seen": account.session_version},
            )


class OwnerStore:
    """The tables ``users`` and ``identities`` as an account's owner uses them."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def get(self, account_id: str) -> Account | None:
        """Return an account; None if there is none."""
        return self._database.get(Read(USERS, {"id": account_id}, _from_item))

    def change(self, before: Account, after: Account, also: Sequence[Write]) -> None:
        """Write what has changed of an account, no more, and the names that come and go with it.

        Args:
            before: as it was read.
            after: as it will be, of the next version.
            also: what comes along.

        Raises:
            AccountChanged: it is not as it was read any more.
            IdentityTaken: somebody has its new email.
        """
        moving = [*_moving_email(before, after), *_forgetting(before, after)]
        self._database.transact([_updating(before, after), *moving, *also])


class PeopleStore:
    """The tables ``users`` and ``identities`` as staff use them."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def get(self, *account_ids: str) -> list[Account | None]:
        """Read accounts, at most a hundred, in one round trip; None for each not there."""
        reads = [Read(USERS, {"id": account_id}, _from_item) for account_id in account_ids]
        return self._database.get_all(*reads) if reads else []

    def named(
        self, kind: str, start: str, limit: int, after: dict[str, str] | None
    ) -> tuple[list[Place], Item | None]:
        """Return names of a kind that start so, in their order, in one round trip.

        Args:
            kind: ``username`` or ``email``.
            start: a normalised start.
            limit: how many at most.
            after: the place to go on after.

        Returns:
            Their places, and the place to go on after; None at the end.
        """
        names = Partition(
            IDENTITIES,
            key=("kind", "identity"),
            index=_BY_KIND,
            condition="kind = :kind AND begins_with(#identity, :start)",
            values={":kind": kind, ":start": start},
            names={"#identity": "identity"},
            ascending=True,
        )
        return self._places(names, limit, after, "userId")

    def in_role(
        self,
        role: Role,
        start: str,
        limit: int,
        after: dict[str, str] | None,
        *,
        disabled: bool | None,
    ) -> tuple[list[Place], Item | None]:
        """Return the accounts of a role by last name, in one round trip.

        Args:
            role: theirs.
            start: how their last names start, collated; empty for any, and for none.
            limit: how many at most.
            after: the place to go on after.
            disabled: whether they are; None where it does not matter.

        Returns:
            Their places, and the place to go on after; None at the end.
        """
        condition = "#role = :role"
        values: Item = {":role": role.value}
        if start:
            condition += " AND begins_with(nameKey, :start)"
            values |= {":start": start[:_LONGEST_PART]}
        if disabled is not None:
            values |= {":disabled": disabled}
        people = Partition(
            USERS,
            key=("role", "nameKey", "id"),
            index=_BY_NAME,
            condition=condition,
            values=values,
            keep=None if disabled is None else "disabled = :disabled",
            names={"#role": "role"},
            ascending=True,
        )
        return self._places(people, limit, after, "id")

    def _places(
        self, partition: Partition, limit: int, after: dict[str, str] | None, owner: str
    ) -> tuple[list[Place], Item | None]:
        items, rest = self._database.query(partition, limit, after, pages=1)
        return [Place({n: item[n] for n in partition.key}, item[owner]) for item in items], rest

    def change(
        self, before: Account, after: Account, actor: Account, also: Sequence[Write]
    ) -> None:
        """Write an account's role, whether it is disabled, and its session version.

        Args:
            before: as it was read.
            after: as it will be, of the next version.
            actor: who does it: staff, and still of that role.
            also: what comes along.

        Raises:
            AccountChanged: it is not as it was read any more.
            LastSuperAdmin: nobody else who is enabled could do everything.
            Forbidden: the actor may not do this any more.
        """
        ends = after.session_version > before.session_version
        writes = [
            Write(
                "Update",
                USERS,
                {"id": after.id},
                {
                    "UpdateExpression": "SET #role = :role, disabled = :disabled,"
                    " updatedAt = :now, version = :next"
                    + (", sessionVersion = sessionVersion + :one" if ends else ""),
                    "ConditionExpression": "version = :seen",
                },
                {
                    ":role": after.role.value,
                    ":disabled": after.disabled,
                    ":now": clock.to_text(after.updated_at),
                    ":next": after.version,
                    ":seen": before.version,
                    **({":one": 1} if ends else {}),
                },
                otherwise=AccountChanged,
                names={"#role": "role"},
            ),
            # Before the counter: of two who demote each other one is no SuperAdmin any more.
            _still_staff(actor),
            *_counting(before=_counts(before), after=_counts(after)),
        ]
        self._database.transact([*writes, *also])

    def end_sessions(self, account: Account, actor: Account, also: Sequence[Write]) -> None:
        """Make every session of an account an old one.

        Raises:
            AccountChanged: they are old ones already.
            Forbidden: the actor may not do this any more.
        """
        ending = Write(
            "Update",
            USERS,
            {"id": account.id},
            {
                "UpdateExpression": "SET sessionVersion = :next",
                "ConditionExpression": "sessionVersion = :seen AND version = :version",
            },
            {
                ":next": account.session_version + 1,
                ":seen": account.session_version,
                ":version": account.version,
            },
            otherwise=AccountChanged,
        )
        # A transaction may touch an item once. Of one's own account it is enough that its version,
        # which a demotion raises, is the one that was read.
        checks = [] if actor.id == account.id else [_still_staff(actor)]
        self._database.transact([ending, *checks, *also])

    def start_recovery(
        self, before: Account, after: Account, actor: Account, also: Sequence[Write]
    ) -> None:
        """Write which link is the account's newest, and delete the one before.

        Args:
            before: as it was read.
            after: as it will be.
            actor: who does it: staff, and still of that role.
            also: what comes along.

        Raises:
            AccountChanged: it is not as the link takes it to be any more.
            Forbidden: the actor may not do this any more.
        """
        self._database.transact([*_starting(before, after), _still_staff(actor), *also])

    def still_staff(self, actor: Account) -> Write:
        """Return the check that an account is still enabled and of its role; or Forbidden."""
        return _still_staff(actor)


class RecoveryStore:
    """The table ``one-time-tokens``, and what becomes of an account when one is used."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def keeping(self, token: OneTimeToken) -> Write:
        """Return the write that makes a token good."""
        return Write("Put", ONE_TIME_TOKENS, _to_token_item(token))

    def get(self, token_hash: str) -> OneTimeToken | None:
        """Return what is kept under a token's hash; None if nothing is, or not any more."""
        return self._database.get(
            Read(ONE_TIME_TOKENS, {"tokenHash": token_hash}, _from_token_item)
        )

    def account_of(self, token: OneTimeToken) -> Account | None:
        """Return the account that a token was made for; None if it is gone."""
        return self._database.get(Read(USERS, {"id": token.account_id}, _from_item))

    def keep(self, token: Write) -> None:
        """Write a token by itself."""
        self._database.transact([token])

    def start(self, before: Account, after: Account, also: Sequence[Write]) -> None:
        """Write which link to choose a password is an account's newest; delete the one before.

        Args:
            before: as it was read.
            after: as it will be.
            also: what comes along.

        Raises:
            AccountChanged: it is not as the link takes it to be any more.
        """
        self._database.transact([*_starting(before, after), *also])

    def announce(self, before: Account, after: Account, also: Sequence[Write]) -> None:
        """Write which link to verify its email is an account's newest; delete the one before.

        Args:
            before: as it was read.
            after: as it will be.
            also: what comes along.

        Raises:
            AccountChanged: it has another email or link, or is gone.
        """
        same_links, links = _same_links(before)
        newest = Write(
            "Update",
            USERS,
            {"id": before.id},
            {
                "UpdateExpression": "SET verification = :newest",
                "ConditionExpression": f"email = :email AND {same_links}",
            },
            {":newest": after.verification, ":email": before.email, **links},
            otherwise=AccountChanged,
        )
        self._database.transact([newest, *_forgetting(before, after), *also])

    def verify(
        self,
        token: OneTimeToken,
        now: datetime,
        also: Sequence[Write],
        *,
        otherwise: Callable[[], Exception],
    ) -> None:
        """Use up a token: the email that it was sent to is verified, if it is still the account's.

        Args:
            token: as it is kept.
            now: when.
            also: what comes along.
            otherwise: makes the error to raise where it cannot be used.
        """
        verifying = Write(
            "Update",
            USERS,
            {"id": token.account_id},
            {
                "UpdateExpression": "SET emailVerified = :yes, updatedAt = :now,"
                " version = version + :one REMOVE verification",
                "ConditionExpression": "verification = :token AND email = :email"
                " AND disabled = :no",
            },
            {
                ":yes": True,
                ":now": clock.to_text(now),
                ":one": 1,
                ":token": token.hash,
                ":email": token.email,
                ":no": False,
            },
            otherwise=otherwise,
        )
        self._database.transact([_spending(token, otherwise), verifying, *also])

    def spend(
        self,
        token: OneTimeToken,
        chosen: Account,
        also: Sequence[Write],
        *,
        otherwise: Callable[[], Exception],
    ) -> None:
        """Use up a token: its account gets a new password, and all its sessions are old ones.

        It happens once, however many try, and only to an account that is as the token says.

        Args:
            token: as it is kept.
            chosen: the account with the new password's hash, and the language of its owner.
            also: what comes along.
            otherwise: makes the error to raise where it cannot be used.
        """
        same_email = "attribute_not_exists(email)" if token.email is None else "email = :email"
        choosing = Write(
            "Update",
            USERS,
            {"id": token.account_id},
            {
                "UpdateExpression": "SET passwordHash = :hash, sessionVersion = :next"
                + (", #language = :language" if chosen.language else "")
                + " REMOVE recovery",
                "ConditionExpression": "recovery = :token AND sessionVersion = :seen"
                f" AND #role = :role AND disabled = :no AND {same_email}",
            },
            {
                ":hash": chosen.password_hash,
                ":next": token.session_version + 1,
                ":token": token.hash,
                ":seen": token.session_version,
                ":role": token.role.value,
                ":no": False,
                **({} if token.email is None else {":email": token.email}),
                **({":language": chosen.language.value} if chosen.language else {}),
            },
            otherwise=otherwise,
            names={"#role": "role", **({"#language": "language"} if chosen.language else {})},
        )
        self._database.transact([_spending(token, otherwise), choosing, *also])


def _spending(token: OneTimeToken, otherwise: Callable[[], Exception]) -> Write:
    return Write(
        "Delete",
        ONE_TIME_TOKENS,
        {"tokenHash": token.hash},
        {"ConditionExpression": "attribute_exists(tokenHash)"},
        otherwise=otherwise,
    )


def _starting(before: Account, after: Account) -> list[Write]:
    """Return what makes a link to choose a password an account's newest one."""
    same_links, links = _same_links(before)
    starting = Write(
        "Update",
        USERS,
        {"id": before.id},
        {
            "UpdateExpression": "SET recovery = :newest",
            "ConditionExpression": "sessionVersion = :seen AND version = :version"
            f" AND {same_links}",
        },
        {
            ":newest": after.recovery,
            ":seen": before.session_version,
            ":version": before.version,
            **links,
        },
        otherwise=AccountChanged,
    )
    return [starting, *_forgetting(before, after)]


def _updating(before: Account, after: Account) -> Write:
    """Return the write of what two versions of an account differ in."""
    old, new = _to_item(before), _to_item(after)
    same_links, links = _same_links(before)
    different = sorted(name for name in new if new[name] != old.get(name))
    gone = sorted(old.keys() - new.keys())
    update = "SET " + ", ".join(f"#{name} = :{name}" for name in different)
    if gone:
        update += " REMOVE " + ", ".join(f"#{name}" for name in gone)
    return Write(
        "Update",
        USERS,
        {"id": after.id},
        {
            "UpdateExpression": update,
            "ConditionExpression": "version = :seen AND sessionVersion = :session"
            f" AND {same_links}",
        },
        {
            **links,
            **{f":{name}": new[name] for name in different},
            ":seen": before.version,
            ":session": before.session_version,
        },
        otherwise=AccountChanged,
        names={f"#{name}": name for name in (*different, *gone)},
    )


def _moving_email(before: Account, after: Account) -> list[Write]:
    """Return what claims an account's new email and gives its old one up.

    The username stays claimed, though it may be an email, and the same as one of these.
    """
    username = identity.normalise(before.username)
    old, new = (identity.normalise(one.email) if one.email else None for one in (before, after))
    moving: list[Write] = []
    if new and new not in {old, username}:
        moving.append(_claim(new, "email", after.id))
    if old and old not in {new, username}:
        own = {"ConditionExpression": "userId = :owner"}
        owner = {":owner": before.id}
        key = {"identity": old}
        moving.append(Write("Delete", IDENTITIES, key, own, owner, otherwise=AccountChanged))
    return moving


def _links(account: Account) -> dict[str, str | None]:
    """Return the hashes of an account's newest one-time tokens, by attribute."""
    return {"recovery": account.recovery, "verification": account.verification}


def _same_links(account: Account) -> tuple[str, Item]:
    """Return the condition that no other links are an account's newest, and its values."""
    conditions = [
        f"{name} = :was_{name}" if link else f"attribute_not_exists({name})"
        for name, link in _links(account).items()
    ]
    values = {f":was_{name}": link for name, link in _links(account).items() if link}
    return " AND ".join(conditions), values


def _forgetting(before: Account, after: Account | None) -> list[Write]:
    """Return what deletes the one-time tokens that are an account's newest no more.

    They hold the email, and would outlive it, and the account.
    """
    kept = set(_links(after).values()) if after else set()
    return [
        Write("Delete", ONE_TIME_TOKENS, {"tokenHash": link})
        for link in _links(before).values()
        if link and link not in kept
    ]


def _still_staff(actor: Account) -> Write:
    return Write(
        "ConditionCheck",
        USERS,
        {"id": actor.id},
        {"ConditionExpression": "#role = :role AND disabled = :no"},
        {":role": actor.role.value, ":no": False},
        otherwise=Forbidden,
        names={"#role": "role"},
    )


def _counts(account: Account) -> bool:
    return account.role is Role.SUPER_ADMIN and not account.disabled


def _counting(*, before: bool, after: bool) -> list[Write]:
    """Return what keeps count of the enabled SuperAdmins, one of whom must stay."""
    if before == after:
        return []
    if after:
        more = {"UpdateExpression": "ADD enabled :one"}
        return [Write("Update", USERS, _SUPER_ADMINS, more, {":one": 1})]
    fewer = {
        "UpdateExpression": "SET enabled = enabled - :one",
        "ConditionExpression": "enabled > :one",
    }
    return [Write("Update", USERS, _SUPER_ADMINS, fewer, {":one": 1}, otherwise=LastSuperAdmin)]


def _claim(name: str, kind: str, account_id: str) -> Write:
    return Write(
        "Put",
        IDENTITIES,
        {"identity": name, "kind": kind, "userId": account_id},
        {"ConditionExpression": "attribute_not_exists(userId)"},
        otherwise=IdentityTaken,
    )


def _to_item(account: Account) -> Item:
    item = {
        "id": account.id,
        "username": account.username,
        "email": account.email,
        "emailVerified": account.email_verified,
        "firstName": account.first_name,
        "lastName": account.last_name,
        "role": account.role.value,
        "passwordHash": account.password_hash,
        "sessionVersion": account.session_version,
        "disabled": account.disabled,
        "createdAt": clock.to_text(account.created_at),
        "updatedAt": clock.to_text(account.updated_at),
        "version": account.version,
        "recovery": account.recovery,
        "verification": account.verification,
        "language": account.language.value if account.language else None,
        "nameKey": _name_key(account),
    }
    return {name: value for name, value in item.items() if value is not None}


def _name_key(account: Account) -> str:
    """Return where an account stands among those of its role: by last name, then by first name."""
    parts = (account.last_name or "", account.first_name or "")
    return "#".join([*(collated(part)[:_LONGEST_PART] for part in parts), account.id])


def _to_token_item(token: OneTimeToken) -> Item:
    item = {
        "tokenHash": token.hash,
        "purpose": token.purpose.value,
        "userId": token.account_id,
        "sessionVersion": token.session_version,
        "email": token.email,
        "role": token.role.value,
        "expiresAt": clock.to_text(token.expires_at),
        "ttl": int(token.expires_at.timestamp()),
    }
    return {name: value for name, value in item.items() if value is not None}


def _from_token_item(item: Item) -> OneTimeToken:
    return OneTimeToken(
        hash=item["tokenHash"],
        purpose=Purpose(item["purpose"]),
        account_id=item["userId"],
        session_version=item["sessionVersion"],
        email=item.get("email"),
        role=Role(item["role"]),
        expires_at=clock.from_text(item["expiresAt"]),
    )


def _from_item(item: Item) -> Account:
    return Account(
        id=item["id"],
        username=item["username"],
        email=item.get("email"),
        email_verified=item["emailVerified"],
        first_name=item.get("firstName"),
        last_name=item.get("lastName"),
        role=Role(item["role"]),
        password_hash=item["passwordHash"],
        session_version=item["sessionVersion"],
        disabled=item["disabled"],
        created_at=clock.from_text(item["createdAt"]),
        updated_at=clock.from_text(item["updatedAt"]),
        version=item["version"],
        recovery=item.get("recovery"),
        verification=item.get("verification"),
        language=Language(item["language"]) if "language" in item else None,
    )
