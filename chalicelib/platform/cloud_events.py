"""CloudEvents 1.0: what other systems learn of a change.

The transaction of a change puts its event into the outbox. The function ``event-bus`` sends it to
the stage's EventBridge bus, and webhooks get it from there. An event has identifiers and facts, no
answers and no names: a system reads the rest through the API, where its key or its session counts.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from chalicelib.platform import clock, outbox, settings
from chalicelib.platform.fields import Field
from chalicelib.platform.items import Write
from chalicelib.platform.response_schema import Identifier, ResponseSchema, Timestamp

SPECIFICATION_VERSION = "1.0"
DATA_CONTENT_TYPE = "application/json"
# A CloudEvent as one JSON document: its attributes, and ``data``.
CONTENT_TYPE = "application/cloudevents+json"


Version = Annotated[
    int,
    Field(
        ge=1,
        description="Grows with each change: of two events with one subject, the higher is newer.",
        examples=[3],
    ),
]
# The class of each type of event, by the type.
EVENT_TYPES: "dict[str, type[EventData]]" = {}


class EventData(ResponseSchema):
    """Base of the data of events. A class declares which facts one type of event carries.

    Attributes:
        TYPE: the event's type, such as ``account.created``.
        SUBJECT: the subject: the path of what has changed, with fields in braces.
    """

    TYPE = ""
    SUBJECT = ""

    def __init_subclass__(cls, *, type: str = "", subject: str = "") -> None:  # noqa: A002
        """Declare a type of event, and its subject; neither for a base of several types."""
        cls.TYPE, cls.SUBJECT = type, subject
        if type:
            EVENT_TYPES[type] = cls


class CloudEvent(ResponseSchema):
    """An event: its attributes, by CloudEvents 1.0, and its data."""

    specversion: Annotated[
        str, Field(json_schema_extra={"const": SPECIFICATION_VERSION}, examples=["1.0"])
    ]
    id: Annotated[Identifier, Field(description="The same each time the event is sent.")]
    source: Annotated[
        str, Field(description="The service's URL.", examples=["https://lakes.example"])
    ]
    type: str
    subject: Annotated[str, Field(description="The path of what has changed.")]
    time: Annotated[Timestamp, Field(description="When it has changed.")]
    datacontenttype: Annotated[
        str, Field(json_schema_extra={"const": DATA_CONTENT_TYPE}, examples=[DATA_CONTENT_TYPE])
    ]
    dataschema: Annotated[
        str,
        Field(
            description="The URL of the schema of `data`.",
            examples=["https://lakes.example/openapi.json#/components/schemas/AccountCreated"],
        ),
    ]
    data: EventData


def write(kind: type[EventData], at: datetime, **facts: Any) -> Write:
    """Return the write of an event, for the transaction of the change that it tells of.

    Args:
        kind: the type of event.
        at: the time of the change.
        facts: the values of its fields.
    """
    content = {
        "type": kind.TYPE,
        "subject": kind.SUBJECT.format_map(facts),
        "time": clock.to_text(at),
        "data": kind.to_tree(facts),
    }
    return outbox.enqueue_write(outbox.Queue.EVENT_BUS, content, clock.now())


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event of an item of the outbox, as receivers get it."""
    current = settings.current()
    source = current.public_url or f"urn:{settings.APPLICATION}:{current.stage}"
    return {
        "specversion": SPECIFICATION_VERSION,
        "id": item["id"],
        "source": source,
        "type": item["type"],
        "subject": item["subject"],
        "time": item["time"],
        "datacontenttype": DATA_CONTENT_TYPE,
        "dataschema": f"{source}/openapi.json#/components/schemas/{schema_name(item['type'])}",
        "data": item["data"],
    }


def schema_name(event_type: str) -> str:
    """Return the name of a type's class: ``AccountCreated`` for ``account.created``."""
    return "".join(word.capitalize() for word in event_type.replace(".", "_").split("_"))
