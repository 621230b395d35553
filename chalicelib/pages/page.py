"""Pages in the client's language, completed with what depends on the deployment and the request.

Everything else in a page was rendered when the deployment package was built (``web/pages.py``).
"""

from chalicelib.platform import built_files, settings
from chalicelib.platform.languages import Language
from chalicelib.platform.request import Request

# The page's own script sets this cookie to the language that the user chose.
LANGUAGE_COOKIE = "BREEZE_LAKES_POINT_LANGUAGE"


def render(name: str, request: Request) -> str:
    """Return a page in the client's language.

    Args:
        name: the page's name, as in ``web/templates/pages``.
        request: has the client's languages, and the path at which it reaches the service.
    """
    chosen = [code for code in request.cookies.get(LANGUAGE_COOKIE, []) if code in set(Language)]
    language = chosen[0] if chosen else request.language or Language.ENGLISH
    html = built_files.read(f"pages/{language}/{name}.html")
    for placeholder, value in _values(request).items():
        html = html.replace(f"{{{{{placeholder}}}}}", value)
    return html


def _values(request: Request) -> dict[str, str]:
    """Return the value of each placeholder. None contains a character that is special in HTML."""
    current = settings.current()
    return {
        "base": request.base_path,
        "default_time_zone": current.default_time_zone,
        "minimum_password_length": str(current.minimum_password_length),
    }
