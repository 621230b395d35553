"""The existing front end signs users up with a middle name, and the service handles it."""

import pytest

from tests.support.clients import PASSWORD, Person

BODY = {
    "username": "river.okafor",
    "password": PASSWORD,
    "email": "",
    "firstName": "River",
    "lastName": "Okafor",
    "middleName": "",
}


@pytest.fixture
def other_applicant(new_client):
    person = new_client("sky")
    assert person.sign_up(email="sky@example.com", middleName="Ada").status == 201
    return person


def test_the_body_of_the_existing_front_end_is_accepted(anonymous):
    response = anonymous.post("/signup", BODY)

    assert response.status == 201
    assert (response.json["email"], response.json["middleName"]) == (None, None)
    assert response.json["lastName"] == "Okafor"


def test_a_middle_name_is_stored_returned_and_exported(anonymous):
    response = anonymous.post("/signup", BODY | {"middleName": " Ada "})

    assert response.json["middleName"] == "Ada"
    assert anonymous.get("/me").json["middleName"] == "Ada"
    assert anonymous.get("/me/export").json["account"]["middleName"] == "Ada"
    other = Person(anonymous.client, "river.okafor")
    assert other.sign_in().json["middleName"] == "Ada"


def test_a_middle_name_is_erased_with_the_account(anonymous, backend):
    anonymous.post("/signup", BODY | {"middleName": "Nkemdirim"})
    assert "Nkemdirim" in str(backend.everything())
    assert anonymous.post("/me/delete", {"currentPassword": PASSWORD}).status == 200

    assert "Nkemdirim" not in str(backend.everything())


@pytest.mark.parametrize("removed", [None, ""])
def test_a_middle_name_is_changed_and_removed(other_applicant, removed):
    assert (
        other_applicant.request("PATCH", "/me", {"middleName": "Bea"}).json["middleName"] == "Bea"
    )
    assert (
        other_applicant.request("PATCH", "/me", {"middleName": removed}).json["middleName"] is None
    )
    assert other_applicant.get("/me").json["middleName"] is None


def test_a_middle_name_is_not_part_of_a_password(anonymous):
    response = anonymous.post(
        "/signup", BODY | {"middleName": "Nkemdirim", "password": "walnut nkemdirim ferry"}
    )

    assert response.fields == {"password"}


@pytest.mark.parametrize("field", ["email", "firstName", "middleName", "lastName"])
@pytest.mark.parametrize("blank", ["", "  ", "\u200b"])
def test_an_empty_optional_text_at_sign_up_is_not_given(anonymous, field, blank):
    assert anonymous.post("/signup", BODY | {field: blank}).json[field] is None


@pytest.mark.parametrize("blank", ["", "  ", "\u200b"])
def test_an_empty_email_in_a_patch_is_an_error_and_removes_nothing(other_applicant, backend, blank):
    before = backend.records()
    response = other_applicant.request(
        "PATCH", "/me", {"email": blank, "currentPassword": PASSWORD}
    )

    assert (response.status, response.fields) == (422, {"email"})
    assert backend.records() == before


def test_null_removes_the_email(other_applicant):
    response = other_applicant.request("PATCH", "/me", {"email": None, "currentPassword": PASSWORD})

    assert (response.status, response.json["email"]) == (200, None)


def test_an_account_from_before_has_no_middle_name(applicant, backend):
    [row] = [row for row in backend.rows("users") if row["id"] == applicant.account["id"]]

    assert "middleName" not in row
    assert applicant.get("/me").json["middleName"] is None


def test_an_unknown_field_is_still_rejected(anonymous):
    assert anonymous.post("/signup", BODY | {"nickname": "R"}).fields == {"nickname"}
