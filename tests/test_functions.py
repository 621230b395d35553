"""The table of functions: whose rooms are whose."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import chalicelib
from chalicelib.functions import ROOMS_OF, SCHEDULES, rooms
from chalicelib.platform.settings import SettingsError

HOUSE = Path(chalicelib.__file__).parent
# What a process of the function has loaded once it is ready, and what it serves.
LOADED = """
import sys
from app import app
rooms = {name.split(".")[1] for name in sys.modules if name.endswith(".routes")}
print(*sorted(rooms))
print(*sorted(app.routes))
print(*sorted(sys.modules))
"""


def test_every_room_that_serves_anything_belongs_to_one_function():
    serving = sorted(path.parent.name for path in HOUSE.glob("*/routes.py"))

    assert sorted(room for rooms in ROOMS_OF.values() for room in rooms) == serving


def loaded_by(function):
    """The rooms, the routes and the modules that a function has once it is ready."""
    # Not measured by coverage, which would load modules of its own.
    here = {name: text for name, text in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        env=here | {"BREEZE_LAKES_POINT_FUNCTION": function},
        capture_output=True,
        text=True,
        check=True,
    )
    return map(str.split, done.stdout.splitlines())


@pytest.mark.parametrize("function", ROOMS_OF)
def test_a_function_loads_its_own_rooms_and_serves_their_routes(function):
    loaded, served, _ = loaded_by(function)

    assert loaded == sorted(ROOMS_OF[function])
    assert set(served) == {a.path for room in rooms(function) for a in room.actions}


@pytest.mark.parametrize("function", SCHEDULES)
def test_a_function_with_a_schedule_loads_no_routes_and_no_models(function):
    module, _, handler = SCHEDULES[function].handler.rpartition(".")
    code = f"import sys, {module}; {module}.{handler}; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=HOUSE.parent
    )

    modules = done.stdout.split()
    assert not [name for name in modules if name.endswith(".routes")]
    assert {"app", "pydantic", "phonenumbers", "botocore", "boto3"}.isdisjoint(modules)


def test_to_sign_out_no_openssl_is_loaded_and_nobodys_account():
    _, _, modules = loaded_by("sign-out")

    assert {"_hashlib", "secrets", "chalicelib.accounts.account"}.isdisjoint(modules)


def test_a_function_that_is_not_in_the_table_does_not_start():
    with pytest.raises(SettingsError, match="There is no function everything"):
        rooms("everything")
