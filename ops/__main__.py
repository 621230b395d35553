"""The command line: ``python -m ops COMMAND``."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from chalicelib.platform.settings import SettingsError
from ops import (
    audit,
    chromium,
    debian,
    dynamodb_local,
    export,
    import_users,
    libreoffice,
    local,
    package,
    rehearsal,
    screenshots,
    session_key,
    super_admin,
)

_Given = argparse.Namespace
_PROBLEMS = (
    audit.AuditError,
    debian.NotAvailable,
    dynamodb_local.NotAvailable,
    export.ExportError,
    package.PackageError,
    SettingsError,
)


def main() -> int:
    """Run the command that the arguments name; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ops", description="Run Breeze Lakes Point.")
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, run: Callable[[_Given], int], says: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=says)
        added.set_defaults(run=run)
        return added

    dev = command("dev", _dev, "serve on this machine, with an AWS of its own")
    dev.add_argument("--port", type=int, default=8000)
    dev.add_argument("--database", choices=["moto", "dynamodb-local"], default="moto")
    packing = command("package", _package, "make what is deployed, in out/")
    packing.add_argument("--stage", choices=package.stages(), required=True)
    packing.add_argument(
        "--architecture", choices=["arm64", "x86_64"], default=package.DEPLOYED_ARCHITECTURE
    )
    rehearse = command("rehearse", _rehearse, "package for this machine, and serve the zip")
    rehearse.add_argument("--port", type=int, default=8000)
    rehearse.add_argument("--processes", type=int, default=1)
    first = command("create-superadmin", _create, "make a SuperAdmin, from a terminal")
    first.add_argument("--stage", required=True)
    importing = command("import-users", _import, "take in the accounts of an application before")
    importing.add_argument("file", type=Path)
    importing.add_argument("--stage", required=True)
    rotating = command("rotate-session-key", _rotate, "have another key sign; nobody is signed out")
    rotating.add_argument("--stage", required=True)
    rotating.add_argument("--revoke", action="store_true", help="end every session, too")
    exporting = command("export", _export, "an event's registrations in one CSV file")
    exporting.add_argument("--url", required=True, help="of the service")
    exporting.add_argument("--event", required=True, help="the event's id")
    exporting.add_argument("--output", type=Path, required=True, help="the file to write")
    for option, name in export.FILTERS.items():
        exporting.add_argument(f"--{option}", dest=name, help="as the staff's list takes it")
    picturing = command("screenshots", _screenshots, "take a picture of each page")
    picturing.add_argument("--port", type=int, default=8000)
    command("audit", _audit, "look up whether what is pinned has known holes")
    command("fetch-dynamodb-local", _fetch, "fetch Amazon's DynamoDB Local, once")
    command("install-chromium", _chromium, "install what the tests use the pages with")
    command("install-libreoffice", _libreoffice, "install what the tests open spreadsheets with")
    given = parser.parse_args()
    try:
        status: int = given.run(given)
    except _PROBLEMS as problem:
        print(problem, file=sys.stderr)
        return 1
    return status


def _dev(given: _Given) -> int:
    return local.dev(given.port, given.database)


def _package(given: _Given) -> int:
    made = package.build(given.stage, architecture=given.architecture)
    print(f"{made.code} ({made.code.stat().st_size:,} bytes) and {made.template}")
    return 0


def _rehearse(given: _Given) -> int:
    return rehearsal.rehearse(given.port, given.processes)


def _create(given: _Given) -> int:
    return super_admin.create(given.stage)


def _import(given: _Given) -> int:
    return import_users.run(given.file, given.stage)


def _rotate(given: _Given) -> int:
    return session_key.run(given.stage, revoke=given.revoke)


def _export(given: _Given) -> int:
    asked = {name: getattr(given, name) for name in export.FILTERS.values()}
    filters = {name: value for name, value in asked.items() if value is not None}
    count = export.export(given.url, given.event, given.output, filters)
    print(f"{given.output}: {count:,} registrations")
    return 0


def _screenshots(given: _Given) -> int:
    return screenshots.take(given.port)


def _audit(_: _Given) -> int:
    return audit.audit()


def _fetch(_: _Given) -> int:
    dynamodb_local.fetch()
    return 0


def _chromium(_: _Given) -> int:
    return _install(chromium.install)


def _libreoffice(_: _Given) -> int:
    return _install(libreoffice.install)


def _install(install: Callable[[], None]) -> int:
    try:
        install()
    except debian.NotAvailable as problem:
        # The tests that want it say so, too; the others are as good without.
        print(problem, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
