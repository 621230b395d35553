"""A new email waits until it is verified: until then the verified one stays in place."""

from datetime import timedelta

import pytest

from chalicelib.identity.account import Role
from chalicelib.platform import clock
from tests.accounts.links import links_in, token_in
from tests.support.accounts import hold_account, signed_in_staff
from tests.support.clients import PASSWORD, Person

OLD, NEW = "lane@example.com", "lane.new@example.com"
PASSWORD_OF_RESET = "five quiet lakes in June"


@pytest.fixture
def lane(client):
    """An applicant with a verified email, signed in."""
    account = hold_account("lane", email=OLD, email_verified=True)
    person = Person(client, "lane")
    assert person.sign_in().status == 200
    person.account = {"id": account.id}
    return person


def change(person, email=NEW, **more):
    return person.ask("PATCH", "/me", {"email": email, "currentPassword": PASSWORD, **more})


def verify(person, token):
    return person.post("/email/verify", {"token": token})


def addresses(person):
    """The verified email of an account, and the one that waits."""
    account = person.get("/me").json
    return account["email"] if account["emailVerified"] else None, account["pendingEmail"]


def names(backend, account_id):
    return {row["identity"] for row in backend.rows("identities") if row["userId"] == account_id}


def test_verified_email_stays_until_the_new_one_is_verified(lane, mailbox, backend):
    reply = change(lane)

    assert (reply.status, reply.json["email"], reply.json["emailVerified"]) == (200, OLD, True)
    assert reply.json["pendingEmail"] == NEW
    assert names(backend, lane.account["id"]) == {"lane", OLD}
    assert lane.other_client().sign_in(OLD).status == 200
    assert lane.other_client().sign_in(NEW).status == 401


def test_verifying_moves_the_account_to_the_new_email(lane, mailbox, backend, frozen_clock):
    change(lane)
    reply = verify(lane, token_in(mailbox(), "verify", NEW))

    assert (reply.status, addresses(lane)) == (200, (NEW, None))
    assert reply.json == lane.get("/me").json
    assert names(backend, lane.account["id"]) == {"lane", NEW}
    [row] = backend.rows("users")
    assert row["emailVerifiedAt"] == clock.to_text(clock.now())
    assert {"pendingEmail", "pendingEmailExpiresAt", "verification"}.isdisjoint(row)
    assert backend.rows("one-time-tokens") == []


def test_old_address_is_told_of_the_start_and_of_the_change(lane, mailbox):
    change(lane)
    verify(lane, token_in(mailbox(), "verify", NEW))

    told = sorted(message["Subject"] for message in mailbox() if message["To"] == OLD)
    assert told == ["A change of your email address has started", "Your email address was changed"]


def test_pending_address_gets_the_link_that_verifies_it_and_nothing_else(lane, mailbox):
    change(lane)
    assert Person(lane.client).post("/password/forgot", {"username": NEW}).status == 202
    assert Person(lane.client).post("/password/forgot", {"username": "lane"}).status == 202

    got = [message["Subject"] for message in mailbox() if message["To"] == NEW]
    assert got == ["Confirm your email address"]
    assert links_in(mailbox(), "reset", OLD)


def test_link_of_the_old_address_for_a_new_password_dies_with_the_move(lane, mailbox):
    change(lane)
    assert Person(lane.client).post("/password/forgot", {"username": "lane"}).status == 202
    verify(lane, token_in(mailbox(), "verify", NEW))
    chosen = {"token": token_in(mailbox(), "reset", OLD), "newPassword": PASSWORD_OF_RESET}

    assert Person(lane.client).post("/password/reset", chosen).fields == {"token"}


def test_pending_change_is_dropped_without_a_password(lane, mailbox, backend):
    change(lane)
    token = token_in(mailbox(), "verify", NEW)
    reply = lane.ask("PATCH", "/me", {"pendingEmail": None})

    assert (reply.status, addresses(lane)) == (200, (OLD, None))
    assert verify(lane, token).fields == {"token"}
    assert backend.rows("one-time-tokens") == []


@pytest.mark.parametrize("value", [NEW, "", 1])
def test_pending_email_is_changed_by_the_email_field_alone(lane, value):
    assert lane.ask("PATCH", "/me", {"pendingEmail": value}).fields == {"pendingEmail"}


def test_link_is_sent_again_and_the_older_one_is_dead(lane, mailbox):
    change(lane)
    older = links_in(mailbox(), "verify", NEW)
    assert lane.post("/email/verification").status == 202
    [newer] = links_in(mailbox(), "verify", NEW) - older

    assert verify(lane, older.pop()).fields == {"token"}
    assert verify(lane, newer).status == 200


def test_another_new_email_replaces_the_pending_one(lane, mailbox):
    change(lane)
    change(lane, "lane.newest@example.com")

    assert addresses(lane) == (OLD, "lane.newest@example.com")
    assert verify(lane, token_in(mailbox(), "verify", NEW)).fields == {"token"}


def test_pending_change_expires_after_a_week(lane, mailbox, backend, frozen_clock):
    change(lane)
    [row] = backend.rows("users")
    assert row["pendingEmailExpiresAt"] == clock.to_text(clock.now() + timedelta(days=7))

    for seconds, pending in ((1, NEW), (0, None)):
        expires_at = clock.to_text(clock.now() + timedelta(seconds=seconds))
        backend.change("users", {"id": row["id"]}, pendingEmailExpiresAt=expires_at)
        assert addresses(lane) == (OLD, pending)
    assert lane.post("/email/verification").status == 202
    assert len(links_in(mailbox(), "verify", NEW)) == 1
    assert verify(lane, token_in(mailbox(), "verify", NEW)).fields == {"token"}


def test_removing_the_email_drops_the_pending_change_too(lane, mailbox):
    change(lane)

    assert change(lane, None).json["email"] is None
    assert addresses(lane) == (None, None)
    assert verify(lane, token_in(mailbox(), "verify", NEW)).fields == {"token"}


def test_reset_by_mail_drops_a_pending_change(lane, mailbox):
    change(lane)
    Person(lane.client).post("/password/forgot", {"username": "lane"})
    chosen = {"token": token_in(mailbox(), "reset", OLD), "newPassword": PASSWORD_OF_RESET}
    assert Person(lane.client).post("/password/reset", chosen).status == 200
    assert lane.sign_in(password=PASSWORD_OF_RESET).status == 200

    assert addresses(lane) == (OLD, None)
    assert verify(lane, token_in(mailbox(), "verify", NEW)).fields == {"token"}


def test_names_change_at_once_beside_an_email_that_waits(lane):
    reply = change(lane, firstName="Lane")

    assert (reply.json["firstName"], reply.json["pendingEmail"]) == ("Lane", NEW)


def test_same_email_again_leaves_the_pending_change_alone(lane):
    change(lane)
    assert lane.ask("PATCH", "/me", {"email": OLD, "firstName": "Lane"}).status == 200

    assert addresses(lane) == (OLD, NEW)


def test_address_that_another_account_verified_meanwhile_is_rejected(lane, mailbox, backend):
    change(lane)
    hold_account("quick", email=NEW, email_verified=True)
    before = backend.everything()
    reply = verify(lane, token_in(mailbox(), "verify", NEW))

    assert (reply.status, reply.code) == (409, "identity_taken")
    assert backend.everything() == before


def test_verifying_takes_an_unverified_address_over_from_another_account(lane, mailbox, backend):
    other = hold_account("other", email=NEW)
    change(lane)
    assert addresses(lane) == (OLD, NEW)
    assert verify(lane, token_in(mailbox(), "verify", NEW)).status == 200

    assert addresses(lane) == (NEW, None)
    [row] = [row for row in backend.rows("users") if row["id"] == other.id]
    assert ("email" in row, row["username"]) == (False, "other")
    assert names(backend, other.id) == {"other"}
    assert names(backend, lane.account["id"]) == {"lane", NEW}
    [entry] = [row for row in backend.rows("audit") if row["subject"] == other.id]
    assert entry["action"] == "account.email_taken_over"
    assert (entry["fields"], entry["actor"]) == (["email"], lane.account["id"])


def test_account_without_an_email_waits_for_an_address_that_another_one_holds(applicant, mailbox):
    hold_account("other", email=NEW)
    assert change(applicant).json["email"] is None
    assert addresses(applicant) == (None, NEW)

    assert verify(applicant, token_in(mailbox(), "verify", NEW)).status == 200
    assert addresses(applicant) == (NEW, None)


def test_the_audit_names_the_fields_and_no_address(lane, mailbox, backend):
    change(lane)
    verify(lane, token_in(mailbox(), "verify", NEW))

    told = [(row["action"], row["fields"]) for row in backend.rows("audit")]
    assert told == [
        ("account.changed", ["pendingEmail"]),
        ("account.email_verified", ["email", "emailVerified"]),
    ]
    assert NEW not in str(backend.rows("audit"))


def test_staff_see_the_pending_email(client, lane):
    change(lane)
    admin = signed_in_staff(client, "ada", Role.ADMIN)

    person = admin.get(f"/admin/users/{lane.account['id']}").json
    assert (person["email"], person["pendingEmail"]) == (OLD, NEW)


def test_export_has_the_pending_email_and_the_times(lane, backend):
    change(lane)
    held = lane.get("/me/export").json

    assert held["account"]["pendingEmail"] == NEW
    [row] = backend.rows("users")
    assert held["passwordSetAt"] == row["passwordSetAt"]
