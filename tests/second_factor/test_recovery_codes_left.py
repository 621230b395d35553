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


def mailed_subjects(mailbox):
    """Return the subjects of the mails about recovery codes."""
    subjects = [message["Subject"] for message in mailbox()]
    return sorted(subject for subject in subjects if subject in SUBJECTS.values())


def codes_left(person):
    return person.get("/me").json["recoveryCodesLeft"]


def test_account_without_a_second_factor_has_no_number_of_codes(applicant):
    assert codes_left(applicant) is None


def test_number_of_codes_is_in_me_and_falls_with_each_code_that_signs_in(verified_applicant):
    app = set_up(verified_applicant)
    assert codes_left(verified_applicant) == 10

    for used, code in enumerate(app.recovery_codes[:2], 1):
        response = sign_in(verified_applicant, code)
        assert (response.status, response.json["recoveryCodesLeft"]) == (200, 10 - used)
        assert codes_left(verified_applicant) == 10 - used


def test_code_of_the_app_leaves_the_number_alone(verified_applicant):
    app = set_up(verified_applicant)

    assert sign_in(verified_applicant, app.code()).json["recoveryCodesLeft"] == 10


def test_new_codes_are_ten_again(verified_applicant):
    app = set_up(verified_applicant)
    sign_in(verified_applicant, app.recovery_codes[0])
    both = {"currentPassword": PASSWORD, "code": app.code()}
    assert verified_applicant.post("/mfa/recovery-codes", both).status == 200

    assert codes_left(verified_applicant) == 10


def test_owner_is_mailed_when_three_one_and_none_are_left(verified_applicant, mailbox):
    app, mailed = set_up(verified_applicant), {}
    for number, code in enumerate(app.recovery_codes, 1):
        before = mailed_subjects(mailbox)
        assert sign_in(verified_applicant, code).status == 200
        if mailed_subjects(mailbox) != before:
            mailed[10 - number] = [
                mail_subject
                for mail_subject in mailed_subjects(mailbox)
                if mail_subject not in before
            ]

    assert mailed == {count: [subject] for count, subject in SUBJECTS.items()}


def test_code_of_the_app_mails_nothing_though_few_are_left(verified_applicant, mailbox):
    app = set_up(verified_applicant)
    for code in app.recovery_codes[:7]:
        sign_in(verified_applicant, code)
    before = mailed_subjects(mailbox)
    assert sign_in(verified_applicant, app.code()).status == 200

    assert mailed_subjects(mailbox) == before == [SUBJECTS[3]]


def test_address_that_is_unverified_is_told_nothing(verified_applicant, mailbox, backend):
    app = set_up(verified_applicant)
    backend.change("users", {"id": verified_applicant.account["id"]}, emailVerified=False)
    for code in app.recovery_codes:
        assert sign_in(verified_applicant, code).status == 200

    assert mailed_subjects(mailbox) == []


@pytest.mark.parametrize("different", [{"MAIL_FROM": "unknown@e.co"}, {"MAIL_NOTICES": "off"}])
def test_mail_that_is_not_sent_keeps_no_owner_from_signing_in(verified_applicant, different):
    app = set_up(verified_applicant)
    with environment(**SETTINGS | different):
        for code in app.recovery_codes:
            assert sign_in(verified_applicant, code).status == 200


def test_staff_do_not_see_the_number(client, verified_applicant):
    from chalicelib.identity.account import Role
    from tests.support.accounts import signed_in_staff

    set_up(verified_applicant)
    admin = signed_in_staff(client, "ada", Role.ADMIN)

    assert (
        "recoveryCodesLeft"
        not in admin.get(f"/admin/users/{verified_applicant.account['id']}").json
    )
