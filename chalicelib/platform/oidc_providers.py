"""The OpenID Connect providers of a stage, as its settings name them."""

import json
import re
from dataclasses import dataclass
from typing import Any

QUERY, FORM_POST = "query", "form_post"
_SCOPE = "openid email profile"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_ISSUER = re.compile(r"https://[a-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?")
_LOCAL_ISSUER = re.compile(r"http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?")
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_TEXT = re.compile(r"[^\x00-\x1f\x7f<>{}]{1,200}")
_REQUIRED = {"name", "label", "issuer", "clientId"}
_OPTIONAL = {"authoritativeDomains", "responseMode", "scope", "prompt"}


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID Connect provider with which people can sign in.

    Attributes:
        name: its name in paths, in the secret, and in stored identities.
        label: its name for people.
        issuer: the issuer, exactly as the provider's metadata and ID tokens have it.
        client_id: the ID that the provider has given to this service.
        authoritative_domains: the email domains whose mailboxes this provider itself hosts. An
            account with such an email may be linked without its password.
        response_mode: ``query``, or ``form_post``, which Apple needs to send an email and a name.
        scope: what the service asks for.
        prompt: the request's ``prompt``; empty for none.
    """

    name: str
    label: str
    issuer: str
    client_id: str
    authoritative_domains: frozenset[str] = frozenset()
    response_mode: str = QUERY
    scope: str = _SCOPE
    prompt: str = ""

    @property
    def is_local(self) -> bool:
        """Whether it runs on the developer's machine, without HTTPS."""
        return _LOCAL_ISSUER.fullmatch(self.issuer) is not None

    def hosts(self, email: str) -> bool:
        """Return whether the provider hosts the mailbox of an email address."""
        return email.rpartition("@")[2].lower() in self.authoritative_domains


def parse(text: str) -> tuple[Provider, ...]:
    """Read providers from JSON: a list of objects.

    Raises:
        ValueError: the text is invalid.
    """
    entries = json.loads(text)
    if not isinstance(entries, list):
        raise ValueError(text)  # noqa: TRY004 (the caller expects a ValueError)
    providers = tuple(map(_provider, entries))
    if len({provider.name for provider in providers}) < len(providers):
        raise ValueError(text)
    # An identity is an issuer and a subject, so an issuer has one entry.
    if len({provider.issuer for provider in providers}) < len(providers):
        raise ValueError(text)
    return providers


def _provider(entry: Any) -> Provider:
    if not isinstance(entry, dict) or not _REQUIRED <= entry.keys() <= _REQUIRED | _OPTIONAL:
        raise ValueError(entry)
    domains = entry.get("authoritativeDomains", [])
    provider = Provider(
        name=str(entry["name"]),
        label=str(entry["label"]),
        issuer=str(entry["issuer"]),
        client_id=str(entry["clientId"]),
        authoritative_domains=frozenset(map(str, domains)),
        response_mode=str(entry.get("responseMode", QUERY)),
        scope=str(entry.get("scope", _SCOPE)),
        prompt=str(entry.get("prompt", "")),
    )
    is_valid = (
        _NAME.fullmatch(provider.name)
        and (_ISSUER.fullmatch(provider.issuer) or provider.is_local)
        and all(map(_TEXT.fullmatch, (provider.label, provider.client_id, provider.scope)))
        and (not provider.prompt or _TEXT.fullmatch(provider.prompt))
        and isinstance(domains, list)
        and all(map(_DOMAIN.fullmatch, provider.authoritative_domains))
        and provider.response_mode in (QUERY, FORM_POST)
        and "openid" in provider.scope.split()
    )
    if not is_valid:
        raise ValueError(entry)
    return provider
