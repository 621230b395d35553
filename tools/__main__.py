"""The command line: ``python -m tools COMMAND``."""

import argparse
import sys
from collections.abc import Callable

from chalicelib.platform.settings import SettingsError
from ops import command_line, package
from ops.command_line import Command
from tools import (
    audit,
    chromium,
    demo,
    demo_client,
    downloads,
    dynamodb_local,
    libreoffice,
    local,
    oidc_provider,
    page_checks,
    rehearsal,
    screenshots,
    typescript,
)
from web import components

_Arguments = argparse.Namespace
_PROBLEMS = (
    audit.AuditError,
    demo_client.DemoError,
    downloads.NotAvailable,
    package.PackageError,
    SettingsError,
)


def main() -> int:
    """Run the command that the arguments name; return the exit status."""
    says = "Serve, test, and measure Breeze Lakes Point."
    return command_line.run("python -m tools", says, (_add_here, _add_tools), _PROBLEMS)


def _add_here(command: Command) -> None:
    """Add the commands that serve on this machine."""
    dev = command("dev", _dev, "run the service on this computer, with mocked AWS")
    dev.add_argument("--database", choices=["moto", "dynamodb-local"], default="moto")
    dev.add_argument(
        "--demo", action="store_true", help="with demo data: a season of invented people"
    )
    command("demo", _demo, "fill the service that make dev or chalice local runs with demo data")
    rehearse = command(
        "rehearse", _rehearse, "build the package for this computer and run the service from it"
    )
    rehearse.add_argument("--processes", type=int, default=1)
    picturing = command("screenshots", _screenshots, "take a screenshot of each page")
    command("components", _components, "write the page of all components of the pages")
    for serving in (dev, rehearse, picturing):
        serving.add_argument("--port", type=int, default=8000)


def _add_tools(command: Command) -> None:
    """Add the commands that check and measure, and that install their dependencies."""
    auditing = command("audit", _audit, "check pinned dependencies for known vulnerabilities")
    auditing.add_argument(
        "--required", action="store_true", help="fail if the database can't be reached"
    )
    measuring = command(
        "bench", _bench, "measure cold starts, response times, round trips, and costs"
    )
    measuring.add_argument(
        "--peers", action="store_true", help="also measure sign-in with Flask and with Better Auth"
    )
    fuzzing = command("fuzz", _fuzz, "fuzz the service and its parsers")
    fuzzing.add_argument(
        "--cases", type=int, default=20_000, help="total number of cases for the service"
    )
    fuzzing.add_argument("--seconds", type=int, default=30, help="seconds for each parser")
    loading = command("load", _load, "load-test the package with the traffic of the last evening")
    loading.add_argument("--minutes", type=float, default=10)
    for repeatable in (fuzzing, loading):
        repeatable.add_argument("--seed", type=int, help="the seed of an earlier run, to repeat it")
    command("fetch-dynamodb-local", _fetch, "download DynamoDB Local")
    command(
        "fetch-typescript",
        _typescript,
        "download TypeScript, which checks the scripts and a typed client",
    )
    command(
        "fetch-page-checks", _page_checks, "download Lighthouse and the Nu HTML checker, for pages"
    )
    command("fetch-oidc-provider", _oidc_provider, "download oidc-provider, to sign in with")
    command("install-chromium", _chromium, "install Chromium for the browser tests")
    command("install-libreoffice", _libreoffice, "install LibreOffice for the spreadsheet tests")


def _dev(arguments: _Arguments) -> int:
    return local.dev(arguments.port, arguments.database, demo=arguments.demo)


def _demo(_: _Arguments) -> int:
    return demo.run()


def _rehearse(arguments: _Arguments) -> int:
    return rehearsal.rehearse(arguments.port, arguments.processes)


def _screenshots(arguments: _Arguments) -> int:
    return screenshots.take(arguments.port)


def _components(_: _Arguments) -> int:
    for file in components.write(package.OUT / "components"):
        print(file)
    return 0


def _audit(arguments: _Arguments) -> int:
    return audit.audit(required=arguments.required)


def _bench(arguments: _Arguments) -> int:
    from tools.bench import run  # matplotlib, and all that it measures

    return run.run(peers=arguments.peers)


def _fuzz(arguments: _Arguments) -> int:
    from tools.fuzz import run  # every model of the service

    return run.run(arguments.cases, arguments.seconds, arguments.seed)


def _load(arguments: _Arguments) -> int:
    from tools.load import run

    return run.run(arguments.minutes, arguments.seed)


def _fetch(_: _Arguments) -> int:
    dynamodb_local.fetch()
    return 0


def _typescript(_: _Arguments) -> int:
    typescript.fetch()
    return 0


def _page_checks(_: _Arguments) -> int:
    page_checks.PACKAGES.fetch()
    return 0


def _oidc_provider(_: _Arguments) -> int:
    oidc_provider.fetch()
    return 0


def _chromium(_: _Arguments) -> int:
    return _install(chromium.install)


def _libreoffice(_: _Arguments) -> int:
    return _install(libreoffice.install)


def _install(install: Callable[[], None]) -> int:
    try:
        install()
    except downloads.NotAvailable as problem:
        # The tests that want it say so, too; the others are as good without.
        print(problem, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
