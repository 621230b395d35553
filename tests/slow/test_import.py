"""Five thousand people of before, imported twice, and once more by processes that are killed.

It takes a minute, so that it runs with ``make prove`` only.
"""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.environments import stage

pytestmark = pytest.mark.slow

PEOPLE = 5000
# How many seconds each lives, of which the first is about what starting takes.
LIVES = (1, 2, 2.5, 3, 4)
BAD = {17, 1234, 4999}
HASH = "$2b$10$abcdefghijklmnopqrstuuMz0FpqmZmmwJhYCwhEzXWIr3V9zqSZi"
PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def import_file(tmp_path_factory):
    lines = ["username,email,firstName,lastName,role,passwordHash"]
    for number in range(2, PEOPLE + 2):
        email = f"person-{number}@example.com" if number % 3 else ""
        role = "SuperAdmin" if number % 500 == 0 else "User"
        password_hash = "none" if number in BAD else HASH
        lines.append(f"Person-{number},{email},Pat,Okafor,{role},{password_hash}")
    file = tmp_path_factory.mktemp("import") / "users.csv"
    file.write_text("\n".join(lines))
    return file


@pytest.fixture
def stage_on_dynamodb_local(local_endpoint):
    with stage(local_endpoint) as backend:
        yield backend


def start(import_file, endpoint):
    return subprocess.Popen(
        [sys.executable, "-m", "ops", "import-users", str(import_file), "--stage", "test"],
        cwd=PROJECT,
        env=os.environ | {"AWS_ENDPOINT_URL_DYNAMODB": endpoint},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(import_file, endpoint):
    """Import to the end; return what was said, and the numbers of the lines that were left out."""
    process = start(import_file, endpoint)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 1
    assert {int(line.split()[1].rstrip(":")) for line in err.splitlines()} == BAD
    return out.strip()


def killed_after(seconds, import_file, endpoint):
    """Start an import and kill it; say whether it was still at it."""
    process = start(import_file, endpoint)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=seconds)
        return False
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    return True


def imported_rows(stage_on_dynamodb_local):
    """Every item of the tables that an import writes to."""
    rows = {}
    for table in ("users", "identities"):
        pages = stage_on_dynamodb_local.client.get_paginator("scan").paginate(
            TableName=stage_on_dynamodb_local._name(table), ConsistentRead=True
        )
        rows[table] = sorted((item for page in pages for item in page["Items"]), key=str)
    return rows


def test_killed_again_and_again_it_leaves_what_one_run_leaves(
    import_file, stage_on_dynamodb_local, local_endpoint
):
    good = PEOPLE - len(BAD)
    assert run(import_file, local_endpoint) == f"{good} added, 0 already imported, 3 rejected."
    clean = imported_rows(stage_on_dynamodb_local)
    assert len(clean["users"]) == good + 1

    assert run(import_file, local_endpoint) == f"0 added, {good} already imported, 3 rejected."
    assert imported_rows(stage_on_dynamodb_local) == clean

    stage_on_dynamodb_local.clear("users", "identities")
    assert imported_rows(stage_on_dynamodb_local) == {"users": [], "identities": []}
    killed = [seconds for seconds in LIVES if killed_after(seconds, import_file, local_endpoint)]
    assert killed
    run(import_file, local_endpoint)

    assert imported_rows(stage_on_dynamodb_local) == clean
