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
    [found] = re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    return found


@pytest.fixture
def in_python(served, nobodys_name):
    """What the Python there leaves behind."""
    left = {}
    there = block("python").replace("http://localhost:8000", served.url)
    exec(there.replace("river.okafor", nobodys_name), left)  # noqa: S102 (it is ours)
    yield left
    left["service"].session.close()


@pytest.fixture
def nobodys_name():
    return f"river-{new_identifier()}"


def test_in_python_one_signs_up_and_a_late_save_is_merged(in_python, nobodys_name):
    assert in_python["service"].request("GET", "/me")["username"] == nobodys_name
    assert in_python["saved"]["version"] == 3
    assert in_python["saved"]["form"] == {"firstName": "River", "city": "St. Paul"}


def test_in_python_a_list_is_read_to_its_end(in_python):
    for _ in range(2):
        other = in_python["Client"]()
        name = in_python["service"].request("GET", "/me")["username"]
        other.request("POST", "/signin", {"username": name, "password": in_python["PASSWORD"]})
        other.session.close()

    assert len(list(in_python["service"].all("/sessions", limit=1))) == 3


def test_in_python_an_error_has_its_code_and_fields(in_python):
    with pytest.raises(in_python["ApiError"]) as refused:
        in_python["service"].request("PATCH", "/me", {"firstName": "x" * 500})

    assert refused.value.code == "invalid_fields"
    assert refused.value.fields.keys() == {"firstName"}


@pytest.fixture(scope="module")
def compiled(served, tmp_path_factory):
    """Compiles a client against the types of the description; gives what the compiler says."""
    if problem := typescript.problem():
        pytest.skip(problem)
    folder = tmp_path_factory.mktemp("client")
    (folder / "node_modules").symlink_to(typescript.modules())

    def run(line):
        done = subprocess.run(
            line.replace("http://localhost:8000", served.url).removeprefix("npx ").split(),
            cwd=folder,
            env=os.environ | {"PATH": f"{typescript.modules() / '.bin'}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )
        return f"{done.stdout}{done.stderr}" if done.returncode else ""

    make_types, compile_client = re.findall(r"^    (npx .*)$", DOCUMENT, re.MULTILINE)
    assert run(make_types) == ""

    def compile_what(source):
        (folder / "client.ts").write_text(source)
        return run(compile_client)

    return compile_what


def test_a_typed_client_compiles(compiled):
    assert compiled(block("ts")) == ""


def test_a_version_that_is_no_number_does_not_compile(compiled):
    mistyped = block("ts").replace("version?: number", "version?: string")

    assert "'string' is not assignable to type 'number'" in compiled(mistyped)
