"""The command line: ``python -m ops COMMAND``."""

import argparse
import sys
from pathlib import Path

from chalicelib.platform import clock
from chalicelib.platform.settings import SettingsError
from ops import (
    command_line,
    confirmation,
    deploy,
    export,
    import_users,
    migrate,
    package,
    recount,
    resend,
    restore_table,
    second_factor,
    session_key,
    super_admin,
    webhooks,
)
from ops.command_line import Command

_Arguments = argparse.Namespace
_PROBLEMS = (
    deploy.DeployError,
    export.ExportError,
    migrate.MigrationError,
    package.PackageError,
    restore_table.RestoreError,
    SettingsError,
)


def main() -> int:
    """Run the command that the arguments name; return the exit status."""
    groups = (_add_deployment, _add_people_and_keys, _add_data)
    return command_line.run("python -m ops", "Operate Breeze Lakes Point.", groups, _PROBLEMS)


def _add_deployment(command: Command) -> None:
    """Add the commands that deploy a stage and delete it."""
    packing = command("package", _package, "build the deployment package in out/")
    packing.add_argument("--stage", choices=package.stages(), required=True)
    packing.add_argument(
        "--architecture", choices=["arm64", "x86_64"], default=package.DEPLOYED_ARCHITECTURE
    )
    deploying = command("deploy", _deploy, "deploy a stage to AWS")
    deploying.add_argument("--stage", choices=package.stages(), required=True)
    deploying.add_argument(
        *("--set", "-s"), dest="given", metavar="NAME=VALUE", type=_parameter, action="append"
    )
    deploying.add_argument(
        "--unaudited",
        action="store_true",
        help="don't check the shipped packages for known vulnerabilities",
    )
    deploying.add_argument(
        "--unguarded",
        action="store_true",
        help="go on although the alarm that undoes deployments is on",
    )
    destroying = command("destroy", _destroy, "delete a stage from AWS")
    destroying.add_argument("--stage", choices=package.stages(), required=True)
    destroying.add_argument(
        "--erase", metavar="STAGE", help="the stage again, to delete its data too"
    )
    for changing in (deploying, destroying):
        changing.add_argument("--yes", action="store_true", help="show the changes, and don't ask")


def _add_people_and_keys(command: Command) -> None:
    """Add the commands for accounts and keys."""
    first = command("create-superadmin", _create, "create a SuperAdmin account (needs a terminal)")
    first.add_argument("--stage", required=True)
    lost = command(
        "reset-second-factor",
        _reset_second_factor,
        "turn off two-step verification for a SuperAdmin who lost their app",
    )
    lost.add_argument("--stage", required=True)
    lost.add_argument("--username", required=True)
    rotating = command("rotate-session-key", _rotate, "replace the session key; sessions stay")
    rotating.add_argument("--stage", required=True)
    rotating.add_argument(
        "--revoke",
        choices=["sessions", "all"],
        default="nothing",
        help="also end all sessions; all: forget trusted devices and authenticator apps, too",
    )


def _add_data(command: Command) -> None:
    """Add the commands that import, export, and restore data."""
    importing = command("import-users", _import, "import accounts from an earlier application")
    importing.add_argument("file", type=Path)
    importing.add_argument("--stage", required=True)
    migrating = command("migrate", _migrate, "migrate stored data to this version")
    migrating.add_argument("--stage", choices=package.stages(), required=True)
    migrating.add_argument(
        "--dry-run", action="store_true", help="count the changes, write nothing"
    )
    migrating.add_argument(
        "--restart", action="store_true", help="don't continue an interrupted run, start over"
    )
    migrating.add_argument(
        "--finish", action="store_true", help="also remove what the version before needs"
    )
    recounting = command("recount", _recount, "compare an event's counters, and correct them")
    recounting.add_argument("--stage", choices=package.stages(), required=True)
    recounting.add_argument("--event", help="the event's id; all events without it")
    recounting.add_argument("--dry-run", action="store_true", help="compare only")
    hooking = command("webhooks", _webhooks, "set up the endpoints that get events")
    hooking.add_argument("action", choices=["add", "list", *webhooks.ACTIONS])
    hooking.add_argument("target", nargs="?", help="the URL to add, or the id of an endpoint")
    hooking.add_argument("--stage", choices=package.stages(), required=True)
    hooking.add_argument("--type", action="append", default=[], help="an event to get; else all")
    resending = command("resend", _resend, "send undelivered emails again")
    resending.add_argument("--stage", choices=package.stages(), required=True)
    resending.add_argument("--dry-run", action="store_true", help="count them only")
    restoring = command("restore-table", _restore, "restore a table from a point in time")
    restoring.add_argument("--stage", choices=package.stages(), required=True)
    restoring.add_argument("--table", required=True, help="its short name, such as registrations")
    restoring.add_argument("--at", type=clock.from_text, required=True, help="2026-11-22T20:08:33Z")
    restoring.add_argument(
        "--put-back", action="store_true", help="copy missing items into the table in use"
    )
    exporting = command("export", _export, "save an event's registrations as a CSV file")
    exporting.add_argument("--url", required=True, help="the service's URL")
    exporting.add_argument("--event", required=True, help="the event's id")
    exporting.add_argument("--output", type=Path, required=True, help="the file to write")
    for option, name in (export.FILTERS | export.FORMATS).items():
        exporting.add_argument(
            f"--{option}", dest=name, help="a filter or format of the staff's list"
        )


def _package(arguments: _Arguments) -> int:
    built = package.build(arguments.stage, architecture=arguments.architecture)
    for zip_file in (built.code, built.layer):
        print(f"{zip_file} ({zip_file.stat().st_size:,} bytes),")
    print(f"{built.template},")
    print(f"and {built.bill_of_materials} and {built.layers_bill_of_materials}, which list the")
    print("packages in the zips")
    return 0


def _deploy(arguments: _Arguments) -> int:
    return deploy.run(
        arguments.stage,
        dict(arguments.given or []),
        confirmation.asking(yes=arguments.yes),
        audited=not arguments.unaudited,
        guarded=not arguments.unguarded,
    )


def _destroy(arguments: _Arguments) -> int:
    return deploy.destroy(arguments.stage, arguments.erase, confirmation.asking(yes=arguments.yes))


def _parameter(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator:
        raise argparse.ArgumentTypeError(f"{text} is not NAME=VALUE")
    return name, value


def _create(arguments: _Arguments) -> int:
    return super_admin.create(arguments.stage)


def _reset_second_factor(arguments: _Arguments) -> int:
    return second_factor.reset(arguments.stage, arguments.username)


def _import(arguments: _Arguments) -> int:
    return import_users.run(arguments.file, arguments.stage)


def _rotate(arguments: _Arguments) -> int:
    return session_key.run(arguments.stage, session_key.Revoke(arguments.revoke))


def _migrate(arguments: _Arguments) -> int:
    return migrate.run(
        arguments.stage,
        dry_run=arguments.dry_run,
        restart=arguments.restart,
        finish=arguments.finish,
    )


def _recount(arguments: _Arguments) -> int:
    return recount.run(arguments.stage, arguments.event, dry_run=arguments.dry_run)


def _resend(arguments: _Arguments) -> int:
    return resend.run(arguments.stage, dry_run=arguments.dry_run)


def _webhooks(arguments: _Arguments) -> int:
    return webhooks.run(arguments.stage, arguments.action, arguments.target, arguments.type)


def _restore(arguments: _Arguments) -> int:
    return restore_table.run(
        arguments.stage, arguments.table, arguments.at, put_back=arguments.put_back
    )


def _export(arguments: _Arguments) -> int:
    export_filters = {
        name: getattr(arguments, name) for name in (export.FILTERS | export.FORMATS).values()
    }
    filters = {name: value for name, value in export_filters.items() if value is not None}
    count = export.export(arguments.url, arguments.event, arguments.output, filters)
    print(f"{arguments.output}: {count:,} registrations")
    return 0


if __name__ == "__main__":
    sys.exit(main())
