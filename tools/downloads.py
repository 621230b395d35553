"""Downloads with npm: once, and shared by all checkouts of this user."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NotAvailable(RuntimeError):
    """The program is not available on this machine; the message says what to do."""


def home(name: str) -> Path:
    """Return the folder in which something is kept, there or not."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "breeze-lakes-point" / name


@contextmanager
def fetching(name: str, title: str) -> Iterator[Path]:
    """Give an empty folder, to fetch into; what is put into its ``cached`` stays.

    It is moved to its place at the end, so that an interrupted fetch leaves nothing that looks
    complete.

    Args:
        name: what it is kept as; see :func:`home`.
        title: what people call it.

    Raises:
        NotAvailable: npm is missing.
    """
    if not shutil.which("npm"):
        raise NotAvailable(f"{title} is fetched with npm: install Node.js with npm.")
    place = home(name)
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as folder:
        cached = Path(folder) / "kept"
        cached.mkdir()
        yield Path(folder)
        cached.rename(place)
