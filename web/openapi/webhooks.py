"""The events that other systems get, as OpenAPI's ``webhooks``.

https://spec.openapis.org/oas/v3.1.1.html#fixed-fields, ``webhooks``.
"""

import inspect
from collections.abc import Mapping
from typing import Any

# Each declares types of events.
from chalicelib.delivery import webhook_events as _webhooks  # noqa: F401
from chalicelib.events import change_events as _events  # noqa: F401
from chalicelib.identity import account_events as _accounts  # noqa: F401
from chalicelib.platform.cloud_events import CONTENT_TYPE, EVENT_TYPES, CloudEvent, EventData
from chalicelib.platform.fields import to_camel
from chalicelib.registrations import registration_events as _registrations  # noqa: F401
from web.openapi.examples import example_of

Json = dict[str, Any]
SCHEMAS: tuple[type[EventData | CloudEvent], ...] = (*EVENT_TYPES.values(), CloudEvent)
_HEADERS = {
    "webhook-id": "The event's id, the same at each attempt.",
    "webhook-timestamp": "The time of this attempt, in seconds since 1970.",
    "webhook-signature": "One or two signatures, separated by a space, as `v1,` and Base64.",
}


def describe(schemas: Mapping[str, Json]) -> dict[str, Json]:
    """Return the description of each type of event.

    Args:
        schemas: the schemas of the document, with those of ``SCHEMAS``.
    """
    return {name: {"post": _operation(kind, schemas)} for name, kind in EVENT_TYPES.items()}


def _operation(kind: type[EventData], schemas: Mapping[str, Json]) -> Json:
    summary, _, rest = str(inspect.getdoc(kind)).partition("\n")
    schema = _schema(kind, schemas)
    return {
        "operationId": to_camel(kind.TYPE.replace(".", "_")),
        "summary": summary,
        "description": rest.strip(),
        "security": [],
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": text,
                "schema": {"type": "string"},
            }
            for name, text in _HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {CONTENT_TYPE: {"schema": schema, "example": example_of(schema, schemas)}},
        },
        "responses": {
            "2XX": {"description": "The receiver has stored the event."},
            "default": {"description": "The service sends the event again later."},
        },
    }


def _schema(kind: type[EventData], schemas: Mapping[str, Json]) -> Json:
    """Return the schema of an event: its attributes, and the data of its type."""
    envelope = schemas[CloudEvent.__name__]
    data = {"$ref": f"#/components/schemas/{kind.__name__}"}
    example = kind.SUBJECT.format_map(
        {
            name: details["examples"][0]
            for name, details in kind.details().items()
            if "examples" in details
        }
    )
    own = {
        "type": {"type": "string", "const": kind.TYPE},
        "subject": {**envelope["properties"]["subject"], "examples": [example]},
        "data": data,
    }
    return {**envelope, "properties": {**envelope["properties"], **own}}
