"""What is said of a text that is too short or too long."""

import pytest

from tests.support.clients import PASSWORD


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("firstName", "x" * 101, "Use 100 characters or fewer.")],
)
def test_the_sentence_is_ours(anonymous, field, value, said):
    reply = anonymous.post("/signup", {"username": "river", "password": PASSWORD, field: value})

    assert reply.json["fields"] == {field: said}


@pytest.mark.parametrize("path", ["/signin", "/password/forgot"])
@pytest.mark.parametrize("username", ["", "   "])
def test_empty_username_is_reported_as_a_required_field(anonymous, path, username):
    password = {"password": PASSWORD} if path == "/signin" else {}
    reply = anonymous.post(path, {"username": username} | password)

    assert reply.json["fields"] == {"username": "This field is required."}
