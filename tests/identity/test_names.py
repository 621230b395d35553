"""Usernames and emails as people type them: which are accepted, and how they are found."""

import pytest

from chalicelib.identity import login_names
from chalicelib.identity.role import Role
from ops import migrate
from ops.migrations import account_names, engine
from tests.support.accounts import signed_in_staff, store_account
from tests.support.clients import PASSWORD, Person
from tests.support.environments import STAGE

CONFLICT = "Enter the same email address here and as your email, or choose a username without an @."
ZALGO = "river" + "\u0301\u0316" * 27
FORMS = ["river@bücher.example", "River@BÜCHER.example", "river@xn--bcher-kva.example"]


@pytest.fixture
def super_admin(client):
    return signed_in_staff(client, "sue", Role.SUPER_ADMIN)


# A username with an @ is the account's email.


def test_a_username_that_is_another_address_than_the_email_is_rejected_at_its_field(
    new_client, backend
):
    response = new_client("v@victim.example").sign_up(email="a@else.example")

    assert (response.status, response.json["fields"]) == (422, {"username": CONFLICT})
    assert backend.rows("users") == []


def test_a_username_that_is_the_email_in_another_case_is_accepted(new_client):
    response = new_client("River@Example.com").sign_up(email="river@example.com")

    assert (response.status, response.json["username"]) == (201, "River@Example.com")


def test_staff_cannot_give_someone_the_address_of_another_person_as_a_username(super_admin):
    person = {"username": "v@victim.example", "email": "a@else.example"}
    response = super_admin.post(
        "/admin/users", {**person, "firstName": "River", "lastName": "Okafor"}
    )

    assert response.json["fields"] == {"username": CONFLICT}


# Email addresses.


@pytest.mark.parametrize("local", ["a..b", ".a", "a.", "a...b", "."])
def test_an_email_with_a_misplaced_dot_is_rejected_at_its_field(anonymous, local):
    assert anonymous.sign_up(email=f"{local}@x.example").fields == {"email"}
    assert anonymous.post(
        "/signup", {"username": f"{local}@x.example", "password": PASSWORD}
    ).fields == {"username"}


@pytest.mark.parametrize("local", ["a.b", "a.b.c", "a-b+c_d", "x" * 64])
def test_an_email_with_dots_between_its_characters_is_accepted(local):
    assert login_names.email_problem(f"{local}@x.example") is None


@pytest.mark.parametrize("signed_up_as", FORMS)
@pytest.mark.parametrize("typed", FORMS)
def test_a_domain_in_another_script_is_the_same_at_sign_up_and_at_sign_in(
    anonymous, signed_up_as, typed
):
    response = anonymous.sign_up(email=signed_up_as)

    assert response.json["email"].lower() == "river@xn--bcher-kva.example"
    assert anonymous.other_client().sign_in(typed).status == 200


def test_a_username_with_a_domain_in_another_script_is_the_email(new_client):
    response = new_client("river@bücher.example").sign_up(email="river@xn--bcher-kva.example")

    assert response.json["username"] == response.json["email"] == "river@xn--bcher-kva.example"


def test_a_domain_in_another_script_cannot_be_taken_twice(new_client):
    assert new_client("river").sign_up(email="river@bücher.example").status == 201
    assert new_client("sky").sign_up(email="river@xn--bcher-kva.example").code == "identity_taken"


@pytest.mark.parametrize(
    ("domain", "ascii_form"),
    [
        ("straße.example", "xn--strae-oqa.example"),
        ("ＢÜcher。example", "xn--bcher-kva.example"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
    ],
)
def test_a_domain_has_the_form_that_browsers_give_it(domain, ascii_form):
    assert login_names.as_typed(f"river@{domain}") == f"river@{ascii_form}"


@pytest.mark.parametrize("domain", ["bü cher.example", "ü..example", "-ü.example", "ü" * 300])
def test_a_text_that_is_not_a_domain_makes_no_email_and_no_fault(anonymous, domain):
    assert anonymous.sign_up(email=f"river@{domain}").fields == {"email"}
    assert anonymous.sign_in(f"river@{domain}"[:200]).status == 401


# Invisible characters, and too many marks.


@pytest.mark.parametrize(
    "typed", ["\u200briver", "river\ufeff", "ri\u200bver", "\u202ariver\u202c", "ri\u202ever\u00ad"]
)
def test_invisible_characters_are_not_part_of_a_name_at_sign_in_and_in_the_search(
    applicant, super_admin, typed
):
    assert applicant.other_client().sign_in(typed).status == 200
    users = super_admin.get(f"/admin/users?q={typed}").json["items"]
    assert [user["username"] for user in users] == ["river"]


def test_invisible_characters_are_not_part_of_a_name_at_sign_up(new_client):
    assert new_client("\u200bri\ufeffver\u2069").sign_up().json["username"] == "river"
    assert new_client("river\u200b").sign_up().code == "identity_taken"


def test_a_forgotten_password_is_asked_for_with_invisible_characters_around_the_name(
    anonymous, mailbox
):
    store_account("river", email="river@e.co", email_verified=True)

    assert anonymous.post("/password/forgot", {"username": "\u202ariver\u202c"}).status == 202
    assert len(mailbox()) == 1


def test_a_username_with_54_combining_marks_is_rejected_with_a_message(anonymous):
    response = anonymous.post("/signup", {"username": ZALGO, "password": PASSWORD})

    assert response.json["fields"] == {"username": "Use fewer accents and marks on each letter."}


# Accounts from before these rules.

OLD = {
    "another person's address as a username": ("v@victim.example", "a@else.example"),
    "two dots in a username": ("a..b@x.example", "a..b@x.example"),
    "a dot at the start of an email": ("sky", ".a@x.example"),
    "54 combining marks": (ZALGO, None),
}


@pytest.mark.parametrize("which", OLD)
def test_an_account_from_before_a_rule_keeps_its_sign_in_by_each_of_its_names(client, which):
    username, email = OLD[which]
    store_account(username, email=email)

    for name in filter(None, (username, email)):
        assert Person(client, name).sign_in().status == 200


@pytest.mark.parametrize("which", OLD)
def test_migrate_reports_an_account_from_before_a_rule_and_changes_nothing(
    backend, monkeypatch, capsys, which
):
    monkeypatch.setattr(engine, "WRITERS", 1)
    username, email = OLD[which]
    old = store_account(username, email=email)
    store_account("river", email="river@example.com")
    before = backend.everything()

    assert migrate.run(STAGE, dry_run=True, migrations=[account_names.MIGRATION]) == 0

    output = capsys.readouterr().out
    assert old.id in output
    assert "0 would change, 1 findings" in output
    assert backend.everything() == before


def test_a_stored_form_with_an_old_email_can_be_corrected_elsewhere(
    client, super_admin, applicant, backend
):
    from tests.support.events import EVENT, EVENT_BODY, FORM

    assert super_admin.request("PUT", f"/admin/events/{EVENT}", EVENT_BODY).status == 201
    assert applicant.request("PUT", f"/registrations/{EVENT}", {"form": FORM}).status == 201
    assert applicant.post(f"/registrations/{EVENT}/submit").status == 200
    key = {"eventId": EVENT, "userId": applicant.account["id"]}
    [row] = [row for row in backend.rows("registrations") if row.get("userId") == key["userId"]]
    old = {**row["form"], "email": "a..b@x.example"}
    backend.change("registrations", {n: row[n] for n in ("userId", "eventId")}, form=old)
    path = f"/admin/events/{EVENT}/registrations/{applicant.account['id']}"

    def correct(**form):
        version = super_admin.get(path).json["version"]
        return super_admin.request("PATCH", path, {"form": form, "version": version})

    assert correct(city="Duluth").json["form"]["email"] == "a..b@x.example"
    assert correct(email="a..c@x.example").fields == {"form.email"}
    assert correct(email="a.b@x.example").json["form"]["email"] == "a.b@x.example"
