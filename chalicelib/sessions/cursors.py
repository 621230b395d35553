"""Cursors, signed with the session keys: the newest signs, all are read."""

from datetime import datetime

from chalicelib.platform import cursors
from chalicelib.sessions.keys import Keys


class Cursors:
    """Seals and opens the cursors of lists."""

    def __init__(self, keys: Keys, now: datetime) -> None:
        """Use the session keys, as of a moment."""
        self._keys = keys
        self._now = now

    def seal(self, position: dict[str, str], scope: str) -> str:
        """Write a position as a cursor that works for this list only."""
        return cursors.seal(position, scope, self._keys.signing(self._now).secret)

    def open(self, cursor: str, scope: str) -> dict[str, str]:
        """Read the position that a cursor holds.

        Raises:
            InvalidFields: it does not belong to this list.
        """
        return cursors.open_sealed(cursor, scope, (key.secret for key in self._keys.all()))
