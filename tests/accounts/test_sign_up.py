"""Signing up."""

import pytest

from tests.support.clients import COOKIE, PASSWORD, Person


def test_a_username_and_a_password_make_a_full_account(anonymous):
    response = anonymous.post("/signup", {"username": "River.Okafor", "password": PASSWORD})

    assert response.status == 201
    account = response.json
    assert account.pop("id")
    assert account.pop("createdAt") == account.pop("updatedAt")
    assert account == {
        "username": "River.Okafor",
        "email": None,
        "emailVerified": False,
        "pendingEmail": None,
        "emailProblem": None,
        "pendingEmailProblem": None,
        "firstName": None,
        "middleName": None,
        "lastName": None,
        "role": "User",
        "secondFactor": False,
        "usernameReplacedAt": None,
        "recoveryCodesLeft": None,
        "signInMethods": ["password"],
        "permissions": [],
    }


def test_signing_up_signs_in(applicant):
    assert applicant.get("/me").json == applicant.account


def test_the_cookie_is_httponly_and_samesite(anonymous):
    value, *attributes = anonymous.sign_up().set_cookie.split("; ")

    assert value.startswith(f"{COOKIE}=ey")
    assert attributes == ["Path=/", "Max-Age=28800", "HttpOnly", "SameSite=Lax", "Secure"]


def test_responses_contain_no_token_hash_or_version(anonymous):
    response = anonymous.sign_up()

    assert set(response.json) == {
        *("id", "username", "email", "emailVerified", "firstName", "middleName", "lastName"),
        *("role", "secondFactor", "createdAt", "updatedAt"),
        *("emailProblem", "pendingEmailProblem"),
        *("pendingEmail", "usernameReplacedAt", "recoveryCodesLeft", "permissions"),
        "signInMethods",
    }
    assert anonymous.token.encode() not in response.body


def test_all_fields_are_stored_as_typed(anonymous):
    fields = {"email": "River@Example.com", "firstName": "Zoë", "lastName": "O'Neil-Żak 🦆"}

    assert fields.items() <= anonymous.sign_up(**fields).json.items()


def test_names_are_stored_in_nfc_and_trimmed(anonymous):
    assert anonymous.sign_up(firstName="  Zoe\u0308 ").json["firstName"] == "Zoë"


@pytest.mark.parametrize("blank", ["", "   ", None])
def test_a_blank_optional_field_counts_as_absent(anonymous, blank):
    account = anonymous.sign_up(email=blank, firstName=blank, lastName=blank).json

    assert [account[name] for name in ("email", "firstName", "lastName")] == [None] * 3


def test_a_username_that_is_an_email_is_the_email(new_client):
    assert new_client("sky@example.com").sign_up().json["email"] == "sky@example.com"


@pytest.mark.parametrize("variant", ["sky", "SKY", "ｓｋｙ"])
def test_a_taken_name_is_rejected_in_every_form(other_applicant, new_client, variant, backend):
    before = backend.records()

    response = new_client(variant).sign_up()

    assert (response.status, response.code, response.set_cookie) == (409, "identity_taken", None)
    assert backend.records() == before


def test_a_username_cannot_be_another_users_email(other_applicant, new_client):
    assert new_client("sky@example.com").sign_up().code == "identity_taken"


def test_an_email_cannot_be_another_users_username(new_client):
    new_client("sky@example.com").sign_up()

    assert new_client("storm").sign_up(email="SKY@example.com").code == "identity_taken"


def test_a_rejected_email_does_not_reserve_the_username(other_applicant, new_client):
    assert new_client("storm").sign_up(email="sky@example.com").status == 409
    assert new_client("storm").sign_up().status == 201


def test_all_invalid_fields_are_reported_together(anonymous, backend):
    response = anonymous.post(
        "/signup",
        {"username": "a b", "password": "short", "email": "x", "firstName": "a" * 101, "role": "A"},
    )

    assert (response.status, response.code) == (422, "invalid_fields")
    assert response.fields == {"username", "password", "email", "firstName", "role"}
    assert not backend.rows("users")


@pytest.mark.parametrize(
    ("more", "password"),
    [
        ({}, "walnut unknown ferry"),
        ({"email": "duckling@example.com"}, "walnut duckling ferry"),
        ({"firstName": "Nkemdirim"}, "walnut nkemdirim ferry"),
        ({"lastName": "Okafor"}, "walnut OKAFOR ferry"),
        ({}, "password123456789"),
    ],
)
def test_a_password_with_the_users_name_is_rejected_at_its_field(anonymous, more, password):
    assert anonymous.sign_up(**more, password=password).fields == {"password"}
    assert anonymous.sign_up(**more).status == 201


def test_a_weak_password_is_reported_with_other_invalid_fields(anonymous):
    fields = {"username": "a b", "password": "password123456789", "lastName": "a" * 101}

    assert anonymous.post("/signup", fields).fields == {"username", "password", "lastName"}


def test_a_missing_field_is_named(anonymous):
    response = anonymous.post("/signup", {})

    assert response.json["fields"] == dict.fromkeys(
        ["username", "password"], ("This field is required.")
    )


@pytest.mark.parametrize(
    "smuggled",
    [
        *("id", "role", "version", "sessionVersion", "disabled", "emailVerified"),
        *("passwordHash", "createdAt", "first_name", "userId"),
    ],
)
def test_unknown_fields_are_not_stored(anonymous, smuggled):
    assert anonymous.sign_up(**{smuggled: "SuperAdmin"}).fields == {smuggled}


@pytest.mark.parametrize("wrong", [1, True, ["river"], {"a": 1}, None, 1.5])
def test_a_username_of_another_type_is_rejected(anonymous, wrong):
    assert anonymous.post("/signup", {"username": wrong, "password": PASSWORD}).status == 422


@pytest.mark.parametrize(
    "name",
    ["a\u200b\u202egnp.exe", "Ri\u2066ver", "Ri\U000e0041ver", "\u0301", "O" + "\u0301" * 54],
)
def test_a_name_with_hidden_characters_inside_is_rejected_with_a_message(anonymous, name):
    assert anonymous.sign_up(firstName=name).fields == {"firstName"}


@pytest.mark.parametrize("name", ["محمد", "نمی\u200cدانم", "क्\u200dष", "👩\u200d👧", "O'Neil"])
def test_a_name_in_any_script_is_accepted(anonymous, name):
    assert anonymous.sign_up(firstName=name).json["firstName"] == name


@pytest.mark.parametrize("name", ["a\0b", "line\nbreak", "line\u2028break", "a" * 10_000])
def test_a_name_with_control_characters_is_rejected(anonymous, name):
    assert anonymous.sign_up(firstName=name).fields == {"firstName"}


def test_sign_up_ends_the_session_of_the_request(applicant, client):
    client_with_copied_token = applicant.client_with_copied_token()
    applicant.name = "river-again"

    assert applicant.sign_up().status == 201
    assert client_with_copied_token.get("/me").status == 401
    assert applicant.get("/me").json["username"] == "river-again"


def test_two_users_of_one_phone_have_separate_accounts(applicant, client):
    Person(client, "sky").sign_up()

    assert applicant.get("/me").json["username"] == "river"
