"""What is said of a text that is too short or too long."""

import pytest

from tests.support.clients import PASSWORD


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("firstName", "x" * 101, "Use 100 characters or fewer.")],
)
def test_the_sentence_is_ours(nobody, field, value, said):
    reply = nobody.post("/signup", {"username": "river", "password": PASSWORD, field: value})

    assert reply.json["fields"] == {field: said}


def test_a_name_of_blanks_is_too_short(nobody):
    reply = nobody.post("/signin", {"username": "  ", "password": PASSWORD})

    assert reply.json["fields"] == {"username": "Choose at least 1."}
