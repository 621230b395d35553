"""Security headers of responses, and the CORS headers for the front end's origin."""

from typing import TYPE_CHECKING

from chalice.app import CORSConfig

from chalicelib.platform import settings
from chalicelib.platform.request import request_id

if TYPE_CHECKING:
    from chalice.app import Request

# Every response carries these, unless its type declares others.
DEFAULT_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# OWASP ASVS 5.0 3.4.1: one year. Browsers ignore the header on plain HTTP (RFC 6797, 8.1).
STRICT_TRANSPORT_SECURITY = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
# OWASP ASVS 5.0 3.4.3. Policies for HTML without scripts, and for HTML with our own scripts.
HTML_POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
# A form posts to its own address if no script sends it. Trusted Types
# (www.w3.org/TR/trusted-types) keep scripts from turning text into markup.
SCRIPTED_HTML_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


def policy_of_pages() -> str:
    """Return the policy of our pages: also the script and the style sheets in their HTML.

    Each is allowed by its hash (www.w3.org/TR/CSP3, 2.3.1), so that no other one runs.
    """
    from chalicelib.platform import built_files  # sign-out has no use for it

    policy = SCRIPTED_HTML_POLICY
    for kind, hashes in built_files.assets()["inline"].items():
        own = f"{kind.removesuffix('s')}-src 'self'"
        policy = policy.replace(own, " ".join((own, *hashes)))
    return policy


def for_response(request: "Request | None") -> dict[str, str]:
    """Return the headers that every response carries unless it declares others.

    Args:
        request: Chalice's request; None if the response answers none.
    """
    headers = dict(DEFAULT_HEADERS)
    if settings.current().secure_cookies:
        headers |= STRICT_TRANSPORT_SECURITY
    if request is not None:
        headers["X-Request-Id"] = request_id(request)
    return headers


def cors_config() -> CORSConfig | bool:
    """Return Chalice's CORS setting: the front end's origin if one is set, or False."""
    origin = settings.current().front_end_origin
    return cors_for(origin) if origin else False


def cors_for(origin: str) -> CORSConfig:
    """Return the CORS setting that lets pages of one other origin call, cookies included.

    The header names the origin. It never reflects the request's (OWASP ASVS 5.0 3.4.2).
    """
    return CORSConfig(
        allow_origin=origin,
        allow_headers=["Content-Type"],
        expose_headers=["X-Request-Id", "Link", "Retry-After"],
        max_age=600,
        allow_credentials=True,
    )
