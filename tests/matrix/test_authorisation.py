"""The authorisation matrix: every route, asked by everybody."""

from dataclasses import replace

import pytest
from chalice.test import Client

from app import app
from chalicelib.functions import every_action
from tests.colleagues import hold_account
from tests.pages.addresses import ASSETS, PAGES
from tests.people import PASSWORD, Person
from tests.seasons import EVENT, EVENT_BODY, FORM, hold_event
from tests.stages import stage

ACTIONS = every_action()
PEOPLE = {
    "nobody": ("nobody", {}),
    "a person": ("river", {}),
    "another person": ("sky", {}),
    "an Admin": ("ada", {"role": "Admin"}),
    "a SuperAdmin": ("sue", {"role": "SuperAdmin"}),
    "someone disabled": ("dan", {"disabled": True}),
}
WHO = tuple(PEOPLE)

ALL = "/admin/events/{event_id}/registrations"
ONE = f"{ALL}/{{user_id}}"

# What each is answered. Where a path names something, it is that person's own, who has a draft.
MATRIX = {
    "POST /signup": (201, 201, 201, 201, 201, 201),
    "POST /signup/email": (202, 202, 202, 202, 202, 202),
    "GET /password/suggestion": (200, 200, 200, 200, 200, 200),
    "GET /me": (401, 200, 200, 200, 200, 401),
    "POST /signin": (200, 200, 200, 200, 200, 200),
    "POST /signout": (200, 200, 200, 200, 200, 200),
    "GET /signout": (200, 200, 200, 200, 200, 200),
    "GET /sessions": (401, 200, 200, 200, 200, 401),
    "DELETE /sessions/{session_id}": (401, 200, 404, 404, 404, 401),
    "DELETE /sessions": (401, 200, 200, 200, 200, 401),
    "GET /events": (200, 200, 200, 200, 200, 200),
    "GET /events/{event_id}": (200, 200, 200, 200, 200, 200),
    "GET /admin/events": (401, 403, 403, 200, 200, 401),
    "GET /admin/events/{event_id}": (401, 403, 403, 200, 200, 401),
    "PUT /admin/events/{event_id}": (401, 403, 403, 403, 200, 401),
    "GET /registrations": (401, 200, 200, 200, 200, 401),
    "GET /registrations/{event_id}": (401, 200, 404, 404, 404, 401),
    "GET /registrations/{event_id}/event": (401, 200, 404, 404, 404, 401),
    "PUT /registrations/{event_id}": (401, 200, 201, 201, 201, 401),
    "POST /registrations/{event_id}/submit": (401, 200, 404, 404, 404, 401),
    "POST /registrations/{event_id}/withdraw": (401, 409, 404, 404, 404, 401),
    "POST /registrations/{event_id}/offer/accept": (401, 409, 404, 404, 404, 401),
    "POST /registrations/{event_id}/offer/decline": (401, 409, 404, 404, 404, 401),
    "DELETE /registrations/{event_id}": (401, 200, 404, 404, 404, 401),
    f"GET {ALL}": (401, 403, 403, 200, 200, 401),
    f"GET {ALL}.csv": (401, 403, 403, 200, 200, 401),
    f"POST {ALL}/status": (401, 403, 403, 200, 200, 401),
    f"GET {ONE}": (401, 403, 403, 200, 200, 401),
    f"PUT {ONE}": (401, 403, 403, 200, 200, 401),
    f"PATCH {ONE}": (401, 403, 403, 200, 200, 401),
    f"POST {ONE}/status": (401, 403, 403, 200, 200, 401),
    f"POST {ONE}/notes": (401, 403, 403, 201, 201, 401),
    f"GET {ONE}/history": (401, 403, 403, 200, 200, 401),
    "GET /admin/events/{event_id}/places": (401, 403, 403, 200, 200, 401),
    "GET /admin/events/{event_id}/duplicates": (401, 403, 403, 200, 200, 401),
    "GET /admin/events/{event_id}/offers": (401, 403, 403, 200, 200, 401),
    "GET /admin/events/{event_id}/summary": (401, 403, 403, 200, 200, 401),
    "POST /mfa/totp": (401, 200, 200, 200, 200, 401),
    "POST /mfa/totp/confirm": (401, 422, 422, 422, 422, 401),
    "POST /mfa/recovery-codes": (401, 422, 422, 422, 422, 401),
    "POST /mfa/totp/remove": (401, 422, 422, 422, 422, 401),
    "POST /admin/users/{user_id}/mfa/remove": (401, 403, 403, 403, 200, 401),
    "POST /password/reset": (422, 422, 422, 422, 422, 422),
    "GET /me/export": (401, 200, 200, 200, 200, 401),
    "POST /me/delete": (401, 200, 200, 200, 409, 401),
    "PATCH /me": (401, 200, 200, 200, 200, 401),
    "POST /password/change": (401, 200, 200, 200, 200, 401),
    "POST /password/forgot": (202, 202, 202, 202, 202, 202),
    "POST /email/verification": (401, 422, 422, 422, 422, 401),
    "POST /email/verify": (401, 422, 422, 422, 422, 401),
    "GET /admin/users": (401, 403, 403, 200, 200, 401),
    "POST /admin/users": (401, 403, 403, 201, 201, 401),
    "GET /admin/users/{user_id}": (401, 403, 403, 200, 200, 401),
    "POST /admin/users/{user_id}/role": (401, 403, 403, 403, 200, 401),
    "POST /admin/users/{user_id}/disable": (401, 403, 403, 200, 200, 401),
    "POST /admin/users/{user_id}/enable": (401, 403, 403, 200, 200, 401),
    "POST /admin/users/{user_id}/password-reset": (401, 403, 403, 200, 200, 401),
    "GET /admin/users/{user_id}/merge": (401, 403, 403, 200, 200, 401),
    "POST /admin/users/{user_id}/merge": (401, 403, 403, 200, 200, 401),
    "DELETE /admin/users/{user_id}/sessions": (401, 403, 403, 200, 200, 401),
    "GET /admin/audit": (401, 403, 403, 403, 200, 401),
    "GET /.well-known/change-password": (302, 302, 302, 302, 302, 302),
    "GET /health": (200, 200, 200, 200, 200, 200),
    "GET /openapi.json": (200, 200, 200, 200, 200, 200),
    "GET /docs": (200, 200, 200, 200, 200, 200),
    # The same for everybody: what is theirs comes from the routes above.
    **{f"GET {path}": (200, 200, 200, 200, 200, 200) for path in PAGES},
    # Under a version that is none.
    **{f"GET {path}": (404, 404, 404, 404, 404, 404) for path in ASSETS},
}
# The draft opens to staff with the reference that its applicant has told.
REFERENCE = "7KQ2MX"
TOLD = (f"GET {ONE}", f"PUT {ONE}", f"PATCH {ONE}", f"POST {ONE}/status", f"POST {ONE}/notes")
# Another account of the same person.
SECOND = "second-account"
QUERIES = {
    "GET /admin/users/{user_id}/merge": f"?from={SECOND}",
    "GET /admin/audit": "?subject=anything",
    **dict.fromkeys((*TOLD, f"GET {ONE}/history"), f"?reference={REFERENCE}"),
}
# Bodies that are in order, whoever sends them.
BODIES = {
    "POST /password/reset": {"token": "unknown", "newPassword": PASSWORD},
    "POST /me/delete": {"currentPassword": PASSWORD},
    "POST /mfa/totp": {"currentPassword": PASSWORD},
    "POST /mfa/totp/confirm": {"code": "000000"},
    "POST /mfa/recovery-codes": {"currentPassword": PASSWORD, "code": "000000"},
    "POST /mfa/totp/remove": {"currentPassword": PASSWORD, "code": "000000"},
    "PATCH /me": {"firstName": "New"},
    "POST /password/change": {"currentPassword": PASSWORD, "newPassword": PASSWORD},
    "POST /password/forgot": {"username": "river"},
    "POST /signup/email": {"email": "newcomer@example.com"},
    "POST /email/verify": {"token": "unknown"},
    "POST /admin/users": {"firstName": "New", "lastName": "Comer"},
    "POST /admin/users/{user_id}/role": {"role": "Admin"},
    "POST /admin/users/{user_id}/merge": {"from": SECOND, "reason": "Signed up twice."},
    "POST /signup": {"username": "newcomer", "password": PASSWORD},
    "POST /signin": {"username": "river", "password": PASSWORD},
    "PUT /admin/events/{event_id}": EVENT_BODY | {"version": 1},
    "PUT /registrations/{event_id}": {"form": FORM},
    f"POST {ALL}/status": {"status": "Draft", "items": [{"userId": "nobody", "version": 1}]},
    f"PUT {ONE}": {"form": FORM, "version": 1},
    f"PATCH {ONE}": {"form": {"city": "Shakopee"}, "version": 1},
    f"POST {ONE}/status": {"status": "Submitted", "version": 1},
    f"POST {ONE}/notes": {"text": "Came by."},
}


@pytest.fixture(scope="module")
def beginning():
    """One of each, signed in where they can be, one with a draft; and what puts all of it back."""
    with stage() as made:
        client, people = Client(app), {}
        for who, (name, attributes) in PEOPLE.items():
            people[who] = person = Person(client, name)
            if who != "nobody":
                person.sign_up()
            if attributes:
                made.change("users", {"id": person.account["id"]}, **attributes)
        hold_account(SECOND, id=SECOND)
        hold_event()
        person = people["a person"]
        assert person.ask("PUT", f"/registrations/{EVENT}", {"form": FORM}).status == 201
        key = {"userId": person.account["id"], "eventId": EVENT}
        made.change("registrations", key, reference=REFERENCE)
        yield made, people, made.keep()


@pytest.fixture
def backend(beginning):
    """That stage, as it was at the beginning."""
    made, _, put_back = beginning
    put_back()
    return made


@pytest.fixture
def everybody(beginning, backend):
    """Gives one of each."""
    _, people, _ = beginning
    return lambda who: replace(people[who])


def test_every_route_has_a_row():
    assert MATRIX.keys() == {f"{action.method} {action.path}" for action in ACTIONS}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("route", MATRIX)
def test_everybody_gets_what_is_theirs(everybody, route, who):
    person = everybody("a person")
    session = person.get("/sessions").json["items"][0]["id"]
    own = {"session_id": session, "event_id": EVENT, "user_id": person.account["id"]}
    own |= {"version": "none", "name": "none"}
    method, path = route.format(**own).split()

    reply = everybody(who).ask(method, path + QUERIES.get(route, ""), BODIES.get(route))

    assert reply.status == MATRIX[route][WHO.index(who)]


@pytest.mark.parametrize("route", [route for route, row in MATRIX.items() if row[0] == 401])
def test_nobody_learns_nothing_from_a_wrong_request(everybody, route, aws_calls):
    anything = dict.fromkeys(("session_id", "event_id", "user_id"), "anything")
    method, path = route.format(**anything).split()

    reply = everybody("nobody").ask(method, f"{path}?limit=wrong", {"wrong": 1})

    assert (reply.status, reply.code) == (401, "not_signed_in")
    assert aws_calls == []


@pytest.mark.parametrize("route", [route for route, row in MATRIX.items() if row[1] == 403])
def test_an_applicant_is_refused_before_anything_is_read(everybody, route, aws_calls):
    applicant = everybody("a person")
    known = dict.fromkeys(("session_id", "event_id", "user_id"), "anything")
    method, path = route.format(**known).split()
    aws_calls.clear()

    reply = applicant.ask(method, f"{path}?limit=wrong", {"wrong": 1})

    assert (reply.status, reply.code) == (403, "forbidden")
    assert [call.operation for call in aws_calls] == ["BatchGetItem"]
