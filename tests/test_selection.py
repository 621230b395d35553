"""Which tests plain ``pytest`` runs, and what it prints about the others."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support import selection

PROJECT = Path(__file__).parent.parent
TESTS = Path(__file__).parent
SUITE = """
import pytest

@pytest.fixture
def local_endpoint(): pass

@pytest.fixture
def browser(): pass

@pytest.fixture
def page(browser): pass

@pytest.fixture(params=["moto", "dynamodb-local"])
def database_engine(request): pass

def test_rule(): pass
def test_store(database_engine): pass
def test_kept(local_endpoint): pass
def test_page(page): pass
"""
# The other plugins that are installed take seconds to import.
ONLY_NAMED = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
ON_JAVA, IN_BROWSER = "2 tests: Java (DynamoDB Local)", "1 test: a browser (Chromium)"


def test_folders_that_come_first_have_tests():
    assert [name for name in selection.FIRST if not any(TESTS.glob(f"{name}/test_*.py"))] == []


def test_make_prove_runs_every_slow_test():
    lines = (PROJECT / "Makefile").read_text().splitlines()
    run = [PROJECT / path for line in lines for path in line.split() if "$(SLOW)" in line]
    is_slow = re.compile(r"pytest\.mark\.slow|support\.slow").search

    slow = [file for file in TESTS.rglob("test_*.py") if is_slow(file.read_text())]
    assert slow
    assert [file for file in slow if not any(map(file.is_relative_to, run))] == []


def test_workers_import_each_module_once_and_leave_errors_to_the_collection(tmp_path, monkeypatch):
    for name in ("__init__", "test_a", "test_b", "test_c", "helper"):
        (tmp_path / "suite").mkdir(exist_ok=True)
        (tmp_path / "suite" / f"{name}.py").touch()
    (tmp_path / "test_no_package.py").touch()
    imported = []

    def fail(name):
        imported.append(name)
        raise ImportError(name)

    monkeypatch.setattr(selection, "import_module", fail)
    for worker in ("gw0", "gw1"):
        given = {"workerid": worker, "workercount": 2}
        config = SimpleNamespace(rootpath=tmp_path, args=[str(tmp_path)], workerinput=given)
        selection.pytest_collection(SimpleNamespace(config=config))

    assert imported == ["suite.test_a", "suite.test_c", "suite.test_b"]


@pytest.fixture
def run(tmp_path):
    """Runs pytest on a small suite."""
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = suite\n")
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["tests.support.selection"]\n')
    (tmp_path / "suite").mkdir()
    (tmp_path / "suite" / "test_all.py").write_text(SUITE)
    plain = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST_")}
    plain.pop("EVERYTHING", None)

    def run_pytest(*arguments, **variables):
        result = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-p",
                "no:cacheprovider",
                "-p",
                "xdist.plugin",
                *arguments,
            ],
            cwd=tmp_path,
            env=plain | {"PYTHONPATH": str(PROJECT), **ONLY_NAMED} | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        return result.stdout

    return run_pytest


@pytest.mark.parametrize("workers", ["0", "2"])
def test_plain_pytest_leaves_out_what_needs_java_or_a_browser_and_prints_it(run, workers):
    output = run("-n", workers)

    assert "2 passed" in output
    assert f"{ON_JAVA}\n{IN_BROWSER}\nmake test runs them too." in output


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_path_or_everything_runs_all_tests(run, workers):
    for output in (run("-n", workers, "suite"), run("-n", workers, EVERYTHING="1")):
        assert "5 passed" in output
        assert "make test" not in output
