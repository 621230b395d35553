"""The DynamoDB store of API keys. The functions that accept keys read one at a time."""

from collections.abc import Sequence
from datetime import date, datetime

from chalicelib.api_keys.api_key import KEPT_AFTER_END, ApiKey
from chalicelib.api_keys.scope import Scope
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import Database
from chalicelib.platform.items import Item, Query, Read, Write, put_if_absent_write

API_KEYS = "api-keys"
# All keys are in one partition, so that they are listed with a query.
_KIND = "apiKey"
_ALL = Query(
    API_KEYS,
    key_attributes=("kind", "id"),
    key_condition="kind = :kind",
    expression_values={":kind": _KIND},
)


class ApiKeyChanged(Exception):
    """Another request has changed the key since it was read."""


class ApiKeyStore:
    """The table ``api-keys``."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def get(self, key_id: str) -> ApiKey | None:
        """Return a key; None if there is none, or it ended long ago."""
        return self._database.get(Read(API_KEYS, _key(key_id), _from_item))

    def list_all(self) -> list[ApiKey]:
        """Return all keys, the newest first."""
        return [_from_item(item) for item in self._database.query_all(_ALL)]

    def transact(self, writes: Sequence[Write]) -> None:
        """Run all of these writes or none.

        Raises:
            ApiKeyChanged: another request has revoked the key, or noted its use.
        """
        self._database.transact(writes)

    def add_write(self, key: ApiKey) -> Write:
        """Return the write of a new key."""
        item = {
            **_key(key.id),
            "name": key.name,
            "scopes": list(key.scopes),
            "secretHash": key.secret_hash,
            "createdBy": key.created_by,
            "createdAt": clock.to_text(key.created_at),
            "expiresAt": clock.to_text(key.expires_at),
            "ttl": int((key.expires_at + KEPT_AFTER_END).timestamp()),
        }
        return put_if_absent_write(API_KEYS, item, partition_key="kind")

    def use_write(self, key: ApiKey, today: date) -> Write:
        """Return the write that notes the first use of a day; of several at once, one succeeds."""
        expressions = {
            "UpdateExpression": "SET lastUsedOn = :today",
            "ConditionExpression": "attribute_exists(kind) AND "
            "(attribute_not_exists(lastUsedOn) OR lastUsedOn < :today)",
        }
        values = {":today": today.isoformat()}
        return Write(
            "Update", API_KEYS, _key(key.id), expressions, values, on_condition_failed=ApiKeyChanged
        )

    def revoke_write(self, key: ApiKey, now: datetime) -> Write:
        """Return the write that stores when a key was revoked; of several at once, one succeeds."""
        expressions = {
            "UpdateExpression": "SET revokedAt = :now, #ttl = :ttl",
            "ConditionExpression": "attribute_exists(kind) AND attribute_not_exists(revokedAt)",
        }
        values = {
            ":now": clock.to_text(now),
            ":ttl": int((now + KEPT_AFTER_END).timestamp()),
        }
        return Write(
            *("Update", API_KEYS, _key(key.id), expressions, values),
            on_condition_failed=ApiKeyChanged,
            names={"#ttl": "ttl"},
        )


def _key(key_id: str) -> Item:
    return {"kind": _KIND, "id": key_id}


def _from_item(item: Item) -> ApiKey:
    return ApiKey(
        id=item["id"],
        name=item["name"],
        scopes=tuple(map(Scope, item["scopes"])),
        secret_hash=item["secretHash"],
        created_by=item["createdBy"],
        created_at=clock.from_text(item["createdAt"]),
        expires_at=clock.from_text(item["expiresAt"]),
        last_used_on=date.fromisoformat(item["lastUsedOn"]) if "lastUsedOn" in item else None,
        revoked_at=clock.from_text(item["revokedAt"]) if "revokedAt" in item else None,
    )
