"""Staff register a walk-in applicant."""

import re

import pytest

from chalicelib.accounts.spoken_username import spoken_username
from chalicelib.identity.login_names import username_problem
from chalicelib.platform import qr_codes
from chalicelib.user_admin import walk_in
from tests.support.accounts import store_account
from tests.support.clients import PASSWORD, Person
from tests.support.environments import PUBLIC_URL, SETTINGS, environment

NAMES = {"firstName": "River", "lastName": "Okafor"}


def register(person, **overrides):
    return person.post("/admin/users", NAMES | overrides)


def token_of(link):
    start, _, token = link.partition("/reset#token=")
    assert start == PUBLIC_URL
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    return token


def test_a_new_account_gets_a_link_to_set_a_password(admin, client, entries):
    response = register(admin, username="river", email="River@Example.com")

    assert response.status == 201
    account = dict(response.json)
    token = token_of(account.pop("link"))
    del account["linkQrSvg"], account["passphrase"]
    assert admin.get(f"/admin/users/{account['id']}").json == account
    assert (account["username"], account["email"], account["role"]) == (
        "river",
        "River@Example.com",
        "User",
    )
    assert (account["firstName"], account["lastName"]) == ("River", "Okafor")
    assert (account["emailVerified"], account["disabled"]) == (False, False)
    fields = ["email", "firstName", "lastName", "username"]
    assert entries() == [("account.registered", admin.account["id"], account["id"], fields)]

    applicant = Person(client, "river")
    chosen = applicant.post("/password/reset", {"token": token, "newPassword": PASSWORD})
    assert (chosen.status, chosen.set_cookie) == (200, None)
    assert applicant.sign_in().json["id"] == account["id"]


def test_the_token_is_not_stored(admin, backend):
    token = token_of(register(admin, username="river").json["link"])

    assert token not in str(backend.everything())
    [stored_token] = backend.rows("one-time-tokens")
    assert stored_token["ttl"] > 0


def test_an_account_without_a_password_cannot_sign_in(admin, client):
    register(admin, username="river")

    for guess in (PASSWORD, "River", "river", "None"):
        assert Person(client, "river").sign_in(password=guess).status == 401


def test_without_a_username_the_email_becomes_it(admin):
    account = register(admin, email="river@example.com").json

    assert account["username"] == account["email"] == "river@example.com"


def test_a_pronounceable_username_is_generated_if_none_is_given(admin):
    first, second = register(admin).json, register(admin, username="", email="").json

    for generated in (first, second):
        assert re.fullmatch(r"river\.okafor\.[2-9]{4}", generated["username"])
        assert generated["email"] is None


def test_a_taken_generated_username_is_generated_again(admin, monkeypatch):
    store_account("river.okafor.2222")
    generated_usernames = iter(["river.okafor.2222", "river.okafor.3333"])
    monkeypatch.setattr(walk_in, "spoken_username", lambda *_: next(generated_usernames))

    assert register(admin).json["username"] == "river.okafor.3333"


def test_repeatedly_taken_generated_usernames_return_503(admin, monkeypatch, backend):
    store_account("river.okafor.2222")
    monkeypatch.setattr(walk_in, "spoken_username", lambda *_: "river.okafor.2222")
    before = backend.everything()

    assert register(admin).status == 503
    assert backend.everything() == before


@pytest.mark.parametrize(
    ("first", "last", "spoken"),
    [
        ("Zoë", "O'Neil-Smith", "zoe.oneilsmith"),
        ("Anne Marie", "de la Cruz", "annemarie.delacruz"),
        ("Łukasz", "Żak", "łukasz.zak"),
        ("雨", "李", "雨.李"),
        ("-", "Okafor", "okafor"),
        ("-", "'", "person"),
        ("Ⅷ", "²", "viii.2"),
        ("R" * 100, "O" * 100, "r" * 59),
        ("\u20dd?", "!", "person"),
    ],
    ids=str,
)
def test_a_generated_username_is_valid(first, last, spoken):
    username = spoken_username(first, last)

    assert username_problem(username) is None
    assert re.fullmatch(rf"{re.escape(spoken)}\.[2-9]{{4}}", username)


@pytest.mark.parametrize("fields", [{"username": "RIVER"}, {"email": "River@E.co"}], ids=str)
def test_a_taken_name_is_rejected_and_writes_nothing(admin, backend, fields):
    store_account("river", email="river@e.co")
    before = backend.everything()
    response = register(admin, **fields)

    assert (response.status, response.code) == (409, "identity_taken")
    assert backend.everything() == before


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, ["firstName"]),
        ({"firstName": " ", "lastName": ""}, ["firstName"]),
        (NAMES | {"username": "a b", "email": "nowhere"}, ["email", "username"]),
        (NAMES | {"role": "SuperAdmin"}, ["role"]),
        (NAMES | {"password": PASSWORD}, ["password"]),
        (NAMES | {"disabled": False, "emailVerified": True}, ["disabled", "emailVerified"]),
    ],
    ids=str,
)
def test_invalid_fields_are_reported(admin, body, wrong):
    response = admin.post("/admin/users", body)

    assert (response.status, sorted(response.fields)) == (422, wrong)


def test_registering_requires_a_public_url(admin, backend):
    with environment(**SETTINGS | {"PUBLIC_URL": None}):
        before = backend.everything()
        response = register(admin, username="river")

        assert (response.status, response.code) == (503, "unavailable")
        assert backend.everything() == before


def test_headers_do_not_change_the_link(admin):
    response = admin.post(
        "/admin/users", NAMES, Host="evil.example", X_Forwarded_Host="evil.example"
    )

    assert response.json["link"].startswith(f"{PUBLIC_URL}/reset#")


def test_a_former_staff_member_cannot_register_an_applicant(admin, backend, monkeypatch):
    make = walk_in.new_account

    def demoted_meanwhile(**fields):
        backend.change("users", {"id": admin.account["id"]}, role="User")
        return make(**fields)

    monkeypatch.setattr(walk_in, "new_account", demoted_meanwhile)

    assert register(admin, username="river").status == 403
    assert {row.get("username") for row in backend.rows("users")} == {"ada"}
    assert backend.rows("one-time-tokens") == []


def test_the_link_is_also_returned_as_a_qr_code(admin):
    account = admin.post("/admin/users", {"firstName": "Will", "lastName": "Walker"}).json

    assert account["linkQrSvg"] == qr_codes.svg(account["link"])
