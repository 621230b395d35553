"""The Lambda layer: packages that only the functions in ``NEED_CRYPTOGRAPHY`` have.

All functions run the same zip. A layer adds packages to some of them, so that the zip of the others
stays small. Lambda unpacks it into ``/opt``, and Python finds packages in ``/opt/python``:
docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chalicelib.functions import NEED_CRYPTOGRAPHY
from chalicelib.platform.settings import APPLICATION
from ops import distributions
from ops.distributions import Distribution

PROJECT = Path(__file__).parent.parent
LOCK = PROJECT / "requirements-cryptography.txt"
LOGICAL_NAME = "CryptographyLayer"
FILE = "cryptography.zip"
# The folder in the layer that Python imports from.
FOLDER = "python/"
ROOT = "/opt"
# Wheels name Lambda's architectures so, and the oldest C library that they run on (PEP 600).
# Amazon Linux 2023 has 2.34.
_WHEELS = {"arm64": "aarch64", "x86_64": "x86_64"}
_C_LIBRARIES = ("manylinux2014", "manylinux_2_28", "manylinux_2_34")


class LayerError(RuntimeError):
    """The layer's packages couldn't be downloaded; the message says why."""


def packages() -> list[Distribution]:
    """Return the layer's packages in the locked versions, without those that are in the zip."""
    zipped = distributions.locked(PROJECT / "requirements.txt")
    return [package for name, package in distributions.locked(LOCK).items() if name not in zipped]


def fetch(architecture: str) -> dict[str, bytes]:
    """Download the packages for a machine; return the layer's files. pip compares the hashes.

    Args:
        architecture: ``arm64`` or ``x86_64``.

    Raises:
        LayerError: pip fails.
    """
    platforms = [f"{library}_{_WHEELS[architecture]}" for library in _C_LIBRARIES]
    with tempfile.TemporaryDirectory() as temporary:
        requirements, target = Path(temporary) / "requirements.txt", Path(temporary) / "target"
        requirements.write_text("".join(_lines(packages())))
        command = [
            *(sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--quiet"),
            *("--target", str(target), "--no-compile", "--no-deps", "--only-binary", ":all:"),
            *("--python-version", f"{sys.version_info.major}.{sys.version_info.minor}"),
            *("--implementation", "cp", "--require-hashes", "-r", str(requirements)),
            *(option for name in platforms for option in ("--platform", name)),
        ]
        result = subprocess.run(command, check=False, text=True, capture_output=True)
        if result.returncode:
            raise LayerError(f"pip could not download the layer:\n{result.stdout}{result.stderr}")
        return {
            path.relative_to(target).as_posix(): path.read_bytes()
            for path in sorted(target.rglob("*"))
            if path.is_file()
        }


def compose(resources: dict[str, Any], logical_names: Mapping[str, str]) -> None:
    """Add the layer to a template's resources, and to the functions that need it.

    Args:
        resources: of the template.
        logical_names: the functions' names in the template, by function.
    """
    resources[LOGICAL_NAME] = {
        "Type": "AWS::Lambda::LayerVersion",
        "Properties": {
            "LayerName": {"Fn::Sub": f"{APPLICATION}-${{Stage}}-cryptography"},
            "Description": "Packages for the functions that verify public-key signatures.",
            "Content": f"./{FILE}",
        },
    }
    for function in sorted(NEED_CRYPTOGRAPHY):
        resources[logical_names[function]]["Properties"]["Layers"] = [{"Ref": LOGICAL_NAME}]


def _lines(distributions_: list[Distribution]) -> Iterator[str]:
    for package in distributions_:
        hashes = " ".join(f"--hash=sha256:{digest}" for digest in package.hashes)
        yield f"{package.name}=={package.version} {hashes}\n"
