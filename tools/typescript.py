"""TypeScript: checks the pages' scripts, and builds the client for front ends.

Versions and hashes of all its packages are in the client's ``package-lock.json``.
"""

import shutil
import subprocess
from pathlib import Path

from tools import npm
from tools.downloads import NotAvailable

PROJECT = Path(__file__).parents[1]
CLIENT = PROJECT / "clients" / "typescript"
_API = PROJECT / "docs" / "openapi.json"
_SOURCES = ("package.json", "tsconfig.json", "src")

# Scripts declare few types, so TypeScript looks for undefined names, excess arguments, unused
# code, and code paths that do not return a value.
_LOOKED_FOR = (
    *("--allowJs", "--checkJs", "--noEmit"),
    *("--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"),
    *("--lib", "dom,dom.iterable,es2023"),
    *("--noUnusedLocals", "--noUnusedParameters", "--noImplicitReturns"),
    *("--noFallthroughCasesInSwitch", "--allowUnreachableCode", "false"),
    # Of the declarations that TypeScript has of browsers, which take a second to check.
    "--skipDefaultLibCheck",
)

PACKAGES = npm.Packages("TypeScript", CLIENT, "make typescript")
problem = PACKAGES.problem
fetch = PACKAGES.fetch
modules = PACKAGES.modules


def said_of(scripts: Path) -> str:
    """Return the compiler's errors for a folder's JavaScript; empty if it has none.

    Raises:
        NotAvailable: it has not been fetched.
    """
    _require_packages()
    compiler = ["node", str(modules() / "typescript" / "bin" / "tsc")]
    files = [file.name for file in sorted(scripts.glob("*.js"))]
    result = subprocess.run(
        [*compiler, *_LOOKED_FOR, *files], cwd=scripts, capture_output=True, text=True, check=False
    )
    return result.stdout + result.stderr


def copy_client(folder: Path) -> Path:
    """Copy the client's sources and its packages, so that building it leaves nothing among ours.

    Args:
        folder: an empty folder. The API document goes there, too.

    Returns:
        The client's folder in it.

    Raises:
        NotAvailable: TypeScript has not been fetched.
    """
    _require_packages()
    client = folder / CLIENT.relative_to(PROJECT)
    client.mkdir(parents=True)
    for name in _SOURCES:
        source = CLIENT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, client / name)
    (client / "node_modules").symlink_to(modules())
    api = folder / _API.relative_to(PROJECT)
    api.parent.mkdir()
    shutil.copy(_API, api)
    return client


def build_client(client: Path) -> str:
    """Generate the types of the API, check the client, and compile it into ``dist``.

    Returns:
        The errors; empty if it was built.
    """
    result = subprocess.run(
        ["npm", "run", "build", "--silent"], cwd=client, capture_output=True, text=True, check=False
    )
    return (result.stdout + result.stderr) if result.returncode else ""


def _require_packages() -> None:
    if problem_text := problem():
        raise NotAvailable(problem_text)
