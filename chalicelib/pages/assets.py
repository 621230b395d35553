"""Style sheets, scripts and icons, each kind under a name that changes with its content.

A script's imports are in the same folder, so that one version names them all and a script can say
``./service`` for its neighbour.
"""

import functools
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chalicelib.platform.errors import NotFound

_FOLDER = Path(__file__).parent
_VERSION_DIGITS = 16
# Comments with lines of their own: engineers read them in the source, and phones needn't load them.
_COMMENT = re.compile(r"^ *(?://[^\n]*|/\*\*(?s:.*?)\*/)$", re.MULTILINE)
_INDENT = re.compile(r"^ +", re.MULTILINE)
_IMPORTED = re.compile(r'^(?:import|export)\b[^;]*?"\./([a-z-]+)";$', re.MULTILINE)


@functools.cache
def current(kind: str) -> Mapping[str, str]:
    """Return the assets of a kind, by name, as they are served."""
    texts = {file.stem: file.read_text(encoding="utf-8") for file in (_FOLDER / kind).iterdir()}
    if kind != "scripts":
        return texts
    return {name: _without_comments(text) for name, text in texts.items()}


def _without_comments(script: str) -> str:
    """Remove comments and indentation, but no line: errors name the lines of the source."""
    code = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), script)
    return _INDENT.sub("", code)


def path(kind: str, name: str) -> str:
    """Return where an asset is, below the service's URL and without a slash before it.

    Args:
        kind: ``styles``, ``scripts`` or ``icons``.
        name: its file's, without the ending.
    """
    return f"{kind}/{_version(kind)}/{name}"


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset.

    Attributes:
        text: its content.
        is_immutable: whether it is the version that was asked for, so that browsers may keep it.
    """

    text: str
    is_immutable: bool


def read(kind: str, version: str, name: str) -> Asset:
    """Return an asset, of this version whichever was asked for.

    While a deployment goes on, a page of one version may ask a function of the other for its
    scripts, and a page that stays open asks for those of its time. What is here nearly always fits,
    and without any script the page would not work at all.

    Raises:
        NotFound: there is none of this name.
    """
    if name not in current(kind):
        raise NotFound
    return Asset(current(kind)[name], version == _version(kind))


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
