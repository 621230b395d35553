"""Creates the virtual environment and installs the packages that a purpose needs.

Runs before anything is installed, so it uses the standard library only::

    python3 -m tools.install local
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parent.parent
# The versions that the packages are locked for. README.md says on which the tests have been run.
OLDEST, NEWEST = (3, 11), (3, 13)
# Each set contains the one before. About how long pip takes on two cores, in seconds.
SECONDS = {"local": 20, "test": 60, "dev": 80}
SETS = tuple(SECONDS)
STAMP = "installed.json"
# The first pip that installs into another environment (--python).
_PIP = (22, 3)


def requirements(purpose: str) -> Path:
    """Return the lock file of a set of packages."""
    return PROJECT / f"requirements-{purpose}.txt"


def count(purpose: str) -> int:
    """Return how many packages a set has."""
    return len(re.findall(r"(?m)^[\w.-]+(?:\[.+\])?==", requirements(purpose).read_text()))


def is_installed(venv: Path, purpose: str) -> bool:
    """Say whether an environment has a set of packages, in the versions that are locked now."""
    present = _installed(venv)
    return present is not None and SETS.index(present) >= SETS.index(purpose)


def install(venv: Path, purpose: str) -> None:
    """Install a set of packages, with uv if it's on the PATH, otherwise with pip.

    An environment whose packages were locked differently is created anew, so that nothing of them
    is left.

    Args:
        venv: the folder of the environment.
        purpose: one of :data:`SETS`.

    Raises:
        subprocess.CalledProcessError: uv or pip failed; it has printed why.
    """
    if is_installed(venv, purpose):
        return
    present, uv, total = _installed(venv), shutil.which("uv"), count(purpose)
    about = 5 if uv else SECONDS[purpose]
    print(f"Installing {total} packages into {venv}, in about {about} seconds.", flush=True)
    python = venv / "bin" / "python"
    if present:
        (venv / STAMP).unlink()
    if uv:
        if not present:
            _run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(venv)])
        quiet = [] if sys.stdout.isatty() else ["--quiet"]
        _run([uv, "pip", "install", *quiet, "--python", str(python), *_files(purpose)])
    else:
        _run_pip(_pip(venv, present), purpose, total)
    stamp = {"set": purpose, "sha256": _digest(purpose)}
    (venv / STAMP).write_text(json.dumps(stamp))


def _pip(venv: Path, present: str | None) -> list[str]:
    """Create an environment unless it's present; return the command that is its pip."""
    python = str(venv / "bin" / "python")
    if present:
        return [python, "-m", "pip"]
    creating = [sys.executable, "-m", "venv", "--clear", str(venv)]
    try:
        version = tuple(map(int, metadata.version("pip").split(".")[:2]))
    except metadata.PackageNotFoundError:
        version = (0, 0)
    if version >= _PIP:
        # Sooner than with a pip of its own, which the next step would replace anyway.
        _run([*creating, "--without-pip"])
        return [sys.executable, "-m", "pip", "--python", python]
    _run(creating)
    return [python, "-m", "pip"]


def _run_pip(pip: list[str], purpose: str, total: int) -> None:
    """Run pip and show how far it is. Byte code is left to the first import, which needs less."""
    command = [*pip, "install", "--disable-pip-version-check", "--no-compile", *_files(purpose)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        status = 0
        for line in process.stdout:
            status += line.startswith("Collecting ")
            if sys.stdout.isatty():
                print(f"\r{min(status, total)} of {total} ", end="", flush=True)
    if sys.stdout.isatty():
        print("\r", end="")
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


def _files(purpose: str) -> list[str]:
    return ["--require-hashes", "-r", str(requirements(purpose))]


def _installed(venv: Path) -> str | None:
    """Return the set that is installed as it is locked now; None if there is none."""
    try:
        stamp: dict[str, Any] = json.loads((venv / STAMP).read_text())
    except FileNotFoundError:
        return None
    # The interpreter that the environment was created with may be gone.
    usable = (venv / "bin" / "python").exists() and stamp["set"] in SETS
    return stamp["set"] if usable and stamp["sha256"] == _digest(stamp["set"]) else None


def _digest(purpose: str) -> str:
    return hashlib.sha256(requirements(purpose).read_bytes()).hexdigest()


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True)


def main() -> int:
    """Install what the arguments say; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.install", description=__doc__)
    parser.add_argument("purpose", choices=SETS)
    parser.add_argument("--venv", type=Path, default=Path(".venv"))
    parser.add_argument("--announce", action="store_true", help="only say what the tests need")
    arguments = parser.parse_args()
    here = sys.version_info[:2]
    if not OLDEST <= here <= NEWEST:
        needed = " to ".join(f"{major}.{minor}" for major, minor in (OLDEST, NEWEST))
        message = f"This is Python {here[0]}.{here[1]}. Use {needed}, such as PYTHON=python3.12."
        print(message, file=sys.stderr)
        return 1
    if arguments.announce:
        from tools import announce

        print(announce.announcement(arguments.venv), flush=True)
        return 0
    try:
        install(arguments.venv, arguments.purpose)
    except subprocess.CalledProcessError as failed:
        print(f"Packages weren't installed: {failed}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
