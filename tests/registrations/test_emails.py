"""What applicants are mailed about their registrations."""

import pytest

from chalicelib.events.event import EventTexts
from chalicelib.identity.account import Role
from chalicelib.platform.languages import Language
from tests.support.accounts import signed_in_staff, store_account
from tests.support.clients import Person
from tests.support.environments import SETTINGS, environment
from tests.support.events import EVENT, FORM, create_event

REGISTRATION_PATH = f"/registrations/{EVENT}"
STAFF_PATH = f"/admin/events/{EVENT}/registrations"


@pytest.fixture(autouse=True)
def _event(backend):
    english = EventTexts(Language.ENGLISH, address="12 Lake Street\nShakopee", hours="9 to 5")
    spanish = EventTexts(Language("es"), hours="de 9 a 5", contact="555-0100")
    create_event(texts=(english, spanish))


@pytest.fixture
def verified_applicant(client):
    """An applicant with a verified email and a draft."""
    return with_a_draft(client, "lane")


def with_a_draft(client, name, **overrides):
    account = store_account(name, **{"email": f"{name}@e.co", "email_verified": True} | overrides)
    person = Person(client, name)
    assert person.sign_in().status == 200
    assert person.request("PUT", REGISTRATION_PATH, {"form": FORM}).status == 201
    person.account = {"id": account.id}
    return person


def submit(person):
    response = person.post(f"{REGISTRATION_PATH}/submit")
    assert response.status == 200
    return response.json


def text_of(message):
    return message.get_body(["plain"]).get_content()


def test_a_submission_is_receipted_with_its_reference(verified_applicant, mailbox):
    reference = submit(verified_applicant)["reference"]

    [message] = mailbox()
    assert (message["To"], message["Subject"]) == ("lane@e.co", "We got your registration")
    assert reference in text_of(message)
    assert "submitted" in text_of(message)


@pytest.mark.parametrize(
    ("language", "closes"),
    [
        (Language.ENGLISH, "August 14, 2027 at 7:00 PM CDT"),
        (Language("es"), "14 de agosto de 2027, 7:00 p. m. CDT"),
    ],
)
def test_a_receipt_names_the_deadline_by_the_clock_of_the_event(client, mailbox, language, closes):
    submit(with_a_draft(client, "lane", language=language))

    assert closes in text_of(mailbox()[0])


def test_a_receipt_is_in_the_applicants_language(client, mailbox):
    submit(with_a_draft(client, "lane", language=Language("es")))

    assert mailbox()[0]["Subject"] == "Recibimos su inscripción"


def test_the_language_is_that_of_the_browser_that_signed_up(new_client, mailbox):
    body = {"username": "lane", "password": "four quiet lakes in May", "email": "l@e.co"}
    new_client("lane").post("/signup", body, Accept_Language="es-MX,es;q=0.9,en;q=0.8")

    assert mailbox()[0]["Subject"] == "Confirme su correo electrónico"


def test_a_receipt_says_where_the_office_is_in_the_applicants_language(client, mailbox):
    submit(with_a_draft(client, "lane", language=Language("es")))

    office = "Dirección de la oficina: 12 Lake Street Shakopee · Horario de la oficina: de 9 a 5"
    assert f"{office} · Contacto: 555-0100" in " ".join(text_of(mailbox()[0]).split())


def test_submitting_again_sends_no_second_receipt(verified_applicant, mailbox):
    submit(verified_applicant)
    submit(verified_applicant)

    assert len(mailbox()) == 1


@pytest.mark.parametrize("different", [{"email": None}, {"email_verified": False}], ids=str)
def test_an_applicant_without_a_verified_email_gets_no_mail(client, mailbox, different):
    submit(with_a_draft(client, "lane", **different))

    assert mailbox() == []


def test_a_receipt_that_cannot_be_sent_fails_no_submission(verified_applicant):
    with environment(**SETTINGS | {"MAIL_FROM": "unknown@e.co"}):
        assert submit(verified_applicant)["status"] == "Submitted"


def test_a_status_change_by_staff_is_mailed(client, verified_applicant, mailbox):
    admin, version = (
        signed_in_staff(client, "ada", Role.ADMIN),
        submit(verified_applicant)["version"],
    )
    body = {"status": "Declined", "version": version, "note": "A word for staff."}
    assert admin.post(f"{STAFF_PATH}/{verified_applicant.account['id']}/status", body).status == 200

    [message] = [
        mail for mail in mailbox() if mail["Subject"] == "Your registration status changed"
    ]
    assert message["To"] == "lane@e.co"
    assert "not selected" in text_of(message)
    assert "We can’t offer you a job at this event." in text_of(message)
    assert "A word for staff" not in str(message)


def test_an_unchanged_status_is_not_mailed(client, verified_applicant, mailbox):
    admin, version = (
        signed_in_staff(client, "ada", Role.ADMIN),
        submit(verified_applicant)["version"],
    )
    body = {"status": "Submitted", "version": version, "note": "Came by."}
    assert admin.post(f"{STAFF_PATH}/{verified_applicant.account['id']}/status", body).status == 200

    assert len(mailbox()) == 1


def test_a_bulk_status_change_is_mailed_to_each_applicant(client, mailbox):
    crowd = [with_a_draft(client, f"person{number}") for number in range(3)]
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    items = [{"userId": p.account["id"], "version": submit(p)["version"]} for p in crowd]
    items[0]["version"] = 1
    assert admin.post(f"{STAFF_PATH}/status", {"status": "Declined", "items": items}).status == 200

    recipients = [
        mail["To"] for mail in mailbox() if mail["Subject"] == "Your registration status changed"
    ]
    assert sorted(recipients) == ["person1@e.co", "person2@e.co"]


@pytest.mark.parametrize(
    ("notices", "subjects"),
    [
        ("off", []),
        ("registration-submitted", ["We got your registration"]),
        ("registration-moved", ["Your registration status changed"]),
    ],
)
def test_each_is_a_switch(client, verified_applicant, mailbox, notices, subjects):
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    with environment(MAIL_NOTICES=notices):
        body = {"status": "Declined", "version": submit(verified_applicant)["version"]}
        assert (
            admin.post(f"{STAFF_PATH}/{verified_applicant.account['id']}/status", body).status
            == 200
        )

    assert [message["Subject"] for message in mailbox()] == subjects


def move(admin, verified_applicant, *statuses, version):
    for number, status in enumerate(statuses):
        body = {"status": status, "version": version + number}
        assert (
            admin.post(f"{STAFF_PATH}/{verified_applicant.account['id']}/status", body).status
            == 200
        )


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["InReview"], []),
        (["InReview", "Interview"], ["interview you"]),
        (["Waitlisted", "InReview"], ["waiting list"]),
        # A person who was told a decision is told that it is open again.
        (["Declined", "InReview"], ["can’t offer", "reviewing"]),
        (["InReview", "Interview", "Hired", "Withdrawn"], ["interview", "hired", "withdrawn"]),
        (["InReview", "Interview", "Hired", "Declined"], ["interview", "hired", "can’t offer"]),
    ],
)
def test_applicants_are_mailed_what_to_do_next_and_nothing_of_a_review(
    client, verified_applicant, mailbox, statuses, expected
):
    admin, version = (
        signed_in_staff(client, "ada", Role.ADMIN),
        submit(verified_applicant)["version"],
    )
    move(admin, verified_applicant, *statuses, version=version)

    mails = [text_of(mail) for mail in mailbox() if mail["Subject"].startswith("Your registration")]
    assert len(mails) == len(expected)
    assert all(any(word in text for text in mails) for word in expected)
