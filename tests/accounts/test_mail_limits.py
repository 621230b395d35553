"""The limit on mail to one person, independent of the client that causes it."""

from dataclasses import replace
from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.identity import login_names
from chalicelib.identity.role import Role
from chalicelib.platform import clock
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.sessions import code_check
from chalicelib.sessions.rate_limiter import RateLimiter
from tests.second_factor.apps import set_up
from tests.support.accounts import signed_in_staff, store_account
from tests.support.clients import PASSWORD, Person
from tests.support.events import EVENT, EVENT_BODY, FORM

TOO_MANY_EMAILS_MESSAGE = (
    "We already sent several emails there. Check the spam folder, or try again later."
)


@pytest.fixture(autouse=True)
def _now(frozen_clock):
    """Let no hour be over in the middle of a test."""


@pytest.fixture
def super_admin(client):
    return signed_in_staff(client, "sue", Role.SUPER_ADMIN)


@pytest.fixture
def verified_applicant(client):
    """A person with a verified email, signed in."""
    account = store_account("lane", email="lane@e.co", email_verified=True)
    person = Person(client, "lane")
    assert person.sign_in().status == 200
    person.account = {"id": account.id}
    return person


def subjects(mailbox):
    return [message["Subject"] for message in mailbox()]


def assert_limited(response, sentence=TOO_MANY_EMAILS_MESSAGE):
    assert (response.status, response.code) == (429, "too_many_attempts")
    assert response.json["error"] == sentence
    assert 0 < int(response.headers["Retry-After"]) <= 60 * 60


def submit_and_withdraw(person, times):
    path = f"/registrations/{EVENT}"
    for _ in range(times):
        assert person.post(f"{path}/submit").status == 200
        assert person.post(f"{path}/withdraw").status == 200


@pytest.mark.parametrize(
    ("address", "mailbox_of"),
    [
        ("Victim+1@X.example", "victim@x.example"),
        ("victim+a+b@x.example", "victim@x.example"),
        ("v.i.c@x.example", "v.i.c@x.example"),
        ("+tag@x.example", "+tag@x.example"),
        ("victim@bücher.example", "victim@xn--bcher-kva.example"),
    ],
)
def test_addresses_that_differ_by_a_plus_tag_are_one_mailbox(address, mailbox_of):
    assert login_names.mailbox(address) == mailbox_of


def test_39_sign_ups_with_plus_tags_send_ten_mails_and_then_say_so(new_client, mailbox, backend):
    responses = [
        new_client(f"person{number}").sign_up(email=f"victim+{number}@x.example")
        for number in range(39)
    ]

    assert [response.status for response in responses] == [201] * 10 + [429] * 29
    assert_limited(responses[-1])
    assert len(mailbox()) == 10
    assert len([row for row in backend.rows("users") if "username" in row]) == 10


def test_a_mailbox_may_be_named_again_in_the_next_hour(new_client, mailbox):
    for number in range(11):
        new_client(f"person{number}").sign_up(email=f"victim+{number}@x.example")
    with mock.patch.object(clock, "now", return_value=clock.now() + timedelta(hours=1)):
        assert new_client("later").sign_up(email="victim@x.example").status == 201


def test_a_sign_up_that_fails_sends_no_mail_and_counts_for_no_mailbox(new_client, mailbox):
    assert new_client("river").sign_up().status == 201
    for _ in range(12):
        assert new_client("river").sign_up(email="sky@x.example").code == "identity_taken"
    assert new_client("sky").sign_up(email="sky@x.example").status == 201


def test_accounts_that_ask_for_links_to_one_mailbox_share_its_limit(new_client, mailbox):
    people = [new_client(f"person{number}") for number in range(6)]
    for number, person in enumerate(people):
        assert person.sign_up(email=f"victim+{number}@x.example").status == 201
    responses = [person.post("/email/verification") for person in people]

    assert [response.status for response in responses] == [202] * 4 + [429] * 2
    assert_limited(responses[-1])
    assert len(mailbox()) == 10


def test_a_new_email_counts_for_its_mailbox(new_client, mailbox):
    for number in range(10):
        new_client(f"person{number}").sign_up(email=f"victim+{number}@x.example")
    applicant = new_client("river")
    assert applicant.sign_up().status == 201
    change = {"email": "victim+river@x.example", "currentPassword": PASSWORD}

    assert_limited(applicant.request("PATCH", "/me", change))
    assert applicant.get("/me").json["email"] is None


def test_40_submissions_succeed_and_send_five_receipts(
    super_admin, verified_applicant, mailbox, capsys
):
    assert super_admin.request("PUT", f"/admin/events/{EVENT}", EVENT_BODY).status == 201
    assert (
        verified_applicant.request("PUT", f"/registrations/{EVENT}", {"form": FORM}).status == 201
    )
    submit_and_withdraw(verified_applicant, 40)

    assert len(mailbox()) == 5
    assert capsys.readouterr().out.count('"event": "mail_limited"') == 35


def test_a_receipt_that_cannot_be_counted_is_mailed(super_admin, verified_applicant, mailbox):
    assert super_admin.request("PUT", f"/admin/events/{EVENT}", EVENT_BODY).status == 201
    assert (
        verified_applicant.request("PUT", f"/registrations/{EVENT}", {"form": FORM}).status == 201
    )
    with mock.patch.object(RateLimiter, "count_request", side_effect=ServiceUnavailable):
        submit_and_withdraw(verified_applicant, 1)

    assert len(mailbox()) == 1


def test_15_password_links_from_staff_send_five_mails_and_then_say_so(
    super_admin, verified_applicant, mailbox
):
    path = f"/admin/users/{verified_applicant.account['id']}/password-reset"
    responses = [super_admin.post(path) for _ in range(15)]

    assert [response.status for response in responses] == [200] * 5 + [429] * 10
    assert_limited(responses[-1])
    assert len(mailbox()) == 5


def test_password_links_that_are_handed_over_have_no_limit(super_admin, applicant):
    path = f"/admin/users/{applicant.account['id']}/password-reset"

    assert {super_admin.post(path).status for _ in range(15)} == {200}


def test_10_password_changes_send_five_mails_and_then_say_so(verified_applicant, mailbox):
    passwords = [PASSWORD, "five quiet lakes in June"]
    responses = []
    for number in range(7):
        now, then = passwords[number % 2], passwords[(number + 1) % 2]
        responses.append(
            verified_applicant.post(
                "/password/change", {"currentPassword": now, "newPassword": then}
            )
        )

    assert [response.status for response in responses] == [200] * 5 + [429, 422]
    assert_limited(responses[5], "You’ve changed this too many times.")
    assert len(mailbox()) == 5
    assert verified_applicant.other_client().sign_in(password=passwords[1]).status == 200


def test_a_wrong_password_does_not_count_as_a_change(verified_applicant, mailbox):
    for _ in range(4):
        wrong = {"currentPassword": "not it", "newPassword": "five quiet lakes in June"}
        assert verified_applicant.post("/password/change", wrong).status == 422
    right = {"currentPassword": PASSWORD, "newPassword": "five quiet lakes in June"}
    assert verified_applicant.post("/password/change", right).status == 200


def test_setting_up_and_removing_an_app_again_and_again_is_limited(
    verified_applicant, mailbox, monkeypatch
):
    once = replace(code_check.SECOND_FACTOR_CHANGES_PER_ACCOUNT, limit=1)
    monkeypatch.setattr(code_check, "SECOND_FACTOR_CHANGES_PER_ACCOUNT", once)
    app = set_up(verified_applicant)
    response = verified_applicant.post(
        "/mfa/totp/remove", {"currentPassword": PASSWORD, "code": app.code()}
    )

    assert_limited(response, "You’ve changed this too many times.")
    assert len(mailbox()) == 1
    assert verified_applicant.get("/me").json["secondFactor"]
