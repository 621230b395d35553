"""Style sheets, scripts, and icons, each kind with a version that changes with its content.

All scripts share one version, so that a script can import its neighbour as ``./service``.
"""

import functools
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

KINDS = ("scripts", "styles", "icons")
FOLDER = Path(__file__).parent
_VERSION_DIGITS = 16
# Comments on lines of their own: engineers read them in the source, and phones needn't load them.
_COMMENT = re.compile(r"^ *(?://[^\n]*|/\*\*(?s:.*?)\*/)$", re.MULTILINE)
_INDENT = re.compile(r"^ +", re.MULTILINE)
_IMPORTED = re.compile(r'^(?:import|export)\b[^;]*?"\./([a-z-]+)";$', re.MULTILINE)


@functools.cache
def current(kind: str) -> Mapping[str, str]:
    """Return the assets of a kind, by name, as they are served."""
    texts = {file.stem: file.read_text(encoding="utf-8") for file in (FOLDER / kind).iterdir()}
    if kind != "scripts":
        return texts
    return {name: _without_comments(text) for name, text in texts.items()}


def _without_comments(script: str) -> str:
    """Remove comments and indentation, but no line: errors name the lines of the source."""
    code = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), script)
    return _INDENT.sub("", code)


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
    found = [name]
    for one in found:
        found += [new for new in _IMPORTED.findall(current("scripts")[one]) if new not in found]
    return found
