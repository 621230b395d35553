"""The command line: ``python -m ops COMMAND``."""

import argparse
import sys

from ops import dynamodb_local, local


def main() -> int:
    """Run the command that the arguments name; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ops", description="Run Breeze Lakes Point.")
    commands = parser.add_subparsers(dest="command", required=True)
    dev = commands.add_parser("dev", help="serve on this machine, with an AWS of its own")
    dev.add_argument("--port", type=int, default=8000)
    dev.add_argument("--database", choices=["moto", "dynamodb-local"], default="moto")
    commands.add_parser("fetch-dynamodb-local", help="fetch Amazon's DynamoDB Local, once")
    arguments = parser.parse_args()
    if arguments.command == "dev":
        return local.dev(arguments.port, arguments.database)
    try:
        dynamodb_local.fetch()
    except dynamodb_local.NotAvailable as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
