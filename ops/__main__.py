"""The command line: ``python -m ops COMMAND``."""

import argparse
import sys
from pathlib import Path

from chalicelib.platform.settings import SettingsError
from ops import dynamodb_local, import_users, local, package, rehearsal, session_key


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
    importing = commands.add_parser(
        "import-users", help="take in the accounts of an application that came before"
    )
    importing.add_argument("file", type=Path)
    importing.add_argument("--stage", required=True)
    rotating = commands.add_parser(
        "rotate-session-key", help="have another key sign, without signing anybody out"
    )
    rotating.add_argument("--stage", required=True)
    rotating.add_argument(
        "--revoke", action="store_true", help="end every session that there is, too"
    )
    commands.add_parser("fetch-dynamodb-local", help="fetch Amazon's DynamoDB Local, once")
    arguments = parser.parse_args()
    if arguments.command == "dev":
        return local.dev(arguments.port, arguments.database)
    if arguments.command == "rehearse":
        return rehearsal.rehearse(arguments.port, arguments.processes)
    try:
        if arguments.command == "import-users":
            return import_users.run(arguments.file, arguments.stage)
        if arguments.command == "rotate-session-key":
            return session_key.run(arguments.stage, revoke=arguments.revoke)
        if arguments.command == "package":
            made = package.build(arguments.stage, architecture=arguments.architecture)
            print(f"{made.code} ({made.code.stat().st_size:,} bytes) and {made.template}")
        else:
            dynamodb_local.fetch()
    except (dynamodb_local.NotAvailable, package.PackageError, SettingsError) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
