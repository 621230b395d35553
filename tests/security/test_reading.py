"""Reads change nothing; paths and cursors do not reach other users' data."""

import base64
import itertools
import re
from unittest import mock

import pytest

from chalicelib.functions import all_endpoints
from chalicelib.oidc.authorization import Purpose
from chalicelib.pages import assets
from chalicelib.platform.errors import NotFound
from tests.matrix.provider_scenarios import store_proof
from tests.pages.addresses import ASSETS
from tests.security.crowds import send_raw
from tests.support.accounts import store_account
from tests.support.clients import COOKIE, Person
from tests.support.events import EVENT, FORM, make_registration, store_registrations

READING = [a for a in all_endpoints() if a.method == "GET"]
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
STAFF_PATH = f"/admin/events/{EVENT}/registrations"
THEIRS = f"{STAFF_PATH}/person-00000"
# Every paginated list, as a user with all permissions reads it.
LISTS = {
    "sessions": "/sessions",
    "own registrations": "/registrations",
    "people": "/admin/users",
    "people by name": "/admin/users?q=p",
    "people of a role": "/admin/users?role=User",
    "audit of one": "/admin/audit?subject=person-0",
    "audit of another": "/admin/audit?subject=person-1",
    "registrations": STAFF_PATH,
    "registrations by name": f"{STAFF_PATH}?sort=lastName",
    "registrations of a status": f"{STAFF_PATH}?status=Submitted",
    "sheet": f"{STAFF_PATH}.csv",
    "notes of one": THEIRS,
    "notes of another": f"{STAFF_PATH}/person-00001",
    "history": f"{THEIRS}/history",
}

# What must be said to be told anything.
QUERIES = {"/admin/audit": "?subject=person-0", "/admin/users/{user_id}/merge": "?from=person-1"}


@pytest.fixture
def super_admin_with_pages(super_admin, event):
    """A SuperAdmin before whom every list has more than one page."""
    store_registrations(*(make_registration(number) for number in range(3)))
    for number in range(3):
        store_account(f"person-{number}", id=f"person-{number}")
    for number in range(3):
        assert Person(super_admin.client, "sue").sign_in().status == 200
        for other in (0, 1):
            assert (
                super_admin.post(
                    f"{STAFF_PATH}/person-0000{other}/notes", {"text": f"{number}"}
                ).status
                == 201
            )
            act = "enable" if number % 2 else "disable"
            assert super_admin.post(f"/admin/users/person-{other}/{act}").status == 200
    for version, city in enumerate(("Shakopee", "Edina"), 1):
        body = {"form": {"city": city}, "version": version}
        assert super_admin.request("PATCH", THEIRS, body).status == 200
    assert super_admin.request("PUT", f"/registrations/{EVENT}", {"form": FORM}).status == 201
    store_proof(super_admin, Purpose.SIGN_IN)
    return super_admin


def without_being_seen(rows):
    return [{name: v for name, v in row.items() if name != "lastSeenAt"} for row in rows]


def stored_rows(backend):
    """All rows but those of rate limits, which also count downloads."""
    return {
        name: without_being_seen(rows)
        for name, rows in backend.everything().items()
        if name != "attempts"
    }


def served_at(path):
    """A route's path, or for assets that of one which is there in this version."""
    kind = path.split("/")[1]
    names = {"scripts": "shared", "styles": "style", "icons": "icon", "manifests": "es"}
    return f"/{assets.path(kind, names[kind])}" if path in ASSETS else path


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_get_requests_write_nothing_but_rate_limits(super_admin_with_pages, backend, method):
    known = {"event_id": EVENT, "user_id": "person-00000", "session_id": "current"}
    known |= {"provider": "example"}
    before = stored_rows(backend)

    for endpoint in READING:
        path = served_at(endpoint.path).format(**known)
        path = path.replace("/admin/users/person-00000", "/admin/users/person-0")
        # The first two were disabled, and into a disabled account none is merged.
        path = path.replace("person-0/merge", "person-2/merge")
        query = QUERIES.get(endpoint.path, "")
        # With a copy of the token: signing out clears only the cookie of the client that sends it.
        client = super_admin_with_pages.client_with_copied_token()
        client.oidc = dict(super_admin_with_pages.oidc)
        response = client.request(method, path + query)

        assert response.status == endpoint.status if method == "GET" else response.status < 500, (
            path
        )
        assert stored_rows(backend) == before, path


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE", "QUERY"])
def test_safe_methods_change_nothing(super_admin_with_pages, backend, method):
    changing = [a for a in all_endpoints() if a.method in CHANGING]
    before = stored_rows(backend)

    for endpoint in changing:
        known = {"event_id": EVENT, "user_id": "person-0", "session_id": "current"}
        known |= {"provider": "example", "identity_id": "unknown", "passkey_id": "unknown"}
        known |= {"key_id": "unknown", "export_id": "unknown"}
        body = {"role": "SuperAdmin", "form": FORM, "status": "Hired", "version": 1}
        super_admin_with_pages.request(method, endpoint.path.format(**known), body)
    assert stored_rows(backend) == before


# Paths.


PATHS = [
    *("/ME", "/Me", "/me//", "/./me", "/x/../me", "/me/.", "/me/..", "/x;a=b"),
    *("/me%00", "/me%20", "/me%2f", "/%2fme", "/me%3f", "/me%23", "/me.json", "/%2e/me", "/me\\"),
    *(
        "/%6de%00",
        "/me%0d%0aSet-Cookie:a=b",
        "/api/me",
        "/%c0%afme",
        "/\xef\xbc\x8fme",
        "/m\xc3\xa9",
    ),
    *("/admin/users/..", "/admin/users/%2e%2e", "/admin/users/..%2f..%2fme", "/admin/users/."),
    *(
        "/admin/users/a%2frole",
        "/admin/users/%00",
        "/admin/users/a%00",
        "/admin/users/%23super-admins",
    ),
    *("/admin/users/" + "a" * 65, "/admin/users/\xe2\x80\xae"),
    *("/registrations/..%2fadmin", "/registrations/%25", "/registrations/{event_id}", "/%"),
    *("/registrations/*", "/registrations/%2a", "/events/%27%20OR%201=1", "/events/${7*7}"),
    *("/sessions/%63urrent%00", "/sessions/..", "/.chalice/config.json", "/.local/dev.json"),
    *("/app.py", "/chalicelib/platform/settings.py", "/.git/config", "/.env", "/%2e%2e/etc/passwd"),
]


def test_no_spelling_of_a_path_leads_anywhere(url, super_admin):
    cookie = f"{COOKIE}={super_admin.token}".encode()
    for path, method in itertools.product(PATHS, (b"GET", b"DELETE")):
        target = path.encode("latin-1")
        lines = [method + b" " + target + b" HTTP/1.1", b"Host: here", b"Cookie: " + cookie]
        status, answer = send_raw(url, b"\r\n".join([*lines, b"Connection: close", b"", b""]))

        assert status in {400, 404}, (path, answer[:300])
        assert b"set-cookie" not in answer.lower(), path
        assert b"Traceback" not in answer, path


# The server on this machine takes these for the plain path; API Gateway knows none of them.
@pytest.mark.parametrize("path", ["/{}/", "//{}", "/{};a=b", "/{}#a", "/{}?", "/{}/#super-admins"])
@pytest.mark.parametrize("name", ["me", "admin/users"])
def test_what_is_taken_for_the_plain_path_is_guarded_as_it_is(url, applicant, path, name):
    for cookie, expected in ((applicant.token, 200 if name == "me" else 403), ("", 401)):
        lines = [f"GET {path.format(name)} HTTP/1.1", "Host: here", f"Cookie: {COOKIE}={cookie}"]
        request = "\r\n".join([*lines, "Connection: close", "", ""]).encode()

        assert send_raw(url, request)[0] in {expected, 404}


@pytest.mark.parametrize(
    "target", [b"http://evil.example/me", b"//evil.example/me", b"*", b"evil.example:443", b"me"]
)
def test_no_other_form_of_a_target_leads_anywhere(url, super_admin, target):
    request = b"GET " + target + b" HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"

    status, answer = send_raw(url, request)
    assert status in {400, 401, 404}
    assert b"evil.example" not in answer


# Cursors.


def cursor_of(response):
    if "csv" in response.headers["Content-Type"]:
        return re.search(r"cursor=([\w%-]+)", response.headers["Link"])[1]
    return response.json["cursor"]


def page(person, path, cursor=None):
    joint = "&" if "?" in path else "?"
    more = f"&cursor={cursor}" if cursor else ""
    return person.get(f"{path}{joint}limit=1{more}")


def test_a_cursor_leads_on_in_its_own_list_and_nowhere_else(super_admin_with_pages):
    with_more = {name: path for name, path in LISTS.items() if name != "own registrations"}
    cursors = {
        name: cursor_of(page(super_admin_with_pages, path)) for name, path in with_more.items()
    }
    assert all(cursors.values())

    for name, cursor in cursors.items():
        for other, path in LISTS.items():
            response = page(super_admin_with_pages, path, cursor)
            same = name == other or {name, other} == {"registrations", "sheet"}
            assert response.status == (200 if same else 422), (name, other)
            if not same:
                assert response.fields == {"cursor"}


def test_a_cursor_does_not_work_for_another_user(super_admin_with_pages, admin):
    for name in ("people", "registrations", "notes of one", "history", "sessions"):
        cursor = cursor_of(page(super_admin_with_pages, LISTS[name]))

        assert page(admin, LISTS[name], cursor).fields == {"cursor"}, name


def test_no_altered_cursor_leads_anywhere(super_admin_with_pages):
    cursor = cursor_of(page(super_admin_with_pages, "/admin/users"))
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    altered = [
        *(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :] for at in range(len(raw))),
        *(raw[:length] for length in range(0, len(raw), 7)),
        raw + b"}",
        raw[:16] + b'{"list":"0"}',
        b"\0" * 16 + raw[16:],
    ]
    statuses = {
        super_admin_with_pages.get(f"/admin/users?cursor={_encoded(altered_cursor)}").status
        for altered_cursor in altered
    }
    spellings = [f"{cursor}=", f"{cursor}%3D%3D", f"{cursor}%0a", f"%20{cursor}", cursor.swapcase()]
    statuses |= {
        super_admin_with_pages.get(f"/admin/users?cursor={altered_cursor}").status
        for altered_cursor in spellings
    }

    assert statuses == {422}


def _encoded(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.parametrize(
    "decoded", ["#super-admins", "a/role", "../me", "a\0", "a#b", "a" * 65, "", "é", "a b"]
)
def test_what_the_gateway_decodes_in_a_path_is_no_identifier_for_that(decoded):
    """API Gateway hands variables over decoded, which the server on this machine does not."""
    [endpoint] = [a for a in READING if a.path == "/admin/users/{user_id}"]

    with pytest.raises(NotFound):
        endpoint._authorize_and_parse(mock.Mock(body=b""), {"user_id": decoded})
