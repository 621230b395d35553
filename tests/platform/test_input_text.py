"""Text as people type and paste it."""

import json
import re
from typing import Annotated
from urllib.parse import quote

import pytest

from chalicelib.functions import all_endpoints
from chalicelib.identity import login_names
from chalicelib.platform import input_text
from chalicelib.platform.fields import Field, anchored
from chalicelib.platform.request_schema import BodySchema
from chalicelib.platform.text import BLANK_IS_ABSENT, MultiLine, SingleLine
from tests.support.clients import PASSWORD, Person
from tests.support.events import EVENT, EVENT_BODY
from web.openapi.models import model_of

# What contact lists, messengers, and spreadsheets put around a value.
AROUND = [
    *("\u202a{}\u202c", "\u2066{}\u2069", "\u200e{}\u200e", "\u200f{}", "\ufeff{}", "{}\u200b"),
    *("\u00a0{}\u2009", "\u2028{}", "{}\u00ad", "\u061c {} \u2060", "\u202e{}"),
]


class Note(BodySchema):
    line: SingleLine
    text: MultiLine
    optional: Annotated[Annotated[SingleLine, Field(min_length=1)] | None, BLANK_IS_ABSENT] = None


def parse_note(**fields):
    return Note.parse(json.dumps(fields).encode())


@pytest.mark.parametrize("around", AROUND)
def test_invisible_characters_around_a_value_are_removed(around):
    assert input_text.trim(around.format("River Okafor")) == "River Okafor"
    note = parse_note(line=around.format("River"), text=around.format("One\nTwo"))
    assert (note.line, note.text) == ("River", "One\nTwo")


@pytest.mark.parametrize("around", AROUND)
def test_an_optional_value_of_nothing_but_invisible_characters_is_not_given(around):
    assert parse_note(line="x", text="x", optional=around.format("")).optional is None


def test_a_joiner_inside_a_word_stays():
    assert parse_note(line="نمی\u200cدانم", text="👩\u200d👧").line == "نمی\u200cدانم"


def test_a_long_text_of_spaces_is_trimmed_in_no_time():
    assert input_text.trim("x" + " " * 60_000 + "x").endswith("x")


@pytest.mark.parametrize("text", ["José", "Nguyễn", "ကြွှာ", "שָׁ֛לוֹם", "पूर्णिमा", "👩🏽\u200d🦰"])
def test_letters_with_as_many_marks_as_people_write_are_accepted(text):
    assert not input_text.has_too_many_marks(text)


def test_six_marks_on_a_letter_are_too_many():
    assert not input_text.has_too_many_marks("o" + "\u0316" * 5 + "k")
    assert input_text.has_too_many_marks("o" + "\u0316" * 6 + "k")


@pytest.mark.parametrize(
    "typed",
    [
        *("123456", "123 456", "123-456", "123\u00a0456", "123\u2009456", "123\u2013456"),
        *(
            "123\u2011456",
            "\u202a123456\u202c",
            "１２３４５６",
            "１２３\u3000４５６",
            "123\u2212456",
        ),
    ],
)
def test_a_code_is_the_same_with_any_spaces_dashes_and_digits(typed):
    assert input_text.compact(typed) == "123456"


# Everywhere in the API.


def event_for(super_admin):
    assert super_admin.request("PUT", f"/admin/events/{EVENT}", EVENT_BODY).status == 201


@pytest.mark.parametrize("around", ["\u202a{}\u202c", "\u200b{}\ufeff"])
def test_pasted_names_and_addresses_are_stored_without_what_is_around_them(anonymous, around):
    fields = {"firstName": "River", "lastName": "Okafor", "email": "river@example.com"}
    pasted = {name: around.format(value) for name, value in fields.items()}
    response = anonymous.post(
        "/signup", {"username": around.format("river.okafor"), "password": PASSWORD, **pasted}
    )

    assert response.status == 201
    assert (fields | {"username": "river.okafor"}).items() <= response.json.items()


def test_a_password_is_not_changed(anonymous):
    padded = f"\u200e{PASSWORD}\u200e"

    assert anonymous.sign_up(password=padded).status == 201
    assert anonymous.other_client().sign_in(password=PASSWORD).status == 401
    assert anonymous.other_client().sign_in(password=padded).status == 200


def request_fields():
    """Every field of a request that holds text, as (model, field, schema)."""
    models = {m for a in ENDPOINTS for m in (a.schemas.body, a.schemas.query) if m}
    for model in sorted(models, key=lambda option: option.__name__):
        schema = model_of(model).model_json_schema()
        for name, part in {model.__name__: schema, **schema.get("$defs", {})}.items():
            for field, described in part.get("properties", {}).items():
                for option in described.get("anyOf", [described]):
                    if option.get("type") == "string" and not {"enum", "const"} & option.keys():
                        yield name, field, option


def test_every_text_of_a_request_is_trimmed_unless_it_is_a_password_a_code_or_an_identifier():
    untrimmed = {
        f"{model}.{field}"
        for model, field, schema in request_fields()
        if schema.get("pattern") not in TRIMMED and not re.search("[Pp]assword|cursor", field)
    }

    assert untrimmed - NOT_TYPED <= CODES


ENDPOINTS = all_endpoints()
TRIMMED = {
    kind.__metadata__[-1].details["json_schema_extra"]["pattern"]
    for kind in (SingleLine, MultiLine)
} | {
    anchored(login_names.EMAIL),
    anchored(login_names.USERNAME),
}
# Normalized where they are checked.
CODES = {
    *("SignIn.code", "Confirm.code", "Prove.code"),
    *("SecondFactorCode.code", "OwnerProof.code"),
    "Destination.next",  # of a page, which no person types
    *("PasswordChange.code", "AccountChange.code", "DeleteAccount.code"),
    *("SignInWithCode.emailCode", "SignInWithCode.code"),
    *("IdentityConfirmation.code", "IdentityConfirmation.emailCode"),
    *("EmailVerificationToken.token", "PasswordResetByToken.token"),
    *("SignUp.emailToken", "SignUpWithPasskey.emailToken", "PrintedPassphrase.passphrase"),
}
# Sent by programs, or by controls that hold nothing else.
NOT_TYPED = {
    *("MergeQuery.from", "Merge.from"),
    *("AuditQuery.subject", "MoveItem.userId", "AddNote.id", "RegistrationForm.zipCode"),
    "StartExport.id",
    *("PutEvent.startsOn", "PutEvent.endsOn", "PutEvent.timeZone", "NewPerson.idempotencyKey"),
    *("PutEvent.registrationOpensAt", "PutEvent.registrationClosesAt"),
    *("Confirmed.confirmation", "CreateApiKey.confirmation"),
    *("OwnerProof.confirmation", "DeleteAccount.confirmation", "AccountChange.confirmation"),
    *("FirstPasskey.clientData", "FirstPasskey.attestationObject"),
    *("NewPasskey.confirmation", "NewPasskey.clientData"),
    *("NewPasskey.attestationObject", "ShownPasskey.credentialId", "ShownPasskey.clientData"),
    *("ShownPasskey.authenticatorData", "ShownPasskey.signature", "ShownPasskey.userHandle"),
}


@pytest.mark.parametrize("around", ["\u202a{}\u202c", "\u200b{}\ufeff"])
def test_a_pasted_search_finds_what_it_finds_without_what_is_around_it(client, around):
    from chalicelib.identity.role import Role
    from tests.support.accounts import signed_in_staff

    super_admin = signed_in_staff(client, "sue", Role.SUPER_ADMIN)
    assert Person(client, "river").sign_up(lastName="Okafor").status == 201
    event_for(super_admin)

    users = super_admin.get(f"/admin/users?q={quote(around.format('river'))}").json["items"]
    assert [user["username"] for user in users] == ["river"]
    for search in ("lastName=Okafor", "reference=7KQ2MX"):
        name, value = search.split("=")
        path = f"/admin/events/{EVENT}/registrations?{name}={quote(around.format(value))}"
        assert super_admin.get(path).status == 200
