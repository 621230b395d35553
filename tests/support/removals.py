"""Removals of the protections behind the requirements of OWASP ASVS 5.0.

Each is a change of the code or of a document that takes one protection away, and names the tests
that must fail then. They are in ``tests/data/removals``, by what they are about.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parents[1] / "data" / "removals"


@dataclass(frozen=True, slots=True)
class Change:
    """A text of a file, and another in its place.

    Attributes:
        file: the file, relative to the project.
        old: the text, which the file has once.
        new: the other text.
    """

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Removal:
    """A removal.

    Attributes:
        requirements: the numbers of the requirements that the protection serves.
        changes: what takes it away. Where one protection stands behind another, both must go.
        tests: the tests that fail without it, as docs/asvs.md names them.
    """

    requirements: tuple[str, ...]
    changes: tuple[Change, ...]
    tests: tuple[str, ...]


def _read(entry: dict[str, Any]) -> Removal:
    changes = [entry, *entry.get("also", ())]
    return Removal(
        tuple(entry["requirements"].split()),
        tuple(Change(change["file"], change["old"], change["new"]) for change in changes),
        tuple(entry["tests"]),
    )


REMOVALS = [
    _read(entry)
    for path in sorted(_FOLDER.glob("*.toml"))
    for entry in tomllib.loads(path.read_text())["removal"]
]
