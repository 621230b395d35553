"""How many recovery codes are left: shown to their owner, and mailed when there are few."""

import pytest

from tests.second_factor.apps import set_up, sign_in
from tests.support.clients import PASSWORD
from tests.support.environments import SETTINGS, environment

SUBJECTS = {
    3: "You have 3 recovery codes left",
    1: "You have 1 recovery code left",
    0: "You have no recovery codes left",
}


def told(mailbox):
    """Return the subjects of the mails about recovery codes."""
    subjects = [message["Subject"] for message in mailbox()]
    return sorted(one for one in subjects if one in SUBJECTS.values())


def left(person):
    return person.get("/me").json["recoveryCodesLeft"]


def test_account_without_a_second_factor_has_no_number_of_codes(applicant):
    assert left(applicant) is None


def test_number_of_codes_is_in_me_and_falls_with_each_code_that_signs_in(lane):
    app = set_up(lane)
    assert left(lane) == 10

    for used, code in enumerate(app.recovery_codes[:2], 1):
        reply = sign_in(lane, code)
        assert (reply.status, reply.json["recoveryCodesLeft"]) == (200, 10 - used)
        assert left(lane) == 10 - used


def test_code_of_the_app_leaves_the_number_alone(lane):
    app = set_up(lane)

    assert sign_in(lane, app.code()).json["recoveryCodesLeft"] == 10


def test_new_codes_are_ten_again(lane):
    app = set_up(lane)
    sign_in(lane, app.recovery_codes[0])
    both = {"currentPassword": PASSWORD, "code": app.code()}
    assert lane.post("/mfa/recovery-codes", both).status == 200

    assert left(lane) == 10


def test_owner_is_mailed_when_three_one_and_none_are_left(lane, mailbox):
    app, mailed = set_up(lane), {}
    for number, code in enumerate(app.recovery_codes, 1):
        before = told(mailbox)
        assert sign_in(lane, code).status == 200
        if told(mailbox) != before:
            mailed[10 - number] = [one for one in told(mailbox) if one not in before]

    assert mailed == {count: [subject] for count, subject in SUBJECTS.items()}


def test_code_of_the_app_mails_nothing_though_few_are_left(lane, mailbox):
    app = set_up(lane)
    for code in app.recovery_codes[:7]:
        sign_in(lane, code)
    before = told(mailbox)
    assert sign_in(lane, app.code()).status == 200

    assert told(mailbox) == before == [SUBJECTS[3]]


def test_address_that_is_unverified_is_told_nothing(lane, mailbox, backend):
    app = set_up(lane)
    backend.change("users", {"id": lane.account["id"]}, emailVerified=False)
    for code in app.recovery_codes:
        assert sign_in(lane, code).status == 200

    assert told(mailbox) == []


@pytest.mark.parametrize("different", [{"MAIL_FROM": "unknown@e.co"}, {"MAIL_NOTICES": "off"}])
def test_mail_that_is_not_sent_keeps_no_owner_from_signing_in(lane, different):
    app = set_up(lane)
    with environment(**SETTINGS | different):
        for code in app.recovery_codes:
            assert sign_in(lane, code).status == 200


def test_staff_do_not_see_the_number(client, lane):
    from chalicelib.identity.account import Role
    from tests.support.accounts import signed_in_staff

    set_up(lane)
    admin = signed_in_staff(client, "ada", Role.ADMIN)

    assert "recoveryCodesLeft" not in admin.get(f"/admin/users/{lane.account['id']}").json
