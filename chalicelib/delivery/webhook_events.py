"""The event with which an operator tests a receiver."""

from chalicelib.platform.cloud_events import EventData
from chalicelib.platform.response_schema import Identifier


class WebhookTest(EventData, type="webhook.test", subject="webhooks/{endpoint_id}"):
    """An operator tests an endpoint, which gets this event among all types."""

    endpoint_id: Identifier
