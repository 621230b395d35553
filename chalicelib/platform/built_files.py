"""Files that are made when the deployment package is built: pages, emails, scripts, and others.

The package ``web`` makes them from templates and sources. It doesn't ship. On a developer's
machine, where nothing was built, it makes each file when it's read.
"""

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Only the deployment package has this folder.
FOLDER = Path(__file__).parent.parent / "built"


def read(path: str) -> str:
    """Return the content of a built file.

    Args:
        path: relative to ``FOLDER``, such as ``pages/en/signin.html``. It exists.
    """
    if FOLDER.exists():
        return (FOLDER / path).read_text(encoding="utf-8")
    from web import build

    return build.content(path)


def assets() -> Mapping[str, Any]:
    """Return the version and names of each kind of asset, and the hashes of what is in pages."""
    return _parsed(read("assets.json"))


@functools.lru_cache(maxsize=1)
def _parsed(text: str) -> Mapping[str, Any]:
    parsed: Mapping[str, Any] = json.loads(text)
    return parsed
