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
def file(tmp_path_factory):
    lines = ["username,email,firstName,lastName,role,passwordHash"]
    for number in range(2, PEOPLE + 2):
        email = f"person-{number}@example.com" if number % 3 else ""
        role = "SuperAdmin" if number % 500 == 0 else "User"
        kept = "none" if number in BAD else HASH
        lines.append(f"Person-{number},{email},Pat,Okafor,{role},{kept}")
    written = tmp_path_factory.mktemp("import") / "users.csv"
    written.write_text("\n".join(lines))
    return written


@pytest.fixture
def world(local_endpoint):
    with stage(local_endpoint) as made:
        yield made


def start(file, endpoint):
    return subprocess.Popen(
        [sys.executable, "-m", "ops", "import-users", str(file), "--stage", "test"],
        cwd=PROJECT,
        env=os.environ | {"AWS_ENDPOINT_URL_DYNAMODB": endpoint},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(file, endpoint):
    """Import to the end; return what was said, and the numbers of the lines that were left out."""
    process = start(file, endpoint)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 1
    assert {int(line.split()[1].rstrip(":")) for line in err.splitlines()} == BAD
    return out.strip()


def killed_after(seconds, file, endpoint):
    """Start an import and kill it; say whether it was still at it."""
    process = start(file, endpoint)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=seconds)
        return False
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    return True


def everything(world):
    """Every item of the tables that an import writes to."""
    found = {}
    for table in ("users", "identities"):
        pages = world.client.get_paginator("scan").paginate(
            TableName=world._name(table), ConsistentRead=True
        )
        found[table] = sorted((item for page in pages for item in page["Items"]), key=str)
    return found


def test_killed_again_and_again_it_leaves_what_one_run_leaves(file, world, local_endpoint):
    good = PEOPLE - len(BAD)
    assert run(file, local_endpoint) == f"{good} added, 0 already imported, 3 rejected."
    clean = everything(world)
    assert len(clean["users"]) == good + 1

    assert run(file, local_endpoint) == f"0 added, {good} already imported, 3 rejected."
    assert everything(world) == clean

    world.clear("users", "identities")
    assert everything(world) == {"users": [], "identities": []}
    killed = [seconds for seconds in LIVES if killed_after(seconds, file, local_endpoint)]
    assert killed
    run(file, local_endpoint)

    assert everything(world) == clean
