"""Locks the packages of each purpose, with the hashes of their files.

Uses the standard library and uv: the one on the PATH, or one that is installed for it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).parent.parent
# The largest set comes first: the others take the versions that it was given.
LARGEST = "dev"
OUTPUTS = {
    LARGEST: "requirements-dev.txt",
    "test": "requirements-test.txt",
    "local": "requirements-local.txt",
    "runtime": "requirements.txt",
    "cryptography": "requirements-cryptography.txt",
    "fuzz": "requirements-fuzz.txt",
    "acceptance": "requirements-acceptance.txt",
    "checkov": "requirements-checkov.txt",
    "peers": "requirements-peers.txt",
    "lock": "requirements-lock.txt",
}
# Each is installed into an environment of its own, where other versions may be needed.
APART = ("acceptance", "checkov", "lock", "peers")
_OLDEST_PYTHON = "3.11"


def lock(*, upgrade: bool) -> None:
    """Write each lock file from its ``requirements/*.in``.

    Args:
        upgrade: choose the newest versions of what the ``.in`` files don't pin; otherwise locked
            versions stay as long as they fit.

    Raises:
        subprocess.CalledProcessError: uv failed; it has printed why.
    """
    with tempfile.TemporaryDirectory() as folder:
        uv = shutil.which("uv") or _installed(Path(folder))
        for purpose, output in OUTPUTS.items():
            constraints = ["-c", OUTPUTS[LARGEST]] if purpose not in (LARGEST, *APART) else []
            command = [
                *(uv, "pip", "compile", "--quiet", f"requirements/{purpose}.in", "-o", output),
                *("--generate-hashes", "--universal", "--python-version", _OLDEST_PYTHON),
                *("--annotation-style", "line", *constraints, *(["--upgrade"] if upgrade else [])),
                # To pip, `coverage` and `coverage[toml]` are two packages. It looks for the newest
                # version of the one that isn't locked, and has no hash of that.
                "--no-strip-extras",
            ]
            environment = os.environ | {"UV_CUSTOM_COMPILE_COMMAND": "make lock"}
            subprocess.run(command, cwd=PROJECT, env=environment, check=True)
            print(output)


def _installed(folder: Path) -> str:
    """Install uv into a folder; return its path."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    locked = ("--require-hashes", "-r", str(PROJECT / OUTPUTS["lock"]))
    subprocess.run([str(folder / "bin" / "pip"), "install", "--quiet", *locked], check=True)
    return str(folder / "bin" / "uv")


if __name__ == "__main__":
    lock(upgrade="--upgrade" in sys.argv[1:])
