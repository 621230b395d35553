"""TypeScript: checks our scripts, and compiles a client's types from our OpenAPI description.

Versions and hashes of all that comes along are in ``package-lock.json``.
"""

import subprocess
from pathlib import Path

from tools import npm
from tools.downloads import NotAvailable

# Scripts declare few types, so TypeScript looks for undefined names, excess arguments, unused
# code, and code paths that do not return a value.
_LOOKED_FOR = (
    *("--allowJs", "--checkJs", "--noEmit"),
    *("--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"),
    *("--lib", "dom,dom.iterable,es2023"),
    *("--noUnusedLocals", "--noUnusedParameters", "--noImplicitReturns"),
    *("--noFallthroughCasesInSwitch", "--allowUnreachableCode", "false"),
)

PACKAGES = npm.Packages("TypeScript", Path(__file__).parent, "make typescript")
problem = PACKAGES.problem
fetch = PACKAGES.fetch
modules = PACKAGES.modules


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
