"""The DynamoDB store of one-time tokens, and of the account changes that they permit."""

from collections.abc import Callable, Sequence
from datetime import datetime

from chalicelib.accounts.one_time_token import OneTimeToken, Purpose
from chalicelib.identity.account import Account
from chalicelib.identity.account_item import from_item
from chalicelib.identity.role import Role
from chalicelib.identity.store import (
    ONE_TIME_TOKENS,
    USERS,
    AccountChanged,
    delete_token_writes,
    same_tokens_condition,
)
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import Database
from chalicelib.platform.items import Item, Read, Write


class OneTimeTokenStore:
    """The table ``one-time-tokens``, and the account changes that the tokens permit."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def put_write(self, token: OneTimeToken) -> Write:
        """Return the write that stores a token."""
        return Write("Put", ONE_TIME_TOKENS, _to_token_item(token))

    def use_write(self, token: OneTimeToken, on_condition_failed: Callable[[], Exception]) -> Write:
        """Return the write that uses up a token; ``on_condition_failed`` makes its error."""
        return Write(
            "Delete",
            ONE_TIME_TOKENS,
            {"tokenHash": token.hash},
            {"ConditionExpression": "attribute_exists(tokenHash)"},
            on_condition_failed=on_condition_failed,
        )

    def get(self, token_hash: str) -> OneTimeToken | None:
        """Return the token with a hash; None if it doesn't exist or has expired."""
        return self._database.get(
            Read(ONE_TIME_TOKENS, {"tokenHash": token_hash}, _from_token_item)
        )

    def account_of(self, token: OneTimeToken) -> Account | None:
        """Return the account of a token; None if it was deleted."""
        return self._database.get(Read(USERS, {"id": token.account_id}, from_item))

    def put(self, token: Write) -> None:
        """Write a token by itself."""
        self._database.transact([token])

    def put_reset_link(
        self, before: Account, after: Account, extra_writes: Sequence[Write]
    ) -> None:
        """Store the hash of an account's newest password reset link; delete the previous link.

        Args:
            before: as it was read.
            after: as it will be.
            extra_writes: writes of the same transaction.

        Raises:
            AccountChanged: the account has changed since the link was prepared.
        """
        self._database.transact([*reset_link_writes(before, after), *extra_writes])

    def put_verification_link(
        self, before: Account, after: Account, extra_writes: Sequence[Write]
    ) -> None:
        """Store the hash of an account's newest verification link; delete the previous link.

        Args:
            before: as it was read.
            after: as it will be.
            extra_writes: writes of the same transaction.

        Raises:
            AccountChanged: its email or link has changed, or it was deleted.
        """
        unchanged, links = same_tokens_condition(before)
        attribute = "pendingEmail" if before.pending_email else "email"
        newest = Write(
            "Update",
            USERS,
            {"id": before.id},
            {
                "UpdateExpression": "SET verification = :newest",
                "ConditionExpression": f"{attribute} = :address AND {unchanged}",
            },
            {":newest": after.verification, ":address": before.address_to_verify, **links},
            on_condition_failed=AccountChanged,
        )
        self._database.transact([newest, *delete_token_writes(before, after), *extra_writes])

    def reset_password(
        self,
        token: OneTimeToken,
        before: Account,
        chosen: Account,
        now: datetime,
        extra_writes: Sequence[Write],
        *,
        on_condition_failed: Callable[[], Exception],
    ) -> None:
        """Use a token: set its account's new password, and revoke all sessions.

        Of several requests, one succeeds, and only if the account has not changed since the token.

        Args:
            token: the stored token.
            before: the account as it was read.
            chosen: the account with the new password's hash, number and time, the language of its
                owner, and no authenticator if this removes it.
            now: the current time.
            extra_writes: writes of the same transaction.
            on_condition_failed: returns the error to raise if the token can't be used.
        """
        same_email = "attribute_not_exists(email)" if token.email is None else "email = :email"
        removes, same_factor, values = _removing_factor(before, chosen)
        choosing = Write(
            "Update",
            USERS,
            {"id": token.account_id},
            {
                "UpdateExpression": "SET passwordHash = :hash, passwordSetAt = :now,"
                " passwordVersion = :password, sessionVersion = :next"
                + (", #language = :language" if chosen.language else "")
                + f" REMOVE recovery, setup, pendingEmail, pendingEmailExpiresAt{removes}",
                "ConditionExpression": "recovery = :token AND sessionVersion = :seen"
                f" AND #role = :role AND disabled = :no AND {same_email}{same_factor}",
            },
            {
                **values,
                ":hash": chosen.password_hash,
                ":now": clock.to_text(now),
                ":password": chosen.password_version,
                ":next": token.session_version + 1,
                ":token": token.hash,
                ":seen": token.session_version,
                ":role": token.role.value,
                ":no": False,
                **({} if token.email is None else {":email": token.email}),
                **({":language": chosen.language.value} if chosen.language else {}),
            },
            on_condition_failed=on_condition_failed,
            names={"#role": "role", **({"#language": "language"} if chosen.language else {})},
        )
        self._database.transact(
            [self.use_write(token, on_condition_failed), choosing, *extra_writes]
        )


def _removing_factor(before: Account, after: Account) -> tuple[str, str, Item]:
    """Return the attributes to remove with an authenticator, the condition, and its values.

    The condition requires that the times behind the decision have not changed.
    """
    if not before.second_factor or after.second_factor:
        return "", "", {}
    times = {
        "secondFactorSetAt": before.second_factor_set_at,
        "emailVerifiedAt": before.email_verified_at,
    }
    condition = "".join(f" AND {name} = :was_{name}" for name in times)
    values = {f":was_{name}": clock.to_text(at) for name, at in times.items() if at}
    return ", authenticator, secondFactorSetAt", condition, values


def reset_link_writes(before: Account, after: Account) -> list[Write]:
    """Return the write that makes a password reset link an account's newest one."""
    unchanged, links = same_tokens_condition(before)
    newest = Write(
        "Update",
        USERS,
        {"id": before.id},
        {
            "UpdateExpression": "SET recovery = :newest",
            "ConditionExpression": f"sessionVersion = :seen AND version = :version AND {unchanged}",
        },
        {
            ":newest": after.recovery,
            ":seen": before.session_version,
            ":version": before.version,
            **links,
        },
        on_condition_failed=AccountChanged,
    )
    return [newest, *delete_token_writes(before, after)]


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
