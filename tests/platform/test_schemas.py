"""Shapes on the wire."""

import json
import sys
import unicodedata
from typing import Annotated
from unittest import mock

import pytest

from chalicelib.platform.errors import InvalidJson
from chalicelib.platform.field_errors import InvalidFields
from chalicelib.platform.fields import Field
from chalicelib.platform.request_schema import BodySchema, QuerySchema
from chalicelib.platform.text import LONGEST_LINE, LONGEST_PARAGRAPHS, MultiLine, SingleLine


class Order(BodySchema):
    how_many: int
    gift: bool = False


class Search(QuerySchema):
    how_many: int = 1


@pytest.mark.parametrize("wrong", ["1", 1.5, True, None, [1]])
def test_a_body_names_its_types_exactly(wrong):
    with pytest.raises(InvalidFields) as error:
        Order.parse(json.dumps({"howMany": wrong}).encode())
    assert error.value.fields == {"howMany": "Enter a whole number."}


@pytest.mark.parametrize("raw", [b"7", b"7.0", b"70e-1"])
def test_a_whole_number_may_be_written_in_any_way_that_json_has(raw):
    assert Order.parse(b'{"howMany": %s}' % raw).how_many == 7


@pytest.mark.parametrize("raw", [b"7.5", b'"7"', b"true", b"1e400", b"null"])
def test_invalid_integers_are_rejected(raw):
    with pytest.raises((InvalidFields, InvalidJson)):
        Order.parse(b'{"howMany": %s}' % raw)


def test_body_fields_are_in_camel_case():
    assert Order.parse(b'{"howMany": 2}').how_many == 2
    with pytest.raises(InvalidFields) as error:
        Order.parse(b'{"how_many": 2, "gift": 1}')
    assert set(error.value.fields) == {"how_many", "howMany", "gift"}


def test_a_query_is_text_and_its_numbers_are_read():
    assert Search.parse({"howMany": ["7"]}).how_many == 7


@pytest.mark.parametrize("values", [{"howMany": ["7", "8"]}, {"many": ["7"]}, {"howMany": ["7.5"]}])
def test_a_query_with_repeated_or_invalid_values_is_rejected(values):
    with pytest.raises(InvalidFields):
        Search.parse(values)


class Letter(BodySchema):
    about: Annotated[SingleLine, Field(max_length=LONGEST_LINE)]
    text: Annotated[MultiLine, Field(max_length=LONGEST_PARAGRAPHS)]


# What comes apart into more than any other character does.
ALPHA = "\u1f82"
TOO_LONG = {"about": "Use 254 characters or fewer.", "text": "Use 2000 characters or fewer."}


def parse_letter(about, text):
    return Letter.parse(json.dumps({"about": about, "text": text}).encode())


def test_a_character_decomposes_into_at_most_four():
    parts = [len(unicodedata.normalize("NFD", chr(code))) for code in range(sys.maxunicode + 1)]

    assert max(parts) == len(unicodedata.normalize("NFD", ALPHA)) == 4


def test_length_is_checked_after_normalization():
    about, text = ALPHA * LONGEST_LINE, f"{ALPHA * 999}\n{ALPHA * 1000}"
    apart = [unicodedata.normalize("NFD", each) for each in (about, text)]

    assert parse_letter(*apart).values() == {"about": about, "text": text}
    with pytest.raises(InvalidFields) as error:
        parse_letter(*(each + "a" for each in apart))
    assert error.value.fields == TOO_LONG


def test_overlong_input_is_rejected_without_normalizing():
    with (
        mock.patch("unicodedata.normalize") as normalize,
        pytest.raises(InvalidFields) as error,
    ):
        parse_letter("a" + "\u0301" * 4 * LONGEST_LINE, "a\n" + "\u0301a" * 2 * LONGEST_PARAGRAPHS)
    assert error.value.fields == TOO_LONG
    normalize.assert_not_called()


def every_schema(value):
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from every_schema(inner)


@pytest.mark.parametrize(
    ("kind", "longest"), [(SingleLine, LONGEST_LINE), (MultiLine, LONGEST_PARAGRAPHS)]
)
def test_no_field_takes_more_than_is_composed(anonymous, kind, longest):
    pattern = kind.__metadata__[-1].details["json_schema_extra"]["pattern"]
    fields = [
        schema
        for schema in every_schema(anonymous.get("/openapi.json").json)
        if schema.get("pattern") == pattern
    ]

    assert fields
    assert [schema for schema in fields if schema.get("maxLength", longest + 1) > longest] == []
