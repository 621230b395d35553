"""The Python client of docs/clients.md, run word for word."""

import re

import pytest

from chalicelib.platform.identifiers import new_identifier
from tests.http.servers import PROJECT

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
