"""Endpoints that lead a browser to an OpenID Connect provider, and take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.platform import settings
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import NotFound, ServiceUnavailable, TooManyAttempts
from chalicelib.platform.log import LogEvent
from chalicelib.platform.responses import RedirectResponse, Response
from chalicelib.sessions import authentication, cookie

if TYPE_CHECKING:
    from chalicelib.oidc.bodies import Destination
    from chalicelib.oidc.schemas import ProviderList, SignInLocation
    from chalicelib.platform.request import Request

blueprint = Blueprint("oidc")


@blueprint.endpoint("GET", "/signin/providers", access=authentication.ANYONE)
def list_providers() -> Response[ProviderList]:
    """List the providers with which people can sign in."""
    return Response({"items": settings.current().providers})


@blueprint.endpoint(
    "POST",
    "/signin/providers/{provider}",
    access=authentication.ANYONE,
    errors=(NotFound, ServiceUnavailable),
    sets_cookie=True,
    event=LogEvent.PROVIDER_SIGN_IN_STARTED,
)
def begin_provider_sign_in(
    request: Request, provider: str, body: Destination
) -> Response[SignInLocation]:
    """Start to sign in at a provider. The page then sends the browser to the location."""
    from chalicelib.oidc.sign_in import provider_sign_in

    purpose, origin = body.purpose, request.headers.get("origin")
    departure = provider_sign_in().begin(provider, purpose, body.next, request.received_at, origin)
    return Response(departure, cookie=cookie.oidc_cookie(departure.secret, departure.same_site))


@blueprint.endpoint(
    "GET",
    "/signin/providers/{provider}/callback",
    access=authentication.ANYONE,
    status=303,
    errors=(NotFound, TooManyAttempts, ServiceUnavailable),
    sets_cookie=True,
    event=LogEvent.PROVIDER_RETURNED,
)
def take_provider_response(request: Request, provider: str) -> RedirectResponse:
    """Take the browser back from a provider, and send it on to the page that signs in."""
    given = {name: values[0] for name, values in request.query.items() if len(values) == 1}
    return _finish(request, provider, given)


@blueprint.endpoint(
    "POST",
    "/signin/providers/{provider}/callback",
    access=authentication.ANYONE_ALLOWING_CROSS_SITE_POSTS,
    status=303,
    errors=(NotFound, TooManyAttempts, ServiceUnavailable),
    sets_cookie=True,
    event=LogEvent.PROVIDER_RETURNED,
)
def take_posted_provider_response(request: Request, provider: str) -> RedirectResponse:
    """Do the same for a provider that posts a form, as Apple does."""
    from urllib.parse import parse_qs

    form = parse_qs(request.body.decode(errors="replace"), max_num_fields=20)
    given = {name: values[0] for name, values in form.items() if len(values) == 1}
    return _finish(request, provider, given)


def _finish(request: Request, provider: str, given: dict[str, str]) -> RedirectResponse:
    from chalicelib.oidc.sign_in import provider_sign_in

    secret = cookie.read_oidc_browser_secret(request)
    arrival = provider_sign_in().finish(
        provider, given, secret, request.address, request.received_at
    )
    is_ours = arrival.location.startswith("/")
    location = f"{request.base_path}{arrival.location}" if is_ours else arrival.location
    cookies = cookie.cookies_after_oidc_callback(arrival.proof_secret, arrival.same_site)
    return RedirectResponse(location, cookie=cookies)
