"""Bounces and complaints mark exactly the address that an email was sent to."""

import json
from dataclasses import replace
from unittest import mock

import pytest

from chalicelib.email_problems.report import NotReported, parse
from chalicelib.identity.account_repository import account_repository
from chalicelib.identity.email_marks import EmailProblem
from chalicelib.platform.errors import ServiceUnavailable
from tests.matrix import faults
from tests.support.accounts import store_account
from tests.support.email_reports import bounce, complaint, report

BOUNCED, COMPLAINED = EmailProblem.BOUNCED, EmailProblem.COMPLAINED


@pytest.fixture
def account(backend):
    return store_account("lane", email="Lane@e.co", email_verified=True)


def problem(account):
    return account_repository().get(account.id).email_problem


def log_lines(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_permanent_bounce_marks_the_address(account, capsys):
    report(bounce(account))

    assert problem(account) is BOUNCED
    [line] = log_lines(capsys)
    assert (line["event"], line["account"]) == ("mail_bounced", account.id)
    assert "e.co" not in json.dumps(line)


def test_complaint_marks_the_address(account):
    report(complaint(account))

    assert problem(account) is COMPLAINED


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"bounceType": "Transient"}, "not permanent"),
        ({"bounceType": "Undetermined"}, "not permanent"),
        ({"to": "lane@e.co"}, "outdated"),
        ({"to": "other@e.co"}, "outdated"),
    ],
)
def test_bounce_for_now_or_of_another_address_marks_nothing(account, capsys, changes, cause):
    report(bounce(account, **changes))

    assert problem(account) is None
    [line] = log_lines(capsys)
    assert (line["event"], line["cause"]) == ("mail_report_ignored", cause)


def test_reader_who_says_that_an_email_is_no_spam_does_not_complain(account):
    report(complaint(account, complaintFeedbackType="not-spam"))

    assert problem(account) is None


def test_the_order_and_the_number_of_reports_do_not_matter(backend):
    accounts = [store_account(f"p{n}", email=f"p{n}@e.co", email_verified=True) for n in range(2)]
    report(bounce(accounts[0]), complaint(accounts[0]), bounce(accounts[0]))
    report(complaint(accounts[1]), complaint(accounts[1]), bounce(accounts[1]))

    rows = {row["id"]: row for row in backend.rows("users")}
    for account in accounts:
        marks = {name for name in rows[account.id] if name.startswith("email") and "ed" in name}
        assert {"emailBounced", "emailComplained"} <= marks
        assert problem(account) is BOUNCED


def test_pending_address_has_a_mark_of_its_own(account, backend):
    backend.change(
        "users",
        {"id": account.id},
        pendingEmail="new@e.co",
        pendingEmailExpiresAt="2099-01-01T00:00:00Z",
    )
    report(bounce(account, to="new@e.co"))

    stored = account_repository().get(account.id)
    assert (stored.email_problem, stored.pending_email_problem) == (None, BOUNCED)
    assert stored.reachable_email == "Lane@e.co"


def test_mark_does_not_count_for_another_address_of_the_account(account, backend):
    report(bounce(account))
    backend.change("users", {"id": account.id}, email="lane@new.co")

    assert problem(account) is None


def test_address_that_moved_to_another_account_is_not_marked_there(account, backend):
    backend.change("users", {"id": account.id}, email="lane@new.co")
    backend.remove("identities", {"identity": "lane@e.co"})
    other = store_account("sky", email="Lane@e.co", email_verified=True)
    report(bounce(account, to="Lane@e.co"))

    assert (problem(account), problem(other)) == (None, None)


def test_report_about_a_deleted_account_stores_nothing(account, backend):
    before = backend.records()
    report(bounce(replace(account, id="gone")))

    assert backend.records() == before


def altered(account, path, value):
    event = bounce(account)
    *parents, last = path
    part = event
    for name in parents:
        part = part[name]
    part[last] = value
    return event


MALFORMED = [
    ((), "mail", None),
    (("mail",), "destination", []),
    (("mail",), "destination", ["Lane@e.co", "sky@e.co"]),
    (("mail",), "destination", [{"S": "Lane@e.co"}]),
    (("mail",), "destination", ["x" * 400]),
    (("mail",), "tags", ["account"]),
    (("mail",), "tags", {"account": ["a", "b"]}),
    (("mail",), "tags", {"account": [7]}),
    (("mail",), "timestamp", "yesterday"),
    (("mail",), "timestamp", 7),
    ((), "bounce", "Permanent"),
    ((), "eventType", "Delivery"),
    ((), "eventType", ["Bounce"]),
]


@pytest.mark.parametrize(("parents", "name", "value"), MALFORMED)
def test_malformed_report_is_ignored(account, parents, name, value):
    with pytest.raises(NotReported):
        parse(json.dumps(altered(account, (*parents, name), value)))


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{", "Successfully validated SNS topic.", "[" * 90_000, None, 7]
)
def test_text_that_is_no_report_is_ignored(text):
    with pytest.raises(NotReported):
        parse(text)


def test_report_that_is_too_large_is_ignored(account):
    event = bounce(account, diagnosticCode="x" * 300_000)

    with pytest.raises(NotReported):
        parse(json.dumps(event))


def test_email_without_an_account_marks_nothing(account, capsys):
    report(altered(account, ("mail", "tags"), {"ses:configuration-set": ["a-set"]}))

    [line] = log_lines(capsys)
    assert line["cause"] == "no account"


def test_after_a_failure_of_dynamodb_the_report_is_repeated(account):
    def fails(_, outgoing):
        return faults.fails_inside(outgoing)

    with mock.patch("time.sleep"), faults.watched(fails), pytest.raises(ServiceUnavailable):
        report(bounce(account))
    report(bounce(account))

    assert problem(account) is BOUNCED
