"""Sign-in with an emailed code: the owner gets in, and the response reveals no account."""

from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.accounts import sign_in_code
from chalicelib.identity.account import Role
from chalicelib.platform import clock
from tests.accounts.codes import (
    ADDRESS,
    NAME,
    ask,
    code_in,
    codes_in,
    enter,
    other_code,
    store_owner,
)
from tests.second_factor import apps
from tests.support.accounts import store_account
from tests.support.aws_calls import recorded_calls
from tests.support.clients import PASSWORD, Person
from tests.support.environments import HERE, SETTINGS, environment

# Names that get no code. Each is held under the same name and address as the owner's account.
WITHOUT_CODE = {
    "unverified": lambda: store_account(NAME, email=ADDRESS),
    "verified by a link alone, as in earlier versions": lambda: store_account(
        NAME, email=ADDRESS, email_verified=True
    ),
    "without an email": lambda: store_account(NAME),
    "merged, and so disabled": lambda: store_owner(disabled=True, merged_into_id="another"),
    "staff without a second factor": lambda: store_owner(role=Role.ADMIN),
    "unknown": lambda: None,
}


@pytest.fixture
def owner(client):
    store_owner()
    return Person(client, NAME)


@pytest.fixture
def code(owner, mailbox):
    """The code that the owner asked for."""
    assert ask(owner).status == 202
    return code_in(mailbox())


def told(response):
    """What the response says, without what differs each time."""
    ignored = ("x-request-id", "set-cookie")
    headers = {n: v for n, v in response.headers.items() if n.lower() not in ignored}
    cookies = [cookie.partition("=")[0] for cookie in response.set_cookies]
    return response.status, headers, response.body, cookies


def later(**time):
    return mock.patch.object(clock, "now", return_value=clock.now() + timedelta(**time))


# The code.


def test_a_code_has_eight_characters_without_look_alikes():
    codes = {sign_in_code.create(None, clock.now()).text.replace("-", "") for _ in range(100)}
    characters = set(sign_in_code.CHARACTERS)

    assert {len(code) for code in codes} == {8}
    assert set("".join(codes)) <= characters
    assert len(characters) == 24
    for alike in ("0OD", "1IL", "2Z", "5S", "6G", "8B", "UV"):
        assert len(characters & set(alike)) <= 1


def test_case_spaces_and_hyphens_make_no_difference():
    typed = ["CDFH-2345", "cdfh2345", " c d f h 2 3 4 5\n", "CDFH–2345", "\u200bCDFH 2345 "]

    assert {sign_in_code.canonical(text) for text in typed} == {"CDFH2345"}


def test_letters_that_no_code_has_count_as_the_digits_they_look_like():
    assert sign_in_code.canonical("bgsz-2345") == "86522345"
    assert sign_in_code.canonical("OILA-2345") is None


# Asking for it.


def test_the_owner_is_mailed_a_code_that_signs_in_once(owner, mailbox):
    response = ask(owner, "LANE@e.co")
    [message] = mailbox()
    code = code_in([message])

    assert response.status == 202
    assert (message["To"], message["Subject"]) == (ADDRESS, "Your Breeze Lakes Point sign-in code")
    assert f"is {code}." in message.get_body(["plain"]).get_content()
    assert f"{HERE}/signin/email#code={code}" in message.get_body(["html"]).get_content()
    assert enter(owner, code).json["username"] == NAME
    assert owner.get("/me").status == 200
    assert len(mailbox()) == 1


@pytest.mark.parametrize("hold", WITHOUT_CODE.values(), ids=WITHOUT_CODE)
def test_no_other_account_is_mailed_a_code_and_the_response_and_calls_are_the_same(
    client, mailbox, hold
):
    store_owner("river", "river@e.co")
    hold()
    answers, call_names = [], []
    for name in ("river", NAME):
        person = Person(client, name)
        with recorded_calls() as calls:
            asked, entered = ask(person, name), enter(person, "CDFH-2345")
        answers.append((told(asked), told(entered)))
        call_names.append([call.operation for call in calls if call.service == "dynamodb"])

    assert answers[0] == answers[1]
    assert call_names[0] == call_names[1]
    assert call_names[0] == [
        *("GetItem", "GetItem", "TransactWriteItems"),  # to ask
        *("GetItem", "BatchGetItem", "TransactWriteItems"),  # to enter
    ]
    assert [message["To"] for message in mailbox()] == ["river@e.co"]


@pytest.mark.parametrize("name", [NAME, "unknown"])
def test_asking_stores_an_email_of_the_same_shape_for_each_name(owner, backend, name):
    ask(owner, name)

    [item] = [row for row in backend.rows("outbox") if row["queue"] != "bus"]
    shape = {"id", "queue", "at", "ttl", "to", "template", "facts", "link", "account"}
    assert item.keys() - {"language"} == shape
    assert (item["queue"], item["to"]) == ("links", ADDRESS if name == NAME else "")


@pytest.mark.parametrize("name", [NAME, "unknown"])
def test_asking_fails_the_same_way_without_a_public_url(owner, name):
    with environment(**SETTINGS | {"PUBLIC_URL": None}):
        assert (ask(owner, name).status, ask(owner, name).code) == (503, "unavailable")


def test_a_blank_name_is_an_error_at_its_field(anonymous):
    assert ask(anonymous, " ").fields == {"username"}


def test_the_code_is_mailed_in_the_owners_language(owner, mailbox, backend):
    [row] = backend.rows("users")
    backend.change("users", {"id": row["id"]}, language="es")
    ask(owner)

    assert mailbox()[0]["Subject"].startswith("Su código para iniciar sesión")


def test_the_cookie_of_the_request_is_short_lived_and_for_this_site_only(owner):
    [cookie] = ask(owner).set_cookies

    assert cookie.partition("; ")[2] == "Path=/; Max-Age=600; HttpOnly; SameSite=Strict; Secure"


# Entering it.


def test_a_code_signs_in_like_a_password(owner, code, backend):
    earlier = Person(owner.client, NAME)
    assert earlier.sign_in().status == 200
    response = enter(owner, code)

    assert response.json == earlier.get("/me").json
    assert response.json["signInMethods"] == ["password", "emailCode"]
    assert owner.get("/me/identities").json["lastUses"]["emailCode"]
    session, device, emptied = response.set_cookies
    assert "Max-Age=28800" in session
    assert "DEVICE=" in device
    assert emptied.startswith("BREEZE_LAKES_POINT_SIGN_IN_CODE=; ")
    assert "Max-Age=0" in emptied
    assert len(backend.rows("sessions")) == 2
    assert backend.rows("one-time-tokens") == []


def test_a_session_by_code_still_needs_the_current_password_for_sensitive_changes(owner, code):
    enter(owner, code)
    changed = owner.request("PATCH", "/me", {"email": "new@e.co"})
    body = {"currentPassword": "a wrong password of mine", "newPassword": PASSWORD}

    assert changed.fields == {"currentPassword"}
    assert owner.post("/password/change", body).fields == {"currentPassword"}


def test_a_code_expires_after_ten_minutes(owner, code):
    with later(minutes=10):
        assert enter(owner, code).code == "incorrect_email_code"


def test_a_code_signs_in_until_then(owner, code):
    with later(minutes=9, seconds=58):
        assert enter(owner, code).status == 200


def test_the_newest_code_of_a_browser_replaces_the_others(owner, code, mailbox, backend):
    earlier_secret = owner.code_secret
    ask(owner)
    [newer] = set(codes_in(mailbox())) - {code}

    assert len(backend.rows("one-time-tokens")) == 1
    assert enter(owner, code).code == "incorrect_email_code"
    newer_secret, owner.code_secret = owner.code_secret, earlier_secret
    assert enter(owner, code).code == "incorrect_email_code"
    owner.code_secret = newer_secret
    assert enter(owner, newer).status == 200


def test_a_code_that_another_browser_asks_for_leaves_the_first_valid(owner, code, mailbox):
    ask(owner.other_client())

    assert enter(owner, code).status == 200


def test_a_code_is_wrong_while_its_account_is_another_than_when_it_was_sent(owner, code, backend):
    [row] = backend.rows("users")
    changes = {"email": "new@e.co", "disabled": True, "role": "Admin", "sessionVersion": 2}
    for name, value in changes.items():
        backend.change("users", {"id": row["id"]}, **{name: value})
        assert enter(owner, code).code == "incorrect_email_code"
        backend.change("users", {"id": row["id"]}, **{name: row[name]})

    assert backend.rows("sessions") == []
    assert enter(owner, code).status == 200


def test_a_code_is_wrong_after_the_account_was_deleted(owner, code):
    signed_in = owner.other_client()
    signed_in.sign_in()
    assert signed_in.post("/me/delete", {"currentPassword": PASSWORD}).status == 200

    assert enter(owner, code).code == "incorrect_email_code"


def test_a_text_that_is_no_code_is_rejected_and_does_not_count(owner, backend):
    ask(owner)
    assert enter(owner, "").fields == {"emailCode"}
    for text in ("CDFH-234", "CDFH-23456", "0000-0000", "CDFH_2345"):
        assert enter(owner, text).code == "incorrect_email_code"

    assert [row["tries"] for row in backend.rows("one-time-tokens")] == [0]


# The second factor.


@pytest.fixture
def app(owner):
    signed_in = owner.other_client()
    assert signed_in.sign_in().status == 200
    return apps.set_up(signed_in)


def test_a_second_factor_is_asked_for_after_the_code(owner, app, mailbox, capsys):
    ask(owner)
    code = codes_in(mailbox())[0]

    assert enter(owner, code).code == "second_factor_required"
    assert enter(owner, code, app.wrong_code()).code == "incorrect_code"
    assert enter(owner, code, app.code()).status == 200
    assert '"factors": "email_code+app"' in capsys.readouterr().out


def test_a_wrong_emailed_code_does_not_reveal_the_second_factor(owner, app, mailbox):
    ask(owner)
    code = other_code(codes_in(mailbox())[0])

    assert enter(owner, code, app.code()).code == "incorrect_email_code"


def test_staff_sign_in_with_a_code_and_their_second_factor(owner, app, mailbox, backend):
    [row] = backend.rows("users")
    backend.change("users", {"id": row["id"]}, role="Admin")
    ask(owner)
    code = codes_in(mailbox())[0]

    assert enter(owner, code).code == "second_factor_required"
    assert enter(owner, code, app.code()).json["role"] == "Admin"
