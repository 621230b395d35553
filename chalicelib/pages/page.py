"""Pages in the client's language, completed with what depends on the deployment and the request.

Everything else in a page was rendered when the deployment package was built (``web/pages.py``).
"""

import json
import re
from collections.abc import Mapping

from chalicelib.platform import built_files, settings
from chalicelib.platform.languages import Language
from chalicelib.platform.request import Request

# The page's own script sets this cookie to the language that the user chose.
LANGUAGE_COOKIE = "BREEZE_LAKES_POINT_LANGUAGE"
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")


def render(name: str, request: Request, values: Mapping[str, str] | None = None) -> str:
    """Return a page in the client's language.

    Args:
        name: the page's name, as in ``web/templates/pages``.
        request: has the client's languages, and the path at which it reaches the service.
        values: of the placeholders that this page has besides those of every page; they may
            contain any text.
    """
    known = _values(request)
    if values:
        from html import escape  # most pages have none

        known |= {placeholder: escape(value) for placeholder, value in values.items()}
    built = built_files.read(f"pages/{language_of(request)}/{name}.html")
    # In one pass: a value that looks like a placeholder stays as it is.
    return _PLACEHOLDER.sub(lambda found: known[found[1]], built)


def providers() -> dict[str, str]:
    """Return the value of the placeholder of the OpenID Connect providers: JSON for the script."""
    configured = settings.current().providers
    entries = [{"name": one.name, "label": one.label} for one in configured]
    return {"providers": json.dumps(entries)}


def language_of(request: Request) -> Language:
    """Return the language that the reader chose, or that their browser prefers."""
    chosen = [code for code in request.cookies.get(LANGUAGE_COOKIE, []) if code in set(Language)]
    return Language(chosen[0]) if chosen else request.language or Language.ENGLISH


def _values(request: Request) -> dict[str, str]:
    """Return the value of each placeholder. None contains a character that is special in HTML."""
    current = settings.current()
    return {
        "base": request.base_path,
        "default_time_zone": current.default_time_zone,
        "minimum_password_length": str(current.minimum_password_length),
        "passkey_domain": current.relying_party_id or "",
    }
