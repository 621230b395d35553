"""Shapes on the wire."""

import json
from typing import Annotated

import pytest

from chalicelib.platform.errors import BadJson, InvalidFields
from chalicelib.platform.models import WHOLE_NUMBER, Body, Query, read_body, read_query


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


class Sale(Body):
    how_many: Annotated[int, WHOLE_NUMBER]


@pytest.mark.parametrize("raw", [b"7", b"7.0", b"70e-1"])
def test_a_whole_number_may_be_written_in_any_way_that_json_has(raw):
    assert read_body(b'{"howMany": %s}' % raw, Sale).how_many == 7


@pytest.mark.parametrize("raw", [b"7.5", b'"7"', b"true", b"1e400", b"null"])
def test_what_is_no_whole_number_is_none(raw):
    with pytest.raises((InvalidFields, BadJson)):
        read_body(b'{"howMany": %s}' % raw, Sale)


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
