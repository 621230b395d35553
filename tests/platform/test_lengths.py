"""What is said of a text that is too short or too long."""

import pytest

from tests.support.clients import PASSWORD


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [("firstName", "x" * 101, "Use 100 characters or fewer.")],
)
def test_the_sentence_is_ours(anonymous, field, value, message):
    response = anonymous.post("/signup", {"username": "river", "password": PASSWORD, field: value})

    assert response.json["fields"] == {field: message}


@pytest.mark.parametrize("path", ["/signin", "/password/forgot"])
@pytest.mark.parametrize("username", ["", "   "])
def test_empty_username_is_reported_as_a_required_field(anonymous, path, username):
    password = {"password": PASSWORD} if path == "/signin" else {}
    response = anonymous.post(path, {"username": username} | password)

    assert response.json["fields"] == {"username": "This field is required."}
