"""The parsers of text from any client, and the properties that hold for every input."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import parse_qs

import jwt
from chalice.app import Request

from chalicelib.events.event import MinimumAge
from chalicelib.functions import all_endpoints
from chalicelib.identity.account import Authenticator, IncorrectSecondFactorCode
from chalicelib.platform import cursors, languages
from chalicelib.platform import request as request_parsing
from chalicelib.platform.errors import ApiError, InvalidJson, Unauthenticated
from chalicelib.platform.field_errors import InvalidFields
from chalicelib.registrations.bodies import SaveRegistration
from chalicelib.registrations.form import RegistrationForm, problems_to_submit
from chalicelib.second_factor.bodies import Confirm
from chalicelib.sessions import cookie, keys, session_token, totp, trusted_device
from tools import fixtures

# All of it is the same in every run, so that a seed repeats one.
_BEGAN, _ENDS = datetime(2026, 11, 1, tzinfo=UTC), datetime(2126, 11, 1, tzinfo=UTC)
_KEY = keys.Key("01M82TAX65NYRCFAP3K5E0RG9T", bytes(range(32)), _BEGAN)
_KEYS = keys.Keys(lambda: keys.to_text([_KEY], bytes(range(32, 64))))
_ISSUER, _ACCOUNT, _SCOPE = "https://lakes.example", "01M82TAX65NYRCFAP3K5E0RG9V", "sessions"
_CLAIMS = session_token.SessionClaims(_ACCOUNT, "01M82TAX65NYRCFAP3K5E0RG9W", 1, _BEGAN, _ENDS)
_TOKEN = session_token.issue(_CLAIMS, _KEYS, _ISSUER)
_PAYLOAD = jwt.decode(_TOKEN, options={"verify_signature": False})
_CURSOR = cursors.sign({"userId": _ACCOUNT, "id": "01M8"}, _SCOPE, _KEY.secret)
_RECOVERY_CODE = "7KQ2-MX0D-4V9T-8ZCA-1RWE-N5HB-3F"
_AUTHENTICATOR = Authenticator("c2VlZA", 0, (totp.hash_recovery_code(_RECOVERY_CODE),))
_FORM = fixtures.FORM | {
    "firstName": "Zoë",
    "noMiddleName": True,
    "lastName": "O'Hara",
    "phone1": "+1 (952) 445-1234",
    "email": "river@example.com",
    "aptSuite": "",
    "zipCode": "55108-1234",
}
_TYPED = ("firstName", "phone1", "email", "zipCode", "state")
_PASSWORD = "four quiet lakes in May"  # noqa: S105  # nosec B105 # of an invented person
_SIGN_UP = {"username": "river", "email": "r@example.com", "password": _PASSWORD}
_BODIES = sorted(
    {endpoint.schemas.body for endpoint in all_endpoints() if endpoint.schemas.body},
    key=lambda model: (model.__module__, model.__name__),
)
_QUERIES = sorted(
    {endpoint.schemas.query for endpoint in all_endpoints() if endpoint.schemas.query},
    key=lambda model: (model.__module__, model.__name__),
)


_Kind = TypeVar("_Kind")


@dataclass(frozen=True)
class Target:
    """Something that parses.

    Attributes:
        parse: parses bytes from a client, and raises AssertionError if a property does not hold.
        errors: the exceptions that it may raise.
        examples: valid inputs to start with.
    """

    parse: Callable[[bytes], object]
    errors: tuple[type[ApiError], ...]
    examples: tuple[bytes, ...]

    def attempt(self, sent: bytes) -> bool:
        """Parse something; return whether it was accepted.

        Raises:
            Exception: any exception outside `errors`. The fuzzer looks for these.
        """
        try:
            self.parse(sent)
        except self.errors:
            return False
        return True


def _cursor(sent: bytes) -> None:
    cursors.verify(_text(sent), _SCOPE, [_KEY.secret])
    assert _text(sent) == _CURSOR, "a cursor that the service did not issue"


def _token(sent: bytes) -> None:
    claims = session_token.verify(_text(sent), _KEYS, _ISSUER)
    assert claims == _CLAIMS, "a token that the service did not issue"


def _device(sent: bytes) -> None:
    assert trusted_device.verify(_text(sent), _KEYS, _ISSUER) is None, (
        "a device that the service did not issue"
    )


def _claims(sent: bytes) -> None:
    """Read it as the value of each claim, signed by a key of ours: noise never has a signature."""
    header = {"kid": _KEY.identifier, "typ": session_token.JWT_TYPE}

    def read(claim: str) -> None:
        payload = _json({**_PAYLOAD, claim: "@"}).replace(b'"@"', sent)
        signed = jwt.PyJWS().encode(payload, _KEY.secret, session_token.SIGNING_ALGORITHM, header)
        session_token.verify(signed, _KEYS, _ISSUER)

    _one_takes(_PAYLOAD, read, Unauthenticated)


def _cookie(sent: bytes) -> None:
    headers = {"Cookie": [_text(sent)], "User-Agent": [_text(sent)]}
    event: dict[str, Any] = {
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {"httpMethod": "GET", "resourcePath": "/me", "path": "/api/me"},
        "body": None,
        "isBase64Encoded": False,
    }
    request = request_parsing.from_chalice(Request(event))
    for presented in (*cookie.read_session_tokens(request), *cookie.read_device_tokens(request)):
        assert presented
        assert presented in _text(sent)
    assert request.user_agent.isprintable()


def _form(sent: bytes) -> None:
    saved = SaveRegistration.parse(sent)
    stored = saved.form.to_stored()
    again = RegistrationForm.validate(stored).to_stored()
    assert again == stored, "what is kept is not what it is read as"
    problems_to_submit(stored, MinimumAge.SIXTEEN)


def _field(sent: bytes) -> None:
    """Read it as what was typed into each field of a form that takes text."""
    _one_takes(_TYPED, lambda name: _form(_json({"form": {name: _text(sent)}})))


def _body(sent: bytes) -> None:
    """Read it as the body of each action."""
    _one_takes(_BODIES, lambda model: model.parse(sent))


def _query(sent: bytes) -> None:
    """Read it as the query of each action."""
    given = parse_qs(_text(sent), keep_blank_values=True)
    _one_takes(_QUERIES, lambda model: model.parse(given))


def _code(sent: bytes) -> None:
    typed = Confirm.parse(sent)
    after = totp.consume(_AUTHENTICATOR, typed.code, _KEY.secret, _ACCOUNT, _BEGAN)
    assert after != _AUTHENTICATOR, "a code that can be used again"


def _language(sent: bytes) -> None:
    languages.preferred(_text(sent))


def _one_takes(
    several: Iterable[_Kind],
    take: Callable[[_Kind], object],
    error: type[Exception] = InvalidFields,
) -> None:
    """Have each of several take it, or reject it so.

    Raises:
        Exception: the error of the last, where none takes it.
    """
    accepted, rejected = 0, None
    for text in several:
        try:
            take(text)
        except error as reason:
            rejected = reason
        else:
            accepted += 1
    if rejected and not accepted:
        raise rejected


def _text(sent: bytes) -> str:
    """Return bytes of a header or an address as the gateway hands them on."""
    return sent.decode(errors="replace")


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


TARGETS = {
    "cursor": Target(_cursor, (InvalidFields,), (_CURSOR.encode(),)),
    "token": Target(_token, (Unauthenticated,), (_TOKEN.encode(),)),
    "device": Target(_device, (), (_TOKEN.encode(),)),
    "claims": Target(_claims, (Unauthenticated,), (b"1", b'"text"', b"1793491200")),
    "cookie": Target(_cookie, (), (f"a=b; BREEZE_LAKES_POINT_ACCESS_TOKEN={_TOKEN}".encode(),)),
    "form": Target(_form, (InvalidJson, InvalidFields), (_json({"form": _FORM, "version": 1}),)),
    "field": Target(_field, (InvalidFields,), ("Zoë 952-445-1234 55108 r@example.com".encode(),)),
    "body": Target(_body, (InvalidJson, InvalidFields), (_json(_SIGN_UP), _json({"form": _FORM}))),
    "query": Target(
        _query,
        (InvalidFields,),
        (b"limit=25&cursor=abc", b"status=Submitted&phone=952-445-1234&sort=lastName"),
    ),
    "code": Target(
        _code,
        (InvalidJson, InvalidFields, IncorrectSecondFactorCode),
        (_json({"code": _RECOVERY_CODE}),),
    ),
    "language": Target(_language, (), (b"es-MX,es;q=0.9,en;q=0.8",)),
}
