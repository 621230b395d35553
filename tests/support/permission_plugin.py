"""The part of the permission check that belongs to pytest: failing tests, and the end of a run."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import permission_recorder, permissions
from tests.support.permission_recorder import FOLDER, WRITE

_HINT = (
    "If the endpoint should have this permission, run `make permissions ARGS=FILE` with the test's "
    f"file (it runs {WRITE}=1 pytest FILE and adds what it needs to the record and the policies)."
)

# What pyproject.toml selects. The slow tests, which make prove runs, need no other permissions.
_ALL_BUT_SLOW = "not slow"


class PermissionPlugin:
    """Fails tests that need what isn't granted, and whole runs that don't need all that is."""

    def __init__(self, config: pytest.Config) -> None:
        """Start recording."""
        self._config = config
        self._is_worker = hasattr(config, "workerinput")
        if not self._is_worker:
            self._base = Path(tempfile.mkdtemp(prefix="permissions-"))
            os.environ[FOLDER] = str(self._base)
        else:
            self._base = Path(os.environ[FOLDER])
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self.recorder = permission_recorder.install(self._base / worker)
        self._unused: list[str] = []
        self._drift = 0
        self._written = False

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Iterator[None]:
        """Fail a test that used a permission the policy doesn't grant, even if it passed."""
        report: Any = yield
        if problems := self.recorder.new_problems():
            report.outcome = "failed"
            report.longrepr = "\n".join([*problems, _HINT, "", str(report.longrepr or "")])
        return report

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """After all tests: write the record, or look for what no test needs."""
        if self._is_worker:
            return
        seen = permission_recorder.merged(self._base)
        shutil.rmtree(self._base)
        record, is_whole = permissions.recorded(), self._is_whole(session)
        if os.environ.get(WRITE):
            names = set(permission_recorder.entries())
            kept = {} if is_whole else record
            permissions.write(permission_recorder.as_record(seen, names, kept))
            self._written = True
        elif is_whole:
            self._unused = list(permission_recorder.unused(seen, record))
            self._drift = permission_recorder.drift(seen, record)
            if self._unused:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _is_whole(self, session: pytest.Session) -> bool:
        """Say whether every test ran and passed: only then does what wasn't seen mean anything."""
        option, reporter = (
            self._config.option,
            self._config.pluginmanager.get_plugin("terminalreporter"),
        )
        return (
            "EVERYTHING" in os.environ
            and self._config.args_source is pytest.Config.ArgsSource.TESTPATHS
            and not option.keyword
            and option.markexpr == _ALL_BUT_SLOW
            and session.exitstatus == pytest.ExitCode.OK
            and not reporter.stats.get("skipped")
        )

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what was written, or what is granted for nothing."""
        if self._written:
            terminalreporter.write_line(f"Wrote {permissions.RECORD} and the policies.")
        if self._drift:
            terminalreporter.write_line(
                f"{permissions.RECORD.name} differs from this run in {self._drift} lines, which "
                "changes no policy. `make permissions` brings it up to date."
            )
        if self._unused:
            terminalreporter.section("Permissions that no test needs")
            for line in self._unused:
                terminalreporter.write_line(line)
            terminalreporter.write_line(
                "Run `make permissions`, or explain it in tests/support/permissions.py, EXCEPTIONS."
            )
