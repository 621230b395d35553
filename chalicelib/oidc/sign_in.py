"""To a provider and back: the request that leads there, and the response that comes back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from chalicelib.oidc import authorization, id_token, provider_http
from chalicelib.oidc.authorization import Begun, Purpose
from chalicelib.oidc.client_secrets import ClientSecrets, client_secrets
from chalicelib.oidc.id_token import Person
from chalicelib.oidc.metadata import published
from chalicelib.oidc.proof import LIFETIME, ProviderProof, hash_secret
from chalicelib.oidc.proof_store import ProofStore, StateUsed
from chalicelib.oidc.provider_error import ProviderError
from chalicelib.platform import log, settings
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import NotFound, ServiceUnavailable
from chalicelib.platform.languages import N_
from chalicelib.platform.oidc_providers import FORM_POST, Provider
from chalicelib.sessions.rate_limit_store import RateLimitStore
from chalicelib.sessions.rate_limiter import RateLimiter, SubjectWindow, address_windows

_UNREACHABLE = N_(
    "We can’t reach that provider right now. Try again later, or sign in another way."
)
# What the page says, by the reason.
CANCELLED, EXPIRED, FAILED = "cancelled", "expired", "failed"
PAGE = "/signin/provider"
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Departure:
    """A browser's way to a provider.

    Attributes:
        location: the URL at which the person signs in.
        secret: the secret for the browser's cookie.
        same_site: the ``SameSite`` of that cookie. Only ``None`` comes back with a response that
            the provider has the browser post; otherwise ``Lax`` is enough.
    """

    location: str
    secret: str
    same_site: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a browser that came back goes on.

    Attributes:
        location: the URL of the page, or its path below the base path.
        same_site: the ``SameSite`` of the cookie that is now deleted.
        proof_secret: the secret of the stored proof; None if the sign-in failed.
    """

    location: str
    same_site: str
    proof_secret: str | None = None


class ProviderSignIn:
    """Sign-ins at the providers of one stage."""

    def __init__(
        self, store: ProofStore, rate_limiter: RateLimiter, client_secrets: ClientSecrets
    ) -> None:
        """Use the stage's proofs, a rate limiter, and the providers' client secrets."""
        self._store = store
        self._rate_limiter = rate_limiter
        self._client_secrets = client_secrets

    def begin(
        self, name: str, purpose: Purpose, next_path: str, now: datetime, origin: str | None
    ) -> Departure:
        """Return the way to a provider.

        Args:
            name: the provider's name.
            purpose: what for.
            next_path: the path of the page to go to afterwards; empty for none.
            now: the current time.
            origin: of the page that asks; None if unknown.

        Raises:
            NotFound: this stage has no such provider.
            ServiceUnavailable: the provider's metadata can't be fetched.
        """
        provider = find(name)
        secret = authorization.new_secret()
        path = next_path if authorization.is_local_path(next_path) else ""
        at_front_end = origin is not None and origin == settings.current().front_end_origin
        begun = Begun(name, purpose, int(now.timestamp()), at_front_end, path)
        state = begun.state(secret)
        try:
            location = authorization.authorization_url(
                provider, published(provider), secret, state, redirect_uri(provider)
            )
        except ProviderError as error:
            cause = f"{name}: {error.reason}"
            raise ServiceUnavailable(_UNREACHABLE, cause=cause) from error
        return Departure(location, secret, same_site(provider))

    def finish(
        self,
        name: str,
        response: Mapping[str, str],
        secret: str | None,
        address: str,
        now: datetime,
    ) -> Arrival:
        """Exchange a provider's response for a proof of who signed in there.

        The response is counted for the IP address before the provider is asked. Each ``state``
        brings one proof.

        Args:
            name: the provider's name.
            response: the parameters of the response.
            secret: the secret in the browser's cookie; None without one.
            address: the client's IP address.
            now: the current time.

        Raises:
            NotFound: this stage has no such provider.
            TooManyAttempts: the limit of the IP address is reached.
            ServiceUnavailable: the client secret can't be read, or the table doesn't respond.
        """
        provider, state = find(name), response.get("state", "")
        begun = authorization.begun(provider, secret, state)
        if begun is None or secret is None or not begun.is_current(now):
            return Arrival(_page({"problem": EXPIRED}), same_site(provider))
        self._rate_limiter.count_request_in_windows(_limits(address), now)
        try:
            _require_code(response, provider)
            person = self._exchange(provider, response["code"], secret, state, now)
            proof_secret = authorization.new_secret()
            proof = _proof(provider, begun, person, response, proof_secret, now)
            # The state is used up with the proof: after a failure, nothing is left half done.
            self._store.put(proof, state, now)
        except StateUsed:
            return _failed(provider, begun, EXPIRED)
        except ProviderError as error:
            is_cancelled = response.get("error") == "access_denied"
            reason = CANCELLED if is_cancelled else FAILED
            log.emit(log.LogEvent.PROVIDER_SIGN_IN_REJECTED, provider=name, code=error.reason)
            return _failed(provider, begun, reason)
        return Arrival(_destination(begun, {}), same_site(provider), proof_secret)

    def _exchange(
        self, provider: Provider, code: str, secret: str, state: str, now: datetime
    ) -> Person:
        """Exchange a code for an ID token, and verify the token."""
        metadata = published(provider).metadata()
        client_secret = self._client_secrets.secret_of(provider, now)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri(provider),
            "code_verifier": authorization.code_verifier(secret, state),
        }
        headers = {}
        if metadata.takes_basic:
            headers = _basic(provider.client_id, client_secret)
        else:
            form |= {"client_id": provider.client_id, "client_secret": client_secret}
        tokens = provider_http.post_form(metadata.token_endpoint, form, headers)
        nonce = authorization.nonce(secret, state)
        return id_token.verify(tokens.get("id_token"), provider, published(provider), nonce, now)


def provider_sign_in() -> ProviderSignIn:
    """Return the sign-ins at the providers of this process's stage."""
    own_secrets = client_secrets()
    limiter = RateLimiter(RateLimitStore(database()), own_secrets)
    return ProviderSignIn(ProofStore(database()), limiter, own_secrets)


def find(name: str) -> Provider:
    """Return a provider of this stage by its name.

    Raises:
        NotFound: there is none.
    """
    for provider in settings.current().providers:
        if provider.name == name:
            return provider
    raise NotFound


def same_site(provider: Provider) -> str:
    """Return the ``SameSite`` of the cookie of a browser that is at a provider."""
    return "None" if provider.response_mode == FORM_POST else "Lax"


def redirect_uri(provider: Provider) -> str:
    """Return the URL to which a provider sends browsers back, of its own for each provider.

    So a response of one provider is never taken for another's (RFC 9700 4.4).

    Raises:
        ServiceUnavailable: the stage doesn't know its URL.
    """
    public_url = settings.current().public_url
    if public_url is None:
        raise ServiceUnavailable(cause="PUBLIC_URL is needed to sign in at a provider")
    return f"{public_url}/signin/providers/{provider.name}/callback"


def _limits(address: str) -> tuple[SubjectWindow, ...]:
    """Return the limits of responses of providers from an IP address, as many as of passwords."""
    limit = settings.current().sign_in_tries_per_address
    return address_windows("provider address", limit, address)


def _require_code(response: Mapping[str, str], provider: Provider) -> None:
    """Require a response with a code, from this provider.

    Raises:
        ProviderError: it is an error, has no code, or names another issuer (RFC 9207).
    """
    sends_issuer = published(provider).metadata().sends_issuer
    if response.get("iss", None if sends_issuer else provider.issuer) != provider.issuer:
        raise ProviderError("another issuer in the response")
    if "error" in response:
        raise ProviderError("error response")
    if not response.get("code"):
        raise ProviderError("no code")


def _basic(client_id: str, client_secret: str) -> dict[str, str]:
    """Return the ``Authorization`` header of a client (RFC 6749 2.3.1)."""
    import base64
    from urllib.parse import quote_plus

    credentials = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
    return {"Authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"}


def _proof(
    provider: Provider,
    begun: Begun,
    person: Person,
    response: Mapping[str, str],
    proof_secret: str,
    now: datetime,
) -> ProviderProof:
    first_name, last_name = _names_in_form(response)
    return ProviderProof(
        hash=hash_secret(proof_secret),
        purpose=begun.purpose,
        provider=provider.name,
        issuer=provider.issuer,
        subject=person.subject,
        email=person.email,
        email_verified=person.email_verified,
        first_name=person.first_name or first_name,
        last_name=person.last_name or last_name,
        expires_at=now + LIFETIME,
    )


def _names_in_form(response: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Return the names that Apple sends beside the code, the first time only, as JSON.

    The browser could have changed them, so they are only suggestions for a form.
    """
    try:
        names: Any = json.loads(response.get("user", ""))["name"]
        pair = names.get("firstName"), names.get("lastName")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None, None
    first, last = (
        name if isinstance(name, str) and 0 < len(name) <= _LONGEST_NAME else None for name in pair
    )
    return first, last


def _failed(provider: Provider, begun: Begun, problem: str) -> Arrival:
    return Arrival(_destination(begun, {"problem": problem}), same_site(provider))


def _destination(begun: Begun, query: Mapping[str, str]) -> str:
    """Return the page to go to: of the front end if that has begun, else of this service."""
    told = {**query, "purpose": begun.purpose.value}
    if begun.next_path:
        told["next"] = begun.next_path
    origin = settings.current().front_end_origin if begun.at_front_end else None
    return (origin or "") + _page(told)


def _page(query: Mapping[str, str]) -> str:
    return f"{PAGE}?{urlencode(query)}"
