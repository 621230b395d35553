"""Style sheets, scripts and icons, each kind under a name that changes with its content.

Whatever a script imports lies beside it, so that one version names them all and a script can say
``./service`` for its neighbour.
"""

import functools
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from chalicelib.platform.errors import NotFound

_FOLDER = Path(__file__).parent
_VERSION_DIGITS = 16
_IMPORTED = re.compile(r'^(?:import|export)\b[^;]*?"\./([a-z-]+)";$', re.MULTILINE)


@functools.cache
def current(kind: str) -> Mapping[str, str]:
    """Return the assets of a kind, by name."""
    return {file.stem: file.read_text(encoding="utf-8") for file in (_FOLDER / kind).iterdir()}


def path(kind: str, name: str) -> str:
    """Return where an asset is, below the service's URL and without a slash before it.

    Args:
        kind: ``styles``, ``scripts`` or ``icons``.
        name: its file's, without the ending.
    """
    return f"{kind}/{_version(kind)}/{name}"


def read(kind: str, version: str, name: str) -> str:
    """Return what is in an asset.

    Raises:
        NotFound: there is none of this name, or it has another version by now.
    """
    if version != _version(kind) or name not in current(kind):
        raise NotFound
    return current(kind)[name]


def scripts_of(name: str) -> list[str]:
    """Return the names of a script and of all that it imports, itself first."""
    found = [name]
    for one in found:
        found += [new for new in _IMPORTED.findall(current("scripts")[one]) if new not in found]
    return found


@functools.cache
def _version(kind: str) -> str:
    content = "\0".join(f"{name}\0{text}" for name, text in sorted(current(kind).items()))
    return hashlib.sha256(content.encode()).hexdigest()[:_VERSION_DIGITS]
