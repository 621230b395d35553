"""docs/openapi.json, and what docs/api.md shows of it."""

import re

import pytest

from tools.api_docs import DOCUMENT, REFERENCE, as_text, render

OUT_OF_DATE = "It is out of date. Run: .venv/bin/python -m tools.api_docs (make generated-docs)"


@pytest.fixture
def document(anonymous):
    return anonymous.get("/openapi.json").json


def test_the_reference_is_current(document):
    assert REFERENCE.read_text() == render(document), OUT_OF_DATE


def test_the_document_in_the_repository_is_current(document):
    assert DOCUMENT.read_text() == as_text(document), OUT_OF_DATE


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_endpoint_has_a_row_with_its_access(document):
    reference = render(document)

    for name, operation in operations(document):
        [row] = re.findall(rf"^\| \[?`{re.escape(name)}`.*$", reference, re.MULTILINE)
        assert f"| {operation['x-access']} |" in row


def test_every_field_of_a_request_is_in_a_table(document):
    reference = render(document)

    body = document["components"]["schemas"]["SignUp"]["properties"]
    section = reference.partition("\n### `POST /signup`\n")[2].partition("\n### ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == body.keys()


def test_every_error_code_has_a_row_with_its_status(document):
    section = render(document).partition("## Error codes")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (\d{3}) \|", section, re.MULTILINE))

    codes = {
        schema["properties"]["code"]["const"]
        for schema in document["components"]["schemas"].values()
        if "const" in schema.get("properties", {}).get("code", {})
    }
    assert rows.keys() == codes
    assert rows["stale_version"] == "409"


def test_every_link_leads_to_a_heading(document):
    reference = render(document)

    headings = re.findall(r"^#+ (.*)$", reference, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", name.lower()).replace(" ", "-") for name in headings}
    assert set(re.findall(r"\]\(#([^)]*)\)", reference)) <= anchors
    assert len(anchors) == len(headings)
