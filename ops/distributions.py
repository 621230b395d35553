"""Python packages: which ones a lock file pins, and which ones a zip contains."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

_METADATA = ".dist-info/METADATA"
_PIN = re.compile(r"(?m)^([A-Za-z0-9._-]+)==([^\s;#\\]+)((?:[^\\\n]|\\\n)*)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Distribution:
    """One version of a package.

    Attributes:
        name: its normalized name (PEP 503).
        version: its version.
        hashes: SHA-256 of each of its files that the lock allows, in hexadecimal.
        license: its SPDX expression (PEP 639), if its metadata has one.
    """

    name: str
    version: str
    hashes: tuple[str, ...] = ()
    license: str | None = None


def canonical(name: str) -> str:
    """Return a package's normalized name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(requirements: Path) -> dict[str, Distribution]:
    """Return the packages that a requirements file pins, by normalized name."""
    pins = _PIN.findall(requirements.read_text())
    pinned = (
        Distribution(canonical(name), version, tuple(_HASH.findall(hashes_text)))
        for name, version, hashes_text in pins
    )
    return {requirement.name: requirement for requirement in pinned}


def packaged(files: Mapping[str, bytes]) -> Iterator[Distribution]:
    """Yield the installed packages in a zip (PyPA's recorded projects).

    Args:
        files: the content of each file, by its name in the zip.
    """
    for path, content in files.items():
        if path.endswith(_METADATA):
            name, version = path.removesuffix(_METADATA).rsplit("-", 1)
            expression = message_from_bytes(content)["License-Expression"]
            yield Distribution(canonical(name), version, license=expression)
