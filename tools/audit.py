"""Checks the pinned dependencies for known vulnerabilities with pip-audit and osv.dev."""

import json
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

# The development set contains every other one but that of the fuzzer.
FILES = ("requirements-dev.txt", "requirements-fuzz.txt")
DATABASE = "https://api.osv.dev/v1/query"
# A developer waits for the checks. Offline, the check ends within seconds.
_SECONDS, _SECONDS_FOR_ALL = 10, 120
_HOLES, _NONE_FOUND, _NOT_ASKED = 1, 0, 2
# What pip-audit ends with when the database does not answer, or answers with a fault.
_UNAVAILABLE = ("requests.exceptions.", "ServiceError", "ConnectionError")


class AuditError(Exception):
    """The audit failed for a reason other than the network."""


def audit(files: Iterable[str] = FILES, database: str = DATABASE, *, required: bool = False) -> int:
    """Look up every pin; say which are known to have holes.

    Args:
        files: of requirements, pinned in full, so that nothing has to be resolved or installed.
        database: where an OSV service answers.
        required: whether a database that can't be reached is a failure.

    Returns:
        The exit status: 1 if there is a hole. If the database can't be reached, 0 with a warning,
        because no change to this project causes that; or 2 if the audit is required.

    Raises:
        AuditError: the requirements cannot be read.
    """
    dependencies = _audit_files(files, database)
    if dependencies is None:
        print(f"Warning: {database} can't be reached. No packages were checked.", file=sys.stderr)
        return _NOT_ASKED if required else _NONE_FOUND
    skipped = [dependency["name"] for dependency in dependencies if "skip_reason" in dependency]
    if skipped:
        print(f"Warning: not checked: {', '.join(skipped)}.", file=sys.stderr)
    holes = [
        (dependency, hole) for dependency in dependencies for hole in dependency.get("vulns", [])
    ]
    for dependency, hole in holes:
        mended = ", ".join(hole["fix_versions"]) or "no version"
        print(
            f"{dependency['name']} {dependency['version']}: {hole['id']}, fixed in {mended}",
            file=sys.stderr,
        )
    if not holes:
        print(f"{len(dependencies) - len(skipped)} packages checked, no known vulnerabilities.")
    return _HOLES if holes else _NONE_FOUND


def _audit_files(files: Iterable[str], database: str) -> list[dict[str, Any]] | None:
    """Return the known vulnerabilities of each package; None if the database does not respond.

    Raises:
        AuditError: pip-audit says no more than what is wrong.
    """
    options = [part for file in files for part in ("--requirement", file)]
    command = [
        *(sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", *options),
        *("--vulnerability-service", "osv", "--osv-url", database, "--timeout", str(_SECONDS)),
        *("--format", "json", "--progress-spinner", "off"),
    ]
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS_FOR_ALL, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    if result.stdout:
        dependencies: list[dict[str, Any]] = json.loads(result.stdout)["dependencies"]
        return dependencies
    if any(sign in result.stderr for sign in _UNAVAILABLE):
        return None
    raise AuditError(f"pip-audit: {result.stderr.strip()}")
