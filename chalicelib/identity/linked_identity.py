"""A linked identity: a person at an OpenID Connect provider who may sign in to an account.

It is in three places. The key of an item of the table ``identities`` makes it one account's. The
account lists that key, so that a merge and an erasure release it. And the account's item in the
table ``credentials``, which only the function ``accounts`` may use, says that its owner linked it:
without that, the other two open nothing.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from chalicelib.platform import clock
from chalicelib.platform.items import Item

KIND = "oidc"
# Of the keys in ``identities``, whose other keys are names: no name contains #.
_PREFIX = "oidc#"
# Of the attributes in ``credentials``.
ATTRIBUTE_PREFIX = "oidc_"


@dataclass(frozen=True, slots=True)
class LinkedIdentity:
    """One identity, as the account's credentials have it.

    Attributes:
        id: the hash of issuer and subject.
        provider: the name of the provider when it was linked.
        email: the email that the provider had for the person then; None without one.
        linked_at: when it was linked.
        last_used_at: when it was last used to sign in.
    """

    id: str
    provider: str
    email: str | None
    linked_at: datetime
    last_used_at: datetime

    @property
    def attribute(self) -> str:
        """The name of its attribute in ``credentials``."""
        return f"{ATTRIBUTE_PREFIX}{self.id}"

    def to_item(self) -> Item:
        """Return the value of its attribute."""
        return {
            "provider": self.provider,
            **({"email": self.email} if self.email else {}),
            "linkedAt": clock.to_text(self.linked_at),
            "lastUsedAt": clock.to_text(self.last_used_at),
        }


def identity_id(issuer: str, subject: str) -> str:
    """Return the ID of an identity: a hash of issuer and subject, which count only together.

    The subject alone isn't unique, and an email address may come to belong to another person
    (OpenID Connect Core 1.0, 5.7).
    """
    # A NUL between the parts makes ("a", "bc") differ from ("ab", "c").
    return hashlib.sha256(f"{issuer}\0{subject}".encode()).hexdigest()[:40]


def identity_key(identity: str) -> str:
    """Return the key in the table ``identities`` of an identity by its ID."""
    return f"{_PREFIX}{identity}"


def from_credentials(item: Item) -> tuple[LinkedIdentity, ...]:
    """Return the identities in an account's item in ``credentials``, the first linked first."""
    identities = [
        LinkedIdentity(
            id=name.removeprefix(ATTRIBUTE_PREFIX),
            provider=value["provider"],
            email=value.get("email"),
            linked_at=clock.from_text(value["linkedAt"]),
            last_used_at=clock.from_text(value["lastUsedAt"]),
        )
        for name, value in item.items()
        if name.startswith(ATTRIBUTE_PREFIX)
    ]
    return tuple(sorted(identities, key=lambda identity: (identity.linked_at, identity.id)))
