"""Fuzzes the parsers. Each target runs in its own process, because libFuzzer never returns."""

import re
import subprocess
import sys
import tempfile

from ops import package
from tools import local
from tools.fuzz.one_parser import engine
from tools.fuzz.targets import TARGETS

# What breaks a target is kept here, as it was sent.
FOLDER = package.OUT / "fuzz"
_TRIED = re.compile(r"stat::number_of_executed_units:\s*(\d+)|^(\d+) inputs$", re.MULTILINE)


def fuzz(seed: int, seconds: int) -> bool:
    """Fuzz each target for some seconds; print the results.

    Args:
        seed: the same one begins with the same inputs.
        seconds: for each.

    Returns:
        Whether all held.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    local.configure("http://localhost")
    print(f"By {engine()}, {seconds} s each:", flush=True)
    held = [_fuzzed(name, seed, seconds) for name in TARGETS]
    return all(held)


def inputs_in(output: str) -> int:
    """Return the number of inputs that a target's process reported; 0 if it reported none."""
    match = _TRIED.search(output)
    return int(match[1] or match[2]) if match else 0


def _fuzzed(name: str, seed: int, seconds: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        where = [folder, f"{FOLDER}/{name}-"]
        tried = subprocess.run(
            [sys.executable, "-m", "tools.fuzz.one_parser", name, *where, f"{seed}", f"{seconds}"],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    output = tried.stdout + tried.stderr
    held = tried.returncode == 0 and inputs_in(output) > 0
    print(f"{name}, seed {seed}: {inputs_in(output):,} inputs, {'held' if held else 'BROKEN'}")
    if not held:
        print(output)
    sys.stdout.flush()
    return held
