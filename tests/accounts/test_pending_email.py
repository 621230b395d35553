"""A new email waits until it is verified: until then the verified one stays in place."""

from datetime import timedelta

import pytest

from chalicelib.identity.account import Role
from chalicelib.platform import clock
from tests.accounts.links import links_in, token_in
from tests.support.accounts import signed_in_staff, store_account
from tests.support.clients import PASSWORD, Person

OLD_EMAIL, NEW_EMAIL = "lane@example.com", "lane.new@example.com"
PASSWORD_OF_RESET = "five quiet lakes in June"


@pytest.fixture
def verified_applicant(client):
    """An applicant with a verified email, signed in."""
    account = store_account("lane", email=OLD_EMAIL, email_verified=True)
    person = Person(client, "lane")
    assert person.sign_in().status == 200
    person.account = {"id": account.id}
    return person


def change(person, email=NEW_EMAIL, **overrides):
    return person.request(
        "PATCH", "/me", {"email": email, "currentPassword": PASSWORD, **overrides}
    )


def verify(person, token):
    return person.post("/email/verify", {"token": token})


def addresses(person):
    """The verified email of an account, and the one that waits."""
    account = person.get("/me").json
    return account["email"] if account["emailVerified"] else None, account["pendingEmail"]


def names(backend, account_id):
    return {row["identity"] for row in backend.rows("identities") if row["userId"] == account_id}


def test_verified_email_stays_until_the_new_one_is_verified(verified_applicant, mailbox, backend):
    response = change(verified_applicant)

    assert (response.status, response.json["email"], response.json["emailVerified"]) == (
        200,
        OLD_EMAIL,
        True,
    )
    assert response.json["pendingEmail"] == NEW_EMAIL
    assert names(backend, verified_applicant.account["id"]) == {"lane", OLD_EMAIL}
    assert verified_applicant.other_client().sign_in(OLD_EMAIL).status == 200
    assert verified_applicant.other_client().sign_in(NEW_EMAIL).status == 401


def test_verifying_moves_the_account_to_the_new_email(
    verified_applicant, mailbox, backend, frozen_clock
):
    change(verified_applicant)
    response = verify(verified_applicant, token_in(mailbox(), "verify", NEW_EMAIL))

    assert (response.status, addresses(verified_applicant)) == (200, (NEW_EMAIL, None))
    assert response.json == verified_applicant.get("/me").json
    assert names(backend, verified_applicant.account["id"]) == {"lane", NEW_EMAIL}
    [row] = backend.rows("users")
    assert row["emailVerifiedAt"] == clock.to_text(clock.now())
    assert {"pendingEmail", "pendingEmailExpiresAt", "verification"}.isdisjoint(row)
    assert backend.rows("one-time-tokens") == []


def test_old_address_is_told_of_the_start_and_of_the_change(verified_applicant, mailbox):
    change(verified_applicant)
    verify(verified_applicant, token_in(mailbox(), "verify", NEW_EMAIL))

    subjects = sorted(message["Subject"] for message in mailbox() if message["To"] == OLD_EMAIL)
    assert subjects == [
        "A change of your email address has started",
        "Your email address was changed",
    ]


def test_pending_address_gets_the_link_that_verifies_it_and_nothing_else(
    verified_applicant, mailbox
):
    change(verified_applicant)
    assert (
        Person(verified_applicant.client).post("/password/forgot", {"username": NEW_EMAIL}).status
        == 202
    )
    assert (
        Person(verified_applicant.client).post("/password/forgot", {"username": "lane"}).status
        == 202
    )

    got = [message["Subject"] for message in mailbox() if message["To"] == NEW_EMAIL]
    assert got == ["Confirm your email address"]
    assert links_in(mailbox(), "reset", OLD_EMAIL)


def test_link_of_the_old_address_for_a_new_password_dies_with_the_move(verified_applicant, mailbox):
    change(verified_applicant)
    assert (
        Person(verified_applicant.client).post("/password/forgot", {"username": "lane"}).status
        == 202
    )
    verify(verified_applicant, token_in(mailbox(), "verify", NEW_EMAIL))
    chosen = {"token": token_in(mailbox(), "reset", OLD_EMAIL), "newPassword": PASSWORD_OF_RESET}

    assert Person(verified_applicant.client).post("/password/reset", chosen).fields == {"token"}


def test_pending_change_is_dropped_without_a_password(verified_applicant, mailbox, backend):
    change(verified_applicant)
    token = token_in(mailbox(), "verify", NEW_EMAIL)
    response = verified_applicant.request("PATCH", "/me", {"pendingEmail": None})

    assert (response.status, addresses(verified_applicant)) == (200, (OLD_EMAIL, None))
    assert verify(verified_applicant, token).fields == {"token"}
    assert backend.rows("one-time-tokens") == []


@pytest.mark.parametrize("value", [NEW_EMAIL, "", 1])
def test_pending_email_is_changed_by_the_email_field_alone(verified_applicant, value):
    assert verified_applicant.request("PATCH", "/me", {"pendingEmail": value}).fields == {
        "pendingEmail"
    }


def test_link_is_sent_again_and_the_older_one_is_dead(verified_applicant, mailbox):
    change(verified_applicant)
    older = links_in(mailbox(), "verify", NEW_EMAIL)
    assert verified_applicant.post("/email/verification").status == 202
    [newer] = links_in(mailbox(), "verify", NEW_EMAIL) - older

    assert verify(verified_applicant, older.pop()).fields == {"token"}
    assert verify(verified_applicant, newer).status == 200


def test_another_new_email_replaces_the_pending_one(verified_applicant, mailbox):
    change(verified_applicant)
    change(verified_applicant, "lane.newest@example.com")

    assert addresses(verified_applicant) == (OLD_EMAIL, "lane.newest@example.com")
    assert verify(verified_applicant, token_in(mailbox(), "verify", NEW_EMAIL)).fields == {"token"}


def test_pending_change_expires_after_a_week(verified_applicant, mailbox, backend, frozen_clock):
    change(verified_applicant)
    [row] = backend.rows("users")
    assert row["pendingEmailExpiresAt"] == clock.to_text(clock.now() + timedelta(days=7))

    for seconds, pending in ((1, NEW_EMAIL), (0, None)):
        expires_at = clock.to_text(clock.now() + timedelta(seconds=seconds))
        backend.change("users", {"id": row["id"]}, pendingEmailExpiresAt=expires_at)
        assert addresses(verified_applicant) == (OLD_EMAIL, pending)
    assert verified_applicant.post("/email/verification").status == 202
    assert len(links_in(mailbox(), "verify", NEW_EMAIL)) == 1
    assert verify(verified_applicant, token_in(mailbox(), "verify", NEW_EMAIL)).fields == {"token"}


def test_removing_the_email_drops_the_pending_change_too(verified_applicant, mailbox):
    change(verified_applicant)

    assert change(verified_applicant, None).json["email"] is None
    assert addresses(verified_applicant) == (None, None)
    assert verify(verified_applicant, token_in(mailbox(), "verify", NEW_EMAIL)).fields == {"token"}


def test_reset_by_mail_drops_a_pending_change(verified_applicant, mailbox):
    change(verified_applicant)
    Person(verified_applicant.client).post("/password/forgot", {"username": "lane"})
    chosen = {"token": token_in(mailbox(), "reset", OLD_EMAIL), "newPassword": PASSWORD_OF_RESET}
    assert Person(verified_applicant.client).post("/password/reset", chosen).status == 200
    assert verified_applicant.sign_in(password=PASSWORD_OF_RESET).status == 200

    assert addresses(verified_applicant) == (OLD_EMAIL, None)
    assert verify(verified_applicant, token_in(mailbox(), "verify", NEW_EMAIL)).fields == {"token"}


def test_names_change_at_once_beside_an_email_that_waits(verified_applicant):
    response = change(verified_applicant, firstName="Lane")

    assert (response.json["firstName"], response.json["pendingEmail"]) == ("Lane", NEW_EMAIL)


def test_same_email_again_leaves_the_pending_change_alone(verified_applicant):
    change(verified_applicant)
    assert (
        verified_applicant.request("PATCH", "/me", {"email": OLD_EMAIL, "firstName": "Lane"}).status
        == 200
    )

    assert addresses(verified_applicant) == (OLD_EMAIL, NEW_EMAIL)


def test_address_that_another_account_verified_meanwhile_is_rejected(
    verified_applicant, mailbox, backend
):
    change(verified_applicant)
    store_account("quick", email=NEW_EMAIL, email_verified=True)
    token = token_in(mailbox(), "verify", NEW_EMAIL)
    before = backend.everything()
    response = verify(verified_applicant, token)

    assert (response.status, response.code) == (409, "identity_taken")
    assert backend.everything() == before


def test_verifying_takes_an_unverified_address_over_from_another_account(
    verified_applicant, mailbox, backend
):
    other = store_account("other", email=NEW_EMAIL)
    change(verified_applicant)
    assert addresses(verified_applicant) == (OLD_EMAIL, NEW_EMAIL)
    assert verify(verified_applicant, token_in(mailbox(), "verify", NEW_EMAIL)).status == 200

    assert addresses(verified_applicant) == (NEW_EMAIL, None)
    [row] = [row for row in backend.rows("users") if row["id"] == other.id]
    assert ("email" in row, row["username"]) == (False, "other")
    assert names(backend, other.id) == {"other"}
    assert names(backend, verified_applicant.account["id"]) == {"lane", NEW_EMAIL}
    [entry] = [row for row in backend.rows("audit") if row["subject"] == other.id]
    assert entry["action"] == "account.email_taken_over"
    assert (entry["fields"], entry["actor"]) == (["email"], verified_applicant.account["id"])


def test_account_without_an_email_waits_for_an_address_that_another_one_holds(applicant, mailbox):
    store_account("other", email=NEW_EMAIL)
    assert change(applicant).json["email"] is None
    assert addresses(applicant) == (None, NEW_EMAIL)

    assert verify(applicant, token_in(mailbox(), "verify", NEW_EMAIL)).status == 200
    assert addresses(applicant) == (NEW_EMAIL, None)


def test_the_audit_names_the_fields_and_no_address(verified_applicant, mailbox, backend):
    change(verified_applicant)
    verify(verified_applicant, token_in(mailbox(), "verify", NEW_EMAIL))

    entries = [(row["action"], row["fields"]) for row in backend.rows("audit")]
    assert entries == [
        ("account.changed", ["pendingEmail"]),
        ("account.email_verified", ["email", "emailVerified"]),
    ]
    assert NEW_EMAIL not in str(backend.rows("audit"))


def test_staff_see_the_pending_email(client, verified_applicant):
    change(verified_applicant)
    admin = signed_in_staff(client, "ada", Role.ADMIN)

    person = admin.get(f"/admin/users/{verified_applicant.account['id']}").json
    assert (person["email"], person["pendingEmail"]) == (OLD_EMAIL, NEW_EMAIL)


def test_export_has_the_pending_email_and_the_times(verified_applicant, backend):
    change(verified_applicant)
    held = verified_applicant.get("/me/export").json

    assert held["account"]["pendingEmail"] == NEW_EMAIL
    [row] = backend.rows("users")
    assert held["passwordSetAt"] == row["passwordSetAt"]
