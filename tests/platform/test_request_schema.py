"""Requests are checked as pydantic would check the same declaration."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.accounts.schemas import SignUp
from chalicelib.events.bodies import PutEvent
from chalicelib.functions import all_endpoints
from chalicelib.platform.errors import InvalidJson
from chalicelib.platform.field_errors import InvalidFields
from chalicelib.platform.request_schema import RequestSchema, alias_of, parse_json
from tests.support.pydantic_errors import field_errors
from web.openapi.models import model_of

ENDPOINT_SCHEMAS = [endpoint.schemas for endpoint in all_endpoints()]
# pydantic also reads numbers as dates.
BODIES = sorted({one.body for one in ENDPOINT_SCHEMAS if one.body} - {PutEvent}, key=str)
QUERIES = sorted({one.query for one in ENDPOINT_SCHEMAS if one.query}, key=str)
TYPED = [
    *(
        "river",
        "River Okafor",
        "r@example.com",
        " ada ",
        "",
        " ",
        "\u202e",
        "a" * 300,
        "e\u0301" * 60,
    ),
    *(
        "952-445-1234",
        "7KQ2MX",
        "Submitted",
        "animals",
        "lastName",
        "true",
        "25",
        "101",
        "-1",
        "2.5",
    ),
    *("four quiet lakes in May", "password", "01KAPZ5J8QV6M3T9XW2RDN4C7E", "x" * 2000, "\0", "en"),
    *("-1", "2.5", "e\u0301" * 60),
]
# pydantic also reads these as numbers and Booleans.
NOT_IN_OURS = re.compile(r"\s*(t|f|true|false|y|n|on|off|yes|no|[+\d.]+)\s*", re.IGNORECASE)
# All characters but surrogates, as by default; that default takes a second to be found.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
IN_QUERIES = st.sampled_from(TYPED) | TEXTS.filter(lambda text: not NOT_IN_OURS.fullmatch(text))
VALUES = st.sampled_from(TYPED) | TEXTS
ANY_JSON = VALUES | st.none() | st.booleans() | st.integers() | st.lists(VALUES, max_size=2)


def outcome_without(schema, values):
    try:
        # Without a schema's own rules about several fields, which pydantic's model doesn't have.
        return RequestSchema.validate.__func__(schema, values).values()
    except InvalidFields as error:
        return error.fields


def outcome_with_pydantic(schema, values):
    try:
        return dict(model_of(schema).model_validate_json(json.dumps(values)))
    except ValidationError as error:
        return {path: str(problem) for path, problem in field_errors(error).items()}


def requests_of(schema, values):
    names = [alias_of(name, hint) for name, hint in schema.annotations().items()]
    return st.dictionaries(st.sampled_from([*names, "other", "first_name"]), values)


@pytest.mark.parametrize("schema", BODIES, ids=lambda one: one.__name__)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_body_has_the_values_and_messages_that_pydantic_gives_it(schema, data):
    body = data.draw(requests_of(schema, ANY_JSON))

    assert outcome_without(schema, body) == outcome_with_pydantic(schema, body)


@pytest.mark.parametrize("schema", QUERIES, ids=lambda one: one.__name__)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_query_has_the_values_and_messages_that_pydantic_gives_it(schema, data):
    query = data.draw(requests_of(schema, IN_QUERIES))

    assert outcome_without(schema, query) == outcome_with_pydantic(schema, query)


def test_all_invalid_fields_of_a_sign_up_are_named_at_once():
    with pytest.raises(InvalidFields) as raised:
        SignUp.validate({"username": "x", "firstName": 7, "password": "short", "isAdmin": True})

    assert raised.value.fields == {
        "username": "Enter a username with 3 to 64 characters.",
        "firstName": "Enter text.",
        "password": raised.value.fields["password"],
        "isAdmin": "Unknown field.",
    }


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"{", b"[]", b'"a"', b"null", b"{}x", b'{"a": NaN}', b'{"a": Infinity}', b"\xff{}"),
        *(
            b'{"a": "\\ud800"}',
            b'{"\\udfff": 1}',
            b'{"a": 1, "a": 2}',
            b'{"a": [{"b": 1, "b": 1}]}',
        ),
        *(b"{'a': 1}", b'{"a": 01}', b'{"a": "\n"}', "{}".encode("utf-16"), b'{"a":' * 50_000),
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_what_is_not_a_json_object_is_rejected(raw):
    with pytest.raises(InvalidJson):
        parse_json(raw)


@pytest.mark.parametrize(
    "raw", [b"{}", b"\xef\xbb\xbf{}", b' {"a": "\\ud83d\\ude00"} ', b'{"a": 1e400}']
)
def test_a_json_object_is_accepted(raw):
    assert isinstance(parse_json(raw), dict)
