"""Which requests a browser may send on behalf of which page.

Fetch Metadata first, then Origin, after OWASP's cheat sheet on cross-site request forgery.
"""

from chalicelib.platform import settings
from chalicelib.platform.errors import CsrfRejected
from chalicelib.platform.request import Request

_FETCHED_BY_SCRIPT = {None, "cors", "same-origin"}
_FROM_OWN_PAGE = {None, "same-origin"}


def reject_cross_site(request: Request) -> None:
    """Let a change pass only from our own pages, the front end's, or no browser at all.

    Raises:
        CsrfRejected: a browser sends it on behalf of anybody else.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site in ("same-origin", "none") or (site is None and origin is None):
        return
    if origin not in settings.current().trusted_origins:
        raise CsrfRejected


def require_same_origin_fetch(request: Request) -> None:
    """Let a GET with an effect pass only from a script of our own page or from no browser.

    Links, images and prefetches say so in ``Sec-Fetch-Mode``, other sites in ``Sec-Fetch-Site``.

    Raises:
        CsrfRejected: it is one of those.
    """
    mode, site = request.headers.get("sec-fetch-mode"), request.headers.get("sec-fetch-site")
    if mode not in _FETCHED_BY_SCRIPT or site not in _FROM_OWN_PAGE:
        raise CsrfRejected
