"""Errors in the client's language: each message has a translation, each invalid field a code."""

import ast
import json
import re
from pathlib import Path
from unittest import mock

import pytest

import chalicelib
from chalicelib.functions import all_endpoints
from chalicelib.platform.dynamodb import Database
from chalicelib.platform.errors import ServiceUnavailable, TooManyAttempts
from chalicelib.platform.field_errors import FIELD_ERROR_CODES, FieldError, InvalidFields
from chalicelib.platform.languages import Language
from chalicelib.platform.request_schema import QuerySchema
from chalicelib.platform.translations import catalog
from chalicelib.staff.list_query import Separator
from tools import translations

ROOT = Path(chalicelib.__file__).parent
SPANISH = Language("es")
A_SENTENCE = re.compile(r"[A-Z].* .*[.@]", re.DOTALL)
# Said to operators, or in successful responses. Emails have a test of their own.
NOT_TRANSLATED = {
    "An email header must be one line.",
    "Give this link to the account’s owner. It’s shown once, works once, and expires in 1 hour.",
    "If that account has a confirmed email address, we sent a password reset link to it.",
    "If that account can use email to sign in, we sent a code to its confirmed address.",
    "If your email address isn’t confirmed yet, we sent a confirmation link to it.",
    "Password changed. Sign in with your new password.",
    "Some reminders weren't sent. The next run sends them.",
    "The passkey is valid.",
    "The view declares no response schema.",
    "The waiting lists of some events weren't settled. The next run does it.",
    "Use a URL that starts with https:// and has a host.",
    "Use a URL without a user, a fragment, and letters outside of ASCII.",
    "Use a URL without spaces.",
    "We sent an email to that address. It says how to create an account.",
    "Your account was deleted.",
}
MODULES = [
    module
    for module in ROOT.glob("*/*.py")
    if module.parent.name not in {"pages", "openapi"} and module.stem not in {"emails", "labels"}
]
DESCRIPTIONS = {"description", "title", "summary", "examples"}


@pytest.fixture(scope="module")
def marked():
    return {message.id for message in translations.extract() if isinstance(message.id, str)}


def sentences_of(module):
    """Every sentence in a module that people may read: neither a docstring nor a description."""
    tree = ast.parse(module.read_text())
    aside = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            aside.add(node.value)
        elif isinstance(node, ast.keyword) and node.arg in DESCRIPTIONS:
            aside |= set(ast.walk(node.value))
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            aside |= {v for k, v in pairs if getattr(k, "value", None) in DESCRIPTIONS}
        elif isinstance(node, ast.JoinedStr):
            aside |= set(node.values)
    for node in set(ast.walk(tree)) - aside:
        text = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and A_SENTENCE.fullmatch(text):
            yield text


def test_every_sentence_that_people_read_is_marked_for_translation(marked):
    texts = {text for module in MODULES for text in sentences_of(module)}

    assert texts - marked == NOT_TRANSLATED


def test_every_error_but_two_that_a_front_end_compares_has_a_translation():
    errors = {error for endpoint in all_endpoints() for error in endpoint.errors}

    untranslated = {
        error.code for error in errors if error.message not in catalog(SPANISH).messages
    }
    assert untranslated == {"not_signed_in", "incorrect_credentials"}
    assert {error.code for error in errors if not error.is_translated} == untranslated


def test_invalid_fields_have_messages_in_the_clients_language_and_codes(anonymous):
    body = {"username": "ab", "password": "short", "firstName": 7}

    english, spanish = (
        anonymous.post("/signup", body),
        anonymous.post("/signup", body, Accept_Language="es-MX, en;q=0.5"),
    )

    assert english.json == {
        "error": "There is a problem with some of your answers.",
        "code": "invalid_fields",
        "fields": {
            "firstName": "Enter text.",
            "username": "Enter a username with 3 to 64 characters.",
            "password": "Use at least 15 characters. Three or more unrelated words work well.",
        },
        "fieldCodes": {
            "firstName": "not_text",
            "username": "too_short",
            "password": "too_short",
        },
    }
    assert spanish.json == {
        "error": "Hay un problema con algunas de sus respuestas.",
        "code": "invalid_fields",
        "fields": {
            "firstName": "Escriba texto.",
            "username": "Escriba un nombre de usuario de 3 a 64 caracteres.",
            "password": (
                "Use por lo menos 15 caracteres. Tres o más palabras sin relación funcionan bien."
            ),
        },
        "fieldCodes": english.json["fieldCodes"],
    }
    assert english.headers["Content-Language"] == "en"
    assert spanish.headers["Content-Language"] == "es"
    assert english.headers["Vary"] == spanish.headers["Vary"] == "Accept-Language"


@pytest.mark.parametrize("accept_language", ["xx", "*", "en-US,es;q=0.9", ""])
def test_errors_are_english_for_clients_that_do_not_prefer_spanish(anonymous, accept_language):
    response = anonymous.get("/sessions?limit=0", Accept_Language=accept_language)

    assert (response.headers["Content-Language"], response.json["error"]) == (
        "en",
        "Not authorized",
    )


def test_texts_that_a_front_end_compares_are_english_in_every_language(applicant):
    wrong = {"username": "river", "password": "wrong"}
    responses = [
        applicant.other_client().get("/me", Accept_Language="es"),
        applicant.other_client().post("/signin", wrong, Accept_Language="es"),
    ]

    assert [response.json["error"] for response in responses] == [
        "Not authorized",
        "Username or Password is incorrect",
    ]
    assert {response.headers["Content-Language"] for response in responses} == {"en"}
    assert applicant.post("/signout", Accept_Language="es").json == {"msg": "Logout complete"}


def test_errors_before_a_view_are_in_the_clients_language(anonymous):
    asking = {"Accept_Language": "es"}
    responses = {
        "method": anonymous.request("PUT", "/signup", **asking),
        "json": anonymous.post("/signup", raw=b"[", **asking),
        "type": anonymous.post("/signup", raw=b"{}", content_type="text/plain", **asking),
        "size": anonymous.post("/signup", raw=b" " * 70_000, **asking),
        "site": anonymous.post("/signout", Sec_Fetch_Site="cross-site", **asking),
        "twice": anonymous.post("/signup", raw=b'{"email": null, "email": null}', **asking),
    }

    assert {name: response.json["error"] for name, response in responses.items()} == {
        "method": "Esta dirección no acepta ese tipo de solicitud.",
        "json": "El cuerpo debe ser un objeto JSON.",
        "type": "El cuerpo debe enviarse como application/json.",
        "size": "Es demasiado para enviarlo de una vez (límite: 64 KiB).",
        "site": "Esta solicitud vino de otro sitio web, así que la bloqueamos.",
        "twice": "El cuerpo tiene dos veces el campo “email”.",
    }
    assert {response.headers["Content-Language"] for response in responses.values()} == {"es"}


def test_failing_database_is_reported_in_the_clients_language(anonymous):
    with mock.patch.object(Database, "get", side_effect=ServiceUnavailable(cause="test")):
        response = anonymous.get("/events/harvest-fair", Accept_Language="es")

    assert response.status == 503
    assert response.json["error"] == "El servicio no responde. Inténtelo de nuevo en un momento."


def test_limit_with_a_message_of_its_own_is_translated():
    error = TooManyAttempts(5, "You’ve changed this too many times.")

    assert error.body(SPANISH)["error"] == "Ya lo cambió demasiadas veces."


class Export(QuerySchema):
    separator: Separator


def test_value_that_is_none_of_the_choices_has_a_code_and_a_message_that_lists_them():
    with pytest.raises(InvalidFields) as raised:
        Export.validate({"separator": "xx"})

    [error] = raised.value.errors.values()
    assert (error.code, str(error)) == (
        "not_a_choice",
        "Use one of these values: comma, semicolon.",
    )
    assert error.in_language(SPANISH) == "Use uno de estos valores: comma, semicolon."


def test_every_field_code_is_used_and_described():
    source = "".join(module.read_text() for module in MODULES)
    declaration = source[
        source.index("FieldErrorCode = Literal[") : source.index("FIELD_ERROR_CODES: tuple")
    ]
    used = set(re.findall(r'"([a-z_]+)"', source.replace(declaration, "")))
    clients = (ROOT.parent / "docs" / "clients.md").read_text()
    described = json.loads((ROOT.parent / "docs" / "openapi.json").read_text())
    fields = described["components"]["schemas"]["InvalidFields"]["properties"]["fieldCodes"]

    assert set(FIELD_ERROR_CODES) - used == set()
    assert [code for code in FIELD_ERROR_CODES if f"`{code}`" not in clients] == []
    assert fields["additionalProperties"]["enum"] == list(FIELD_ERROR_CODES)


def test_field_error_fills_in_its_values():
    error = FieldError("too_long", "Use {max_length} characters or fewer.", max_length=9)

    assert str(error) == "Use 9 characters or fewer."
    assert error.in_language(SPANISH) == "Use 9 caracteres o menos."
