"""Builds the deployment package with Chalice, a zip, a layer, and a template, and checks it.

Chalice copies every file in ``chalicelib``, and only warns about a package that it cannot get for
the machine. So Chalice works on a clean copy, and this module rejects a zip with unexpected files.
"""

import base64
import hashlib
import json
import os
import platform
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

from chalicelib.platform import built_files, settings
from ops import aws_data, distributions, functions, layer, sbom, template, zip_files
from ops.distributions import Distribution
from web import build as web

OUT = Path("out")
PROJECT = Path(__file__).parent.parent
# Lambda's Graviton: a fifth cheaper for the same memory and time.
DEPLOYED_ARCHITECTURE = "arm64"
# The project's own configuration names none, so that a plain ``chalice deploy``, which would make
# half a service, ends at once with the name of the command that makes a whole one.
POLICY = f"{functions.POLICIES.name}/{functions.CHALICES}.json"
# The machine that an ELF file is for (its specification's e_machine), as Lambda names it.
_MACHINES = {62: "x86_64", 183: "arm64"}
_MACHINE_OFFSET = 18
_MACHINE_NAMES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
_CHALICE_RUNTIME = {"chalice/__init__.py", "chalice/app.py"}
_IGNORED_VARIABLES = ("AWS_", "COVERAGE_", settings.PREFIX)


class PackageError(RuntimeError):
    """The packaging failed; the message lists every problem."""


@dataclass(frozen=True, slots=True)
class Package:
    """What a deployment takes.

    Attributes:
        code: the zip that Lambda runs.
        template: the SAM template, as JSON.
        layer: the zip with the packages that only some functions have; see :mod:`ops.layer`.
    """

    code: Path
    template: Path
    layer: Path

    @property
    def bill_of_materials(self) -> Path:
        """Where the list of the zip's packages is, as CycloneDX JSON."""
        return self.code.with_suffix(".cdx.json")

    @property
    def layers_bill_of_materials(self) -> Path:
        """Where the list of the layer's packages is, as CycloneDX JSON."""
        return self.layer.with_suffix(".cdx.json")


def stages() -> list[str]:
    """Return the names of the stages that can be packaged."""
    config = json.loads((PROJECT / ".chalice" / "config.json").read_text())
    return sorted(config["stages"])


def architecture_here() -> str:
    """Return this machine's architecture, as Lambda names it.

    Raises:
        PackageError: Lambda has no such machines.
    """
    try:
        return _MACHINE_NAMES[platform.machine().lower()]
    except KeyError:
        raise PackageError(f"Lambda has no {platform.machine()} machines.") from None


def build(stage: str, folder: Path = OUT, architecture: str = DEPLOYED_ARCHITECTURE) -> Package:
    """Make ``deployment.zip``, ``cryptography.zip``, their bills of materials, and ``sam.json``.

    Settings in this process's environment (``BREEZE_LAKES_POINT_PUBLIC_URL`` and so on) become
    the function's. It takes no AWS credentials, but a package index.

    Args:
        stage: one of :func:`stages`.
        folder: where they go.
        architecture: ``arm64`` or ``x86_64``.

    Raises:
        PackageError: Chalice or pip fails, or a zip is not exactly what must ship.
        SettingsError: the environment does not make a service.
    """
    if stage not in stages():
        raise PackageError(f"No stage {stage}. Choose one of {', '.join(stages())}.")
    variables = {
        name: value for name, value in os.environ.items() if name.startswith(settings.PREFIX)
    }
    read = settings.read({**variables, f"{settings.PREFIX}STAGE": stage})
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor() as pool:
        # At the same time as Chalice downloads those of the zip.
        downloading = pool.submit(layer.fetch, architecture)
        project, output = Path(temporary) / "project", Path(temporary) / "made"
        _copy_what_ships(project)
        config = json.loads((project / ".chalice" / "config.json").read_text())
        config |= {"lambda_architecture": architecture, "iam_policy_file": POLICY}
        (project / ".chalice" / "config.json").write_text(json.dumps(config))
        merged = template.compose(stage, read, config)
        (project / ".chalice" / "merged.json").write_text(json.dumps(merged))
        _run_chalice(project, output, stage, variables)
        files = zip_files.read(output / "deployment.zip")
        try:
            layer_files = downloading.result()
        except layer.LayerError as error:
            raise PackageError(str(error)) from error
        problems = [*problems_of(files, project, architecture)]
        problems += layer_problems_of(layer_files, architecture)
        if problems:
            raise PackageError("\n".join(["The package contains forbidden files:", *problems]))
        folder.mkdir(parents=True, exist_ok=True)
        package = Package(folder / "deployment.zip", folder / "sam.json", folder / layer.FILE)
        zip_files.write({**zip_files.compiled(files), **aws_data.files()}, package.code)
        _write_layer(layer_files, package.layer)
        _write_bills_of_materials(package, files)
        shutil.copyfile(output / "sam.json", package.template)
    return package


def _write_layer(files: Mapping[str, bytes], file: Path) -> None:
    """Write the layer's zip."""
    shipped = zip_files.compiled(files, f"{layer.ROOT}/{layer.FOLDER.rstrip('/')}")
    zip_files.write({f"{layer.FOLDER}{name}": content for name, content in shipped.items()}, file)


def _write_bills_of_materials(package: Package, files: Mapping[str, bytes]) -> None:
    """Write the lists of the packages in the zip, which has these files, and in the layer."""
    contents = _with_hashes(distributions.packaged(files))
    bill = sbom.compose(package.code.read_bytes(), [*contents, *sbom.parts()])
    package.bill_of_materials.write_text(bill)
    bill = sbom.compose(package.layer.read_bytes(), layer.packages())
    package.layers_bill_of_materials.write_text(bill)


def problems_of(files: Mapping[str, bytes], project: Path, architecture: str) -> Iterator[str]:
    """List the problems that prevent the deployment of a zip.

    It must hold the app as it is in the project, Chalice's runtime part and the pinned packages,
    whole and unaltered, and nothing else; and every library must be for the right machine.

    Args:
        files: the zip's content.
        project: the folder with ``app.py``, ``chalicelib`` and ``requirements.txt``.
        architecture: that of the machine that shall run it, as Lambda names it.
    """
    yield from _wrong_versions(files, distributions.locked(project / "requirements.txt").values())
    yield from _wrong_content(files, project)
    yield from _wrong_machines(files, architecture)


def layer_problems_of(files: Mapping[str, bytes], architecture: str) -> Iterator[str]:
    """List the problems that prevent the deployment of the layer.

    pip has compared the hashes of its packages.

    Args:
        files: the layer's content.
        architecture: that of the machine that shall run it, as Lambda names it.
    """
    yield from _wrong_versions(files, layer.packages())
    yield from _wrong_machines(files, architecture)


def _wrong_versions(
    files: Mapping[str, bytes], pinned_packages: Iterable[Distribution]
) -> Iterator[str]:
    pinned = _versions(pinned_packages)
    present = _versions(distributions.packaged(files))
    for name in sorted(pinned.keys() | present.keys()):
        if pinned.get(name) != present.get(name):
            expected_version, present_version = pinned.get(name, "none"), present.get(name, "none")
            yield f"{name}: {expected_version} is pinned, {present_version} was packaged"


def _wrong_content(files: Mapping[str, bytes], project: Path) -> Iterator[str]:
    """Compare with our own files, with Chalice as it is installed, and with packages' RECORDs."""
    expected: dict[str, str | None] = {
        **{
            path.relative_to(project).as_posix(): _digest(path.read_bytes())
            for path in _project_files(project)
        },
        **{name: _digest(_installed(name)) for name in _CHALICE_RUNTIME},
    }
    yield from (f"{name} is missing" for name in sorted(expected.keys() - files.keys()))
    for name, content in files.items():
        if name.endswith(".dist-info/RECORD"):
            expected |= _record(content)
    yield from (f"{name} belongs to nothing that ships" for name in sorted(files.keys() - expected))
    for name in sorted(files.keys() & expected):
        if expected[name] is not None and expected[name] != _digest(files[name]):
            yield f"{name} is not what it should be"


def _wrong_machines(files: Mapping[str, bytes], architecture: str) -> Iterator[str]:
    for name, content in sorted(files.items()):
        if content.startswith(b"\x7fELF"):
            (number,) = struct.unpack_from("<H", content, _MACHINE_OFFSET)
            if (machine := _MACHINES.get(number, f"machine {number}")) != architecture:
                yield f"{name} is for {machine}, not {architecture}"


def _installed(name: str) -> bytes:
    """Return a file of Chalice's as it is installed here, from the pinned version."""
    return Path(str(metadata.distribution("chalice").locate_file(name))).read_bytes()


def _copy_what_ships(project: Path) -> None:
    """Copy the project's own files, and build the pages among them."""
    for path in (*_project_files(PROJECT), PROJECT / "requirements.txt"):
        copy = project / path.relative_to(PROJECT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    web.write(project / built_files.FOLDER.relative_to(PROJECT))
    (project / ".chalice").mkdir()
    shutil.copyfile(PROJECT / ".chalice" / "config.json", project / ".chalice" / "config.json")
    policy = project / ".chalice" / POLICY
    policy.parent.mkdir()
    policy.write_text(json.dumps(functions.role_policy(functions.CHALICES)))


def _project_files(project: Path) -> Iterator[Path]:
    """Yield the files of our own that ship."""
    yield project / "app.py"
    for path in sorted((project / "chalicelib").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def _run_chalice(project: Path, made: Path, stage: str, given: Mapping[str, str]) -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(_IGNORED_VARIABLES)
    }
    environment |= {
        **given,
        "AWS_DEFAULT_REGION": "us-east-1",  # Chalice wants one; nothing in the template has it
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONDONTWRITEBYTECODE": "1",
        **_hashes_of_wheels(project),
    }
    command = [sys.executable, "-c", "import sys, chalice.cli; sys.exit(chalice.cli.main())"]
    result = subprocess.run(
        [*command, "package", "--stage", stage, "--merge-template", ".chalice/merged.json", made],
        cwd=project,
        env=environment,
        check=False,
        text=True,
        capture_output=True,
    )
    if result.returncode:
        raise PackageError(f"Chalice could not package:\n{result.stdout}{result.stderr}")


def _hashes_of_wheels(project: Path) -> dict[str, str]:
    """Return what has pip compare the hashes of wheels for another machine.

    Chalice downloads those by name and version alone. As constraints, the locked hashes count
    there too, but an older pip than the locked one finds no hash in them and stops.
    """
    locked = distributions.locked(PROJECT / "requirements-local.txt")["pip"].version
    if metadata.version("pip") != locked:
        print(f"Hashes of wheels aren't compared: install pip {locked}.", file=sys.stderr)
        return {}
    return {"PIP_CONSTRAINT": str(project / "requirements.txt")}


def _versions(packages: Iterable[Distribution]) -> dict[str, str]:
    return {package.name: package.version for package in packages}


def _with_hashes(packages: Iterable[Distribution]) -> Iterator[Distribution]:
    """Yield packages with the hashes that the lock has for them."""
    locked = distributions.locked(PROJECT / "requirements.txt")
    return (replace(package, hashes=locked[package.name].hashes) for package in packages)


def _record(content: bytes) -> Iterator[tuple[str, str | None]]:
    """Yield each file that a package's RECORD lists, and its SHA-256 where it says so."""
    for line in content.decode().splitlines():
        path, digest, _ = line.rsplit(",", 2)
        # Chalice moves these to where an installer would put them.
        path = re.sub(r"^[^/]+\.data/(purelib|platlib)/", "", path.strip('"'))
        yield path, digest.removeprefix("sha256=") if digest.startswith("sha256=") else None


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
