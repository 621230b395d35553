"""When an account's ways to sign in were last used.

Passkeys and linked identities have such a time each, where they are stored. These are the others.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.platform import clock
from chalicelib.platform.items import Item


@dataclass(frozen=True, slots=True)
class LastUses:
    """The last sign-in by each method; None if none was recorded.

    Attributes:
        password: by the password.
        email_code: by an emailed code.
        second_factor: with a code of the authenticator app, or a recovery code.
    """

    password: datetime | None = None
    email_code: datetime | None = None
    second_factor: datetime | None = None

    def with_use(self, now: datetime, *methods: str) -> "LastUses":
        """Return the times after a sign-in by these methods, of which others don't count."""
        return replace(self, **{name: now for name in methods if name in self.__slots__})

    def to_item(self) -> Item | None:
        """Return the attribute that stores the times; None if there are none."""
        times = {name: getattr(self, name) for name in self.__slots__}
        return {name: clock.to_text(time) for name, time in times.items() if time} or None


def from_item(item: Item | None) -> LastUses:
    """Read the times from their attribute."""
    return LastUses(**{name: clock.from_text(text) for name, text in (item or {}).items()})
