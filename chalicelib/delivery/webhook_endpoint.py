"""An endpoint of another system that gets events, and what signs each request to it.

Standard Webhooks: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/
"""

import base64
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from chalicelib.platform import clock
from chalicelib.platform.items import Item

# One call hands an event to all of them: see "SendMessageBatch".
MOST_ENDPOINTS = 10
# While a secret is replaced, requests have two signatures for this long.
ROTATION = timedelta(hours=24)
SECRET_PREFIX = "whsec_"  # noqa: S105  # nosec B105 # not a secret
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """An endpoint.

    Attributes:
        id: its identifier.
        url: an https URL.
        secret: the secret that signs.
        created_at: when it was added.
        types: the types of events that it gets; empty for all.
        is_paused: whether its events wait.
        previous_secret: the secret before; it signs, too, until ``previous_until``.
        previous_until: None without one.
    """

    id: str
    url: str
    secret: str
    created_at: datetime
    types: tuple[str, ...] = ()
    is_paused: bool = False
    previous_secret: str | None = None
    previous_until: datetime | None = None

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Self:
        """Return the endpoint of a stored item."""
        until = item.get("previousUntil")
        return cls(
            id=item["id"],
            url=item["url"],
            secret=item["secret"],
            created_at=clock.from_text(item["createdAt"]),
            types=tuple(item.get("types", ())),
            is_paused=item.get("isPaused", False),
            previous_secret=item.get("previousSecret"),
            previous_until=clock.from_text(until) if until else None,
        )

    def to_item(self) -> Item:
        """Return the attributes that :meth:`from_item` reads."""
        item = {
            "id": self.id,
            "url": self.url,
            "secret": self.secret,
            "createdAt": clock.to_text(self.created_at),
            "types": list(self.types),
            "isPaused": self.is_paused,
            "previousSecret": self.previous_secret,
            "previousUntil": self.previous_until and clock.to_text(self.previous_until),
        }
        return {name: value for name, value in item.items() if value is not None}

    def wants(self, event_type: str) -> bool:
        """Return whether it gets events of a type."""
        return not self.types or event_type in self.types

    def headers(self, event_id: str, body: bytes, now: datetime) -> dict[str, str]:
        """Return the headers that identify and sign a request.

        Args:
            event_id: the event's identifier, the same at each attempt.
            body: the body.
            now: the time of this attempt.
        """
        timestamp = str(int(now.timestamp()))
        signed = f"{event_id}.{timestamp}.".encode() + body
        keys = [self.secret]
        if self.previous_secret and self.previous_until and now < self.previous_until:
            keys.append(self.previous_secret)
        return {
            "webhook-id": event_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": " ".join(_signature(key, signed) for key in keys),
        }


def new_secret() -> str:
    """Return a new secret: 256 random bits."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    return f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}"
