"""The DynamoDB store of sessions: one item for each session, under the key of its account."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.identity.account import Account
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import ConditionFailed, Database
from chalicelib.platform.items import Item, Query, Read, Write
from chalicelib.sessions.session import Session

SESSIONS = "sessions"
_KEY = ("userId", "id")
# What decides whether a session is active. Where its owner signed in is for the owner's list alone,
# which one function shows, and the roles of the others don't permit them to read it.
_DECIDING = ("accountVersion", "startedAt", "expiresAt", "secretHash", "lastSeenAt", "sharedDevice")


class SessionStore:
    """The table ``sessions``."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def put_write(self, session: Session) -> Write:
        """Return the write that starts a session."""
        return Write("Put", SESSIONS, _to_item(session))

    def delete_write(self, account_id: str, session_id: str) -> Write:
        """Return the write that deletes a session, if it exists."""
        return Write("Delete", SESSIONS, _key(account_id, session_id))

    def transact(self, writes: tuple[Write, ...]) -> None:
        """Run all of these writes or none."""
        self._database.transact(writes)

    def get_session_and_account(
        self, account_read: Read[Account], account_id: str, session_id: str
    ) -> tuple[Session | None, Account | None]:
        """Read a session and its account in one round trip; None for each that doesn't exist.

        The session comes without its address and user agent.
        """
        session_read = Read(SESSIONS, _key(account_id, session_id), _from_item, _DECIDING)
        return self._database.batch_get_two(session_read, account_read)

    def delete(self, account_id: str, session_id: str) -> bool:
        """Delete a session; return whether it existed."""
        return self._database.delete(SESSIONS, _key(account_id, session_id))

    def delete_others(self, session: Session, before_each_round_trip: Callable[[], None]) -> None:
        """Delete all sessions of an account except one.

        Args:
            session: the session to keep.
            before_each_round_trip: called before each request to DynamoDB; it raises an exception
                to stop.
        """
        query = Query(
            SESSIONS,
            key_attributes=_KEY,
            key_condition="userId = :account",
            expression_values={":account": session.account_id},
        )
        items = self._database.query_all(query)
        keys = ({name: item[name] for name in _KEY} for item in items if item["id"] != session.id)
        self._database.batch_delete(SESSIONS, keys, before_each_round_trip)

    def record_request(self, session: Session, now: datetime) -> bool:
        """Record a request of a session; return whether the session still exists.

        A session that was deleted in the meantime is not recreated.
        """
        try:
            self._database.update(
                SESSIONS,
                _key(session.account_id, session.id),
                values={":now": clock.to_text(now)},
                UpdateExpression="SET lastSeenAt = :now",
                ConditionExpression="attribute_exists(userId)",
            )
        except ConditionFailed:
            return False
        return True

    def list_active(
        self,
        account: Account,
        now: datetime,
        limit: int,
        position: dict[str, str] | None,
        *,
        active_since: datetime | None = None,
        shared_active_since: datetime,
    ) -> tuple[list[Session], dict[str, str] | None]:
        """Return an account's active sessions, newest first, and the next page's position.

        Args:
            account: the account.
            now: the current time.
            limit: the largest page size.
            position: the position after which the page begins; None for the first page.
            active_since: omit sessions without a request since this time.
            shared_active_since: omit those on shared devices without one since this time.
        """
        condition = (
            "expiresAt > :now AND accountVersion = :version AND "
            "(attribute_not_exists(sharedDevice) OR lastSeenAt >= :shared OR startedAt >= :shared)"
        )
        values: Item = {
            ":account": account.id,
            ":now": clock.to_text(now),
            ":version": account.session_version,
            ":shared": clock.to_text(shared_active_since),
        }
        if active_since:
            condition += " AND (lastSeenAt >= :since OR startedAt >= :since)"
            values[":since"] = clock.to_text(active_since)
        query = Query(
            SESSIONS,
            key_attributes=_KEY,
            key_condition="userId = :account",
            filter_expression=condition,
            expression_values=values,
        )
        items, next_position = self._database.query(query, limit, position)
        return [_from_item(item) for item in items], next_position


def _key(account_id: str, session_id: str) -> Item:
    return {"userId": account_id, "id": session_id}


def _to_item(session: Session) -> Item:
    last_seen_at = session.last_seen_at
    return {
        "userId": session.account_id,
        "id": session.id,
        "accountVersion": session.session_version,
        "startedAt": clock.to_text(session.started_at),
        "expiresAt": clock.to_text(session.expires_at),
        "address": session.address,
        "userAgent": session.user_agent,
        "ttl": int(session.expires_at.timestamp()),
        **({"secretHash": session.secret_hash} if session.secret_hash else {}),
        **({"lastSeenAt": clock.to_text(last_seen_at)} if last_seen_at else {}),
        **({"sharedDevice": True} if session.shared_device else {}),
    }


def _from_item(item: Item) -> Session:
    return Session(
        account_id=item["userId"],
        id=item["id"],
        session_version=item["accountVersion"],
        started_at=clock.from_text(item["startedAt"]),
        expires_at=clock.from_text(item["expiresAt"]),
        address=item.get("address", ""),
        user_agent=item.get("userAgent", ""),
        secret_hash=item.get("secretHash"),
        last_seen_at=clock.from_text(item["lastSeenAt"]) if "lastSeenAt" in item else None,
        shared_device=item.get("sharedDevice", False),
    )
