"""What is still emailed to an address with a problem, and how its owner gets all emails again."""

from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.identity import emails
from chalicelib.identity.account import Role
from chalicelib.identity.account_repository import account_repository
from chalicelib.identity.email_marks import EmailProblem
from chalicelib.platform import clock, settings
from chalicelib.platform.aws import MAIL, aws_client
from chalicelib.platform.email_kinds import KINDS, EmailKind
from tests.support.accounts import signed_in_staff
from tests.support.clients import PASSWORD, Person
from tests.support.email_reports import bounce, complaint, report
from tests.support.environments import deliver
from web import emails as templates

ADDRESS = "lane@e.co"


@pytest.fixture
def owner(client, backend):
    """A person with a verified address, signed in."""
    person = Person(client, "lane")
    assert person.sign_up(email=ADDRESS).status == 201
    verified = {"emailVerified": True, "emailVerifiedAt": clock.to_text(clock.now())}
    backend.change("users", {"id": person.account["id"]}, **verified)
    backend.clear("outbox")
    return person


def stored(owner):
    return account_repository().get(owner.account["id"])


def templates_in(backend):
    """The templates of the emails in the outbox that have an address."""
    return [row["template"] for row in backend.rows("outbox") if row.get("to")]


def test_every_template_has_a_kind():
    assert KINDS.keys() == set(templates.names())


@pytest.mark.parametrize("template", KINDS)
def test_bounce_stops_every_email_and_a_complaint_stops_notices(template):
    is_notice = KINDS[template] is EmailKind.NOTICE

    assert emails.is_stopped(template, EmailProblem.BOUNCED)
    assert emails.is_stopped(template, EmailProblem.COMPLAINED) is is_notice
    assert not emails.is_stopped(template, None)


def test_complaint_does_not_stop_what_protects_the_account():
    security = {name for name, kind in KINDS.items() if kind is EmailKind.SECURITY}

    assert security >= {"sign-in-code", "forgotten", settings.PASSWORD_CHANGED}
    assert security >= {settings.SECOND_FACTOR_REMOVED, settings.EMAIL_CHANGE_STARTED}


def request_everything(owner):
    """Ask for each email that a person can ask for while signed out; return the responses."""
    asked = owner.other_client()
    yield asked.post("/signin/email", {"username": ADDRESS})
    yield asked.post("/signup/email", {"email": ADDRESS})
    yield asked.post("/password/forgot", {"username": ADDRESS})


def answers(owner):
    return [(response.status, response.body) for response in request_everything(owner)]


def test_no_email_goes_to_a_bounced_address_and_strangers_see_no_difference(owner, backend):
    before = answers(owner)
    shapes = [{*row} for row in backend.rows("outbox")]
    backend.clear("outbox", "attempts")
    report(bounce(stored(owner)))

    assert answers(owner) == before
    # The request for a password link is in the outbox, too, until the function decides about it.
    assert templates_in(backend) == []
    assert sorted(map(sorted, shapes)) == sorted(sorted(row) for row in backend.rows("outbox"))
    deliver()
    assert backend.rows("outbox") == []


def test_security_emails_go_to_an_address_that_complained(owner, backend):
    report(complaint(stored(owner)))
    answers(owner)
    change = {"currentPassword": PASSWORD, "newPassword": PASSWORD}
    assert owner.post("/password/change", change).status == 200

    assert sorted(templates_in(backend)) == ["account-exists", "password-changed", "sign-in-code"]


def test_staff_hand_over_a_password_link_if_mail_bounces(owner, client):
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    path = f"/admin/users/{owner.account['id']}/password-reset"
    assert admin.post(path).json["emailed"] is True
    report(bounce(stored(owner)))

    response = admin.post(path).json
    assert response["emailed"] is False
    assert response["link"].startswith(settings.current().public_url)


def test_problem_is_shown_to_the_owner_and_to_staff(owner, client):
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    report(bounce(stored(owner)))

    for answer in (owner.get("/me"), admin.get(f"/admin/users/{owner.account['id']}")):
        assert answer.json["emailProblem"] == "bounced"
        assert answer.json["pendingEmailProblem"] is None


def test_new_address_that_bounced_gets_no_link_and_the_owner_is_told(owner, backend):
    change = {"email": "new@e.co", "currentPassword": PASSWORD}
    assert owner.request("PATCH", "/me", change).status == 200
    report(bounce(stored(owner), to="new@e.co"))
    backend.clear("outbox")

    response = owner.post("/email/verification")
    assert (response.status, response.fields) == (422, {"email"})
    assert templates_in(backend) == []
    assert owner.get("/me").json["pendingEmailProblem"] == "bounced"


def test_after_clearing_emails_are_sent_again(owner, backend):
    report(bounce(stored(owner)), complaint(stored(owner)))
    response = owner.delete("/me/email/problems")

    assert (response.status, response.json["emailProblem"]) == (200, None)
    assert owner.get("/me").json["emailProblem"] is None
    owner.other_client().post("/signin/email", {"username": ADDRESS})
    assert templates_in(backend) == ["sign-in-code"]


def test_repeated_report_about_an_email_from_before_the_clearing_changes_nothing(owner):
    sent_at = clock.to_text(clock.now() - timedelta(seconds=1))
    report(bounce(stored(owner), sent_at=sent_at))
    assert owner.delete("/me/email/problems").status == 200

    report(bounce(stored(owner), sent_at=sent_at), complaint(stored(owner), sent_at=sent_at))
    assert stored(owner).email_problem is None
    report(bounce(stored(owner)))
    assert stored(owner).email_problem is EmailProblem.BOUNCED


def test_three_clearings_an_hour_are_allowed_and_without_a_problem_none_is_counted(
    owner, frozen_clock
):
    for _ in range(5):
        assert owner.delete("/me/email/problems").status == 200
    for expected in (200, 200, 200, 429):
        report(bounce(stored(owner)))
        assert owner.delete("/me/email/problems").status == expected


def test_clearing_leaves_the_marks_of_other_people(owner, client):
    other = Person(client, "sky")
    other.sign_up(email="sky@e.co")
    report(bounce(stored(owner)), bounce(stored(other)))
    assert owner.delete("/me/email/problems").status == 200

    assert stored(other).email_problem is EmailProblem.BOUNCED


def test_email_names_its_account_and_its_configuration_set_to_ses(owner, backend):
    owner.other_client().post("/signin/email", {"username": ADDRESS})
    with mock.patch.object(type(aws_client(MAIL)), "send_email", create=True) as send:
        deliver()

    sent = send.call_args.kwargs
    assert sent["ConfigurationSetName"] == "breeze-lakes-point-test"
    assert sent["EmailTags"] == [{"Name": "account", "Value": owner.account["id"]}]


@pytest.mark.parametrize(("name", "problem"), [("bounce", "bounced"), ("complaint", "complained")])
def test_email_to_the_mailbox_simulator_marks_the_address(client, mailbox, name, problem):
    person = Person(client, "river")
    address = f"{name}+river@simulator.amazonses.com"
    assert person.sign_up(email=address).status == 201
    assert [message["To"] for message in mailbox()] == [address]

    assert person.get("/me").json["emailProblem"] == problem
