"""The client examples of docs/clients.md, run word for word."""

import os
import re
import subprocess

import pytest

from chalicelib.platform.identifiers import new_identifier
from tests.http.servers import PROJECT
from tools import typescript

DOCUMENT = (PROJECT / "docs" / "clients.md").read_text()


def block(language):
    [example] = re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    return example


@pytest.fixture(scope="module")
def python_example(service, new_username):
    """What the Python there leaves behind."""
    left = {}
    there = block("python").replace("http://localhost:8000", service.url)
    exec(there.replace("river.okafor", new_username), left)  # noqa: S102 (it is ours)
    yield left
    left["service"].session.close()


@pytest.fixture(scope="module")
def new_username():
    return f"river-{new_identifier()}"


def test_in_python_one_signs_up_and_a_late_save_is_merged(python_example, new_username):
    assert python_example["service"].request("GET", "/me")["username"] == new_username
    assert python_example["saved"]["version"] == 3
    assert python_example["saved"]["form"] == {"firstName": "River", "city": "St. Paul"}


def test_in_python_a_list_is_read_to_its_end(python_example):
    for _ in range(2):
        other = python_example["Client"]()
        name = python_example["service"].request("GET", "/me")["username"]
        other.request("POST", "/signin", {"username": name, "password": python_example["PASSWORD"]})
        other.session.close()

    assert len(list(python_example["service"].all("/sessions", limit=1))) == 3


def test_in_python_an_error_has_its_code_and_fields(python_example):
    with pytest.raises(python_example["ApiError"]) as error:
        python_example["service"].request("PATCH", "/me", {"firstName": "x" * 500})

    assert error.value.code == "invalid_fields"
    assert error.value.fields.keys() == {"firstName"}


@pytest.fixture(scope="module")
def errors_of_clients(service, tmp_path_factory):
    """What the compiler says of the typed client, and of one with a mistake: the errors."""
    if problem := typescript.problem():
        pytest.skip(problem)
    folder = tmp_path_factory.mktemp("client")
    (folder / "node_modules").symlink_to(typescript.modules())
    mistyped = block("ts").replace("version?: number", "version?: string")
    (folder / "client.ts").write_text(block("ts"))
    (folder / "mistyped.ts").write_text(mistyped)

    def run(line):
        result = subprocess.run(
            line.replace("http://localhost:8000", service.url).removeprefix("npx ").split(),
            cwd=folder,
            env=os.environ | {"PATH": f"{typescript.modules() / '.bin'}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )
        return f"{result.stdout}{result.stderr}" if result.returncode else ""

    make_types, compile_client = re.findall(r"^    (npx .*)$", DOCUMENT, re.MULTILINE)
    assert run(make_types) == ""
    # Both at once: most of the time, the compiler reads the types of the language.
    return re.split(r"\n(?=\S)", run(f"{compile_client} mistyped.ts"))


def test_a_typed_client_compiles(errors_of_clients):
    assert [error for error in errors_of_clients if not error.startswith("mistyped.ts")] == []


def test_a_version_that_is_no_number_does_not_compile(errors_of_clients):
    [error] = [error for error in errors_of_clients if error.startswith("mistyped.ts")]

    assert "'string' is not assignable to type 'number'" in error
