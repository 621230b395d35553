"""The owner of an account changes their password, names, and email."""

from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
from chalice.test import Client

from app import app
from chalicelib.accounts.account_settings_store import AccountSettingsStore
from chalicelib.identity.account import Role
from tests.support.accounts import signed_in_staff, store_account
from tests.support.clients import PASSWORD, Person
from tests.support.environments import SETTINGS, environment, stage

NEW_PASSWORD = "five quiet lakes in June"


@pytest.fixture
def verified_applicant(client):
    """A user with a verified email, signed in."""
    return signed_in(client, "lane", email="lane@e.co", email_verified=True)


def signed_in(client, name, **attributes):
    account = store_account(name, **attributes)
    person = Person(client, name)
    assert person.sign_in().status == 200
    person.account = {**person.get("/me").json, "id": account.id}
    return person


def change_password(person, current=PASSWORD, password=NEW_PASSWORD):
    return person.post("/password/change", {"currentPassword": current, "newPassword": password})


def change(person, **changes):
    return person.request("PATCH", "/me", changes)


def change_email(person, email, current=PASSWORD):
    return change(person, email=email, currentPassword=current)


def names_of(backend, account_id):
    rows = [row for row in backend.rows("identities") if row["userId"] == account_id]
    return {row["identity"]: row["kind"] for row in rows}


def users(backend, account_id):
    [row] = [row for row in backend.rows("users") if row["id"] == account_id]
    return row


# The password.


def test_only_the_new_password_signs_in(applicant):
    response = change_password(applicant)

    assert (response.status, response.json) == (200, {"msg": "Password changed"})
    assert applicant.other_client().sign_in().status == 401
    assert applicant.other_client().sign_in(password=NEW_PASSWORD).status == 200


def test_a_password_change_renews_this_session_and_revokes_the_others(applicant, backend):
    before, other_client = applicant.client_with_copied_token(), applicant.other_client()
    other_client.sign_in()
    response = change_password(applicant)

    assert [line.partition("=")[0] for line in response.set_cookies] == [
        "BREEZE_LAKES_POINT_ACCESS_TOKEN",
        "BREEZE_LAKES_POINT_DEVICE",
    ]
    assert applicant.token != before.token
    assert [p.get("/me").status for p in (applicant, before, other_client)] == [200, 401, 401]
    [listed] = applicant.get("/sessions").json["items"]
    assert listed["current"]


def test_changing_to_the_same_password_revokes_the_other_sessions(applicant):
    other_client = applicant.other_client()
    other_client.sign_in()

    assert change_password(applicant, password=PASSWORD).status == 200
    assert [p.get("/me").status for p in (applicant, other_client)] == [200, 401]


def test_a_wrong_current_password_changes_nothing_and_ends_no_session(applicant, backend):
    before = backend.records()
    response = change_password(applicant, "wrong")

    assert (response.status, response.code, response.fields) == (
        422,
        "invalid_fields",
        {"currentPassword"},
    )
    assert response.set_cookie is None
    assert backend.records() == before
    assert applicant.get("/me").status == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/me", {"firstName": "Lane"}),
        ("POST", "/password/change", {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD}),
    ],
)
def test_a_change_in_another_language_stores_the_language_for_emails(
    backend, applicant, method, path, body
):
    assert applicant.request(method, path, body, Accept_Language="es").status == 200

    assert users(backend, applicant.account["id"])["language"] == "es"


def test_a_wrong_current_password_is_logged_without_its_value(applicant, capsys):
    change_password(applicant, "open sesame")

    output = capsys.readouterr().out
    assert f'"event": "wrong_password", "account": "{applicant.account["id"]}"' in output
    assert "sesame" not in output


@pytest.mark.parametrize(
    "send_request",
    [lambda p: change_password(p, "wrong"), lambda p: change_email(p, "n@e.co", "wrong")],
    ids=["password", "email"],
)
def test_a_session_thief_has_five_guesses_and_the_owner_is_not_locked_out(
    applicant, frozen_clock, send_request
):
    client_with_copied_token = applicant.client_with_copied_token()
    answers = [send_request(client_with_copied_token).status for _ in range(6)]

    assert answers == [422] * 5 + [429]
    assert client_with_copied_token.other_client().sign_in().status == 429
    assert change_password(applicant).status == 200


def test_a_success_forgets_the_failures(applicant):
    for _ in range(4):
        change_password(applicant, "wrong")
    change_password(applicant)

    assert [change_password(applicant, "wrong").status for _ in range(5)] == [422] * 5


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, ["currentPassword", "newPassword"]),
        ({"currentPassword": "", "newPassword": NEW_PASSWORD}, ["currentPassword"]),
        ({"currentPassword": "c" * 1025, "newPassword": NEW_PASSWORD}, ["currentPassword"]),
        ({"currentPassword": PASSWORD, "newPassword": "short"}, ["newPassword"]),
        ({"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD, "role": "Admin"}, ["role"]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_invalid_password_change_reports_its_fields(applicant, body, wrong):
    response = applicant.post("/password/change", body)

    assert (response.status, sorted(response.fields)) == (422, wrong)


def test_a_new_password_with_the_users_name_is_rejected_and_not_counted_as_a_guess(applicant):
    answers = [change_password(applicant, password="seven river boats here") for _ in range(6)]

    assert [(response.status, response.fields) for response in answers] == [
        (422, {"newPassword"})
    ] * 6
    assert change_password(applicant).status == 200


def test_a_password_change_invalidates_earlier_links(client, applicant):
    super_admin = signed_in_staff(client, "sue", Role.SUPER_ADMIN)
    link = super_admin.post(f"/admin/users/{applicant.account['id']}/password-reset").json["link"]
    change_password(applicant)
    body = {"token": link.partition("#token=")[2], "newPassword": PASSWORD}

    assert super_admin.post("/password/reset", body).fields == {"token"}


def test_a_password_change_is_mailed_to_a_verified_email(verified_applicant, mailbox):
    change_password(verified_applicant)

    [message] = mailbox()
    assert (message["To"], message["Subject"]) == ("lane@e.co", "Your password was changed")


def test_an_unverified_email_gets_no_notification(other_applicant, mailbox):
    change_password(other_applicant)

    assert mailbox() == []


def test_a_stage_that_sends_no_notices_sends_none(verified_applicant, mailbox):
    with environment(MAIL_NOTICES="off"):
        assert change_password(verified_applicant).status == 200
        assert change_email(verified_applicant, None, NEW_PASSWORD).status == 200

    assert mailbox() == []


def test_a_stage_without_mail_accepts_the_change(verified_applicant):
    with environment(**SETTINGS | {"MAIL_FROM": None}):
        assert change_password(verified_applicant).status == 200
        assert change_email(verified_applicant, "new@e.co", NEW_PASSWORD).status == 200


def test_the_audit_log_has_field_names_without_values(verified_applicant, backend):
    change_password(verified_applicant)
    change(verified_applicant, firstName="Lane", email="new@e.co", currentPassword=NEW_PASSWORD)

    entries = sorted((row["action"], row["fields"]) for row in backend.rows("audit"))
    assert entries == [
        ("account.changed", ["firstName", "pendingEmail"]),
        ("account.password_changed", ["password"]),
    ]
    assert "new@e.co" not in str(backend.rows("audit"))


# Names.


def test_names_change_without_a_password_and_sessions_live_on(applicant):
    other_client = applicant.other_client()
    other_client.sign_in()
    response = change(applicant, firstName="River", lastName="Okafor")

    assert (response.status, response.set_cookie) == (200, None)
    assert (response.json["firstName"], response.json["lastName"]) == ("River", "Okafor")
    assert applicant.get("/me").json == other_client.get("/me").json == response.json


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_null_or_a_blank_takes_a_name_away(applicant, blank):
    change(applicant, firstName="River", lastName="Okafor")

    assert change(applicant, firstName=blank).json["firstName"] is None
    assert applicant.get("/me").json["lastName"] == "Okafor"


def test_staff_find_a_user_by_the_new_name_and_not_by_the_old(client, applicant):
    admin = signed_in_staff(client, "ada", Role.ADMIN)

    def found(start):
        return [user["username"] for user in admin.get(f"/admin/users?q={start}").json["items"]]

    change(applicant, lastName="Okafor")
    assert found("oka") == ["river"]
    change(applicant, lastName="Lund")
    assert (found("oka"), found("lun")) == ([], ["river"])


@pytest.mark.parametrize("body", [{}, {"firstName": None}, {"email": None}, {"email": "sky@e.co"}])
def test_an_unchanged_value_writes_nothing(client, backend, body):
    person = signed_in(client, "sky", email="sky@e.co" if body.get("email") else None)
    before = backend.everything()
    response = person.request("PATCH", "/me", body)

    assert (response.status, response.json) == (200, person.get("/me").json)
    assert backend.everything() == before


def test_users_can_change_only_their_own_names_and_email(applicant, backend):
    response = change(applicant, role="Admin", username="x", emailVerified=True, version=9)

    assert response.fields == {"role", "username", "emailVerified", "version"}


def test_a_conflicting_change_is_retried(applicant, backend):
    write, raced = AccountSettingsStore.change, []

    def change_after_staff(store, before, after, also, *more):
        if not raced:
            raced.append(True)
            key = {"id": before.id}
            backend.change("users", key, role="Admin", version=before.version + 1)
        write(store, before, after, also, *more)

    with mock.patch.object(AccountSettingsStore, "change", change_after_staff):
        response = change(applicant, firstName="River")

    assert (response.status, response.json["firstName"], response.json["role"]) == (
        200,
        "River",
        "Admin",
    )
    assert users(backend, applicant.account["id"])["version"] == 3


# The email.


def test_an_unverified_email_is_replaced_at_once_and_is_free_then(client, backend):
    mary = signed_in(client, "mary", email="mary@e.co")
    response = change_email(mary, "New@E.co")

    assert (response.json["email"], response.json["emailVerified"]) == ("New@E.co", False)
    assert response.json["pendingEmail"] is None
    assert mary.other_client().sign_in("new@e.co").status == 200
    assert mary.other_client().sign_in("mary@e.co").status == 401
    assert names_of(backend, mary.account["id"]) == {"mary": "username", "new@e.co": "email"}
    other = store_account("other", email="mary@e.co")
    assert names_of(backend, other.id)["mary@e.co"] == "email"


def test_a_new_email_revokes_the_other_sessions(verified_applicant):
    before, other_client = (
        verified_applicant.client_with_copied_token(),
        verified_applicant.other_client(),
    )
    other_client.sign_in()
    assert change_email(verified_applicant, "new@e.co").set_cookie

    assert [p.get("/me").status for p in (verified_applicant, before, other_client)] == [
        200,
        401,
        401,
    ]


@pytest.mark.parametrize("email", ["new@e.co", None], ids=str)
@pytest.mark.parametrize("proof", [{}, {"currentPassword": "wrong"}], ids=["none", "wrong"])
def test_email_takes_the_password(verified_applicant, backend, email, proof):
    before = backend.records()
    response = change(verified_applicant, email=email, **proof)

    assert (response.status, response.fields) == (422, {"currentPassword"})
    assert backend.records() == before
    assert verified_applicant.get("/me").status == 200


def test_null_takes_the_email_away(verified_applicant, backend):
    response = change_email(verified_applicant, None)

    assert (response.json["email"], response.json["emailVerified"]) == (None, False)
    assert names_of(backend, verified_applicant.account["id"]) == {"lane": "username"}


def test_an_email_that_another_account_verified_is_rejected_and_nothing_changes(
    verified_applicant, other_applicant, backend
):
    backend.change("users", {"id": other_applicant.account["id"]}, emailVerified=True)
    before = backend.records()
    response = change(
        verified_applicant, email="SKY@example.com", firstName="L", currentPassword=PASSWORD
    )

    assert (response.status, response.code) == (409, "identity_taken")
    assert backend.records() == before


def test_an_email_that_is_the_username_of_its_verified_owner_is_rejected(verified_applicant):
    store_account("chris@e.co", email_verified=True)

    assert change_email(verified_applicant, "Chris@e.co").code == "identity_taken"


def test_a_username_that_is_an_email_stays_its_owners(client, backend):
    chris = signed_in(client, "chris@e.co")

    assert change_email(chris, "new@e.co").status == 200
    assert names_of(backend, chris.account["id"]) == {
        "chris@e.co": "username",
        "new@e.co": "email",
    }
    assert change_email(chris, "Chris@e.co").status == 200
    assert names_of(backend, chris.account["id"]) == {"chris@e.co": "username"}
    assert chris.other_client().sign_in("chris@e.co").status == 200


def test_an_email_in_other_letters_is_another_that_has_to_be_verified(verified_applicant, backend):
    response = change_email(verified_applicant, "Lane@e.co")

    assert (response.json["pendingEmail"], response.json["emailVerified"]) == ("Lane@e.co", True)
    assert names_of(backend, verified_applicant.account["id"]) == {
        "lane": "username",
        "lane@e.co": "email",
    }


def test_the_old_address_gets_a_notice_and_the_new_one_a_link(verified_applicant, mailbox):
    change_email(verified_applicant, "new@e.co")

    notices = sorted((message["To"], message["Subject"]) for message in mailbox())
    assert notices == [
        ("lane@e.co", "A change of your email address has started"),
        ("new@e.co", "Confirm your email address"),
    ]


def test_an_email_change_invalidates_earlier_links(client, verified_applicant, mailbox):
    super_admin = signed_in_staff(client, "sue", Role.SUPER_ADMIN)
    super_admin.post(f"/admin/users/{verified_applicant.account['id']}/password-reset")
    [message] = mailbox()
    token = message.get_body(["plain"]).get_content().partition("#token=")[2].split()[0]
    change_email(verified_applicant, "new@e.co")

    response = super_admin.post("/password/reset", {"token": token, "newPassword": NEW_PASSWORD})
    assert (response.status, response.fields) == (422, {"token"})


def test_five_new_addresses_an_hour_get_a_mail_and_then_none(verified_applicant, frozen_clock):
    answers = [change_email(verified_applicant, f"new{number}@e.co").status for number in range(6)]

    assert answers == [200] * 5 + [429]
    assert verified_applicant.get("/me").json["pendingEmail"] == "new4@e.co"


def test_ten_concurrent_changes_to_one_address_succeed_once(local_endpoint):
    with stage(local_endpoint) as backend:
        crowd = [signed_in(Client(app), f"person{number}") for number in range(10)]
        with ThreadPoolExecutor(10) as threads:
            answers = list(threads.map(lambda p: change_email(p, "one@e.co").status, crowd))

        owners = [row["userId"] for row in backend.rows("identities") if row["kind"] == "email"]
        assert len(owners) == 1
        # The others wait until they have proved that the address is theirs, or lost the race.
        assert set(answers) <= {200, 409, 503}
        having = [row["id"] for row in backend.rows("users") if row.get("email")]
        assert having == owners


def test_two_concurrent_password_changes_succeed_once(local_endpoint):
    with stage(local_endpoint):
        person = signed_in(Client(app), "lane")
        words = ["five quiet lakes in June", "six quiet lakes in July"]
        with ThreadPoolExecutor(2) as threads:
            responses = threads.map(
                lambda word: change_password(person.client_with_copied_token(), PASSWORD, word),
                words,
            )
            answers = [response.status for response in responses]

        [winner] = [word for word, status in zip(words, answers, strict=True) if status == 200]
        assert set(answers) <= {200, 401, 422, 503}
        assert person.other_client().sign_in(password=winner).status == 200


def test_a_password_manager_is_led_to_the_account_page(anonymous):
    response = anonymous.get("/.well-known/change-password")

    assert (response.status, response.headers["Location"], response.body) == (302, "/account", b"")
