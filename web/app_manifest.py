"""The web app manifest (www.w3.org/TR/appmanifest), for phones that add the service to a screen."""

import json

from chalicelib.platform import translations
from chalicelib.platform.languages import N_, Language

_DESCRIPTION = N_(
    "Register for a job at a seasonal event, change your answers, and see what happens next."
)
# The bar and the ground of the pages, in web/styles/style.css. A manifest has no dark ones; pages
# tell browsers their own colors.
_THEME_COLOR = "#ffffff"
_BACKGROUND_COLOR = "#f4f7f9"


def render(language: Language, icons: str) -> str:
    """Return the manifest in a language.

    It stands two folders below the service's root, and all addresses in it are relative to it.

    Args:
        language: the reader's.
        icons: the folder of the icons, relative to the service's root.
    """
    manifest = {
        "name": "Breeze Lakes Point",
        "description": translations.translate(_DESCRIPTION, language),
        "lang": language.value,
        "start_url": "../../",
        "scope": "../../",
        # With the browser's Back and Reload: links in emails open in the same browser.
        "display": "minimal-ui",
        "theme_color": _THEME_COLOR,
        "background_color": _BACKGROUND_COLOR,
        "icons": [
            _icon(f"../../{icons}/icon", "any"),
            _icon(f"../../{icons}/maskable-icon", "maskable"),
        ],
    }
    return json.dumps(manifest, ensure_ascii=False, separators=(",", ":"))


def maskable(icon: str) -> str:
    """Return the icon for phones that cut it to a shape of theirs: its ground fills the square.

    The mark is inside the circle that every shape keeps (www.w3.org/TR/appmanifest, "Icon masks").

    Args:
        icon: the SVG of the icon, whose ground is a rectangle with round corners.
    """
    return icon.replace(' rx="7"', "", 1)


def _icon(address: str, purpose: str) -> dict[str, str]:
    return {"src": address, "type": "image/svg+xml", "sizes": "any", "purpose": purpose}
