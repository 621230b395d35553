"""Checks the packages that ship for known vulnerabilities, before a deployment.

``make audit`` checks every pinned package, those of developers, too. This check needs no further
package, and one request.
"""

from collections.abc import Iterable
from pathlib import Path

import requests

from ops import distributions, layer
from ops.distributions import Distribution

PROJECT = Path(__file__).parent.parent
DATABASE = "https://api.osv.dev/v1/querybatch"
_SECONDS = 20


class DatabaseUnavailable(RuntimeError):
    """The database of vulnerabilities couldn't be asked; the message says why."""


def shipped() -> list[Distribution]:
    """Return the packages that ship, in the versions that are locked."""
    chalice = distributions.locked(PROJECT / "requirements-local.txt")["chalice"]
    zipped = distributions.locked(PROJECT / "requirements.txt").values()
    return [*zipped, *layer.packages(), chalice]


def find_known(packages: Iterable[Distribution], database: str = DATABASE) -> list[str]:
    """Return the known vulnerabilities of packages, each as "NAME VERSION: ID".

    Args:
        packages: the packages.
        database: where an OSV service answers queries in batches (google.github.io/osv.dev).

    Raises:
        DatabaseUnavailable: the service doesn't answer, or not as documented.
    """
    package_list = list(packages)
    queries = [
        {"package": {"purl": f"pkg:pypi/{package.name}@{package.version}"}}
        for package in package_list
    ]
    try:
        response = requests.post(database, json={"queries": queries}, timeout=_SECONDS)
        response.raise_for_status()
        results = response.json()["results"]
        return [
            f"{package.name} {package.version}: {vulnerability['id']}"
            for package, result in zip(package_list, results, strict=True)
            for vulnerability in result.get("vulns", [])
        ]
    except (requests.RequestException, ValueError, LookupError, TypeError, AttributeError) as error:
        raise DatabaseUnavailable(f"{database}: {type(error).__name__}") from error
