"""TypeScript, and what makes types of our description: as a client of ours would have them.

Versions and hashes of all that comes along are in ``package-lock.json``.
"""

import hashlib
import shutil
import subprocess
from pathlib import Path

from ops import fetched

TITLE = "TypeScript"
_LISTED = [Path(__file__).with_name(name) for name in ("package.json", "package-lock.json")]


def problem() -> str | None:
    """Say what keeps it from running here without fetching anything; None if nothing does."""
    if not shutil.which("node"):
        return f"{TITLE} needs Node.js: install it, with npm."
    if not modules().exists():
        return f"{TITLE} has not been fetched: run make typescript."
    return None


def fetch() -> None:
    """Fetch it with npm, which compares every hash, unless it is here.

    Raises:
        NotAvailable: npm is missing.
    """
    if modules().exists():
        return
    with fetched.fetching(_name(), TITLE) as folder:
        for listed in _LISTED:
            shutil.copy(listed, folder / "kept")
        # No script of anybody's runs.
        installing = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(installing, cwd=folder / "kept", check=True)


def modules() -> Path:
    """Return the folder of its modules, where Node.js looks for them."""
    return fetched.home(_name()) / "node_modules"


def _name() -> str:
    """Return what it is kept as: another as soon as one version is."""
    digest = hashlib.sha256(b"".join(listed.read_bytes() for listed in _LISTED)).hexdigest()
    return f"typescript-{digest[:16]}"
