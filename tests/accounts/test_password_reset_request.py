"""Password reset requests: the owner gets the link; the response does not reveal the account."""

from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.platform import clock
from tests.support.accounts import store_account
from tests.support.aws_calls import recorded_calls
from tests.support.clients import PASSWORD, Person
from tests.support.environments import HERE, SETTINGS, deliver, environment

NEW_PASSWORD = "five quiet lakes in June"
PEOPLE = {
    "verified": {"email": "lane@e.co", "email_verified": True},
    "unverified": {"email": "lane@e.co"},
    "without an email": {},
    "disabled": {"email": "lane@e.co", "email_verified": True, "disabled": True},
    "unknown": None,
}
OTHER_ACCOUNT_KINDS = [who for who in PEOPLE if who != "verified"]


@pytest.fixture
def verified_applicant(client):
    return Person(client, "lane")


def hold(account_kind):
    if PEOPLE[account_kind] is not None:
        store_account("lane", **PEOPLE[account_kind])


def forget(person, name="lane", **options):
    return person.post("/password/forgot", {"username": name}, **options)


def visible_response(response):
    headers = {n: v for n, v in response.headers.items() if n.lower() != "x-request-id"}
    return response.status, headers, response.body


def token_in(message):
    text = message.get_body(["plain"]).get_content()
    return text.partition(f"{HERE}/reset#token=")[2].split()[0]


def reset_password(person, token):
    return person.post("/password/reset", {"token": token, "newPassword": NEW_PASSWORD})


def test_the_owner_is_mailed_a_link_to_set_a_password(verified_applicant, mailbox):
    hold("verified")
    assert forget(verified_applicant, "LANE@e.co").status == 202
    [message] = mailbox()

    assert (message["To"], message["Subject"]) == (
        "lane@e.co",
        "Reset your Breeze Lakes Point password",
    )
    assert reset_password(verified_applicant, token_in(message)).status == 200
    assert verified_applicant.sign_in(password=NEW_PASSWORD).status == 200
    assert sorted(mail["Subject"] for mail in mailbox()) == [
        "Reset your Breeze Lakes Point password",
        "Your password was reset",
    ]


@pytest.mark.parametrize("account_kind", OTHER_ACCOUNT_KINDS)
def test_no_other_user_gets_mail(verified_applicant, mailbox, account_kind):
    hold(account_kind)
    assert forget(verified_applicant).status == 202

    assert mailbox() == []


@pytest.mark.parametrize("account_kind", OTHER_ACCOUNT_KINDS)
def test_the_response_is_the_same_for_every_name(verified_applicant, backend, account_kind):
    store_account("river", email="river@e.co", email_verified=True)
    hold(account_kind)

    assert visible_response(forget(verified_applicant, "lane")) == visible_response(
        forget(verified_applicant, "river")
    )


@pytest.mark.parametrize("account_kind", OTHER_ACCOUNT_KINDS)
def test_known_and_unknown_names_take_the_same_aws_calls(verified_applicant, backend, account_kind):
    store_account("river", email="river@e.co", email_verified=True)
    hold(account_kind)
    call_names = []
    for name in ("river", "lane"):
        with recorded_calls() as calls:
            forget(verified_applicant, name)
        call_names.append([call.operation for call in calls if call.service == "dynamodb"])

    assert call_names[0] == call_names[1]
    assert call_names[0] == ["GetItem", "TransactWriteItems"]


@pytest.mark.parametrize("account_kind", PEOPLE)
def test_every_name_stores_one_item_of_the_same_shape_and_size(
    verified_applicant, backend, account_kind
):
    hold(account_kind)
    forget(verified_applicant)

    [item] = [row for row in backend.rows("outbox") if row["queue"] != "bus"]
    assert item.keys() == {"id", "queue", "at", "ttl", "account"}
    assert (item["queue"], len(item["account"])) == ("resets", 26)


def test_a_stage_without_mail_reveals_nothing(verified_applicant, backend):
    hold("verified")
    with environment(**SETTINGS | {"MAIL_FROM": None}):
        known, unknown = forget(verified_applicant), forget(verified_applicant, "unknown")

    assert visible_response(known) == visible_response(unknown)


@pytest.mark.parametrize("account_kind", PEOPLE)
def test_requests_fail_the_same_way_without_a_public_url(verified_applicant, backend, account_kind):
    hold(account_kind)
    with environment(**SETTINGS | {"PUBLIC_URL": None}):
        response = forget(verified_applicant)

    assert (response.status, response.code) == (503, "unavailable")


def test_a_link_never_contains_the_host_header(verified_applicant, mailbox):
    hold("verified")
    forget(verified_applicant, Host="evil.example", X_Forwarded_Host="evil.example")

    assert "evil.example" not in str(mailbox()[0])


def test_a_newer_link_invalidates_the_previous_one(verified_applicant, mailbox):
    hold("verified")
    forget(verified_applicant)
    [older] = map(token_in, mailbox())
    forget(verified_applicant)
    [newer] = {token_in(mail) for mail in mailbox()} - {older}

    assert reset_password(verified_applicant, older).fields == {"token"}
    assert reset_password(verified_applicant, newer).status == 200


def test_until_a_link_is_used_the_password_stays_and_sessions_live_on(verified_applicant, backend):
    hold("verified")
    verified_applicant.sign_in()
    forget(verified_applicant.other_client())

    assert verified_applicant.get("/me").status == 200
    assert verified_applicant.other_client().sign_in(password=PASSWORD).status == 200


@pytest.mark.parametrize("account_kind", PEOPLE)
def test_an_account_gets_five_requests_an_hour(verified_applicant, backend, account_kind):
    hold(account_kind)
    start = clock.now().replace(minute=10, second=0)
    with mock.patch.object(clock, "now", return_value=start):
        answers = [forget(verified_applicant) for _ in range(6)]
    with mock.patch.object(clock, "now", return_value=start + timedelta(hours=1)):
        later = forget(verified_applicant)

    assert [response.status for response in answers] == [202] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == str(50 * 60)
    assert later.status == 202


def test_username_and_email_share_these(verified_applicant, backend, frozen_clock):
    hold("verified")
    for name in ("lane", "lane@e.co", "LANE", "Lane@E.co", "lane"):
        assert forget(verified_applicant, name).status == 202

    assert forget(verified_applicant, "lane@e.co").status == 429


def test_an_ip_address_has_one_limit_for_requests_about_any_account(
    verified_applicant, backend, frozen_clock
):
    with environment(**SETTINGS, RESET_LINKS_PER_ADDRESS="3"):
        answers = [forget(verified_applicant, f"person{number}").status for number in range(4)]

    assert answers == [202, 202, 202, 429]


def test_the_typed_name_is_not_stored(verified_applicant, backend, capsys):
    forget(verified_applicant, "open sesame my password")

    assert "sesame" not in str(backend.everything()) + capsys.readouterr().out


def test_an_unknown_name_makes_no_token(verified_applicant, backend):
    with mock.patch("secrets.token_urlsafe", return_value="t" * 43):
        forget(verified_applicant, "unknown")
        deliver()

    assert backend.rows("one-time-tokens") == []
    assert reset_password(verified_applicant, "t" * 43).fields == {"token"}


@pytest.mark.parametrize(
    "body", [{}, {"username": ""}, {"username": "n" * 255}, {"username": "lane", "email": "a@b.c"}]
)
def test_an_invalid_name_is_rejected_with_its_field(verified_applicant, body, aws_calls):
    assert verified_applicant.post("/password/forgot", body).status == 422
    assert aws_calls == []
