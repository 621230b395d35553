"""The domain that passkeys belong to (WebAuthn's relying party)."""

import re
from dataclasses import dataclass

from chalicelib.platform import settings
from chalicelib.platform.errors import NotFound

# Passkeys would be lost with the API's own host name, which changes when the API is created anew.
_TEMPORARY_HOST = re.compile(r"(^|\.)amazonaws\.com(\.cn)?$")
# A domain, no IP address: https://www.w3.org/TR/webauthn-3/#relying-party-identifier
_DOMAIN = re.compile(r"localhost|([a-z0-9-]+\.)+[a-z][a-z0-9-]*")


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
    url = current.public_url or ""
    host = settings.origin_of(url).partition("://")[2].partition(":")[0]
    if not _DOMAIN.fullmatch(host) or _TEMPORARY_HOST.search(host):
        raise NotFound
    return RelyingParty(host, url, current.trusted_origins)
