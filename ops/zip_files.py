"""The zips of a package: reading, compiling their modules, and writing."""

import json
import py_compile
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from chalicelib.platform import po_files

PROJECT = Path(__file__).parent.parent
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
import fido2.server, jwt, phonenumbers, zxcvbn
from chalicelib.identity import passwords
from chalicelib.functions import all_endpoints
for endpoint in all_endpoints():
    endpoint.schemas
passwords.verify_password("", None)
print(*sys.modules, sep="\\n")
"""
# Where Lambda unpacks the zip; tracebacks show it.
_TASK_ROOT = "/var/task"
# The earliest moment that a zip can hold, for all files: the same content is the same zip.
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16


def read(file: Path) -> dict[str, bytes]:
    """Return the content of each file in a zip, by its name there."""
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name) for name in packed.namelist() if not name.endswith("/")}


def write(files: Mapping[str, bytes], file: Path) -> None:
    """Write a zip that depends on names and content only, byte by byte."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _FIXED_DATE)
            entry.external_attr, entry.compress_type = _READABLE, zipfile.ZIP_DEFLATED
            packed.writestr(entry, content)


def compiled(files: Mapping[str, bytes], root: str = _TASK_ROOT) -> dict[str, bytes]:
    """Return a zip's files: modules that requests load are compiled, unused files are left out.

    Catalogs of translations become JSON, which is read ten times as fast as gettext's own format.

    Lambda's folder is read-only, so Python would compile the source again at each cold start. A
    compiled module replaces its source (PEP 3147), and Python does not check whether it is older
    than the source (PEP 552), so the zip contains only the compiled module.

    Args:
        files: a zip's content, which :func:`ops.package.problems_of` finds no problem in.
        root: where Lambda unpacks it, for tracebacks.
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
                dfile=f"{root}/{name}",
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


@cache
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
