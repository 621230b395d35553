"""Shapes on the wire."""

import json

import pytest

from chalicelib.platform.errors import InvalidFields
from chalicelib.platform.models import Body, Query, read_body, read_query


class Order(Body):
    how_many: int
    gift: bool = False


class Search(Query):
    how_many: int = 1


@pytest.mark.parametrize("wrong", ["1", 1.0, True, None, [1]])
def test_a_body_names_its_types_exactly(wrong):
    with pytest.raises(InvalidFields) as refused:
        read_body(json.dumps({"howMany": wrong}).encode(), Order)
    assert refused.value.fields == {"howMany": "This must be a whole number."}


def test_a_body_has_names_in_camel_case_and_no_others():
    assert read_body(b'{"howMany": 2}', Order).how_many == 2
    with pytest.raises(InvalidFields) as refused:
        read_body(b'{"how_many": 2, "gift": 1}', Order)
    assert set(refused.value.fields) == {"how_many", "howMany", "gift"}


def test_a_query_is_text_and_its_numbers_are_read():
    assert read_query({"howMany": ["7"]}, Search).how_many == 7


@pytest.mark.parametrize("given", [{"howMany": ["7", "8"]}, {"many": ["7"]}, {"howMany": ["7.5"]}])
def test_a_query_that_says_a_thing_twice_or_says_nonsense_is_refused(given):
    with pytest.raises(InvalidFields):
        read_query(given, Search)
