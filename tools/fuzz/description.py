"""Runs Schemathesis on the running service: any request, by a user of any role or signed out."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random

import requests

from chalicelib.functions import all_endpoints
from tools.fuzz.service import PROJECT, ROLES, Service, serving

_CONFIGURATION = PROJECT / "tests" / "http" / "schemathesis.toml"
_HOOKS = "tests.http.schemathesis_hooks"
# All that fail a run, but for those that say what is so: not each role may do everything, an event
# of a made-up name is not there, and most drafts are incomplete.
_WARNINGS = "unsupported_regex,unmatched_filter"
# What all phases take for one role; most of it is each value of each field, one by one.
_ALL_PHASES = 5_000
# For each operation, then. More of them repeat themselves; another seed does not.
_EXAMPLES = 30
_COUNT = re.compile(r"(\d+) generated")


@dataclass(frozen=True)
class Examined:
    """What came of a run.

    Attributes:
        passed: whether every answer was as described.
        cases: how many requests were made up.
        said: all that Schemathesis printed.
    """

    passed: bool
    cases: int
    said: str


def examine(
    url: str, folder: Path, person: tuple[str, str] | None = None, *options: str
) -> Examined:
    """Run Schemathesis on a service, with all its checks but the one that its settings name.

    Args:
        url: of the service.
        folder: where its description is put.
        person: the name and password to sign in with; None to stay signed out.
        options: for Schemathesis, beside its configuration.
    """
    document = folder / "openapi.json"
    document.write_bytes(requests.get(f"{url}/openapi.json", timeout=30).content)
    name, password = person or ("", "")
    process = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(_CONFIGURATION)),
            *("run", "--url", url, "--warnings", _WARNINGS, *options, str(document)),
        ],
        cwd=folder,
        env=os.environ
        | {
            "PYTHONPATH": str(PROJECT),
            "SCHEMATHESIS_HOOKS": _HOOKS,
            "SERVICE_URL": url,
            "SERVICE_NAME": name,
            "SERVICE_PASSWORD": password,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    output = process.stdout + process.stderr
    return Examined(process.returncode == 0, cases_in(output), output)


def cases_in(output: str) -> int:
    """Return how many cases Schemathesis says it generated; 0 if it says nothing of them."""
    match = _COUNT.search(output)
    return int(match[1]) if match else 0


def fuzz(cases: int, seed: int, folder: Path) -> bool:
    """Send this many cases to the service, as each role in turn; print the result of each run.

    A run's seed follows from the one that is given, and its person is new: what one run spoils,
    a password or a name, is no matter of the next.

    Args:
        cases: how many in all; the last run of each role may exceed it. For less than 20,000 the
            phase of random cases is the only one.
        seed: the same one asks the same again, as far as the service answers the same.
        folder: for the service's data.

    Returns:
        Whether every answer was as described.
    """
    seeds = Random(seed)  # noqa: S311  # nosec B311 # to be repeated, not to be secret
    passed, in_all = True, 0
    with serving(folder, "dynamodb-local") as service:
        for role in ROLES:
            tried, share = 0, cases // len(ROLES)
            while tried < share:
                run = _run(service, role, share, seeds.randrange(2**32))
                tried, passed = tried + run.cases, passed and run.passed
                if run.cases == 0:
                    return False
            in_all += tried
    print(f"{in_all:,} cases, seed {seed}: {'all as described' if passed else 'see above'}.")
    return passed


def _run(service: Service, role: str, share: int, seed: int) -> Examined:
    options = ["--seed", str(seed), "--max-examples", str(_EXAMPLES)]
    if share < _ALL_PHASES:
        for_each = max(1, share // len(all_endpoints()))
        options = ["--seed", str(seed), "--max-examples", str(for_each), "--phases", "fuzzing"]
    run = examine(service.url, service.folder, service.new_user(role), *options)
    print(f"{role}, seed {seed}: {run.cases:,} cases, {'passed' if run.passed else 'FAILED'}")
    if not run.passed:
        print(run.said)
    sys.stdout.flush()
    return run
