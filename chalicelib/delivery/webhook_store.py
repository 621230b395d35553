"""The DynamoDB store of webhooks' endpoints and their secrets.

Only the function ``webhooks`` may read the table; an operator's command writes it.
"""

from chalicelib.delivery.webhook_endpoint import WebhookEndpoint
from chalicelib.platform.dynamodb import Database
from chalicelib.platform.items import Query, Read, Write

WEBHOOKS = "webhooks"
_SCOPE = {"scope": "endpoints"}
_ALL = Query(
    WEBHOOKS,
    key_attributes=("scope", "id"),
    key_condition="#scope = :scope",
    expression_values={":scope": "endpoints"},
    expression_names={"#scope": "scope"},
    ascending=True,
)


class EndpointChanged(Exception):
    """The endpoint was changed or removed since it was read."""


class WebhookStore:
    """The table ``webhooks``."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def endpoints(self) -> list[WebhookEndpoint]:
        """Return all endpoints, the oldest first."""
        return [WebhookEndpoint.from_item(item) for item in self._database.query_all(_ALL)]

    def get(self, endpoint_id: str) -> WebhookEndpoint | None:
        """Return an endpoint; None if it was removed."""
        key = {**_SCOPE, "id": endpoint_id}
        return self._database.get(Read(WEBHOOKS, key, WebhookEndpoint.from_item))

    def add(self, endpoint: WebhookEndpoint) -> None:
        """Write a new endpoint."""
        self._database.transact([Write("Put", WEBHOOKS, _SCOPE | endpoint.to_item())])

    def replace(self, endpoint: WebhookEndpoint, before: WebhookEndpoint) -> None:
        """Write an endpoint again.

        Raises:
            EndpointChanged: its secret was replaced since it was read, or it was removed.
        """
        same = {"ConditionExpression": "secret = :secret"}
        self._database.transact(
            [
                Write(
                    "Put",
                    WEBHOOKS,
                    _SCOPE | endpoint.to_item(),
                    same,
                    {":secret": before.secret},
                    on_condition_failed=EndpointChanged,
                )
            ]
        )

    def remove(self, endpoint_id: str) -> None:
        """Delete an endpoint."""
        self._database.transact([Write("Delete", WEBHOOKS, {**_SCOPE, "id": endpoint_id})])
