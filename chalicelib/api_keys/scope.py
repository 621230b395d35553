"""What an API key may read. Endpoints name the scope that they require."""

from enum import StrEnum


class Scope(StrEnum):
    """A kind of data that an API key may read. There is none to change anything."""

    EVENTS = "events:read"
    REGISTRATIONS = "registrations:read"
    SUMMARY = "summary:read"
