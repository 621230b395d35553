"""TypeScript: checks our scripts, and compiles a client's types from our OpenAPI description.

Versions and hashes of all that comes along are in ``package-lock.json``.
"""

import hashlib
import shutil
import subprocess
from pathlib import Path

from tools import downloads
from tools.downloads import NotAvailable

TITLE = "TypeScript"
# Scripts declare few types, so TypeScript looks for undefined names, excess arguments, unused
# code, and code paths that do not return a value.
_LOOKED_FOR = (
    *("--allowJs", "--checkJs", "--noEmit"),
    *("--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"),
    *("--lib", "dom,dom.iterable,es2023"),
    *("--noUnusedLocals", "--noUnusedParameters", "--noImplicitReturns"),
    *("--noFallthroughCasesInSwitch", "--allowUnreachableCode", "false"),
)
_LISTED = [Path(__file__).with_name(name) for name in ("package.json", "package-lock.json")]


def problem() -> str | None:
    """Return why it cannot run here without a download; None if it can."""
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
    with downloads.fetching(_name(), TITLE) as folder:
        for listed in _LISTED:
            shutil.copy(listed, folder / "kept")
        # npm does not run the install scripts of any package.
        installing = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(installing, cwd=folder / "kept", check=True)


def said_of(scripts: Path) -> str:
    """Return the compiler's errors for a folder's JavaScript; empty if it has none.

    Raises:
        NotAvailable: it has not been fetched.
    """
    if problem_text := problem():
        raise NotAvailable(problem_text)
    compiler = ["node", str(modules() / "typescript" / "bin" / "tsc")]
    files = [file.name for file in sorted(scripts.glob("*.js"))]
    result = subprocess.run(
        [*compiler, *_LOOKED_FOR, *files], cwd=scripts, capture_output=True, text=True, check=False
    )
    return result.stdout + result.stderr


def modules() -> Path:
    """Return the folder of its modules, where Node.js looks for them."""
    return downloads.home(_name()) / "node_modules"


def _name() -> str:
    """Return what it is kept as: another as soon as one version is."""
    digest = hashlib.sha256(b"".join(listed.read_bytes() for listed in _LISTED)).hexdigest()
    return f"typescript-{digest[:16]}"
