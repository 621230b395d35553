"""The software bill of materials: what a deployment zip contains, as CycloneDX 1.6 JSON.

Scanners such as ``pip-audit``, Dependency-Track, or Grype read it, so that a zip that was deployed
months ago can be checked against the vulnerabilities that are known today.
"""

import hashlib
import json
from collections.abc import Iterable
from importlib import metadata
from typing import Any

import chalicelib
from ops.distributions import Distribution

_APPLICATION = "breeze-lakes-point"
# Of these, the zip has a part that no METADATA names: Chalice's runtime, and botocore's data.
PARTS = ("chalice", "botocore")


def compose(code: bytes, packages: Iterable[Distribution]) -> str:
    """Return the bill of materials of a zip. The same zip has the same bill.

    Args:
        code: the zip.
        packages: the packages in it, with the hashes that the lock allows.
    """
    components = [_component(package) for package in sorted(packages, key=lambda p: p.name)]
    application = {
        "type": "application",
        "bom-ref": _APPLICATION,
        "name": _APPLICATION,
        "version": chalicelib.__version__,
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(code).hexdigest()}],
    }
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": application},
        "components": components,
        "dependencies": [
            {"ref": _APPLICATION, "dependsOn": [package["bom-ref"] for package in components]}
        ],
    }
    return json.dumps(bill, indent=2) + "\n"


def parts() -> list[Distribution]:
    """Return the packages of which the deployment zip has a part."""
    return [Distribution(name, metadata.version(name)) for name in PARTS]


def _component(package: Distribution) -> dict[str, Any]:
    url = f"pkg:pypi/{package.name}@{package.version}"
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": url,
        "name": package.name,
        "version": package.version,
        "purl": url,
    }
    if package.license:
        component["licenses"] = [{"expression": package.license}]
    if package.hashes:
        # Of the package's files on PyPI, one for each platform. The zip has one of them unpacked.
        hashes = [{"alg": "SHA-256", "content": digest} for digest in package.hashes]
        source = {"type": "distribution", "url": url, "hashes": hashes}
        component["externalReferences"] = [source]
    return component
