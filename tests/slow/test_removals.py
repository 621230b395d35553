"""Each protection behind a requirement of OWASP ASVS 5.0, removed from a copy of the project.

Each test that docs/asvs.md names for the requirement then fails. Without a removal, all of them
pass in the copy: else a failure there would prove nothing.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.removals import REMOVALS

PROJECT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(".venv*", ".git", "out", "__pycache__", ".*_cache", ".hypothesis")
CASES = [(removal, test) for removal in REMOVALS for test in removal.tests]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("removals") / "project"
    shutil.copytree(PROJECT, folder, ignore=LEFT_OUT)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def run(copy, *tests):
    """Return whether all of these tests pass, and what pytest says."""
    nodes = [f"tests/{test.replace('::', '::test_')}" for test in tests]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-m", "slow or not slow"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", *nodes],
        cwd=copy,
        env=os.environ | {"EVERYTHING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stdout
    return done.returncode == 0, done.stdout


def test_without_a_removal_all_of_them_pass(copy):
    passed, said = run(copy, *sorted({test for _, test in CASES}))

    assert passed, said


@pytest.mark.parametrize(
    ("removal", "test"), CASES, ids=[f"{r.requirements[0]} {test}" for r, test in CASES]
)
def test_a_named_test_fails_without_the_protection(copy, removal, test):
    before = {change.file: (copy / change.file).read_text() for change in removal.changes}
    try:
        for change in removal.changes:
            text = (copy / change.file).read_text()
            assert text.count(change.old) == 1, f"{change.file} has changed: update the removal"
            (copy / change.file).write_text(text.replace(change.old, change.new))
        passed, _ = run(copy, test)
    finally:
        for file, text in before.items():
            (copy / file).write_text(text)

    assert not passed
