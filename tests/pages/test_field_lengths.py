"""The longest text that a field accepts: the same on the page as in the request, and never cut."""

import re

import pytest

from chalicelib.functions import all_endpoints
from chalicelib.platform.languages import Language
from tests.pages.addresses import PAGES
from web import assets, pages
from web.openapi.models import model_of

FIELD = re.compile(r"<(?:input|textarea)\b[^>]*>")
MAX_LENGTH = re.compile(r'data-max-length="(\d+)"')
# Which request each form of a page sends, by page and field, where the field's name is not enough.
SENT_TO = {
    "signin": "POST /signin",
    "signup": "POST /signup",
    "forgot": "POST /password/forgot",
    "reset": "POST /password/reset/passphrase",
    "walk-in": "POST /admin/users",
    "events": "PUT /admin/events/{event_id}",
    "people": "GET /admin/users",
}
# By page and field, as request and field, where the page sends it in another one.
SENT_AS = {
    ("walk-in", "q"): ("GET /admin/users", "q"),
    ("people", "from"): ("GET /admin/users", "q"),
    ("people", "reason"): ("POST /admin/users/{user_id}/merge", "reason"),
}
FIELDS = [
    (name, re.search(r'\bname="([\w-]+)"', field)[1], int(MAX_LENGTH.search(field)[1]))
    for name in SENT_TO
    for field in FIELD.findall(pages.render(name, Language.ENGLISH))
    if MAX_LENGTH.search(field)
]


def longest_of(model, name):
    schema = model.model_json_schema()
    # "en-pay": a text of an event in one language.
    *languages, name = name.split("-")
    properties = (
        schema["$defs"]["PutEventTexts"]["properties"] if languages else schema["properties"]
    )
    part = properties.get(name, {})
    found = {one["maxLength"] for one in part.get("anyOf", [part]) if "maxLength" in one}
    return found.pop() if found else None


def model_for(endpoint):
    [endpoint] = [a for a in all_endpoints() if f"{a.method} {a.path}" == endpoint]
    return model_of(endpoint.schemas.body or endpoint.schemas.query)


@pytest.mark.parametrize(("file", "name", "length"), FIELDS, ids=str)
def test_a_field_accepts_as_much_as_the_request_that_it_is_sent_in(file, name, length):
    request, field = SENT_AS.get((file, name), (SENT_TO[file], name))

    assert longest_of(model_for(request), field) == length


@pytest.mark.parametrize("path", PAGES)
def test_no_field_of_a_page_tells_the_browser_to_cut_what_is_pasted(anonymous, path):
    html = anonymous.get(path.replace("{event_id}", "harvest-fair")).body.decode()

    assert "maxlength" not in html.lower()


@pytest.mark.parametrize("name", assets.sources("scripts"))
def test_no_script_tells_the_browser_to_cut_what_is_pasted(name):
    assert not re.search(
        r"\bmaxlength\b|\.maxLength\b(?<!dataset\.maxLength)", assets.sources("scripts")[name]
    )


@pytest.mark.parametrize(
    ("field", "length", "longest"),
    [("password", 160, 128), ("firstName", 101, 100)],
)
def test_a_text_that_is_too_long_is_rejected_with_the_limit_at_its_field(
    anonymous, field, length, longest
):
    fields = {"username": "river", "password": "x" * 20, field: ("quiet lake " * 40)[:length]}
    response = anonymous.post("/signup", fields)

    assert response.json["fields"][field] == f"Use {longest} characters or fewer."


def test_a_username_of_80_characters_is_rejected_with_the_limit_at_its_field(anonymous, backend):
    response = anonymous.post(
        "/signup", {"username": f"{'r' * 68}@example.com", "password": "four quiet lakes in May"}
    )

    assert response.json["fields"] == {"username": "Enter a username with 3 to 64 characters."}
    assert backend.rows("users") == []
