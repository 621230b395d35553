"""Breaking changes of the API: which are found, and which the changelog explains."""

import copy
import json
from pathlib import Path

import pytest

from tools.breaking_changes import BreakingChange, breaking_changes, unexplained

ROOT = Path(__file__).parent.parent.parent
RELEASED = ROOT / "tests" / "data" / "openapi-released.json"


def _object(required=(), **properties):
    return {"type": "object", "properties": properties, "required": list(required)}


def _content(schema):
    return {"content": {"application/json": {"schema": schema}}}


@pytest.fixture
def before():
    word = {"anyOf": [{"type": "string", "maxLength": 20}, {"type": "null"}]}
    return {
        "paths": {
            "/orders": {
                "get": {
                    "parameters": [{"name": "limit", "schema": {"type": "integer"}}],
                    "responses": {"200": _content({"$ref": "#/components/schemas/Orders"})},
                },
                "post": {
                    "requestBody": _content(
                        _object(["kind"], kind={"enum": ["a", "b"]}, word=word)
                    ),
                    "responses": {"201": _content(_object(["id"], id={"type": "string"}))},
                },
            }
        },
        "components": {
            "schemas": {
                "Orders": _object(
                    ["items"],
                    items={"type": "array", "items": _object(state={"enum": ["new", "old"]})},
                )
            }
        },
    }


@pytest.fixture
def after(before):
    return copy.deepcopy(before)


def _body(document):
    return document["paths"]["/orders"]["post"]["requestBody"]["content"]["application/json"][
        "schema"
    ]


def test_an_equal_document_has_no_breaking_change(before, after):
    assert breaking_changes(before, after) == []


def test_renamed_schema_is_no_breaking_change(before, after):
    schemas = after["components"]["schemas"]
    schemas["OrderList"] = schemas.pop("Orders")
    after["paths"]["/orders"]["get"]["responses"]["200"] = _content(
        {"$ref": "#/components/schemas/OrderList"}
    )

    assert breaking_changes(before, after) == []


def test_new_optional_field_is_no_breaking_change(before, after):
    _body(after)["properties"]["note"] = {"type": "string"}

    assert breaking_changes(before, after) == []


def test_removed_operation_is_found(before, after):
    del after["paths"]["/orders"]["get"]

    assert breaking_changes(before, after) == [BreakingChange("GET /orders", "", "was removed")]


def test_removed_parameter_is_found(before, after):
    after["paths"]["/orders"]["get"]["parameters"] = []

    [change] = breaking_changes(before, after)

    assert change == ("GET /orders", "limit", "was removed")


def test_new_required_field_is_found(before, after):
    _body(after)["properties"]["size"] = {"type": "integer"}
    _body(after)["required"].append("size")

    [change] = breaking_changes(before, after)

    assert change == ("POST /orders", "size", "is required now")


def test_field_that_becomes_required_is_found(before, after):
    _body(after)["required"].append("word")

    [change] = breaking_changes(before, after)

    assert change == ("POST /orders", "word", "is required now")


def test_removed_value_of_a_request_is_found(before, after):
    _body(after)["properties"]["kind"]["enum"].remove("b")

    [change] = breaking_changes(before, after)

    assert change == ("POST /orders", "kind", "can't be 'b' any more")


def test_removed_value_of_a_response_is_found_inside_a_list(before, after):
    items = after["components"]["schemas"]["Orders"]["properties"]["items"]["items"]
    items["properties"]["state"]["enum"].remove("old")

    [change] = breaking_changes(before, after)

    assert change == ("GET /orders", "items.state", "can't be 'old' any more")


def test_null_that_is_no_longer_accepted_is_found(before, after):
    _body(after)["properties"]["word"]["anyOf"].pop()

    [change] = breaking_changes(before, after)

    assert change == ("POST /orders", "word", "can't be null any more")


def test_shorter_maximum_length_is_found(before, after):
    _body(after)["properties"]["word"]["anyOf"][0]["maxLength"] = 19

    [change] = breaking_changes(before, after)

    assert change == ("POST /orders", "word", "has the maxLength 19 now, 20 before")


def test_longer_maximum_length_is_no_breaking_change(before, after):
    _body(after)["properties"]["word"]["anyOf"][0]["maxLength"] = 21

    assert breaking_changes(before, after) == []


def test_required_field_of_a_new_optional_object_is_no_breaking_change(before, after):
    body = after["paths"]["/orders"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    body["properties"]["gift"] = _object(text={"type": "string"}) | {"required": ["text"]}

    assert breaking_changes(before, after) == []


def test_removed_field_of_a_response_is_found(before, after):
    after["paths"]["/orders"]["post"]["responses"]["201"] = _content(_object())

    [change] = breaking_changes(before, after)

    assert change == ("POST /orders", "id", "was removed")


def test_field_that_may_be_missing_in_a_response_is_found(before, after):
    after["paths"]["/orders"]["post"]["responses"]["201"] = _content(_object(id={"type": "string"}))

    [change] = breaking_changes(before, after)

    assert change == ("POST /orders", "id", "may be missing in a 201 now")


def test_changed_status_is_found(before, after):
    responses = after["paths"]["/orders"]["post"]["responses"]
    responses["200"] = responses.pop("201")

    assert {(change.name, change.problem) for change in breaking_changes(before, after)} == {
        ("201", "isn't a status of it any more"),
        ("200", "is a new status of it"),
    }


CHANGE = BreakingChange("POST /orders", "size", "is required now")


@pytest.mark.parametrize("operation", ["POST /orders", "POST /*"])
def test_row_of_the_changelog_explains_a_change(operation):
    changelog = f"## Unreleased\n| `{operation}` | `size` is required | send it |\n"

    assert unexplained([CHANGE], changelog) == []


@pytest.mark.parametrize(
    "changelog",
    [
        "## Unreleased\n",
        "## Unreleased\n| `POST /orders` | `size` is required | |\n",
        "## Unreleased\n| `POST /orders` | it is larger | send it |\n",
        "## Unreleased\n| `GET /orders` | `size` is required | send it |\n",
        "## Unreleased\n`POST /orders` needs a `size`: send it.\n",
        "## Unreleased\n\n## 1.0\n| `POST /orders` | `size` is required | send it |\n",
    ],
    ids=["nothing", "no advice", "no field", "another operation", "no row", "another version"],
)
def test_change_that_the_changelog_does_not_explain_is_reported(changelog):
    assert unexplained([CHANGE], changelog) == [CHANGE]


def test_the_changelog_explains_every_breaking_change_since_the_last_release(client):
    released = json.loads(RELEASED.read_text())
    current = client.http.get("/openapi.json").json_body
    changelog = (ROOT / "CHANGELOG.md").read_text()

    problems = unexplained(breaking_changes(released, current), changelog)

    assert not problems, "\n".join(
        ["CHANGELOG.md must tell clients what to do about these changes:", *map(str, problems)]
    )
