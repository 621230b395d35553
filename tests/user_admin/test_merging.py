"""Staff merge two accounts of one person: what moves, what ends, and what is rejected."""

import pytest

from chalicelib.identity.account import Role
from chalicelib.platform import clock
from chalicelib.registrations.waiting_list import waiting_list
from tests.support.accounts import hold_account, signed_in_staff
from tests.support.clients import PASSWORD, Person
from tests.support.credentials import hold_credentials
from tests.support.events import EVENT, FORM, create_event
from tests.user_admin.merging import (
    REASON,
    REGISTRATION_PATH,
    STAFF_PATH,
    belonging_to,
    counters,
    merge,
    preview,
    save,
    submit,
)


@pytest.fixture
def old(new_client):
    """The earlier account of the person whose other account is river's."""
    person = new_client("old")
    names = {"firstName": "River", "lastName": "Okafor"}
    assert person.sign_up(email="mistyped@example.com", **names).status == 201
    return person


def test_registration_moves_with_reference_status_notes_and_history(admin, applicant, old, backend):
    create_event()
    before = submit(old)
    theirs = f"{STAFF_PATH}/{old.account['id']}"
    assert admin.post(f"{theirs}/notes", {"text": "Came by."}).status == 201
    moved = {"status": "InReview", "version": 2, "note": "Complete."}
    assert admin.post(f"{theirs}/status", moved).status == 200
    history = admin.get(f"{theirs}/history").json["items"]
    taken = counters(backend)

    reply = merge(admin, applicant, old)

    assert reply.status == 200
    assert (reply.json["id"], reply.json["username"]) == (applicant.account["id"], "river")
    after = applicant.get(REGISTRATION_PATH).json
    same = {"reference", "form", "submittedAt", "createdAt", "eventId"}
    assert {n: after[n] for n in same} == {n: before[n] for n in same}
    assert (after["status"], after["version"]) == ("InReview", 4)
    mine = f"{STAFF_PATH}/{applicant.account['id']}"
    shown = admin.get(mine).json
    assert shown["username"] == "river"
    assert [note["text"] for note in shown["notes"]] == ["Complete.", "Came by."]
    first, *rest = admin.get(f"{mine}/history").json["items"]
    assert (first["action"], first["actor"]) == ("merged", "ada")
    # What the applicant did with the earlier account is theirs with this one.
    expected = [one | {"actor": "river" if one["actor"] == "old" else "ada"} for one in history]
    assert rest == expected
    assert counters(backend) == taken
    assert belonging_to(backend, old) == {"credentials"}
    assert applicant.other_client().sign_in().status == 200
    assert belonging_to(backend, old) == set()


def test_registrations_of_both_accounts_are_in_the_merged_account(admin, applicant, old):
    for event in (EVENT, "spring-fair", "winter-fair"):
        create_event(id=event)
    submit(applicant)
    submit(old, "spring-fair")
    save(old, "winter-fair")

    assert merge(admin, applicant, old).status == 200

    registrations = applicant.get("/registrations").json["items"]
    assert {one["eventId"]: one["status"] for one in registrations} == {
        EVENT: "Submitted", "spring-fair": "Submitted", "winter-fair": "Draft",
    }  # fmt: skip


def test_merged_account_ends_with_its_sessions_and_its_names_are_free(
    admin, applicant, old, new_client
):
    phone = old.other_client()
    assert phone.sign_in().status == 200

    assert merge(admin, applicant, old).status == 200

    assert [one.get("/me").status for one in (old, phone)] == [401, 401]
    for name in ("old", "mistyped@example.com"):
        assert old.other_client().sign_in(name).code == "incorrect_credentials"
    assert admin.get(f"/admin/users/{old.account['id']}").status == 404
    stranger = new_client("old")
    assert stranger.sign_up(email="mistyped@example.com").status == 201
    assert stranger.get("/registrations").json["items"] == []


def test_account_that_stays_keeps_its_sign_in_and_its_sessions(admin, applicant, old, backend):
    app = {"seed": "a-seed", "lastStep": 0, "recoveryCodes": ["0" * 64]}
    hold_credentials(backend, applicant.account["id"], authenticator=app)
    [before] = [row for row in backend.rows("users") if row["id"] == applicant.account["id"]]

    assert merge(admin, applicant, old).status == 200

    [after] = [row for row in backend.rows("users") if row["id"] == applicant.account["id"]]
    assert after.pop("mergedAccounts") == [old.account["id"]]
    changing = {"version", "updatedAt"}
    assert {n: v for n, v in after.items() if n not in changing} == {
        n: v for n, v in before.items() if n not in changing
    }
    assert applicant.get("/me").json["username"] == "river"


def test_position_on_the_waiting_list_stays(admin, applicant, old, other_applicant, backend):
    create_event(capacity=0)
    assert submit(old)["position"] == 1
    assert submit(other_applicant)["position"] == 2

    assert merge(admin, applicant, old).status == 200

    assert applicant.get(REGISTRATION_PATH).json["position"] == 1
    assert counters(backend) == (0, 0, 2)
    create_event(version=2, capacity=1)
    waiting_list().expire_and_make_offers(EVENT, clock.now())
    assert applicant.get(REGISTRATION_PATH).json["offer"]
    assert other_applicant.get(REGISTRATION_PATH).json["offer"] is None


def test_offer_moves_with_its_deadline_and_can_be_accepted(admin, applicant, old, backend):
    create_event(capacity=0)
    submit(old)
    create_event(version=2, capacity=1)
    waiting_list().expire_and_make_offers(EVENT, clock.now())
    offer = old.get(REGISTRATION_PATH).json["offer"]

    assert merge(admin, applicant, old).status == 200

    assert applicant.get(REGISTRATION_PATH).json["offer"] == offer
    assert counters(backend) == (1, 1, 0)
    assert applicant.post(f"{REGISTRATION_PATH}/offer/accept").json["status"] == "Submitted"
    assert counters(backend) == (1, 0, 0)
    assert belonging_to(backend, old) == {"credentials"}


def test_staff_find_the_registration_by_the_username_that_stays(admin, applicant, old):
    create_event()
    submit(old, lastName="Quillfeather")

    assert merge(admin, applicant, old).status == 200

    def found(text):
        return [one["userId"] for one in admin.get(f"{STAFF_PATH}?q={text}").json["items"]]

    own = [applicant.account["id"]]
    assert (found("quillfeather"), found("river"), found("old")) == (own, own, [])
    assert [one["id"] for one in admin.get("/admin/users?q=quillf").json["items"]] == own


def test_registrations_for_the_same_event_are_a_409_that_changes_nothing(
    admin, applicant, old, backend
):
    create_event()
    create_event(id="spring-fair")
    save(applicant)
    submit(old)
    submit(old, "spring-fair")
    before = backend.records()

    reply = merge(admin, applicant, old)

    assert (reply.status, reply.code) == (409, "registrations_clash")
    assert reply.json["events"] == [EVENT]
    assert backend.records() == before
    assert old.get(REGISTRATION_PATH).status == 200


def test_draft_that_was_deleted_to_merge_stays_hidden_from_staff(admin, applicant, old):
    create_event()
    submit(old)
    save(applicant, city="Secretville")
    assert applicant.delete(REGISTRATION_PATH).status == 200

    assert merge(admin, applicant, old).status == 200

    assert "Secretville" not in str(
        admin.get(f"{STAFF_PATH}/{applicant.account['id']}/history").json
    )


def test_deleted_draft_of_the_merged_account_stays_hidden_from_staff(admin, applicant, old):
    create_event()
    submit(applicant)
    save(old, city="Secretville")
    assert old.delete(REGISTRATION_PATH).status == 200

    assert merge(admin, applicant, old).status == 200

    assert "Secretville" not in str(
        admin.get(f"{STAFF_PATH}/{applicant.account['id']}/history").json
    )


def test_draft_stays_hidden_from_staff(admin, applicant, old):
    create_event()
    save(old)
    reference = old.get(REGISTRATION_PATH).json["reference"]

    assert preview(admin, applicant, old).json["registrations"][0]["reference"] is None
    assert merge(admin, applicant, old).status == 200

    mine = f"{STAFF_PATH}/{applicant.account['id']}"
    assert admin.get(mine).status == 404
    assert admin.get(f"{mine}?reference={reference}").status == 200


def test_the_exported_history_names_the_applicant_as_actor(admin, applicant, old):
    create_event()
    submit(old)

    assert merge(admin, applicant, old).status == 200

    [held] = applicant.get("/me/export").json["registrations"]
    assert [(one["by"], one["action"]) for one in held["history"]] == [
        ("staff", "merged"), ("you", "submitted"), ("you", "saved"),
    ]  # fmt: skip


def test_repeated_merge_succeeds_and_changes_nothing(admin, applicant, old, backend):
    create_event()
    submit(old)
    first = merge(admin, applicant, old)
    before = backend.records()

    again = merge(admin, applicant, old)

    assert (again.status, again.json) == (200, first.json)
    assert backend.records() == before


def test_audit_has_both_accounts_the_actor_and_the_reason(admin, super_admin, applicant, old):
    create_event()
    submit(old)
    assert merge(admin, applicant, old).status == 200
    ids = applicant.account["id"], old.account["id"]

    for subject, related in (ids, ids[::-1]):
        entries = super_admin.get(f"/admin/audit?subject={subject}").json["items"]
        told = [one for one in entries if one["action"].startswith("account.merge")]
        assert [one["action"] for one in told] == ["account.merged", "account.merge_started"]
        for one in told:
            assert (one["actor"], one["related"]) == (admin.account["id"], related)
            assert (one["reason"], one["fields"]) == (REASON, [])


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        *dict.fromkeys(["", "  ", "\u200e"], "Enter a reason.").items(),
        ("x" * 255, "Use 254 characters or fewer."),
        (None, "Enter text."),
    ],
)
def test_reason_is_required_at_its_field(admin, applicant, old, backend, reason, said):
    before = backend.records()
    reply = merge(admin, applicant, old, reason)

    assert (reply.status, reply.json["fields"]) == (422, {"reason": said})
    assert backend.records() == before


def test_a_merge_is_mailed_to_verified_addresses_only(admin, client, old, mailbox):
    # The owner of the mailbox of the account that goes may be another person than the one here.
    for name in ("kept", "gone"):
        hold_account(name, id=name, email=f"{name}@example.com", email_verified=True)
    kept, gone = (Person(client, name, account={"id": name}) for name in ("kept", "gone"))

    assert merge(admin, kept, gone).status == 200
    assert {mail["To"]: mail["Subject"] for mail in mailbox()} == {
        "kept@example.com": "We merged your two accounts",
        "gone@example.com": "We closed one of your two accounts",
    }

    assert merge(admin, kept, old).status == 200
    told = sorted(mail["To"] for mail in mailbox())
    assert told == ["gone@example.com", "kept@example.com", "kept@example.com"]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SUPER_ADMIN])
@pytest.mark.parametrize("who", ["ada", "sue"])
def test_staff_accounts_cannot_be_merged(client, admin, super_admin, applicant, backend, role, who):
    colleague, actor = (
        signed_in_staff(client, "colleague", role),
        {"ada": admin, "sue": super_admin}[who],
    )
    before = backend.records()
    pairs = [(applicant, colleague), (colleague, applicant), (actor, applicant), (applicant, actor)]

    replies = [merge(actor, *pair) for pair in pairs]

    assert {(reply.status, reply.code) for reply in replies} == {(409, "not_mergeable")}
    assert backend.records() == before


def test_merging_with_itself_or_an_unknown_account_is_rejected(
    admin, applicant, anonymous, backend
):
    anonymous.account = {"id": "nobody"}
    before = backend.records()

    for ask in (merge, preview):
        assert ask(admin, applicant, applicant).json["fields"] == {
            "from": "This is the same account. Choose another one."
        }
        assert ask(admin, applicant, anonymous).json["fields"] == {
            "from": "No account has this ID."
        }
        assert ask(admin, anonymous, applicant).status == 404
    assert backend.records() == before


def test_into_a_disabled_account_none_is_merged(admin, applicant, old):
    assert admin.post(f"/admin/users/{applicant.account['id']}/disable").status == 200

    reply = merge(admin, applicant, old)

    assert (reply.status, reply.code) == (409, "not_mergeable")
    assert reply.json["error"] == "The account that stays is disabled. Enable it first."
    assert old.get("/me").status == 200


def test_a_disabled_account_can_be_merged_and_stays_closed(admin, applicant, old):
    create_event()
    submit(old)
    assert admin.post(f"/admin/users/{old.account['id']}/disable").status == 200

    assert merge(admin, applicant, old).status == 200
    assert applicant.get(REGISTRATION_PATH).json["status"] == "Submitted"


@pytest.mark.parametrize("which", ["kept", "merged"])
def test_an_account_that_its_owner_is_erasing_is_not_merged(admin, applicant, old, backend, which):
    erasing = {"kept": applicant, "merged": old}[which]
    backend.change("users", {"id": erasing.account["id"]}, erasing="mark")

    assert merge(admin, applicant, old).code == "being_erased"


def test_preview_shows_both_accounts_their_registrations_and_clashes(admin, applicant, old):
    create_event()
    create_event(id="spring-fair", name="Spring Fair")
    save(applicant)
    submit(old)
    reference = submit(old, "spring-fair")["reference"]

    shown = preview(admin, applicant, old).json

    assert (shown["kept"]["username"], shown["merged"]["username"]) == ("river", "old")
    assert shown["merged"]["email"] == "mistyped@example.com"
    assert shown["clashes"] == [EVENT]
    assert len(shown["registrations"]) == 3
    [spring] = [one for one in shown["registrations"] if one["eventId"] == "spring-fair"]
    assert spring == {
        "userId": old.account["id"],
        "eventId": "spring-fair",
        "eventName": "Spring Fair",
        "status": "Submitted",
        "reference": reference,
    }


def test_a_merged_account_can_be_merged_again(admin, applicant, old, other_applicant, backend):
    create_event()
    submit(old)

    assert merge(admin, other_applicant, old).status == 200
    assert merge(admin, applicant, other_applicant).status == 200

    assert applicant.get(REGISTRATION_PATH).json["status"] == "Submitted"
    assert applicant.other_client().sign_in().status == 200
    assert belonging_to(backend, old) == belonging_to(backend, other_applicant) == set()


def test_the_person_can_register_and_be_erased_afterwards(admin, applicant, old, backend):
    create_event()
    create_event(id="spring-fair")
    submit(old)
    assert merge(admin, applicant, old).status == 200

    save(applicant, "spring-fair")
    erased = applicant.post("/me/delete", {"currentPassword": PASSWORD})

    assert erased.status == 200
    assert belonging_to(backend, applicant) == belonging_to(backend, old) == set()
    assert FORM["lastName"] not in str(backend.everything())
