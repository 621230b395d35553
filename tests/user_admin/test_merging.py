"""Staff merge two accounts of one person: what moves, what ends, and what is rejected."""

import pytest

from chalicelib.identity.account import Role
from chalicelib.platform import clock
from chalicelib.registrations.waiting_list import waiting_list_service
from tests.support.accounts import signed_in_staff, store_account
from tests.support.clients import PASSWORD, Person
from tests.support.credentials import store_credentials
from tests.support.events import EVENT, FORM, create_event
from tests.user_admin.merging import (
    REASON,
    REGISTRATION_PATH,
    STAFF_PATH,
    belonging_to,
    merge,
    preview,
    save,
    submit,
    taken_offered_waiting,
)


@pytest.fixture
def duplicate(new_client):
    """The earlier account of the person whose other account is river's."""
    person = new_client("old")
    names = {"firstName": "River", "lastName": "Okafor"}
    assert person.sign_up(email="mistyped@example.com", **names).status == 201
    return person


def test_registration_moves_with_reference_status_notes_and_history(
    admin, applicant, duplicate, backend
):
    create_event()
    before = submit(duplicate)
    old_path = f"{STAFF_PATH}/{duplicate.account['id']}"
    assert admin.post(f"{old_path}/notes", {"text": "Came by."}).status == 201
    moved = {"status": "InReview", "version": 2, "note": "Complete."}
    assert admin.post(f"{old_path}/status", moved).status == 200
    history = admin.get(f"{old_path}/history").json["items"]
    taken = taken_offered_waiting(backend)

    response = merge(admin, applicant, duplicate)

    assert response.status == 200
    assert (response.json["id"], response.json["username"]) == (applicant.account["id"], "river")
    after = applicant.get(REGISTRATION_PATH).json
    same = {"reference", "form", "submittedAt", "createdAt", "eventId"}
    assert {n: after[n] for n in same} == {n: before[n] for n in same}
    assert (after["status"], after["version"]) == ("InReview", 4)
    new_path = f"{STAFF_PATH}/{applicant.account['id']}"
    registration = admin.get(new_path).json
    assert registration["username"] == "river"
    assert {note["text"] for note in registration["notes"]} == {"Complete.", "Came by."}
    first, *rest = admin.get(f"{new_path}/history").json["items"]
    assert (first["action"], first["actor"]) == ("merged", "ada")
    # What the applicant did with the earlier account is theirs with this one.
    expected = [
        entry | {"actor": "river" if entry["actor"] == "old" else "ada"} for entry in history
    ]
    assert rest == expected
    assert taken_offered_waiting(backend) == taken
    assert belonging_to(backend, duplicate) == {"credentials"}
    assert applicant.other_client().sign_in().status == 200
    assert belonging_to(backend, duplicate) == set()


def test_registrations_of_both_accounts_are_in_the_merged_account(admin, applicant, duplicate):
    for event in (EVENT, "spring-fair", "winter-fair"):
        create_event(id=event)
    submit(applicant)
    submit(duplicate, "spring-fair")
    save(duplicate, "winter-fair")

    assert merge(admin, applicant, duplicate).status == 200

    registrations = applicant.get("/registrations").json["items"]
    assert {registration["eventId"]: registration["status"] for registration in registrations} == {
        EVENT: "Submitted", "spring-fair": "Submitted", "winter-fair": "Draft",
    }  # fmt: skip


def test_merged_account_ends_with_its_sessions_and_its_names_are_free(
    admin, applicant, duplicate, new_client
):
    phone = duplicate.other_client()
    assert phone.sign_in().status == 200

    assert merge(admin, applicant, duplicate).status == 200

    assert [client.get("/me").status for client in (duplicate, phone)] == [401, 401]
    for name in ("old", "mistyped@example.com"):
        assert duplicate.other_client().sign_in(name).code == "incorrect_credentials"
    assert admin.get(f"/admin/users/{duplicate.account['id']}").status == 404
    stranger = new_client("old")
    assert stranger.sign_up(email="mistyped@example.com").status == 201
    assert stranger.get("/registrations").json["items"] == []


def test_account_that_stays_keeps_its_sign_in_and_its_sessions(
    admin, applicant, duplicate, backend
):
    app = {"seed": "a-seed", "lastStep": 0, "recoveryCodes": ["0" * 64]}
    store_credentials(backend, applicant.account["id"], authenticator=app)
    [before] = [row for row in backend.rows("users") if row["id"] == applicant.account["id"]]

    assert merge(admin, applicant, duplicate).status == 200

    [after] = [row for row in backend.rows("users") if row["id"] == applicant.account["id"]]
    assert after.pop("mergedAccounts") == [duplicate.account["id"]]
    changing = {"version", "updatedAt"}
    assert {n: v for n, v in after.items() if n not in changing} == {
        n: v for n, v in before.items() if n not in changing
    }
    assert applicant.get("/me").json["username"] == "river"


def test_position_on_the_waiting_list_stays(admin, applicant, duplicate, other_applicant, backend):
    create_event(capacity=0)
    assert submit(duplicate)["position"] == 1
    assert submit(other_applicant)["position"] == 2

    assert merge(admin, applicant, duplicate).status == 200

    assert applicant.get(REGISTRATION_PATH).json["position"] == 1
    assert taken_offered_waiting(backend) == (0, 0, 2)
    create_event(version=2, capacity=1)
    waiting_list_service().expire_and_make_offers(EVENT, clock.now())
    assert applicant.get(REGISTRATION_PATH).json["offer"]
    assert other_applicant.get(REGISTRATION_PATH).json["offer"] is None


def test_offer_moves_with_its_deadline_and_can_be_accepted(admin, applicant, duplicate, backend):
    create_event(capacity=0)
    submit(duplicate)
    create_event(version=2, capacity=1)
    waiting_list_service().expire_and_make_offers(EVENT, clock.now())
    offer = duplicate.get(REGISTRATION_PATH).json["offer"]

    assert merge(admin, applicant, duplicate).status == 200

    assert applicant.get(REGISTRATION_PATH).json["offer"] == offer
    assert taken_offered_waiting(backend) == (1, 1, 0)
    assert applicant.post(f"{REGISTRATION_PATH}/offer/accept").json["status"] == "Submitted"
    assert taken_offered_waiting(backend) == (1, 0, 0)
    assert belonging_to(backend, duplicate) == {"credentials"}


def test_staff_find_the_registration_by_the_username_that_stays(admin, applicant, duplicate):
    create_event()
    submit(duplicate, lastName="Quillfeather")

    assert merge(admin, applicant, duplicate).status == 200

    def found(text):
        return [user["userId"] for user in admin.get(f"{STAFF_PATH}?q={text}").json["items"]]

    account_ids = [applicant.account["id"]]
    assert (found("quillfeather"), found("river"), found("old")) == (account_ids, account_ids, [])
    assert [
        found_user["id"] for found_user in admin.get("/admin/users?q=quillf").json["items"]
    ] == account_ids


def test_registrations_for_the_same_event_are_a_409_that_changes_nothing(
    admin, applicant, duplicate, backend
):
    create_event()
    create_event(id="spring-fair")
    save(applicant)
    submit(duplicate)
    submit(duplicate, "spring-fair")
    before = backend.records()

    response = merge(admin, applicant, duplicate)

    assert (response.status, response.code) == (409, "registrations_clash")
    assert response.json["events"] == [EVENT]
    assert backend.records() == before
    assert duplicate.get(REGISTRATION_PATH).status == 200


def test_draft_that_was_deleted_to_merge_stays_hidden_from_staff(admin, applicant, duplicate):
    create_event()
    submit(duplicate)
    save(applicant, city="Secretville")
    assert applicant.delete(REGISTRATION_PATH).status == 200

    assert merge(admin, applicant, duplicate).status == 200

    assert "Secretville" not in str(
        admin.get(f"{STAFF_PATH}/{applicant.account['id']}/history").json
    )


def test_deleted_draft_of_the_merged_account_stays_hidden_from_staff(admin, applicant, duplicate):
    create_event()
    submit(applicant)
    save(duplicate, city="Secretville")
    assert duplicate.delete(REGISTRATION_PATH).status == 200

    assert merge(admin, applicant, duplicate).status == 200

    assert "Secretville" not in str(
        admin.get(f"{STAFF_PATH}/{applicant.account['id']}/history").json
    )


def test_draft_stays_hidden_from_staff(admin, applicant, duplicate):
    create_event()
    save(duplicate)
    reference = duplicate.get(REGISTRATION_PATH).json["reference"]

    assert preview(admin, applicant, duplicate).json["registrations"][0]["reference"] is None
    assert merge(admin, applicant, duplicate).status == 200

    new_path = f"{STAFF_PATH}/{applicant.account['id']}"
    assert admin.get(new_path).status == 404
    assert admin.get(f"{new_path}?reference={reference}").status == 200


def test_the_exported_history_names_the_applicant_as_actor(admin, applicant, duplicate):
    create_event()
    submit(duplicate)

    assert merge(admin, applicant, duplicate).status == 200

    [held] = applicant.get("/me/export").json["registrations"]
    assert [(entry["by"], entry["action"]) for entry in held["history"]] == [
        ("staff", "merged"), ("you", "submitted"), ("you", "saved"),
    ]  # fmt: skip


def test_repeated_merge_succeeds_and_changes_nothing(admin, applicant, duplicate, backend):
    create_event()
    submit(duplicate)
    first = merge(admin, applicant, duplicate)
    before = backend.records()

    again = merge(admin, applicant, duplicate)

    assert (again.status, again.json) == (200, first.json)
    assert backend.records() == before


def test_audit_has_both_accounts_the_actor_and_the_reason(admin, super_admin, applicant, duplicate):
    create_event()
    submit(duplicate)
    assert merge(admin, applicant, duplicate).status == 200
    ids = applicant.account["id"], duplicate.account["id"]

    for subject, related in (ids, ids[::-1]):
        entries = super_admin.get(f"/admin/audit?subject={subject}").json["items"]
        merge_entries = [entry for entry in entries if entry["action"].startswith("account.merge")]
        assert [entry["action"] for entry in merge_entries] == [
            "account.merged",
            "account.merge_started",
        ]
        for entry in merge_entries:
            assert (entry["actor"], entry["related"]) == (admin.account["id"], related)
            assert (entry["reason"], entry["fields"]) == (REASON, [])


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        *dict.fromkeys(["", "  ", "\u200e"], "Enter a reason.").items(),
        ("x" * 255, "Use 254 characters or fewer."),
        (None, "Enter text."),
    ],
)
def test_reason_is_required_at_its_field(admin, applicant, duplicate, backend, reason, message):
    before = backend.records()
    response = merge(admin, applicant, duplicate, reason)

    assert (response.status, response.json["fields"]) == (422, {"reason": message})
    assert backend.records() == before


def test_a_merge_is_mailed_to_verified_addresses_only(admin, client, duplicate, mailbox):
    # The owner of the mailbox of the account that goes may be another person than the one here.
    for name in ("kept", "gone"):
        store_account(name, id=name, email=f"{name}@example.com", email_verified=True)
    target, gone = (Person(client, name, account={"id": name}) for name in ("kept", "gone"))

    assert merge(admin, target, gone).status == 200
    assert {mail["To"]: mail["Subject"] for mail in mailbox()} == {
        "kept@example.com": "We merged your two accounts",
        "gone@example.com": "We closed one of your two accounts",
    }

    assert merge(admin, target, duplicate).status == 200
    recipients = sorted(mail["To"] for mail in mailbox())
    assert recipients == ["gone@example.com", "kept@example.com", "kept@example.com"]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SUPER_ADMIN])
@pytest.mark.parametrize("username", ["ada", "sue"])
def test_staff_accounts_cannot_be_merged(
    client, admin, super_admin, applicant, backend, role, username
):
    colleague, actor = (
        signed_in_staff(client, "colleague", role),
        {"ada": admin, "sue": super_admin}[username],
    )
    before = backend.records()
    pairs = [(applicant, colleague), (colleague, applicant), (actor, applicant), (applicant, actor)]

    responses = [merge(actor, *pair) for pair in pairs]

    assert {(response.status, response.code) for response in responses} == {(409, "not_mergeable")}
    assert backend.records() == before


def test_merging_with_itself_or_an_unknown_account_is_rejected(
    admin, applicant, anonymous, backend
):
    anonymous.account = {"id": "unknown"}
    before = backend.records()

    for send in (merge, preview):
        assert send(admin, applicant, applicant).json["fields"] == {
            "from": "This is the same account. Choose another one."
        }
        assert send(admin, applicant, anonymous).json["fields"] == {
            "from": "No account has this ID."
        }
        assert send(admin, anonymous, applicant).status == 404
    assert backend.records() == before


def test_into_a_disabled_account_none_is_merged(admin, applicant, duplicate):
    assert admin.post(f"/admin/users/{applicant.account['id']}/disable").status == 200

    response = merge(admin, applicant, duplicate)

    assert (response.status, response.code) == (409, "not_mergeable")
    assert response.json["error"] == "The account that stays is disabled. Enable it first."
    assert duplicate.get("/me").status == 200


def test_a_disabled_account_can_be_merged_and_stays_closed(admin, applicant, duplicate):
    create_event()
    submit(duplicate)
    assert admin.post(f"/admin/users/{duplicate.account['id']}/disable").status == 200

    assert merge(admin, applicant, duplicate).status == 200
    assert applicant.get(REGISTRATION_PATH).json["status"] == "Submitted"


@pytest.mark.parametrize("which", ["kept", "merged"])
def test_an_account_that_its_owner_is_erasing_is_not_merged(
    admin, applicant, duplicate, backend, which
):
    erasing = {"kept": applicant, "merged": duplicate}[which]
    backend.change("users", {"id": erasing.account["id"]}, erasing="mark")

    assert merge(admin, applicant, duplicate).code == "being_erased"


def test_preview_shows_both_accounts_their_registrations_and_clashes(admin, applicant, duplicate):
    create_event()
    create_event(id="spring-fair", name="Spring Fair")
    save(applicant)
    submit(duplicate)
    reference = submit(duplicate, "spring-fair")["reference"]

    comparison = preview(admin, applicant, duplicate).json

    assert (comparison["kept"]["username"], comparison["merged"]["username"]) == ("river", "old")
    assert comparison["merged"]["email"] == "mistyped@example.com"
    assert comparison["clashes"] == [EVENT]
    assert len(comparison["registrations"]) == 3
    [spring] = [
        registration
        for registration in comparison["registrations"]
        if registration["eventId"] == "spring-fair"
    ]
    assert spring == {
        "userId": duplicate.account["id"],
        "eventId": "spring-fair",
        "eventName": "Spring Fair",
        "status": "Submitted",
        "reference": reference,
    }


def test_a_merged_account_can_be_merged_again(
    admin, applicant, duplicate, other_applicant, backend
):
    create_event()
    submit(duplicate)

    assert merge(admin, other_applicant, duplicate).status == 200
    assert merge(admin, applicant, other_applicant).status == 200

    assert applicant.get(REGISTRATION_PATH).json["status"] == "Submitted"
    assert applicant.other_client().sign_in().status == 200
    assert belonging_to(backend, duplicate) == belonging_to(backend, other_applicant) == set()


def test_the_person_can_register_and_be_erased_afterwards(admin, applicant, duplicate, backend):
    create_event()
    create_event(id="spring-fair")
    submit(duplicate)
    assert merge(admin, applicant, duplicate).status == 200

    save(applicant, "spring-fair")
    erased = applicant.post("/me/delete", {"currentPassword": PASSWORD})

    assert erased.status == 200
    assert belonging_to(backend, applicant) == belonging_to(backend, duplicate) == set()
    assert FORM["lastName"] not in str(backend.everything())
