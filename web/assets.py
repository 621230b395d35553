"""Style sheets, scripts, and icons, each kind with a version that changes with its content.

All scripts share one version, so that a script can import its neighbour as ``./service``.
"""

import functools
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rcssmin
import rjsmin

KINDS = ("scripts", "styles", "icons")
FOLDER = Path(__file__).parent
_VERSION_DIGITS = 16
_MINIFIERS = {"scripts": rjsmin.jsmin, "styles": rcssmin.cssmin}
_IMPORTED = re.compile(r'^(?:import|export)\b[^;]*?"\./([a-z-]+)";$', re.MULTILINE)
_IMPORTED_LATER = re.compile(r'\bimport\("\./([a-z-]+)"\)')


@functools.cache
def current(kind: str) -> Mapping[str, str]:
    """Return the assets of a kind, by name, as they are served."""
    minified = _MINIFIERS.get(kind, str)
    return {name: minified(text) for name, text in sources(kind).items()}


@functools.cache
def sources(kind: str) -> Mapping[str, str]:
    """Return the sources of a kind of assets, by name."""
    return {file.stem: file.read_text(encoding="utf-8") for file in (FOLDER / kind).iterdir()}


def manifest() -> Mapping[str, Any]:
    """Return the version and the names of each kind of asset."""
    return {kind: {"version": version(kind), "names": sorted(current(kind))} for kind in KINDS}


@functools.cache
def version(kind: str) -> str:
    """Return the version of a kind: a hash of names and contents."""
    content = "\0".join(f"{name}\0{text}" for name, text in sorted(current(kind).items()))
    return hashlib.sha256(content.encode()).hexdigest()[:_VERSION_DIGITS]


def path(kind: str, name: str) -> str:
    """Return the URL of an asset, relative to the service's."""
    return f"{kind}/{version(kind)}/{name}"


def scripts_of(name: str) -> list[str]:
    """Return the names of a script and of all that it imports, itself first."""
    scripts = [name]
    for script in scripts:
        imported = dict.fromkeys(_IMPORTED.findall(sources("scripts")[script]))
        scripts += [new for new in imported if new not in scripts]
    return scripts


def later_scripts_of(name: str) -> list[str]:
    """Return the names of the scripts that a script fetches once its page shows what it's for."""
    first = scripts_of(name)
    found: list[str] = []
    for one in first:
        for entry in _IMPORTED_LATER.findall(sources("scripts")[one]):
            found += [new for new in scripts_of(entry) if new not in (*first, *found)]
    return found
