"""The authorization matrix: every endpoint, called with every kind of account, and without one."""

from dataclasses import replace

import pytest
from chalice.test import Client

from app import app
from chalicelib.functions import all_endpoints
from chalicelib.identity.role import Permission, Role
from tests.pages.addresses import ASSETS, PAGES
from tests.support.accounts import store_account
from tests.support.api_keys import body_of
from tests.support.clients import PASSWORD, Person
from tests.support.environments import stage
from tests.support.events import EVENT, EVENT_BODY, FORM, create_event

ENDPOINTS = all_endpoints()
ANONYMOUS, OWNER, OTHER, DISABLED = (
    "anonymous",
    "the owner",
    "another applicant",
    "someone disabled",
)
STAFF = [role for role in Role if role.is_staff]
# Each of them has a name and, beyond a new account, attributes. Staff are one account of each role.
PEOPLE = {
    ANONYMOUS: ("anonymous", {}),
    OWNER: ("river", {}),
    OTHER: ("sky", {}),
    DISABLED: ("dan", {"disabled": True}),
    **{role: (f"staff.{role.lower()}", {"role": role}) for role in STAFF},
}

STAFF_PATH = "/admin/events/{event_id}/registrations"
ONE = f"{STAFF_PATH}/{{user_id}}"
EXPORTS = "/admin/events/{event_id}/exports"


def everyone(status):
    """The status is the same with and without a session."""
    return dict.fromkeys(PEOPLE, status)


def signed_in(status, **overrides):
    """It takes a session. ``others`` is the status for all but the owner of what the path names."""
    others = overrides.pop("others", status)
    statuses = dict.fromkeys(PEOPLE, others) | {OWNER: status, ANONYMOUS: 401, DISABLED: 401}
    return statuses | {Role[name.upper()]: status for name, status in overrides.items()}


def statuses_by_actor(permission, status):
    """It takes a role with a permission."""
    allowed = {role: status for role in STAFF if role.permits(permission)}
    return dict.fromkeys(PEOPLE, 403) | {ANONYMOUS: 401, DISABLED: 401} | allowed


# The status for each of them. Where a path names something, it is the owner's, who has a draft.
AUTHORIZATION_MATRIX = {
    "POST /signup": everyone(201),
    "POST /signup/email": everyone(202),
    "GET /password/suggestion": everyone(200),
    "GET /me": signed_in(200),
    "POST /signin": everyone(200),
    "POST /signin/email": everyone(202),
    "POST /signin/email/code": everyone(401),
    "GET /signin/providers": everyone(200),
    "POST /signin/providers/{provider}": everyone(200),
    "GET /signin/providers/{provider}/callback": everyone(303),
    "POST /signin/providers/{provider}/callback": everyone(303),
    "GET /signin/proof": everyone(401),
    "POST /signin/proof": everyone(401),
    "POST /signup/proof": everyone(401),
    "GET /me/identities": signed_in(200),
    "POST /me/identities": signed_in(401),
    "POST /me/identities/{identity_id}/unlink": signed_in(404),
    "POST /signin/passkey/options": everyone(200),
    "POST /signin/passkey/verification": everyone(401),
    "POST /signin/passkey": everyone(401),
    "POST /password/remove": signed_in(409),
    "POST /signup/passkey/options": everyone(200),
    "POST /signup/passkey/verification": everyone(422),
    "POST /signup/passkey": everyone(401),
    "POST /me/confirmation": signed_in(200),
    "GET /me/passkeys": signed_in(200),
    "POST /me/passkeys/options": signed_in(409),
    "POST /me/passkeys": signed_in(422),
    "POST /me/passkeys/{passkey_id}/remove": signed_in(409),
    "POST /signout": everyone(200),
    "GET /signout": everyone(200),
    "GET /sessions": signed_in(200),
    "DELETE /sessions/{session_id}": signed_in(200, others=404),
    "DELETE /sessions": signed_in(200),
    "GET /events": everyone(200),
    "GET /events/{event_id}": everyone(200),
    "GET /event/{event_id}": everyone(200),
    "GET /admin/events": statuses_by_actor(Permission.MANAGE_REGISTRATIONS, 200),
    "GET /admin/events/{event_id}": statuses_by_actor(Permission.MANAGE_REGISTRATIONS, 200),
    "GET /admin/events/{event_id}/preview": statuses_by_actor(Permission.MANAGE_REGISTRATIONS, 200),
    "PUT /admin/events/{event_id}": statuses_by_actor(Permission.MANAGE_EVENTS, 200),
    "GET /registrations": signed_in(200),
    "GET /registrations/{event_id}": signed_in(200, others=404),
    "GET /registrations/{event_id}/event": signed_in(200, others=404),
    "PUT /registrations/{event_id}": signed_in(200, others=201),
    "POST /registrations/{event_id}/submit": signed_in(200, others=404),
    "POST /registrations/{event_id}/withdraw": signed_in(409, others=404),
    "POST /registrations/{event_id}/offer/accept": signed_in(409, others=404),
    "POST /registrations/{event_id}/offer/decline": signed_in(409, others=404),
    "DELETE /registrations/{event_id}": signed_in(200, others=404),
    f"GET {STAFF_PATH}": statuses_by_actor(Permission.MANAGE_REGISTRATIONS, 200),
    f"GET {STAFF_PATH}.csv": statuses_by_actor(Permission.MANAGE_REGISTRATIONS, 200),
    f"POST {STAFF_PATH}/status": statuses_by_actor(Permission.MANAGE_REGISTRATIONS, 200),
    f"GET {ONE}": statuses_by_actor(Permission.MANAGE_REGISTRATIONS, 200),
    f"PUT {ONE}": statuses_by_actor(Permission.MANAGE_REGISTRATIONS, 200),
    f"PATCH {ONE}": statuses_by_actor(Permission.MANAGE_REGISTRATIONS, 200),
    f"POST {ONE}/status": statuses_by_actor(Permission.MANAGE_REGISTRATIONS, 200),
    f"POST {ONE}/notes": statuses_by_actor(Permission.MANAGE_REGISTRATIONS, 201),
    f"GET {ONE}/history": statuses_by_actor(Permission.MANAGE_REGISTRATIONS, 200),
    "GET /admin/events/{event_id}/places": statuses_by_actor(Permission.MANAGE_REGISTRATIONS, 200),
    "GET /admin/events/{event_id}/duplicates": statuses_by_actor(
        Permission.MANAGE_REGISTRATIONS, 200
    ),
    "GET /admin/events/{event_id}/offers": statuses_by_actor(Permission.MANAGE_REGISTRATIONS, 200),
    "GET /admin/events/{event_id}/summary": statuses_by_actor(Permission.MANAGE_REGISTRATIONS, 200),
    "POST /mfa/totp": signed_in(200),
    "POST /mfa/totp/confirm": signed_in(422),
    "POST /mfa/recovery-codes": signed_in(422),
    "POST /mfa/totp/remove": signed_in(422),
    "POST /admin/users/{user_id}/mfa/remove": statuses_by_actor(Permission.MANAGE_STAFF, 200),
    "POST /password/reset": everyone(422),
    "POST /password/reset/passphrase": everyone(422),
    "GET /me/export": signed_in(200),
    "POST /me/delete": signed_in(200, super_admin=409),
    "PATCH /me": signed_in(200),
    "POST /password/change": signed_in(200),
    "POST /password/forgot": everyone(202),
    "POST /email/verification": signed_in(422),
    "DELETE /me/email/problems": signed_in(200),
    "POST /email/verify": signed_in(422),
    "GET /admin/users": statuses_by_actor(Permission.MANAGE_APPLICANTS, 200),
    "POST /admin/users": statuses_by_actor(Permission.MANAGE_APPLICANTS, 201),
    "GET /admin/users/{user_id}": statuses_by_actor(Permission.MANAGE_APPLICANTS, 200),
    "POST /admin/users/{user_id}/role": statuses_by_actor(Permission.MANAGE_STAFF, 200),
    "POST /admin/users/{user_id}/disable": statuses_by_actor(Permission.MANAGE_APPLICANTS, 200),
    "POST /admin/users/{user_id}/enable": statuses_by_actor(Permission.MANAGE_APPLICANTS, 200),
    "POST /admin/users/{user_id}/password-reset": statuses_by_actor(
        Permission.MANAGE_APPLICANTS, 200
    ),
    "GET /admin/users/{user_id}/merge": statuses_by_actor(Permission.MANAGE_APPLICANTS, 200),
    "POST /admin/users/{user_id}/merge": statuses_by_actor(Permission.MANAGE_APPLICANTS, 200),
    "DELETE /admin/users/{user_id}/sessions": statuses_by_actor(Permission.MANAGE_APPLICANTS, 200),
    f"POST {EXPORTS}": statuses_by_actor(Permission.MANAGE_REGISTRATIONS, 201),
    f"GET {EXPORTS}": statuses_by_actor(Permission.MANAGE_REGISTRATIONS, 200),
    f"POST {EXPORTS}/{{export_id}}/download": statuses_by_actor(
        Permission.MANAGE_REGISTRATIONS, 404
    ),
    "GET /admin/api-keys": statuses_by_actor(Permission.MANAGE_STAFF, 200),
    "POST /admin/api-keys": statuses_by_actor(Permission.MANAGE_STAFF, 409),
    "DELETE /admin/api-keys/{key_id}": statuses_by_actor(Permission.MANAGE_STAFF, 404),
    "GET /admin/audit": statuses_by_actor(Permission.READ_AUDIT, 200),
    "GET /.well-known/change-password": everyone(302),
    "GET /.well-known/passkey-endpoints": everyone(200),
    "GET /.well-known/webauthn": everyone(200),
    "GET /health": everyone(200),
    "GET /openapi.json": everyone(200),
    "GET /docs": everyone(200),
    # Pages are the same for everyone: what they show comes from the endpoints above.
    **{f"GET {path}": everyone(200) for path in PAGES},
    # Of a version that doesn't exist.
    **{f"GET {path}": everyone(404) for path in ASSETS},
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
# Request bodies that are valid for every role.
BODIES = {
    "POST /password/reset": {"token": "unknown", "newPassword": PASSWORD},
    "POST /password/reset/passphrase": {
        "username": "unknown",
        "passphrase": "otter quiet march lamp",
        "newPassword": PASSWORD,
    },
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
    "POST /signin/email": {"username": "river"},
    "POST /signin/email/code": {"emailCode": "CDFH-2345"},
    "POST /me/identities": {"currentPassword": PASSWORD},
    "POST /me/identities/{identity_id}/unlink": {"currentPassword": PASSWORD},
    "POST /signin/passkey/verification": dict.fromkeys(
        ("credentialId", "clientData", "authenticatorData", "signature", "userHandle"), "AAAA"
    ),
    "POST /password/remove": {"currentPassword": PASSWORD},
    "POST /signup/passkey/options": {"username": "newcomer"},
    "POST /signup/passkey/verification": {
        **{"name": "Key"},
        **dict.fromkeys(("clientData", "attestationObject"), "AAAA"),
    },
    "POST /signup/passkey": {"username": "newcomer"},
    "POST /me/confirmation": {"currentPassword": PASSWORD},
    "POST /me/passkeys/options": {"confirmation": "none"},
    "POST /me/passkeys": {
        **{"confirmation": "none", "name": "Key"},
        **dict.fromkeys(("clientData", "attestationObject"), "AAAA"),
    },
    "POST /me/passkeys/{passkey_id}/remove": {"confirmation": "none"},
    "POST /admin/api-keys": body_of("none"),
    f"POST {EXPORTS}": {},
    "PUT /admin/events/{event_id}": EVENT_BODY | {"version": 1},
    "PUT /registrations/{event_id}": {"form": FORM},
    f"POST {STAFF_PATH}/status": {
        "status": "Draft",
        "items": [{"userId": "unknown", "version": 1}],
    },
    f"PUT {ONE}": {"form": FORM, "version": 1},
    f"PATCH {ONE}": {"form": {"city": "Shakopee"}, "version": 1},
    f"POST {ONE}/status": {"status": "Submitted", "version": 1},
    f"POST {ONE}/notes": {"text": "Came by."},
}


@pytest.fixture(scope="module")
def initial_stage():
    """Each of them, signed in where they can be, the owner with a draft; and what restores it."""
    with stage() as backend:
        client, people = Client(app), {}
        for actor, (name, attributes) in PEOPLE.items():
            people[actor] = person = Person(client, name)
            if actor != ANONYMOUS:
                person.sign_up()
            if attributes:
                backend.change("users", {"id": person.account["id"]}, **attributes)
        store_account(SECOND, id=SECOND)
        create_event()
        person = people[OWNER]
        assert person.request("PUT", f"/registrations/{EVENT}", {"form": FORM}).status == 201
        key = {"userId": person.account["id"], "eventId": EVENT}
        backend.change("registrations", key, reference=REFERENCE)
        yield backend, people, backend.keep()


@pytest.fixture
def backend(initial_stage):
    """That stage, as it was at the beginning."""
    made, _, put_back = initial_stage
    put_back()
    return made


@pytest.fixture
def actor_client(initial_stage, backend):
    """Gives one of each."""
    _, people, _ = initial_stage
    return lambda who: replace(people[who])


def test_every_route_has_a_row():
    assert AUTHORIZATION_MATRIX.keys() == {
        f"{endpoint.method} {endpoint.path}" for endpoint in ENDPOINTS
    }


@pytest.mark.parametrize("actor", PEOPLE)
@pytest.mark.parametrize("route", AUTHORIZATION_MATRIX)
def test_each_user_gets_what_is_theirs(actor_client, route, actor):
    person = actor_client(OWNER)
    session = person.get("/sessions").json["items"][0]["id"]
    path_values = {"session_id": session, "event_id": EVENT, "user_id": person.account["id"]}
    path_values |= {"version": "none", "name": "none"}
    path_values |= {"provider": "example", "identity_id": "unknown"}
    path_values |= {"passkey_id": "none", "key_id": "none", "export_id": "none"}
    method, path = route.format(**path_values).split()

    response = actor_client(actor).request(method, path + QUERIES.get(route, ""), BODIES.get(route))

    assert response.status == AUTHORIZATION_MATRIX[route][actor]


@pytest.mark.parametrize(
    "route",
    [route for route, row in AUTHORIZATION_MATRIX.items() if row[ANONYMOUS] == 401 != row[OWNER]],
)
def test_an_unauthenticated_client_learns_nothing_from_an_invalid_request(
    actor_client, route, aws_calls
):
    names = ("session_id", "event_id", "user_id", "identity_id", "passkey_id", "key_id")
    names += ("export_id",)
    anything = dict.fromkeys(names, "anything")
    method, path = route.format(**anything).split()

    response = actor_client(ANONYMOUS).request(method, f"{path}?limit=wrong", {"wrong": 1})

    assert (response.status, response.code) == (401, "not_signed_in")
    assert aws_calls == []


@pytest.mark.parametrize(
    "route", [route for route, row in AUTHORIZATION_MATRIX.items() if row[OTHER] == 403]
)
def test_an_applicant_is_rejected_before_anything_is_read(actor_client, route, aws_calls):
    applicant = actor_client(OWNER)
    known = dict.fromkeys(
        ("session_id", "event_id", "user_id", "passkey_id", "key_id", "export_id"), "anything"
    )
    method, path = route.format(**known).split()
    aws_calls.clear()

    response = applicant.request(method, f"{path}?limit=wrong", {"wrong": 1})

    assert (response.status, response.code) == (403, "forbidden")
    assert [call.operation for call in aws_calls] == ["BatchGetItem"]
