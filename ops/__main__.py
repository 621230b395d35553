"""The command line: ``python -m ops COMMAND``."""

import argparse
import sys
from pathlib import Path

from chalicelib.platform.settings import SettingsError
from ops import dynamodb_local, export, libreoffice, local, package, rehearsal, super_admin


def main() -> int:
    """Run the command that the arguments name; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ops", description="Run Breeze Lakes Point.")
    commands = parser.add_subparsers(dest="command", required=True)
    dev = commands.add_parser("dev", help="serve on this machine, with an AWS of its own")
    dev.add_argument("--port", type=int, default=8000)
    dev.add_argument("--database", choices=["moto", "dynamodb-local"], default="moto")
    packing = commands.add_parser("package", help="make what is deployed, in out/")
    packing.add_argument("--stage", choices=package.stages(), required=True)
    packing.add_argument(
        "--architecture", choices=["arm64", "x86_64"], default=package.DEPLOYED_ARCHITECTURE
    )
    rehearse = commands.add_parser("rehearse", help="package for this machine, and serve the zip")
    rehearse.add_argument("--port", type=int, default=8000)
    rehearse.add_argument("--processes", type=int, default=1)
    topmost = commands.add_parser("create-superadmin", help="make a SuperAdmin, from a terminal")
    topmost.add_argument("--stage", required=True)
    commands.add_parser("fetch-dynamodb-local", help="fetch Amazon's DynamoDB Local, once")
    exporting = commands.add_parser("export", help="an event's registrations in one CSV file")
    exporting.add_argument("--url", required=True, help="of the service")
    exporting.add_argument("--event", required=True, help="the event's id")
    exporting.add_argument("--output", type=Path, required=True, help="the file to write")
    for option, name in export.FILTERS.items():
        exporting.add_argument(f"--{option}", dest=name, help="as the staff's list takes it")
    commands.add_parser("install-libreoffice", help="install what the tests open spreadsheets with")
    arguments = parser.parse_args()
    if arguments.command == "dev":
        return local.dev(arguments.port, arguments.database)
    if arguments.command == "rehearse":
        return rehearsal.rehearse(arguments.port, arguments.processes)
    if arguments.command == "install-libreoffice":
        return _install_libreoffice()
    try:
        if arguments.command == "create-superadmin":
            return super_admin.create(arguments.stage)
        if arguments.command == "export":
            given = {name: getattr(arguments, name) for name in export.FILTERS.values()}
            filters = {name: value for name, value in given.items() if value is not None}
            count = export.export(arguments.url, arguments.event, arguments.output, filters)
            print(f"{arguments.output}: {count:,} registrations")
        elif arguments.command == "package":
            made = package.build(arguments.stage, architecture=arguments.architecture)
            print(f"{made.code} ({made.code.stat().st_size:,} bytes) and {made.template}")
        else:
            dynamodb_local.fetch()
    except (
        dynamodb_local.NotAvailable,
        export.ExportError,
        package.PackageError,
        SettingsError,
    ) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _install_libreoffice() -> int:
    try:
        libreoffice.install()
    except libreoffice.NotAvailable as problem:
        # The tests that want it say so, too; the others are as good without.
        print(problem, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
