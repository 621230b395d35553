"""The owner of an address signs up with it, though another account holds it without proof."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest import mock

import pytest
from chalice.test import Client

from app import app
from chalicelib.accounts import sign_up_link
from chalicelib.accounts.one_time_token_store import OneTimeTokenStore
from chalicelib.accounts.sign_up_link import sign_up_links
from chalicelib.identity.account import Role
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from tests.accounts.links import links_in, token_in
from tests.support.accounts import signed_in_staff, store_account
from tests.support.addresses import from_address
from tests.support.aws_calls import recorded_calls
from tests.support.clients import PASSWORD, Person
from tests.support.environments import SETTINGS, environment, stage

ADDRESS = "victim@example.com"
HOLDERS = {
    "free": None,
    "unverified": {"username": "stranger", "email": ADDRESS},
    "a username": {"username": ADDRESS, "email": "else@example.com", "email_verified": True},
    "verified": {"username": "vera", "email": ADDRESS, "email_verified": True},
}


def hold(which):
    described = HOLDERS[which]
    return store_account(**described) if described else None


def request_link(person, email=ADDRESS, **options):
    return person.post("/signup/email", {"email": email}, **options)


def sign_up(person, token, **overrides):
    fields = {"username": "vera", "password": PASSWORD, "emailToken": token, **overrides}
    return person.post("/signup", fields)


@pytest.fixture
def token(anonymous, mailbox):
    """Of a link that was mailed to the address."""
    assert request_link(anonymous).status == 202
    return token_in(mailbox(), "signup/email", ADDRESS)


def row_of(backend, account_id):
    [row] = [row for row in backend.rows("users") if row["id"] == account_id]
    return row


def names(backend, account_id):
    rows = [row for row in backend.rows("identities") if row["userId"] == account_id]
    return {row["identity"]: row["kind"] for row in rows}


def visible_response(response):
    headers = {n: v for n, v in response.headers.items() if n.lower() != "x-request-id"}
    return response.status, headers, response.body


# Asking for the link.


@pytest.mark.parametrize("which", ["free", "unverified", "a username"])
def test_link_to_sign_up_is_mailed_unless_the_address_is_verified(anonymous, mailbox, which):
    hold(which)
    assert request_link(anonymous).status == 202

    [message] = mailbox()
    assert (message["To"], message["Subject"]) == (ADDRESS, "Create your account")
    assert token_in(mailbox(), "signup/email", ADDRESS)


def test_owner_of_a_verified_address_is_mailed_about_the_existing_account(anonymous, mailbox):
    hold("verified")
    assert request_link(anonymous).status == 202

    [message] = mailbox()
    assert (message["To"], message["Subject"]) == (ADDRESS, "You already have an account")
    assert "/forgot" in message.get_body(["plain"]).get_content()
    assert "token" not in str(message)


def test_mail_is_in_the_language_of_the_client(anonymous, mailbox):
    request_link(anonymous, Accept_Language="es")

    assert mailbox()[0]["Subject"] == "Cree su cuenta"


@pytest.mark.parametrize("which", HOLDERS)
def test_the_response_is_the_same_for_each_address(anonymous, mailbox, which):
    hold(which)

    assert visible_response(request_link(anonymous)) == visible_response(
        request_link(anonymous, "unknown.has.this@example.com")
    )


@pytest.mark.parametrize("which", HOLDERS)
def test_the_same_is_counted_read_and_written_for_each_address(anonymous, mailbox, which):
    hold(which)
    with recorded_calls() as calls:
        request_link(anonymous)

    operations = [call.operation for call in calls if call.service == "dynamodb"]
    assert operations == ["TransactWriteItems", "GetItem", "GetItem", "TransactWriteItems"]


@pytest.mark.parametrize("which", HOLDERS)
@pytest.mark.parametrize("different", [{"MAIL_FROM": None}, {"PUBLIC_URL": None}], ids=str)
def test_a_stage_without_mail_responds_the_same_for_each_address(
    anonymous, backend, which, different
):
    hold(which)
    with environment(**SETTINGS | different):
        response = request_link(anonymous)

    assert (response.status, response.code) == (503, "unavailable")


def test_one_requester_gets_three_links_an_hour_for_a_mailbox_with_any_tags(
    anonymous, mailbox, frozen_clock
):
    responses = [request_link(anonymous, f"Victim+{number}@example.com") for number in range(4)]

    assert [response.status for response in responses] == [202] * 3 + [429]
    assert responses[-1].json["error"] == (
        "We already sent several emails there. Use the newest one, or check the spam folder."
    )
    assert 0 < int(responses[-1].headers["Retry-After"]) <= 60 * 60
    assert request_link(anonymous, "another@example.com").status == 202


def test_stranger_who_asks_again_and_again_leaves_links_to_the_owner_of_the_mailbox(
    anonymous, mailbox, frozen_clock
):
    with from_address("203.0.113.7"):
        stranger = [request_link(anonymous).status for _ in range(20)]
    with from_address("198.51.100.4"):
        owner = [request_link(anonymous).status for _ in range(3)]

    assert stranger == [202] * 3 + [429] * 17
    assert owner == [202, 202, 429]
    assert len(mailbox()) == 5


def test_requesters_together_send_five_mails_an_hour_and_each_link_works_meanwhile(
    anonymous, mailbox, frozen_clock
):
    answers = []
    for number in range(20):
        with from_address(f"203.0.113.{number}"):
            answers.append(request_link(anonymous).status)

    assert answers == [202] * 5 + [429] * 15
    assert len(mailbox()) == 5
    newest = mailbox()[-1]
    response = sign_up(anonymous, token_in([newest], "signup/email", ADDRESS))
    assert (response.status, response.json["email"]) == (201, ADDRESS)


def test_links_are_limited_for_an_ip_address(anonymous, mailbox, frozen_clock):
    with environment(RESET_LINKS_PER_ADDRESS="2"):
        answers = [
            request_link(anonymous, f"person{number}@example.com").status for number in range(3)
        ]

    assert answers == [202, 202, 429]


@pytest.mark.parametrize("body", [{}, {"email": "x"}, {"email": None}, {"email": ""}, {"e": "x"}])
def test_an_invalid_address_is_rejected_without_aws_calls(anonymous, aws_calls, body):
    response = anonymous.post("/signup/email", body)

    assert response.status == 422
    assert "email" in response.fields
    assert aws_calls == []


# Signing up with it.


def test_new_account_has_the_verified_address_and_is_signed_in(anonymous, token, backend, mailbox):
    response = sign_up(anonymous, token)

    assert (response.status, response.json["email"], response.json["emailVerified"]) == (
        201,
        ADDRESS,
        True,
    )
    assert anonymous.get("/me").json == response.json
    account_id = response.json["id"]
    assert names(backend, account_id) == {"vera": "username", ADDRESS: "email"}
    assert row_of(backend, account_id)["emailVerifiedAt"]
    assert backend.rows("one-time-tokens") == []
    assert len(mailbox()) == 1  # no other link: it is verified


def test_the_address_may_be_the_username(anonymous, token, backend):
    response = sign_up(anonymous, token, username="Victim@Example.com")

    assert response.status == 201
    assert names(backend, response.json["id"]) == {ADDRESS: "username"}
    assert anonymous.other_client().sign_in(ADDRESS).status == 200


def test_earlier_account_keeps_everything_but_the_address(new_client, anonymous, mailbox, backend):
    stranger = new_client("stranger")
    stranger.sign_up(email=ADDRESS, firstName="Sam")
    request_link(anonymous)
    response = sign_up(anonymous, token_in(mailbox(), "signup/email", ADDRESS))

    assert response.status == 201
    account = stranger.get("/me").json
    assert (account["email"], account["emailVerified"], account["firstName"]) == (
        None,
        False,
        "Sam",
    )
    assert (account["username"], account["usernameReplacedAt"]) == ("stranger", None)
    assert stranger.other_client().sign_in("stranger").status == 200
    assert stranger.other_client().sign_in(ADDRESS).status == 200  # the new account, same password
    assert names(backend, stranger.account["id"]) == {"stranger": "username"}
    assert names(backend, response.json["id"]) == {"vera": "username", ADDRESS: "email"}


def test_link_that_verified_the_address_for_the_earlier_account_is_dead(
    new_client, anonymous, mailbox
):
    stranger = new_client("stranger")
    stranger.sign_up(email=ADDRESS)
    request_link(anonymous)
    older = token_in(mailbox(), "verify", ADDRESS)
    sign_up(anonymous, token_in(mailbox(), "signup/email", ADDRESS))

    assert stranger.post("/email/verify", {"token": older}).fields == {"token"}


def test_username_that_is_the_address_is_replaced_and_its_owner_is_told(
    new_client, anonymous, client, mailbox, backend
):
    stranger = new_client(ADDRESS)
    stranger.sign_up(firstName="Sam", lastName="Berg")
    request_link(anonymous)
    response = sign_up(anonymous, token_in(mailbox(), "signup/email", ADDRESS))
    assert response.status == 201

    account = stranger.get("/me").json
    assert account["username"].startswith("sam.berg.")
    assert account["usernameReplacedAt"]
    assert names(backend, account["id"]) == {account["username"]: "username"}
    assert stranger.other_client().sign_in(account["username"]).status == 200
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    [user] = admin.get("/admin/users?q=berg").json["items"]
    assert (user["username"], user["usernameReplacedAt"]) == (
        account["username"],
        account["usernameReplacedAt"],
    )
    dismissed = stranger.request("PATCH", "/me", {"usernameReplacedAt": None})
    assert (dismissed.status, dismissed.json["usernameReplacedAt"]) == (200, None)
    assert stranger.get("/me").json["username"] == account["username"]


def test_owner_of_the_replaced_username_is_told_at_their_verified_address(anonymous, mailbox):
    hold("a username")
    request_link(anonymous)
    assert sign_up(anonymous, token_in(mailbox(), "signup/email", ADDRESS)).status == 201

    [message] = [mail for mail in mailbox() if mail["To"] == "else@example.com"]
    assert message["Subject"] == "Your username has changed"


def test_the_audit_has_both_sides(anonymous, mailbox, backend):
    holder = hold("unverified")
    request_link(anonymous)
    response = sign_up(anonymous, token_in(mailbox(), "signup/email", ADDRESS))

    entries = {row["subject"]: row for row in backend.rows("audit")}
    assert entries[holder.id]["action"] == "account.email_taken_over"
    assert entries[holder.id]["actor"] == response.json["id"]
    assert entries[response.json["id"]]["action"] == "account.email_verified"
    assert ADDRESS not in str(backend.rows("audit"))


def test_link_from_staff_for_the_earlier_account_is_invalid(client, anonymous, mailbox, backend):
    holder = hold("unverified")
    super_admin = signed_in_staff(client, "sue", Role.SUPER_ADMIN)
    link = super_admin.post(f"/admin/users/{holder.id}/password-reset").json["link"]
    request_link(anonymous)
    sign_up(anonymous, token_in(mailbox(), "signup/email", ADDRESS))
    chosen = {"token": link.partition("#token=")[2], "newPassword": "five quiet lakes in June"}

    assert super_admin.post("/password/reset", chosen).fields == {"token"}


def test_address_that_was_verified_since_is_rejected_and_nothing_changes(anonymous, token, backend):
    hold("verified")
    before = backend.records()
    response = sign_up(anonymous, token, username="someone")

    assert (response.status, response.code) == (409, "identity_taken")
    assert backend.records() == before


def test_taken_username_is_rejected_and_the_link_stays_good(anonymous, token, applicant):
    assert sign_up(anonymous, token, username="river").code == "identity_taken"
    assert sign_up(anonymous, token).status == 201


def test_link_works_once(anonymous, token):
    assert sign_up(anonymous, token).status == 201
    response = sign_up(anonymous.other_client(), token, username="another")

    assert (response.status, response.fields) == (422, {"emailToken"})


@pytest.mark.parametrize(("seconds", "status"), [(3598, 201), (3602, 422)])
def test_link_works_for_an_hour(anonymous, token, seconds, status):
    with mock.patch.object(clock, "now", return_value=clock.now() + timedelta(seconds=seconds)):
        assert sign_up(anonymous, token).status == status


@pytest.mark.parametrize("wrong", ["none", "0" * 64])
def test_unknown_token_is_rejected(anonymous, backend, wrong):
    assert sign_up(anonymous, wrong).fields == {"emailToken"}


def test_sign_up_tokens_and_other_tokens_are_not_interchangeable(
    new_client, anonymous, token, mailbox
):
    other_applicant = new_client("sky")
    other_applicant.sign_up(email="sky@example.com")
    chosen = {"token": token, "newPassword": "five quiet lakes in June"}
    assert other_applicant.post("/password/reset", chosen).fields == {"token"}
    assert other_applicant.post("/email/verify", {"token": token}).fields == {"token"}

    verification = token_in(mailbox(), "verify", "sky@example.com")
    assert sign_up(anonymous, verification).fields == {"emailToken"}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"email": "another@example.com"}, "email"),
        ({"username": "another@example.com"}, "username"),
        ({"password": "victim walnut ferry"}, "password"),
    ],
)
def test_other_addresses_and_a_password_with_the_name_are_rejected(anonymous, token, more, field):
    assert field in sign_up(anonymous, token, **more).fields
    assert sign_up(anonymous, token).status == 201


def test_the_address_of_the_link_may_be_in_the_body(anonymous, token):
    assert sign_up(anonymous, token, email="VICTIM@example.com").status == 201


def test_stored_token_is_not_the_hash_that_earlier_versions_look_for(token, backend):
    """They would fail on its purpose, which is unknown to them."""
    from chalicelib.accounts.one_time_token import hash_token

    assert OneTimeTokenStore(database()).get(hash_token(token)) is None


def test_account_that_verifies_at_the_last_moment_keeps_the_address(anonymous, token, backend):
    holder = hold("unverified")
    add = sign_up_link.SignUpLinks._add

    def verified_first(self, *arguments):
        with mock.patch.object(sign_up_link.SignUpLinks, "_add", add):
            key = {"id": holder.id}
            version = row_of(backend, holder.id)["version"] + 1
            claim = self._claims.claim

            def then_verified(*how):
                account = claim(*how)
                backend.change("users", key, emailVerified=True, version=version)
                return account

            with mock.patch.object(self._claims, "claim", then_verified):
                add(self, *arguments)

    with mock.patch.object(sign_up_link.SignUpLinks, "_add", verified_first):
        response = sign_up(anonymous, token)

    assert (response.status, response.code) == (409, "identity_taken")
    assert row_of(backend, holder.id)["email"] == ADDRESS


def made_tokens(count):
    """Tokens to sign up with the address, without mail."""
    sign_up_tokens = sign_up_links()
    links = [sign_up_tokens._links.for_sign_up(ADDRESS, clock.now()) for _ in range(count)]
    for link in links:
        sign_up_tokens._tokens.transact([link.write])
    return [link.url.partition("#token=")[2] for link in links]


@pytest.mark.parametrize("links", [1, 10])
def test_ten_concurrent_claims_of_an_address_succeed_once(local_endpoint, links):
    with stage(local_endpoint) as backend:
        holder = store_account(ADDRESS, first_name="Sam")
        tokens = made_tokens(links) * (10 // links)

        def claim(number):
            person = Person(Client(app))
            return sign_up(person, tokens[number], username=f"vera{number}").status

        with ThreadPoolExecutor(10) as crowd:
            answers = list(crowd.map(claim, range(10)))

        assert answers.count(201) == 1
        assert set(answers) <= {201, 409, 422, 503}
        rows = backend.rows("identities")
        [owner] = [row["userId"] for row in rows if row["identity"] == ADDRESS]
        [having] = [row for row in backend.rows("users") if row.get("email") == ADDRESS]
        assert (owner, having["emailVerified"]) == (having["id"], True)
        earlier = row_of(backend, holder.id)
        assert earlier["username"].startswith("sam.")
        [renamed] = [row["identity"] for row in rows if row["userId"] == holder.id]
        assert renamed == earlier["username"]


def test_claim_and_plain_sign_ups_at_once_leave_one_owner(local_endpoint):
    with stage(local_endpoint) as backend:
        [token] = made_tokens(1)

        def act(number):
            person = Person(Client(app), f"person{number}")
            if number == 0:
                return sign_up(person, token).status
            return person.sign_up(email=ADDRESS).status

        with ThreadPoolExecutor(6) as crowd:
            answers = list(crowd.map(act, range(6)))

        assert answers[0] == 201
        [owner] = [r["userId"] for r in backend.rows("identities") if r["identity"] == ADDRESS]
        [having] = [row for row in backend.rows("users") if row.get("email")]
        assert (having["id"], having["emailVerified"]) == (owner, True)


def test_the_log_contains_no_address_or_token(anonymous, token, capsys):
    sign_up(anonymous, token)

    lines = capsys.readouterr().out
    assert ADDRESS not in lines
    assert token not in lines
    assert json.loads(lines.splitlines()[-1])["event"] == "signed_up"
    assert links_in([], "signup/email") == set()
