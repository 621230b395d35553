"""Attackers send bodies and queries with more fields than allowed."""

import csv
import io
import itertools
import json
import unicodedata
from unittest import mock
from urllib.parse import quote

import pytest

from chalicelib.delivery.webhook_endpoint import WebhookEndpoint, new_secret
from chalicelib.delivery.webhook_store import WebhookStore
from chalicelib.functions import all_endpoints
from chalicelib.identity import passwords
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from chalicelib.platform.request_schema import MAX_FIELDS, alias_of
from tests.matrix.test_authorization import BODIES
from tests.support.accounts import store_account
from tests.support.api_keys import create_key
from tests.support.clients import PASSWORD, Person
from tests.support.events import EVENT, FORM, make_registration, store_registrations
from tests.support.exports import store_ready_export
from tests.support.soft_passkeys import add_passkey

ACTIONS = all_endpoints()
WITH_BODY = [endpoint for endpoint in ACTIONS if endpoint.schemas.body]
WITH_QUERY = [endpoint for endpoint in ACTIONS if endpoint.schemas.query]
REGISTRATION_PATH = f"/registrations/{EVENT}"
# What other services have been told, and believed.
HOPES = {
    *("isAdmin", "admin", "roles", "permissions", "scope", "verified", "__proto__", "constructor"),
    *("prototype", "_id", "$set", "$where", "expectedVersion", "owner", "author", "actor", ""),
}


@pytest.fixture
def stored_rows(super_admin, event, applicant):
    """A row of every table, and the names of all that is kept in them."""
    store_account("someone", id="someone", email="s@example.com", first_name="S", last_name="B")
    store_registrations(make_registration(0))
    assert applicant.request("PUT", REGISTRATION_PATH, {"form": FORM}).status == 201
    assert applicant.post(f"{REGISTRATION_PATH}/submit").status == 200
    registration_path = f"/admin/events/{EVENT}/registrations/person-00000"
    assert super_admin.post(f"{registration_path}/notes", {"text": "Came by."}).status == 201
    assert super_admin.post("/admin/users/someone/password-reset").status == 200
    assert super_admin.post("/password/forgot", {"username": "someone"}).status == 202
    assert applicant.other_client().sign_in(password="wrong").status == 401
    endpoint = WebhookEndpoint("payroll", "https://pay.example/", new_secret(), clock.now(), ())
    WebhookStore(database()).add(endpoint)
    add_passkey(applicant)
    create_key(super_admin)
    store_ready_export(super_admin.account["id"])


def named_in(backend):
    """Every name in every table, those within others included."""
    names = set()

    def look(value):
        if isinstance(value, dict):
            names.update(value)
            for inner in value.values():
                look(inner)
        elif isinstance(value, list):
            for inner in value:
                look(inner)

    rows = backend.everything()
    assert all(rows.values()), [name for name, table_rows in rows.items() if not table_rows]
    look([row for table_rows in rows.values() for row in table_rows])
    return names


def batches(names):
    """The names in sets that a reply lists in full."""
    every = sorted(names)
    return [set(every[at : at + MAX_FIELDS]) for at in range(0, len(every), MAX_FIELDS)]


def fields_of(schema):
    return {alias_of(name, hint): name for name, hint in schema.annotations().items()}


def path_of(action):
    known = {"event_id": EVENT, "user_id": "someone", "session_id": "current"}
    known |= {"provider": "example", "identity_id": "unknown", "passkey_id": "unknown"}
    return action.path.format(**known)


@pytest.mark.parametrize("action", WITH_BODY, ids=lambda a: f"{a.method} {a.path}")
def test_stored_attributes_in_a_body_are_rejected(stored_rows, super_admin, backend, action):
    fields = fields_of(action.schemas.body)
    usual = BODIES.get(f"{action.method} {action.path}", {})
    # The names in Python are no names on the wire, either.
    spellings = {name for name in fields.values() if "_" in name}
    names = (named_in(backend) | HOPES | spellings) - fields.keys()
    before = backend.everything()

    for some in batches(names):
        response = super_admin.request(
            action.method, path_of(action), usual | dict.fromkeys(some, "SuperAdmin")
        )
        assert (response.status, response.fields) == (422, some)
    assert backend.everything() == before


@pytest.mark.parametrize(
    "action", [a for a in WITH_BODY if "form" in fields_of(a.schemas.body)], ids=lambda a: a.path
)
def test_nor_from_a_form(stored_rows, super_admin, backend, action):
    form = action.schemas.body.annotations()["form"]
    usual = BODIES[f"{action.method} {action.path}"]
    before = backend.everything()

    names = (named_in(backend) | HOPES) - fields_of(form).keys()
    for some in batches(names):
        body = {**usual, "form": usual["form"] | dict.fromkeys(some, 1)}
        response = super_admin.request(action.method, path_of(action), body)
        assert (response.status, response.fields) == (422, {f"form.{name}" for name in some})
    assert backend.everything() == before


def test_stored_attributes_in_an_item_of_a_list_are_rejected(stored_rows, super_admin, backend):
    before = backend.everything()

    names = (named_in(backend) | HOPES) - {"userId", "version"}
    for some in batches(names):
        item = {"userId": "person-00000", "version": 1} | dict.fromkeys(some, 1)
        body = {"status": "Hired", "items": [item]}
        response = super_admin.post(f"/admin/events/{EVENT}/registrations/status", body)
        assert (response.status, response.fields) == (422, {f"items.0.{name}" for name in some})
    assert backend.everything() == before


@pytest.mark.parametrize("action", WITH_QUERY, ids=lambda a: f"{a.method} {a.path}")
def test_unknown_query_parameters_are_rejected(stored_rows, super_admin, backend, action):
    known = fields_of(action.schemas.query)
    usual = "".join(f"{name}=anything&" for name in ("subject", "from") if name in known)

    names = (named_in(backend) | HOPES) - known.keys()
    for some in batches(names):
        query = "&".join(f"{quote(name)}=SuperAdmin" for name in some)
        path = f"{path_of(action)}?{usual}{query}"
        response = super_admin.request(
            action.method, path, BODIES.get(f"{action.method} {action.path}")
        )
        assert (response.status, response.fields) == (422, some)


@pytest.mark.parametrize("action", WITH_QUERY, ids=lambda a: f"{a.method} {a.path}")
def test_a_repeated_query_parameter_is_rejected(super_admin, event, action):
    for name in fields_of(action.schemas.query):
        for pair in (f"{name}=1&{name}=2", f"{name}=1&%{ord(name[0]):x}{name[1:]}=1"):
            body = BODIES.get(f"{action.method} {action.path}")
            assert (
                name in super_admin.request(action.method, f"{path_of(action)}?{pair}", body).fields
            )


@pytest.mark.parametrize("action", WITH_BODY, ids=lambda a: f"{a.method} {a.path}")
def test_body_fields_in_the_url_are_ignored(super_admin, event, backend, action):
    names = fields_of(action.schemas.body).keys()
    query = "&".join(f"{name}=a" for name in names)
    before = backend.everything()

    plain, asked = (
        super_admin.request(action.method, f"{path_of(action)}{q}", [1]) for q in ("", f"?{query}")
    )

    assert (plain.status, plain.code) == (400, "bad_json")
    if action.schemas.query:
        # What has parameters knows none of these.
        assert (asked.status, asked.fields) == (422, names)
    else:
        assert (asked.status, asked.code) == (400, "bad_json")
    assert backend.everything() == before


@pytest.mark.parametrize("action", WITH_BODY, ids=lambda a: f"{a.method} {a.path}")
def test_duplicate_fields_are_rejected(super_admin, event, backend, action):
    before = backend.everything()

    for name in fields_of(action.schemas.body):
        spelled = f"\\u{ord(name[0]):04x}{name[1:]}"
        for twice in (f'{{"{name}": "a", "{name}": "b"}}', f'{{"{name}": 1, "{spelled}": 1}}'):
            response = super_admin.request(action.method, path_of(action), raw=twice.encode())
            assert (response.status, response.code) == (400, "bad_json")
    assert backend.everything() == before


@pytest.mark.parametrize("action", WITH_BODY, ids=lambda a: f"{a.method} {a.path}")
def test_deep_nesting_causes_no_internal_error(super_admin, event, action):
    brackets = ((b"[", b"]"), (b'{"a":', b"}"))
    for depth, (opening, closing) in itertools.product((100, 199, 10_000), brackets):
        nested = b'{"form": ' + opening * depth + b"1" + closing * depth + b"}"
        response = super_admin.request(action.method, path_of(action), raw=nested)
        answer = (response.status, response.code)
        assert answer in {(400, "bad_json"), (422, "invalid_fields")}, (depth, opening)
        assert len(response.body) < 2000


RUNS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\uff1d1+1",
    '"=1+1',
    "a;=1+1",
    "'=1",
    "=cmd|' /C calc'!A0",
]


def test_spreadsheet_formulas_of_applicants_are_escaped(applicant, admin, event):
    texts = ("firstName", "lastName", "preferredName", "streetAddress", "aptSuite", "city")
    for number, run in enumerate(RUNS):
        person = Person(applicant.client, f"-{number}+{number}")
        assert person.sign_up().status == 201
        form = FORM | dict.fromkeys(texts, run) | {"email": "=1+1@example.com"}
        assert person.request("PUT", REGISTRATION_PATH, {"form": form}).status == 201
        assert person.post(f"{REGISTRATION_PATH}/submit").status == 200

    sheet = admin.get(f"/admin/events/{EVENT}/registrations.csv")
    text = sheet.body.decode("utf-8-sig")

    assert sheet.headers["Content-Disposition"].startswith("attachment")
    assert sheet.headers["X-Content-Type-Options"] == "nosniff"
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    cells += [cell for line in text.splitlines() for cell in line.split(";")[1:]]
    assert len(cells) > len(RUNS) * len(texts)
    assert not [cell for cell in cells if cell.lstrip(' "')[:1] in {*"=+-@\uff1d\t\r"} - {""}]


def test_markup_comes_back_as_text_of_another_type(applicant, admin, event):
    form = FORM | {"firstName": "<script>alert(1)</script>", "city": "<img src=x onerror=a>"}
    assert applicant.request("PUT", REGISTRATION_PATH, {"form": form}).status == 201

    for path in (REGISTRATION_PATH, "/registrations"):
        response = applicant.get(path, Accept="text/html")
        assert response.headers["Content-Type"] == "application/json; charset=utf-8"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert applicant.get(REGISTRATION_PATH).json["form"]["firstName"] == form["firstName"]
    for path in ("/docs", "/signin", "/openapi.json"):
        assert b"alert(1)" not in admin.get(f"{path}?q=<script>alert(1)</script>").body


def test_similar_passwords_are_distinguished(client):
    """Neither cut at a NUL nor folded: what differs in one character is another password."""
    password = "four quiet\0 lakes in May"
    person = Person(client, "river")
    assert person.post("/signup", {"username": "river", "password": password}).status in {201, 422}
    for other in ("four quiet", "four quiet\0", password.upper(), password + " "):
        assert Person(client).sign_in("river", other).status == 401
    assert password != PASSWORD


NAMED = {
    "/signup": {"username": "river", "password": PASSWORD},
    "/signin": {"username": "river", "password": PASSWORD},
    "/password/forgot": {"username": "river"},
    "/password/reset": {"token": "unknown"},
    "/password/reset/passphrase": {
        "username": "river",
        "passphrase": "otter quiet march lamp",
        "newPassword": PASSWORD,
    },
}
# Put in order in a time that grows with the square of their number: a second and a half.
MARKS = "a" + "\u0301" * 15_500 + "\u0323" * 15_500


@pytest.mark.parametrize(
    ("path", "field"),
    [
        *(("/signup", name) for name in ("username", "email", "firstName", "password")),
        ("/signin", "username"),
        ("/password/forgot", "username"),
        ("/password/reset", "newPassword"),
        *(("/password/reset/passphrase", name) for name in ("username", "passphrase")),
    ],
)
def test_a_body_full_of_marks_is_too_long_before_they_are_put_in_order(anonymous, path, field):
    with mock.patch("unicodedata.normalize", wraps=unicodedata.normalize) as normalize:
        bodies = [NAMED[path] | {field: value} for value in (MARKS, "a" * len(MARKS))]
        responses = [
            anonymous.post(path, raw=json.dumps(body, ensure_ascii=False).encode())
            for body in bodies
        ]

    assert {response.status for response in responses} == {422}
    assert responses[0].json == responses[1].json
    assert set(responses[0].json["fields"]) == {field}
    assert all(
        len(call.args[1]) <= passwords.MAX_VERIFIABLE_PASSWORD_LENGTH
        for call in normalize.call_args_list
    )
