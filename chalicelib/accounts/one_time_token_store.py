"""The DynamoDB store of one-time tokens, and of the account changes that they permit."""

from collections.abc import Callable, Sequence
from datetime import datetime

from chalicelib.accounts.one_time_token import TOKEN_LIFETIME, Purpose, StoredToken, hash_token
from chalicelib.identity.account import Account
from chalicelib.identity.account_item import account_from_item
from chalicelib.identity.credentials_store import (
    credentials_writes,
    to_stored_account,
)
from chalicelib.identity.role import Role
from chalicelib.identity.store import (
    ONE_TIME_TOKENS,
    USERS,
    AccountChanged,
    delete_token_writes,
    unchanged_tokens_condition,
)
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import Database
from chalicelib.platform.items import Item, Read, Write

# The table has other items, too. A client that knows the secret of its own, such as the one in its
# cookie, can send a text as the token of a link that has the same hash.
_LINKS = (Purpose.PASSWORD_RESET, Purpose.EMAIL_VERIFICATION, Purpose.SIGN_UP)
# Of an item that isn't a token.
_HANDLED_REQUEST = "handled-request"


class RequestHandled(Exception):
    """A request for a link has led to one before."""


class OneTimeTokenStore:
    """The table ``one-time-tokens``, and the account changes that the tokens permit."""

    def __init__(self, database: Database) -> None:
        """Create the store."""
        self._database = database

    def put_write(self, token: StoredToken) -> Write:
        """Return the write that stores a token."""
        return Write("Put", ONE_TIME_TOKENS, _to_token_item(token))

    def consume_write(
        self, token: StoredToken, on_condition_failed: Callable[[], Exception]
    ) -> Write:
        """Return the write that consumes a token.

        Args:
            token: the stored token.
            on_condition_failed: returns the error to raise if the token was used in the meantime.
        """
        return Write(
            "Delete",
            ONE_TIME_TOKENS,
            {"tokenHash": token.token_hash},
            {"ConditionExpression": "attribute_exists(tokenHash)"},
            on_condition_failed=on_condition_failed,
        )

    def handled_request_write(self, request_id: str, now: datetime) -> Write:
        """Return the write that marks a request for a link as handled.

        SQS delivers a request for as long as a link works. The mark lasts as long, counted from a
        later time.

        Args:
            request_id: the ID of the request's item in the outbox.
            now: the current time.
        """
        item = {
            "tokenHash": hash_token(f"request#{request_id}"),
            "purpose": _HANDLED_REQUEST,
            "ttl": int((now + TOKEN_LIFETIME).timestamp()),
        }
        return Write(
            "Put",
            ONE_TIME_TOKENS,
            item,
            {"ConditionExpression": "attribute_not_exists(tokenHash)"},
            on_condition_failed=RequestHandled,
        )

    def get(self, token_hash: str) -> StoredToken | None:
        """Return the token of a link with a hash; None if it doesn't exist.

        DynamoDB may return an expired token, so the caller compares ``expires_at``.
        """
        return self._database.get(
            Read(ONE_TIME_TOKENS, {"tokenHash": token_hash}, _from_token_item)
        )

    def get_account(self, token: StoredToken) -> Account | None:
        """Return the account of a token; None if it was deleted."""
        return self._database.get(Read(USERS, {"id": token.account_id}, account_from_item))

    def transact(self, writes: Sequence[Write]) -> None:
        """Run these writes in one transaction, all or nothing."""
        self._database.transact(writes)

    def store_reset_token(
        self, before: Account, after: Account, extra_writes: Sequence[Write]
    ) -> None:
        """Store the hash of an account's newest password reset link; delete the previous link.

        Args:
            before: the account as it was read.
            after: the account with the new link.
            extra_writes: other writes of the same transaction.

        Raises:
            AccountChanged: the account has changed since the link was prepared.
        """
        self._database.transact([*reset_link_writes(before, after), *extra_writes])

    def put_verification_link(
        self, before: Account, after: Account, extra_writes: Sequence[Write]
    ) -> None:
        """Store the hash of an account's newest verification link; delete the previous link.

        Args:
            before: the account as it was read.
            after: the account with the new link.
            extra_writes: other writes of the same transaction.

        Raises:
            AccountChanged: its email or link has changed, or it was deleted.
        """
        unchanged_condition, token_values = unchanged_tokens_condition(before)
        attribute = "pendingEmail" if before.pending_email else "email"
        link_write = Write(
            "Update",
            USERS,
            {"id": before.id},
            {
                "UpdateExpression": "SET verification = :newest",
                "ConditionExpression": f"{attribute} = :address AND {unchanged_condition}",
            },
            {
                ":newest": after.verification_token_hash,
                ":address": before.email_to_verify,
                **token_values,
            },
            on_condition_failed=AccountChanged,
        )
        self._database.transact([link_write, *delete_token_writes(before, after), *extra_writes])

    def reset_password(
        self,
        token: StoredToken,
        before: Account,
        after: Account,
        now: datetime,
        extra_writes: Sequence[Write],
        *,
        on_condition_failed: Callable[[], Exception],
    ) -> None:
        """Consume a token: store its account's new password, and revoke all sessions.

        Only one of several concurrent requests succeeds. The account must be in the state to
        which the token is bound.

        Args:
            token: the stored token.
            before: the account as it was read.
            after: the account after the reset: with the new password's hash, version, and time,
                and with the owner's language; without a pending second-factor setup, and without an
                authenticator if the reset removes it.
            now: the current time.
            extra_writes: other writes of the same transaction.
            on_condition_failed: returns the error to raise if the token can't be used.
        """
        password_write = _new_password_write(token, before, after, now, on_condition_failed)
        consume_write = self.consume_write(token, on_condition_failed)
        credential_writes = credentials_writes(before, after, on_condition_failed)
        self._database.transact([consume_write, password_write, *credential_writes, *extra_writes])


def _new_password_write(
    token: StoredToken,
    before: Account,
    after: Account,
    now: datetime,
    on_condition_failed: Callable[[], Exception],
) -> Write:
    """Return the write of an account's new password, which requires the state of the token."""
    assignments = [
        "passwordHash = :hash",
        "passwordSetAt = :now",
        "passwordResetAt = :now",
        "passwordVersion = :password_version",
        "sessionVersion = :next_session_version",
    ]
    removals = ["recovery", "setup", "pendingEmail", "pendingEmailExpiresAt"]
    conditions = [
        "recovery = :token",
        "sessionVersion = :session_version",
        "#role = :role",
        "disabled = :false",
    ]
    values: Item = {
        ":hash": to_stored_account(after).password_hash,
        ":now": clock.to_text(now),
        ":password_version": after.password_version,
        ":next_session_version": token.session_version + 1,
        ":token": token.token_hash,
        ":session_version": token.session_version,
        ":role": token.role.value,
        ":false": False,
    }
    names = {"#role": "role"}
    if after.language:
        assignments.append("#language = :language")
        values[":language"], names["#language"] = after.language.value, "language"
    if token.email is None:
        conditions.append("attribute_not_exists(email)")
    else:
        conditions.append("email = :email")
        values[":email"] = token.email
    if before.second_factor and not after.second_factor:
        removals += ["authenticator", "secondFactorSetAt"]
        factor_conditions, factor_values = _unchanged_timestamps_conditions(before)
        conditions += factor_conditions
        values |= factor_values
    expressions = {
        "UpdateExpression": f"SET {', '.join(assignments)} REMOVE {', '.join(removals)}",
        "ConditionExpression": " AND ".join(conditions),
    }
    return Write(
        "Update",
        USERS,
        {"id": token.account_id},
        expressions,
        values,
        on_condition_failed=on_condition_failed,
        names=names,
    )


def _unchanged_timestamps_conditions(account: Account) -> tuple[list[str], Item]:
    """Return the conditions under which a reset may remove the authenticator, and their values.

    Whether it may depends on when the authenticator was set up, and when the email was verified. So
    neither time may have changed since the account was read.
    """
    timestamps = {
        "secondFactorSetAt": account.second_factor_set_at,
        "emailVerifiedAt": account.email_verified_at,
    }
    conditions = [
        f"{name} = :{name}" if time else f"attribute_not_exists({name})"
        for name, time in timestamps.items()
    ]
    return conditions, {
        f":{name}": clock.to_text(time) for name, time in timestamps.items() if time
    }


def reset_link_writes(before: Account, after: Account) -> list[Write]:
    """Return the writes that store an account's newest reset link, and delete the previous one."""
    unchanged_condition, token_values = unchanged_tokens_condition(before)
    link_write = Write(
        "Update",
        USERS,
        {"id": before.id},
        {
            "UpdateExpression": "SET recovery = :newest",
            "ConditionExpression": f"sessionVersion = :session_version"
            f" AND version = :version AND {unchanged_condition}",
        },
        {
            ":newest": after.reset_token_hash,
            ":session_version": before.session_version,
            ":version": before.version,
            **token_values,
        },
        on_condition_failed=AccountChanged,
    )
    return [link_write, *delete_token_writes(before, after)]


def _to_token_item(token: StoredToken) -> Item:
    item = {
        "tokenHash": token.token_hash,
        "purpose": token.purpose.value,
        "userId": token.account_id,
        "sessionVersion": token.session_version,
        "email": token.email,
        "role": token.role.value,
        "expiresAt": clock.to_text(token.expires_at),
        "ttl": int(token.expires_at.timestamp()),
    }
    return {name: value for name, value in item.items() if value is not None}


def _from_token_item(item: Item) -> StoredToken | None:
    if item["purpose"] not in _LINKS:
        return None
    return StoredToken(
        token_hash=item["tokenHash"],
        purpose=Purpose(item["purpose"]),
        account_id=item["userId"],
        session_version=item["sessionVersion"],
        email=item.get("email"),
        role=Role(item["role"]),
        expires_at=clock.from_text(item["expiresAt"]),
    )
