"""Protection against cross-site request forgery (CSRF).

The checks use Fetch Metadata, or else Origin, after OWASP's cheat sheet on the subject.
"""

from chalicelib.platform import settings
from chalicelib.platform.errors import CrossSiteRequest
from chalicelib.platform.request import Request

_FETCHED_BY_SCRIPT = {None, "cors", "same-origin"}
_FROM_OWN_PAGE = {None, "same-origin"}


def reject_cross_site(request: Request) -> None:
    """Accept a change or download from our pages, the front end, and non-browser clients only.

    Raises:
        CrossSiteRequest: a browser sent it from another site.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site in ("same-origin", "none") or (site is None and origin is None):
        return
    if origin not in settings.current().trusted_origins:
        raise CrossSiteRequest


def require_same_origin_fetch(request: Request) -> None:
    """Accept a GET that changes state from our pages' scripts and non-browser clients only.

    Links, images, and prefetches are recognized by ``Sec-Fetch-Mode``, other sites by
    ``Sec-Fetch-Site``.

    Raises:
        CrossSiteRequest: it comes from a link, an image, a prefetch, or another site.
    """
    mode, site = request.headers.get("sec-fetch-mode"), request.headers.get("sec-fetch-site")
    if mode not in _FETCHED_BY_SCRIPT or site not in _FROM_OWN_PAGE:
        raise CrossSiteRequest
