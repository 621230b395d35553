"""Signing in and up with a provider's proof."""

import pytest

from chalicelib.identity.account import Role
from chalicelib.platform import clock
from tests.accounts.codes import store_owner
from tests.second_factor import apps
from tests.support.accounts import store_account
from tests.support.clients import PASSWORD, Person, hash_once
from tests.support.credentials import store_credentials
from tests.support.oidc_provider import PROOF_COOKIE, sign_in, visit

EMAIL = "river@example.com"


@pytest.fixture
def sign_up(browser, provider):
    """Signs up with the proof of the provider; returns the response."""

    def send(**details):
        visit(browser, provider)
        response = browser.post("/signup/proof", {"username": "river", **details})
        if response.status == 201:
            browser.account = response.json
        return response

    return send


def linked(person):
    return person.get("/me/identities").json["items"]


# A new person.


def test_a_new_person_is_offered_an_account_and_signs_in_the_next_time(browser, provider, sign_up):
    visit(browser, provider)
    assert sign_in(browser).code == "sign_up_required"
    proof = browser.get("/signin/proof").json
    assert (proof["label"], proof["email"], proof["emailVerified"]) == ("Example", EMAIL, True)
    assert proof["username"].startswith("river.okafor.")

    created = sign_up(email=EMAIL, firstName="River")
    assert (created.status, created.json["emailVerified"]) == (201, True)
    assert created.json["username"] == "river"
    assert PROOF_COOKIE not in browser.oidc

    again = browser.other_client()
    visit(again, provider)
    assert sign_in(again).json["id"] == created.json["id"]
    assert again.get("/me").status == 200
    assert PROOF_COOKIE not in again.oidc


def test_a_username_is_made_if_the_person_chooses_none(sign_up):
    created = sign_up(username="", firstName="River", lastName="Okafor").json

    assert created["username"].startswith("river.okafor.")
    assert created["email"] is None


def test_an_account_of_a_provider_has_no_password(browser, sign_up):
    sign_up()

    assert browser.get("/me/identities").json["hasPassword"] is False
    for password in ("", PASSWORD, " "):
        assert browser.other_client().sign_in(password=password).status in {401, 422}


def test_its_owner_sets_a_password_with_an_emailed_link(browser, sign_up, mailbox, provider):
    sign_up(email=EMAIL)
    browser.post("/password/forgot", {"username": "river"})
    [message] = mailbox()
    token = message.get_body(["plain"]).get_content().partition("#token=")[2].split()[0]

    assert browser.post("/password/reset", {"token": token, "newPassword": PASSWORD}).status == 200
    assert browser.other_client().sign_in().status == 200
    again = browser.other_client()
    visit(again, provider)
    assert sign_in(again).status == 200


def test_an_address_that_the_provider_has_not_verified_stays_unverified(sign_up, provider, mailbox):
    provider.claims = {"email_verified": False}

    assert sign_up(email=EMAIL).json["emailVerified"] is False
    assert [message["To"] for message in mailbox()] == [EMAIL]


def test_an_address_that_the_person_typed_stays_unverified(sign_up):
    assert sign_up(email="other@example.com").json["emailVerified"] is False


def test_a_verified_address_is_taken_from_an_account_that_never_verified_it(sign_up, backend):
    stranger = store_account("stranger", email=EMAIL)

    assert sign_up(email=EMAIL).json["emailVerified"] is True
    assert "email" not in next(row for row in backend.rows("users") if row["id"] == stranger.id)


def test_an_address_of_another_account_is_not_given_away(sign_up):
    store_owner("lane", EMAIL)

    assert sign_up(email=EMAIL).code == "identity_taken"


@pytest.mark.parametrize("details", [{"username": "x"}, {"email": "no address"}])
def test_an_invalid_field_has_its_error_and_uses_nothing_up(sign_up, browser, details):
    assert sign_up(**details).fields == set(details)
    assert browser.post("/signup/proof", {"username": "river"}).status == 201


def test_a_proof_makes_one_account(sign_up, browser, provider):
    visit(browser, provider)
    kept = dict(browser.oidc)
    assert browser.post("/signup/proof", {"username": "first"}).status == 201

    browser.oidc = kept
    assert browser.post("/signup/proof", {"username": "second"}).code == "proof_expired"
    visit(browser, provider)
    assert browser.post("/signup/proof", {"username": "third"}).code == "linked_elsewhere"


# An account that exists.


def test_the_key_is_issuer_and_subject_and_never_the_address(browser, provider, sign_up):
    sign_up()
    provider.subject = "another person"

    again = browser.other_client()
    visit(again, provider)
    assert sign_in(again).code == "sign_up_required"


def test_an_account_whose_mailbox_the_provider_hosts_is_linked(browser, provider, mailbox):
    owner = store_owner("lane", EMAIL)
    visit(browser, provider)

    assert sign_in(browser).json["id"] == owner.id
    assert [one["provider"] for one in linked(browser)] == ["example"]
    [message] = mailbox()
    assert (message["To"], message["Subject"]) == (EMAIL, "You can now sign in another way")
    provider.claims = {"email": "new@example.com"}
    visit(browser, provider)
    assert sign_in(browser).json["id"] == owner.id


NOT_LINKED_BY_EMAIL = {
    "another domain": ({"email": "river@elsewhere.example"}, {}),
    "staff": ({}, {"role": Role.ADMIN}),
    "verified by a link alone": ({}, {"email_verified_at": None}),
    "disabled": ({}, {"disabled": True}),
}


@pytest.mark.parametrize(
    ("claims", "account"), NOT_LINKED_BY_EMAIL.values(), ids=NOT_LINKED_BY_EMAIL
)
def test_no_other_account_is_linked_by_its_address(browser, provider, backend, claims, account):
    provider.claims = claims
    store_owner("lane", claims.get("email", EMAIL), **account)
    visit(browser, provider)

    assert sign_in(browser).code == "identity_not_linked"
    assert [row for row in backend.rows("identities") if row["kind"] == "oidc"] == []


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email_verified": None}])
def test_an_address_that_is_not_verified_there_links_nothing(browser, provider, claims):
    store_owner("lane", EMAIL)
    provider.claims = claims
    visit(browser, provider)

    assert sign_in(browser).code == "sign_up_required"


def test_an_address_that_is_not_verified_here_links_nothing(browser, provider):
    store_account("lane", email=EMAIL)
    visit(browser, provider)

    assert sign_in(browser).code == "sign_up_required"


def test_an_account_with_a_second_factor_is_not_linked_by_its_address(new_client, provider):
    owner = Person(new_client("lane").client, "lane")
    store_owner("lane", EMAIL)
    owner.sign_in()
    apps.set_up(owner)
    other = owner.other_client()
    visit(other, provider)

    assert sign_in(other).code == "identity_not_linked"


def test_a_linked_account_with_a_second_factor_needs_its_code(browser, provider, sign_up, backend):
    created = sign_up(email=EMAIL).json
    # A password, to set up the app with.

    store_credentials(backend, created["id"], passwordHash=hash_once(PASSWORD))
    app = apps.set_up(browser)
    again = browser.other_client()
    visit(again, provider)

    assert sign_in(again).code == "second_factor_required"
    assert sign_in(again, code="000000").code == "incorrect_code"
    assert sign_in(again, code=app.code()).status == 200


def test_a_disabled_account_is_not_opened(browser, provider, sign_up, backend):
    created = sign_up().json
    backend.change("users", {"id": created["id"]}, disabled=True)
    again = browser.other_client()
    visit(again, provider)

    assert sign_in(again).code == "account_unavailable"


def test_staff_without_a_second_factor_are_not_signed_in(browser, provider, sign_up, backend):
    created = sign_up().json
    backend.change("users", {"id": created["id"]}, role="Admin")
    again = browser.other_client()
    visit(again, provider)

    assert sign_in(again).code == "account_unavailable"


def test_a_key_that_is_planted_in_identities_opens_nothing(browser, provider, backend, sign_up):
    """Another function may write that table. What the owner linked is in credentials."""
    victim = store_owner("lane", "lane@elsewhere.example")
    created = sign_up().json
    [row] = [row for row in backend.rows("identities") if row["kind"] == "oidc"]
    backend.change("identities", {"identity": row["identity"]}, userId=victim.id)
    again = browser.other_client()
    visit(again, provider)

    assert created["id"] != victim.id
    assert sign_in(again).status == 409
    assert again.get("/me").status == 401


def test_a_proof_for_linking_does_not_sign_in(browser, provider, sign_up):
    sign_up()
    again = browser.other_client()
    visit(again, provider, purpose="link")

    assert sign_in(again).code == "proof_expired"


def test_signing_in_ends_the_session_of_the_request_and_begins_another(browser, provider, sign_up):
    sign_up()
    before = browser.client_with_copied_token()
    visit(browser, provider)

    assert sign_in(browser).status == 200
    assert before.get("/me").status == 401


def test_a_sign_in_says_with_which_factor(browser, provider, sign_up, capsys):
    sign_up()
    visit(browser, provider)
    sign_in(browser)

    assert '"event": "signed_in", "account"' in (written := capsys.readouterr().out)
    assert '"factors": "provider"' in written


def test_the_list_has_the_last_use(browser, provider, sign_up):
    sign_up(email=EMAIL)
    visit(browser, provider)
    sign_in(browser)

    [one] = linked(browser)
    assert (one["provider"], one["label"], one["email"]) == ("example", "Example", EMAIL)
    assert one["lastUsedAt"] >= one["linkedAt"]
    assert one["lastUsedAt"][:10] == clock.to_text(clock.now())[:10]
