"""Attackers try to enter an account whose email address belongs to another person.

The stranger signs up with a victim's address before the victim does. The thief reads the victim's
mail. Each test is one way, tried to its end.
"""

from contextlib import contextmanager

import pytest

from chalicelib.identity.account import Role
from tests.accounts.links import links_in, token_in
from tests.second_factor.apps import App, set_up, sign_in, start_setup
from tests.security.crowds import visible_response
from tests.support.accounts import signed_in_staff, store_account
from tests.support.clients import PASSWORD, Person

ADDRESS = "victim@example.com"
STRANGERS = "six green barrels in July"
VICTIMS = "seven grey herons in August"


@pytest.fixture
def stranger(new_client, mailbox):
    """An attacker who signed up with the victim's address, and keeps password and session."""
    person = new_client("stranger")
    response = person.post(
        "/signup", {"username": "stranger", "password": STRANGERS, "email": ADDRESS}
    )
    assert response.status == 201
    person.account = response.json
    return person


@pytest.fixture
def victim(new_client):
    """The owner of the mailbox, who has no account."""
    return new_client("victim")


@pytest.fixture
def owner(client, mailbox):
    """A victim with an account, whose email is verified, signed in."""
    account = store_account("owner", email=ADDRESS, email_verified=True)
    person = Person(client, "owner")
    assert person.sign_in().status == 200
    person.account = {"id": account.id}
    return person


def claim(victim, mailbox):
    """Have the owner of the mailbox sign up with a link."""
    assert victim.post("/signup/email", {"email": ADDRESS}).status == 202
    token = token_in(mailbox(), "signup/email", ADDRESS)
    fields = {"username": "victim", "password": VICTIMS, "emailToken": token}
    response = victim.post("/signup", fields)
    assert response.status == 201
    victim.account = response.json


def reset(person, name, mailbox, password=VICTIMS):
    """Ask for a link to choose a password, and use it if one was mailed; say whether it was."""
    before = links_in(mailbox(), "reset", ADDRESS)
    assert person.post("/password/forgot", {"username": name}).status == 202
    new = links_in(mailbox(), "reset", ADDRESS) - before
    for token in new:
        chosen = {"token": token, "newPassword": password}
        assert person.post("/password/reset", chosen).status == 200
    return bool(new)


@contextmanager
def unchanged(backend, *tables):
    before = backend.everything(tables or ("users", "identities"))
    yield
    assert backend.everything(tables or ("users", "identities")) == before


# An attacker who signed up with the address first.


def test_click_of_the_mailbox_owner_does_not_vouch_for_the_strangers_account(
    stranger, victim, mailbox, backend
):
    token = token_in(mailbox(), "verify", ADDRESS)
    with unchanged(backend):
        assert victim.post("/email/verify", {"token": token}).status == 401
    assert not stranger.get("/me").json["emailVerified"]


def test_victim_signed_in_to_their_own_account_does_not_vouch_either(
    stranger, new_client, mailbox, backend
):
    other = new_client("other")
    assert other.sign_up().status == 201
    token = token_in(mailbox(), "verify", ADDRESS)
    with unchanged(backend):
        assert other.post("/email/verify", {"token": token}).status == 422


def test_reset_leads_the_victim_into_no_account_of_the_stranger(stranger, victim, mailbox):
    assert not reset(victim, ADDRESS, mailbox)
    assert not reset(victim, "stranger", mailbox)


def test_stranger_has_neither_password_nor_session_of_the_victims_account(
    stranger, victim, mailbox
):
    claim(victim, mailbox)

    assert stranger.get("/me").json["id"] == stranger.account["id"] != victim.account["id"]
    for name in (ADDRESS, "victim"):
        assert stranger.other_client().sign_in(name, STRANGERS).status == 401


def test_stranger_whose_username_is_the_address_does_not_keep_it(new_client, victim, mailbox):
    first = new_client(ADDRESS)
    assert first.post("/signup", {"username": ADDRESS, "password": STRANGERS}).status == 201
    claim(victim, mailbox)

    assert first.other_client().sign_in(ADDRESS, STRANGERS).status == 401
    assert victim.other_client().sign_in(ADDRESS, VICTIMS).json["id"] == victim.account["id"]
    assert first.get("/me").json["username"] != ADDRESS


def test_links_of_the_strangers_account_do_nothing_to_the_victims(stranger, victim, mailbox):
    older = token_in(mailbox(), "verify", ADDRESS)
    claim(victim, mailbox)

    assert stranger.post("/email/verify", {"token": older}).status == 422
    assert stranger.post("/email/verification").status == 422  # there is no email any more


def test_stranger_cannot_set_an_authenticator_against_the_victim(stranger):
    assert stranger.post("/mfa/totp", {"currentPassword": STRANGERS}).code == "email_not_verified"


def test_authenticator_set_up_before_the_address_was_added_protects_no_account_of_the_victim(
    new_client, victim, mailbox
):
    first = new_client("first")
    assert first.sign_up().status == 201
    app = set_up(first)
    changed = {"email": ADDRESS, "currentPassword": PASSWORD, "code": app.code()}
    assert first.request("PATCH", "/me", changed).status == 200
    claim(victim, mailbox)

    assert victim.other_client().sign_in("victim", VICTIMS).status == 200
    assert first.get("/me").json["email"] is None


def test_setup_begun_before_does_not_end_in_an_authenticator(new_client, mailbox):
    first = new_client("first")
    assert first.sign_up().status == 201
    app = start_setup(first)
    first.request("PATCH", "/me", {"email": ADDRESS, "currentPassword": PASSWORD})

    response = first.post("/mfa/totp/confirm", {"code": app.code()})
    assert response.code == "email_not_verified"


def test_account_of_an_earlier_version_that_a_click_verified_is_the_victims_after_a_reset(
    stranger, victim, mailbox, backend
):
    backend.change("users", {"id": stranger.account["id"]}, emailVerified=True)
    device = stranger.device
    assert reset(victim, ADDRESS, mailbox)

    assert stranger.get("/me").status == 401
    assert stranger.other_client().sign_in("stranger", STRANGERS).status == 401
    assert Person(stranger.client, device=device).sign_in("stranger", STRANGERS).status == 401
    assert victim.sign_in("stranger", VICTIMS).status == 200


def test_stranger_learns_nothing_about_an_address_by_asking_for_links(
    stranger, owner_of_another, mailbox
):
    answers = {
        repr(visible_response(stranger.post("/signup/email", {"email": email})))
        for email in (ADDRESS, owner_of_another, "free@example.com")
    }

    assert len(answers) == 1


@pytest.fixture
def owner_of_another(backend):
    """The verified address of an account."""
    store_account("verified", email="verified@example.com", email_verified=True)
    return "verified@example.com"


def test_token_of_another_mailbox_does_not_claim_the_victims_address(stranger, mailbox, backend):
    own_address = "stranger@elsewhere.example"
    assert stranger.post("/signup/email", {"email": own_address}).status == 202
    token = token_in(mailbox(), "signup/email", own_address)
    fields = {"username": "again", "password": STRANGERS, "emailToken": token}
    with unchanged(backend):
        for more in ({"email": ADDRESS}, {"username": ADDRESS}):
            assert stranger.other_client().post("/signup", fields | more).status == 422


def test_pending_change_to_the_victims_address_gives_the_stranger_nothing(
    client, owner, mailbox, backend
):
    store_account("first", email="first@example.com", email_verified=True)
    first = Person(client, "first")
    assert first.sign_in().status == 200
    with unchanged(backend):
        changed = {"email": ADDRESS, "currentPassword": PASSWORD}
        assert first.request("PATCH", "/me", changed).code == "identity_taken"


# An earlier account that is an applicant's, who made a typing error.


def test_owner_of_a_mistyped_address_gets_nothing_of_the_applicants_account(
    new_client, victim, mailbox
):
    applicant = new_client("applicant")
    assert applicant.sign_up(email=ADDRESS, firstName="River", lastName="Okafor").status == 201
    claim(victim, mailbox)

    account = victim.get("/me").json
    assert account["id"] != applicant.account["id"]
    assert (account["firstName"], account["lastName"]) == (None, None)
    assert victim.get("/registrations").json["items"] == []
    assert applicant.other_client().sign_in("applicant").status == 200
    texts = "".join(str(message) for message in mailbox() if message["To"] == ADDRESS)
    assert "Okafor" not in texts
    assert "applicant" not in texts


# A thief who reads the victim's mail.


def test_thief_of_the_mailbox_does_not_get_past_an_authenticator(owner, new_client, mailbox):
    set_up(owner)
    client_with_copied_token = new_client("thief")
    assert reset(client_with_copied_token, "owner", mailbox, STRANGERS)

    response = sign_in(Person(owner.client, "owner"), password=STRANGERS)
    assert response.code == "second_factor_required"


def test_authenticator_older_than_the_last_change_of_the_address_stops_the_thief_too(
    client, owner, new_client, mailbox
):
    app = set_up(owner)
    moved = "moved@example.com"
    changed = {"email": moved, "currentPassword": PASSWORD, "code": app.recovery_codes[0]}
    assert owner.request("PATCH", "/me", changed).status == 200
    token = token_in(mailbox(), "verify", moved)
    assert owner.post("/email/verify", {"token": token}).status == 200
    client_with_copied_token = new_client("thief")
    assert client_with_copied_token.post("/password/forgot", {"username": "owner"}).status == 202
    chosen = {"token": token_in(mailbox(), "reset", moved), "newPassword": STRANGERS}
    assert client_with_copied_token.post("/password/reset", chosen).status == 200

    response = sign_in(Person(client, "owner"), password=STRANGERS)
    assert response.code == "second_factor_required"
    assert isinstance(app, App)


def test_thief_cannot_claim_the_address_of_an_account_that_verified_it(
    owner, new_client, mailbox, backend
):
    client_with_copied_token = new_client("thief")
    with unchanged(backend):
        assert client_with_copied_token.post("/signup/email", {"email": ADDRESS}).status == 202
        assert links_in(mailbox(), "signup/email") == set()


def test_thief_with_the_link_of_a_pending_change_needs_the_owners_session(
    owner, new_client, mailbox, backend
):
    changed = {"email": "thief@example.com", "currentPassword": PASSWORD}
    assert owner.request("PATCH", "/me", changed).status == 200
    token = token_in(mailbox(), "verify", "thief@example.com")
    client_with_copied_token = new_client("thief")
    assert client_with_copied_token.sign_up().status == 201
    with unchanged(backend):
        assert client_with_copied_token.post("/email/verify", {"token": token}).status == 422
        assert (
            client_with_copied_token.other_client().post("/email/verify", {"token": token}).status
            == 401
        )


def test_change_that_an_intruder_began_does_not_outlive_the_owners_reset(
    owner, mailbox, new_client
):
    intruder = owner.client_with_copied_token()
    changed = {"email": "thief@example.com", "currentPassword": PASSWORD}
    assert intruder.request("PATCH", "/me", changed).status == 200
    token = token_in(mailbox(), "verify", "thief@example.com")
    assert reset(new_client("owner"), "owner", mailbox)

    assert intruder.post("/email/verify", {"token": token}).status == 401
    assert owner.sign_in(password=VICTIMS).status == 200
    assert owner.post("/email/verify", {"token": token}).status == 422
    assert owner.get("/me").json["email"] == ADDRESS


def test_old_mailbox_opens_nothing_after_the_address_has_moved(owner, new_client, mailbox):
    client_with_copied_token = new_client("thief")
    assert client_with_copied_token.post("/password/forgot", {"username": "owner"}).status == 202
    older = token_in(mailbox(), "reset", ADDRESS)
    changed = {"email": "moved@example.com", "currentPassword": PASSWORD}
    assert owner.request("PATCH", "/me", changed).status == 200
    token = token_in(mailbox(), "verify", "moved@example.com")
    assert owner.post("/email/verify", {"token": token}).status == 200

    chosen = {"token": older, "newPassword": STRANGERS}
    assert client_with_copied_token.post("/password/reset", chosen).status == 422
    assert not reset(client_with_copied_token, "owner", mailbox)
    assert not reset(client_with_copied_token, ADDRESS, mailbox)


def test_staff_do_not_lose_their_role_to_the_owner_of_their_unverified_address(
    client, victim, mailbox, backend
):
    admin = signed_in_staff(client, ADDRESS, Role.ADMIN)
    claim(victim, mailbox)

    assert victim.account["role"] == "User"
    assert victim.get("/admin/users").status == 403
    assert admin.get("/admin/users").status == 200
