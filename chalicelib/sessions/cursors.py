"""Cursors signed with the session keys: the newest key signs, and all keys verify."""

from datetime import datetime

from chalicelib.platform import cursors
from chalicelib.sessions.keys import Keys


class Cursors:
    """Signs and verifies the cursors of lists."""

    def __init__(self, keys: Keys, now: datetime) -> None:
        """Use the session keys as of ``now``."""
        self._keys = keys
        self._now = now

    def sign(self, position: dict[str, str], scope: str) -> str:
        """Return a position as a cursor that is valid for this scope only."""
        return cursors.sign(position, scope, self._keys.signing_key(self._now).secret)

    def verify(self, cursor: str, scope: str) -> dict[str, str]:
        """Return the position in a cursor.

        Raises:
            InvalidFields: the cursor is for another list.
        """
        return cursors.verify(cursor, scope, (key.secret for key in self._keys.all()))
