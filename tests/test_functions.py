"""The table of functions: which packages each of them serves."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import chalicelib
from chalicelib.functions import PACKAGES_BY_FUNCTION, READ_SESSION_KEYS, SCHEDULES, blueprints
from chalicelib.platform.settings import SettingsError
from web import build

PACKAGE = Path(chalicelib.__file__).parent
# What a process of the function has loaded once it is ready, and what it serves.
LOADED = """
import sys
from app import app
packages = {name.split(".")[1] for name in sys.modules if name.endswith(".routes")}
print(*sorted(packages))
print(*sorted(app.routes))
print(*sorted(sys.modules))
"""


def test_every_package_with_routes_belongs_to_one_function():
    serving = sorted(path.parent.name for path in PACKAGE.glob("*/routes.py"))

    assert (
        sorted(package for packages in PACKAGES_BY_FUNCTION.values() for package in packages)
        == serving
    )


def loaded_by(function):
    """The packages, the routes and the modules that a function has once it is ready."""
    # Not measured by coverage, which would load modules of its own.
    here = {name: text for name, text in os.environ.items() if not name.startswith("COVERAGE_")}
    result = subprocess.run(
        [sys.executable, "-c", LOADED],
        env=here | {"BREEZE_LAKES_POINT_FUNCTION": function},
        capture_output=True,
        text=True,
        check=True,
    )
    return map(str.split, result.stdout.splitlines())


@pytest.mark.parametrize("function", PACKAGES_BY_FUNCTION)
def test_a_function_loads_its_own_packages_and_serves_their_routes(function):
    loaded, served, modules = loaded_by(function)

    assert loaded == sorted(PACKAGES_BY_FUNCTION[function])
    # Only a request with an API key needs it.
    assert "chalicelib.api_keys.authentication" not in modules
    assert set(served) == {
        endpoint.path for blueprint in blueprints(function) for endpoint in blueprint.endpoints
    }


def test_signing_out_loads_nothing_that_translates():
    *_, modules = loaded_by("sign-out")

    translating = {f"chalicelib.platform.{name}" for name in ("translations", "field_errors")}
    assert translating.isdisjoint(modules)


@pytest.mark.parametrize("function", SCHEDULES)
def test_a_function_with_a_schedule_loads_no_routes_and_no_models(function):
    module, _, handler = SCHEDULES[function].handler.rpartition(".")
    code = f"import sys, {module}; {module}.{handler}; print(*sorted(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent
    )

    modules = result.stdout.split()
    assert not [name for name in modules if name.endswith(".routes")]
    assert {"app", "pydantic", "phonenumbers", "botocore", "boto3"}.isdisjoint(modules)


def test_signing_out_loads_neither_openssl_nor_the_account_code():
    _, _, modules = loaded_by("sign-out")

    assert {"_hashlib", "secrets", "chalicelib.identity.account"}.isdisjoint(modules)


# Resolves the schemas of all requests and responses.
ALL_SCHEMAS = """
import sys
from chalicelib.functions import all_endpoints
for endpoint in all_endpoints():
    endpoint.schemas
print(*sorted(sys.modules))
"""


def test_schemas_load_neither_pydantic_nor_phone_numbers():
    result = subprocess.run(
        [sys.executable, "-c", ALL_SCHEMAS], capture_output=True, text=True, check=True
    )

    modules = result.stdout.split()
    assert {"chalicelib.staff.schemas", "chalicelib.staff.bodies"} <= set(modules)
    assert {"pydantic", "pydantic_core", "phonenumbers", "botocore"}.isdisjoint(modules)


def test_the_functions_that_fetch_the_session_keys_early_are_those_that_may_read_them():
    policies = (PACKAGE.parent / ".chalice" / "policies").glob("*.json")
    may_read = {policy.stem for policy in policies if "-key-*" in policy.read_text()}

    assert may_read & PACKAGES_BY_FUNCTION.keys() == READ_SESSION_KEYS


def test_a_function_that_is_not_in_the_table_does_not_start():
    with pytest.raises(SettingsError, match="There is no function everything"):
        blueprints("everything")


SERVE_A_PAGE = """
import pathlib, sys
from chalicelib.platform import built_files
built_files.FOLDER = pathlib.Path(sys.argv[1])
from app import app
context = {"httpMethod": "GET", "resourcePath": "/register/{event_id}", "path": "/register/fair"}
event = {"headers": {}, "multiValueHeaders": {}, "queryStringParameters": None, "body": None}
event |= {"multiValueQueryStringParameters": None, "pathParameters": {"event_id": "fair"}}
event |= {"stageVariables": None, "isBase64Encoded": False, "requestContext": context}
response = app({**event, "requestContext": {**context, "identity": {}, "requestId": "1"}}, None)
assert response["statusCode"] == 200 and "<h1" in response["body"], response
print(*sorted(sys.modules))
"""


def test_serving_a_page_of_the_package_loads_hardly_more_than_signing_out(tmp_path):
    build.write(tmp_path)
    here = {name: text for name, text in os.environ.items() if not name.startswith("COVERAGE_")}
    result = subprocess.run(
        [sys.executable, "-c", SERVE_A_PAGE, str(tmp_path)],
        env=here | {"BREEZE_LAKES_POINT_FUNCTION": "pages"},
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
    )
    modules = set(result.stdout.splitlines()[-1].split())
    _, _, signing_out = loaded_by("sign-out")

    assert {"jinja2", "pydantic", "phonenumbers", "botocore", "web", "hashlib"}.isdisjoint(modules)
    own_modules = {name for name in modules - set(signing_out) if name.startswith("chalicelib.")}
    assert {name.split(".")[1] for name in own_modules} == {"pages", "openapi", "platform"}
    assert {name for name in own_modules if ".platform." in name} == {
        "chalicelib.platform.built_files"
    }
