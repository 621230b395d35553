"""What other systems learn about events."""

from typing import Annotated

from chalicelib.platform.cloud_events import EventData, Version
from chalicelib.platform.fields import Field
from chalicelib.platform.response_schema import Identifier


class EventChanged(EventData, type="event.changed", subject="events/{event_id}"):
    """An event was created or changed."""

    event_id: Annotated[Identifier, Field(description="The event's id.", examples=["fair-2027"])]
    is_new: Annotated[bool, Field(description="Whether it was created.", examples=[False])]
    changed_fields: Annotated[
        list[str], Field(description="The names of what has changed.", examples=[["capacity"]])
    ]
    version: Version
