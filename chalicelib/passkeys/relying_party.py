"""The domain that passkeys belong to (WebAuthn's relying party)."""

from dataclasses import dataclass

from chalicelib.platform import settings
from chalicelib.platform.errors import NotFound


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """What browsers bind passkeys to.

    Attributes:
        id: the domain; a passkey works on it and nowhere else.
        url: the service's public URL, without a slash at the end.
        origins: the origins whose pages may use the domain's passkeys.
    """

    id: str
    url: str
    origins: frozenset[str]


def relying_party() -> RelyingParty:
    """Return the relying party of this process's stage.

    Raises:
        NotFound: the stage has no domain of its own, so it offers no passkeys.
    """
    current = settings.current()
    if current.relying_party_id is None or current.public_url is None:
        raise NotFound
    return RelyingParty(current.relying_party_id, current.public_url, current.trusted_origins)
