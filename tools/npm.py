"""Packages from npm that check or measure this project: fetched once, with all their hashes."""

import hashlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools import downloads


@dataclass(frozen=True, slots=True)
class Packages:
    """Packages whose versions and hashes are in a folder's ``package-lock.json``.

    Attributes:
        title: what people call them.
        folder: has ``package.json`` and ``package-lock.json``.
        command: what fetches them.
    """

    title: str
    folder: Path
    command: str

    def problem(self) -> str | None:
        """Return why they cannot run here without a download; None if they can."""
        if not shutil.which("node"):
            return f"{self.title} needs Node.js: install it, with npm."
        if not self.modules().exists():
            return f"{self.title} has not been fetched: run {self.command}."
        return None

    def fetch(self) -> None:
        """Fetch them with npm, which compares every hash, unless they are here.

        Raises:
            NotAvailable: npm is missing.
        """
        if self.modules().exists():
            return
        with downloads.fetching(self._name(), self.title) as folder:
            for listed in self._listed():
                shutil.copy(listed, folder / "kept")
            # npm does not run the install scripts of any package.
            installing = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
            subprocess.run(installing, cwd=folder / "kept", check=True)

    def modules(self) -> Path:
        """Return the folder of their modules, where Node.js looks for them."""
        return downloads.home(self._name()) / "node_modules"

    def _listed(self) -> list[Path]:
        return [self.folder / name for name in ("package.json", "package-lock.json")]

    def _name(self) -> str:
        """Return what they are kept as: another as soon as one version is."""
        digest = hashlib.sha256(b"".join(listed.read_bytes() for listed in self._listed()))
        return f"{self.folder.name}-{digest.hexdigest()[:16]}"
