"""Placeholder until merged."""

from collections.abc import Iterable

from chalicelib.registrations.registration import Registration


def write(registrations: Iterable[Registration]) -> str:
    """Write rows."""
    return "\ufeff" + "\r\n".join(one.reference for one in registrations)
