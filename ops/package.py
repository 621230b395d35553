"""Builds the deployment package with Chalice, one zip and one template, and checks it.

Chalice copies every file in ``chalicelib``, and only warns about a package that it cannot get for
the machine. So Chalice works on a clean copy, and this module rejects a zip with unexpected files.
"""

import base64
import hashlib
import json
import os
import platform
import py_compile
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

from chalicelib.platform import built_files, po_files, settings
from ops import aws_data, distributions, functions, sbom, template
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
# Packages include these files, but the service never imports them: of cffi it uses only the
# compiled part, it accepts no emergency numbers, and passlib generates no passwords.
_NEVER_LOADED = (
    *("cffi/", "pycparser/", "phonenumbers/shortdata/region_"),
    "tzdata/zoneinfo/tzdata.zi",
    *("passlib/ext/", "passlib/_data/"),
    "chalicelib/platform/po_files.py",  # reads what is compiled here
)
# Lists of hashes, of files that are then compiled and no longer these; types; tables of countries.
_NEVER_READ = (".dist-info/RECORD", ".pyi", ".tab")
_CATALOG = ".po"
_LOAD_ALL_MODULES = """
import sys
import jwt, phonenumbers, zxcvbn
from chalicelib.identity import passwords
from chalicelib.functions import all_endpoints
for endpoint in all_endpoints():
    endpoint.schema
passwords.verify("", None)
print(*sys.modules, sep="\\n")
"""
# Where Lambda unpacks the zip; tracebacks show it.
_TASK_ROOT = "/var/task"
_CHALICE_RUNTIME = {"chalice/__init__.py", "chalice/app.py"}
_IGNORED_VARIABLES = ("AWS_", "COVERAGE_", settings.PREFIX)
# The earliest moment that a zip can hold, for all files: the same content is the same zip.
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16


class PackageError(RuntimeError):
    """The packaging failed; the message lists every problem."""


@dataclass(frozen=True, slots=True)
class Package:
    """What a deployment takes.

    Attributes:
        code: the zip that Lambda runs.
        template: the SAM template, as JSON.
    """

    code: Path
    template: Path

    @property
    def bill_of_materials(self) -> Path:
        """Where the list of the zip's packages is, as CycloneDX JSON."""
        return self.code.with_suffix(".cdx.json")


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
    """Make ``deployment.zip``, its bill of materials ``deployment.cdx.json``, and ``sam.json``.

    Settings in this process's environment (``BREEZE_LAKES_POINT_PUBLIC_URL`` and so on) become
    the function's. It takes no AWS credentials, but a package index.

    Args:
        stage: one of :func:`stages`.
        folder: where they go.
        architecture: ``arm64`` or ``x86_64``.

    Raises:
        PackageError: Chalice fails, or the zip is not exactly what must ship.
        SettingsError: the environment does not make a service.
    """
    if stage not in stages():
        raise PackageError(f"No stage {stage}. Choose one of {', '.join(stages())}.")
    variables = {
        name: value for name, value in os.environ.items() if name.startswith(settings.PREFIX)
    }
    read = settings.read({**variables, f"{settings.PREFIX}STAGE": stage})
    with tempfile.TemporaryDirectory() as temporary:
        project, output = Path(temporary) / "project", Path(temporary) / "made"
        _copy_what_ships(project)
        config = json.loads((project / ".chalice" / "config.json").read_text())
        config |= {"lambda_architecture": architecture, "iam_policy_file": POLICY}
        (project / ".chalice" / "config.json").write_text(json.dumps(config))
        merged = template.compose(stage, read, config)
        (project / ".chalice" / "merged.json").write_text(json.dumps(merged))
        _run_chalice(project, output, stage, variables)
        files = read_zip(output / "deployment.zip")
        if problems := list(problems_of(files, project, architecture)):
            raise PackageError("\n".join(["The package contains forbidden files:", *problems]))
        folder.mkdir(parents=True, exist_ok=True)
        package = Package(folder / "deployment.zip", folder / "sam.json")
        write_zip({**compiled(files), **aws_data.files()}, package.code)
        contents = _with_hashes(distributions.packaged(files))
        package.bill_of_materials.write_text(sbom.compose(package.code.read_bytes(), contents))
        shutil.copyfile(output / "sam.json", package.template)
    return package


def read_zip(file: Path) -> dict[str, bytes]:
    """Return the content of each file in a zip, by its name there."""
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name) for name in packed.namelist() if not name.endswith("/")}


def write_zip(files: Mapping[str, bytes], file: Path) -> None:
    """Write a zip that depends on names and content only, byte by byte."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _FIXED_DATE)
            entry.external_attr, entry.compress_type = _READABLE, zipfile.ZIP_DEFLATED
            packed.writestr(entry, content)


def compiled(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return a zip's files: modules that requests load are compiled, unused files are left out.

    Catalogs of translations become JSON, which is read ten times as fast as gettext's own format.

    Lambda's folder is read-only, so Python would compile the source again at each cold start. A
    compiled module replaces its source (PEP 3147), and Python does not check whether it is older
    than the source (PEP 552), so the zip contains only the compiled module.

    Args:
        files: a zip's content, which :func:`problems_of` finds no problem in.
    """
    kept_files = {
        name: files[name]
        for name in files
        if not name.startswith(_NEVER_LOADED) and not name.endswith(_NEVER_READ)
    }
    with tempfile.TemporaryDirectory() as temporary:
        source, bytecode = Path(temporary) / "module.py", Path(temporary) / "module.pyc"
        loaded = _loaded_by_requests()
        for name in [name for name in kept_files if name in loaded or _is_our_module(name)]:
            source.write_bytes(kept_files.pop(name))
            py_compile.compile(
                str(source),
                cfile=str(bytecode),
                dfile=f"{_TASK_ROOT}/{name}",
                doraise=True,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )
            kept_files[f"{name}c"] = bytecode.read_bytes()
    for name in [name for name in kept_files if name.endswith(_CATALOG)]:
        catalog = po_files.parse(kept_files.pop(name).decode())
        text = json.dumps(catalog, ensure_ascii=False, separators=(",", ":"))
        kept_files[f"{name.removesuffix(_CATALOG)}.json"] = text.encode()
    return kept_files


def _is_our_module(name: str) -> bool:
    return name.endswith(".py") and name.startswith(("app.py", "chalicelib/"))


def _loaded_by_requests() -> set[str]:
    """Return the modules of others that are loaded once every action has its models.

    They are named as files of a zip. The same versions are installed here as ship, so that a
    package for another machine can be made.
    """
    result = subprocess.run(
        [sys.executable, "-c", _LOAD_ALL_MODULES],
        cwd=PROJECT,
        check=True,
        text=True,
        capture_output=True,
    )
    paths = [name.replace(".", "/") for name in result.stdout.split()]
    return {f"{path}{end}" for path in paths for end in (".py", "/__init__.py")}


def problems_of(files: Mapping[str, bytes], project: Path, architecture: str) -> Iterator[str]:
    """List the problems that prevent the deployment of a zip.

    It must hold the app as it is in the project, Chalice's runtime part and the pinned packages,
    whole and unaltered, and nothing else; and every library must be for the right machine.

    Args:
        files: the zip's content.
        project: the folder with ``app.py``, ``chalicelib`` and ``requirements.txt``.
        architecture: that of the machine that shall run it, as Lambda names it.
    """
    yield from _wrong_versions(files, project)
    yield from _wrong_content(files, project)
    yield from _wrong_machines(files, architecture)


def _wrong_versions(files: Mapping[str, bytes], project: Path) -> Iterator[str]:
    pinned = _versions(distributions.locked(project / "requirements.txt").values())
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
