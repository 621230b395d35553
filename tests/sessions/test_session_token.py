"""Valid session tokens are verified; altered or malformed ones are rejected."""

import base64
import json
from datetime import timedelta

import jwt
import pytest

from chalicelib.platform import clock
from chalicelib.platform.errors import Unauthenticated
from chalicelib.sessions import session_token
from chalicelib.sessions.keys import Keys, new_secret
from tests.support.clients import COOKIE

ISSUER = "breeze-lakes-point-test"
NOW = clock.now()


@pytest.fixture
def keys():
    secret = new_secret(NOW - timedelta(days=1))
    return Keys(lambda: secret)


@pytest.fixture
def claims():
    return session_token.SessionClaims("account", "session", 3, NOW, NOW + timedelta(hours=8))


@pytest.fixture
def sign_token(keys, claims):
    """Signs a token with other claims, header fields, or keys than the service would."""
    [key] = keys.all()

    def sign(header=(), secret=key.secret, algorithm="HS256", omitted_claim=None, **payload):
        claims = {
            **{"iss": ISSUER, "aud": ISSUER, "sub": "account", "sid": "session", "ver": 3},
            **{"iat": NOW, "exp": NOW + timedelta(hours=8)},
            **payload,
        }
        claims.pop(omitted_claim, None)
        headers = {"kid": key.identifier, "typ": session_token.JWT_TYPE, **dict(header)}
        return jwt.encode(claims, secret, algorithm=algorithm, headers=headers)

    return sign


def test_verification_returns_the_issued_claims(keys, claims):
    assert session_token.verify(session_token.issue(claims, keys, ISSUER), keys, ISSUER) == claims


def test_the_signing_helper_makes_valid_tokens(sign_token, keys, claims):
    assert session_token.verify(sign_token(), keys, ISSUER) == claims


def test_the_header_has_the_key_id_and_token_type(keys, claims):
    header = jwt.get_unverified_header(session_token.issue(claims, keys, ISSUER))

    assert header == {"alg": "HS256", "typ": "session+jwt", "kid": keys.all()[0].identifier}


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize(
    "token_override",
    [
        {"secret": b"another key of thirty-two bytes!"},
        {"algorithm": "HS512"},
        {"algorithm": "HS384"},
        {"header": {"kid": "unknown"}},
        {"header": {"kid": "../../dev/null"}},
        {"header": {"typ": "JWT"}},
        {"header": {"typ": "reset+jwt"}},
        {"iss": "breeze-lakes-point-other"},
        {"aud": "breeze-lakes-point-other"},
        {"aud": []},
        {"exp": NOW - timedelta(seconds=10)},
        {"iat": NOW + timedelta(hours=1)},
        {"nbf": NOW + timedelta(hours=1)},
        {"exp": "tomorrow"},
        {"exp": 10**30},
        # A year that neither Python nor the system clock supports.
        *({name: 10**17} for name in ("exp", "iat")),
        {"ver": "three"},
        {"ver": None},
        *({"omitted_claim": name} for name in ("iss", "aud", "sub", "iat", "exp", "sid", "ver")),
    ],
    ids="-".join,
)
def test_a_token_with_one_invalid_part_is_rejected(sign_token, keys, token_override):
    with pytest.raises(Unauthenticated):
        session_token.verify(sign_token(**token_override), keys, ISSUER)


def unsigned(header, payload):
    parts = [json.dumps(part).encode() for part in (header, payload)]
    return b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts).decode() + "."


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", None])
def test_an_unsigned_token_is_rejected(keys, algorithm):
    header = {"alg": algorithm, "typ": session_token.JWT_TYPE, "kid": keys.all()[0].identifier}
    claims = {"iss": ISSUER, "aud": ISSUER, "sub": "account", "sid": "session", "ver": 3}
    claims |= {"iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 1000}

    for signature in ("", "AAAA"):
        with pytest.raises(Unauthenticated):
            session_token.verify(unsigned(header, claims) + signature, keys, ISSUER)


@pytest.mark.parametrize("name", ["jku", "jwk", "x5u", "x5c"])
def test_a_key_in_the_token_header_is_ignored(sign_token, keys, name):
    key_header = {name: "https://evil.example/key"}
    with pytest.raises(Unauthenticated):
        session_token.verify(sign_token(header=key_header, secret=b"e" * 32), keys, ISSUER)
    assert session_token.verify(sign_token(header=key_header), keys, ISSUER).account_id == "account"


@pytest.mark.parametrize(
    "malformed_token",
    ["", ".", "..", "a.b.c", "é.é.é", "a" * 5000, "a.b", "null.null.null", "W10.W10.W10"],
)
def test_a_malformed_token_is_rejected(keys, malformed_token):
    with pytest.raises(Unauthenticated):
        session_token.verify(malformed_token, keys, ISSUER)


def test_a_truncated_token_is_rejected(keys, claims):
    valid_token = session_token.issue(claims, keys, ISSUER)

    for length in range(0, len(valid_token), 9):
        with pytest.raises(Unauthenticated):
            session_token.verify(valid_token[:length], keys, ISSUER)


@pytest.mark.parametrize(
    "tampered_cookie",
    [
        lambda valid_token: f"{COOKIE}={valid_token[:-2]}",
        lambda valid_token: f"{COOKIE}=",
        lambda valid_token: f"{COOKIE}",
        lambda valid_token: f"{COOKIE.lower()}={valid_token}",
        lambda valid_token: f'{COOKIE}="{valid_token}"',
    ],
)
def test_a_tampered_cookie_is_rejected_without_aws_calls(applicant, aws_calls, tampered_cookie):
    valid_token = applicant.token

    assert applicant.get("/me", Cookie=tampered_cookie(valid_token)).code == "not_signed_in"
    assert [call.operation for call in aws_calls] == []
    assert applicant.get("/me", Cookie=f"theme=dark; {COOKIE}={valid_token}; lang=es").status == 200


def test_a_token_outside_the_cookie_is_ignored(applicant):
    response = applicant.other_client().get(
        f"/me?token={applicant.token}", Authorization=f"Bearer {applicant.token}"
    )

    assert response.status == 401
