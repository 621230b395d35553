"""Scripts, styles, icons, and manifests, each kind with a version that changes with its content.

All scripts share one version, so that a script can import its neighbour as ``./shared``.
"""

import base64
import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rcssmin
import rjsmin

from chalicelib.platform.languages import Language
from web import app_manifest, bundles

# Those with a folder of sources. Manifests name the icons.
KINDS_WITH_SOURCES = ("scripts", "styles", "icons")
KINDS = (*KINDS_WITH_SOURCES, "manifests")
FOLDER = Path(__file__).parent
_VERSION_DIGITS = 16
_MINIFIERS = {"scripts": rjsmin.jsmin, "styles": rcssmin.cssmin}
# Each page has it in its HTML, and the policy of pages has its hash.
START = "start"


@functools.cache
def current(kind: str) -> Mapping[str, str]:
    """Return the assets of a kind, by name, as they are served."""
    minified = _MINIFIERS.get(kind, str)
    match kind:
        case "scripts":
            files: Mapping[str, str] = bundles.bundles(sources(kind), page_names())
        case "icons":
            icon = sources(kind)["icon"]
            files = {"icon": icon, "maskable-icon": app_manifest.maskable(icon)}
        case "manifests":
            folder = path("icons", "").rstrip("/")
            files = {one.value: app_manifest.render(one, folder) for one in Language}
        case _:
            files = sources(kind)
    return {name: minified(text) for name, text in files.items()}


@functools.cache
def sources(kind: str) -> Mapping[str, str]:
    """Return the sources of a kind of assets, by name."""
    return {file.stem: file.read_text(encoding="utf-8") for file in (FOLDER / kind).iterdir()}


def page_names() -> list[str]:
    """Return the names of the pages, each of which has a template and a script."""
    return sorted(file.stem for file in (FOLDER / "templates" / "pages").iterdir())


@functools.cache
def start_script() -> str:
    """Return the script that is in the HTML of each page."""
    return str(rjsmin.jsmin(sources("scripts")[START]))


def manifest() -> Mapping[str, Any]:
    """Return the version and names of each kind of asset, and the hashes of what is in pages."""
    kinds = {kind: {"version": version(kind), "names": sorted(current(kind))} for kind in KINDS}
    styles = sorted(map(_hash, current("styles").values()))
    return {**kinds, "inline": {"scripts": [_hash(start_script())], "styles": styles}}


@functools.cache
def version(kind: str) -> str:
    """Return the version of a kind: a hash of names and contents."""
    content = "\0".join(f"{name}\0{text}" for name, text in sorted(current(kind).items()))
    return hashlib.sha256(content.encode()).hexdigest()[:_VERSION_DIGITS]


def path(kind: str, name: str) -> str:
    """Return the URL of an asset, relative to the service's."""
    return f"{kind}/{version(kind)}/{name}"


def _hash(text: str) -> str:
    """Return the source of a content security policy that allows this text in a page."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
