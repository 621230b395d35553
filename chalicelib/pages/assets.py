"""Assets of the pages. The URL of each has a version, which changes with its kind."""

from dataclasses import dataclass

from chalicelib.platform import built_files
from chalicelib.platform.errors import NotFound


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset.

    Attributes:
        text: its content.
        is_immutable: whether the request named the current version, so that browsers may keep it.
    """

    text: str
    is_immutable: bool


def path(kind: str, name: str) -> str:
    """Return the URL of an asset, relative to the service's.

    Args:
        kind: ``styles``, ``scripts``, ``icons``, or ``manifests``.
        name: the asset's name, without an ending; a manifest's is its language.
    """
    return f"{kind}/{built_files.assets()[kind]['version']}/{name}"


def read(kind: str, version: str, name: str) -> Asset:
    """Return the current version of an asset, also if the request names another version.

    During a deployment, a page of one version may request its scripts from a function with the
    other version, and a page that stays open requests the version that it was loaded with. The
    current version is nearly always compatible; without scripts, the page wouldn't work at all.

    Raises:
        NotFound: no asset has this name.
    """
    current = built_files.assets()[kind]
    if name not in current["names"]:
        raise NotFound
    return Asset(built_files.read(f"{kind}/{name}"), version == current["version"])
