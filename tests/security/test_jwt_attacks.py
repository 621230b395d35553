"""Attacks on JSON Web Tokens from the literature.

Sources: RFC 8725; "Critical vulnerabilities in JSON Web Token libraries" (T. McLean, 2015);
CVE-2015-9235 (key confusion), CVE-2018-0114 (embedded key), CVE-2022-21449 (zero signature),
CVE-2022-29217 (PyJWT), CVE-2024-33663, CVE-2024-33664 (JWE bomb), and PortSwigger's and OWASP's
catalogs of tests.
"""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from unittest import mock

import jwt
import pytest

from chalicelib.platform import clock, settings
from chalicelib.platform.errors import Unauthenticated
from chalicelib.sessions import session_token, trusted_device
from chalicelib.sessions.keys import account_keys, session_keys
from tests.support.clients import COOKIE

ZERO_ECDSA = bytes(64)
PUBLIC_KEY = b"""-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9
q9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageEHWwHdBO6B+dFabmdT9POxg==
-----END PUBLIC KEY-----
"""


def encoded(content):
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def signed(header, payload, key, digest=hashlib.sha256):
    body = f"{encoded(header)}.{encoded(payload)}"
    return f"{body}.{encoded(hmac.new(key, body.encode(), digest).digest())}"


class Genuine:
    """A session token that works, in its parts."""

    def __init__(self, text):
        self.text = text
        self.header, self.payload, self.signature = text.split(".")
        self.fields = jwt.get_unverified_header(text)
        self.claims = jwt.decode(text, options={"verify_signature": False})
        [key] = session_keys().all()
        self.key = key.secret


@pytest.fixture
def genuine(applicant):
    return Genuine(applicant.token)


def accepted(tokens):
    """Return which of the tokens open a session or make a device trusted."""
    keys, issuer, tokens_accepted = session_keys(), settings.current().issuer, []
    for name, text in tokens.items():
        assert trusted_device.verify(text, keys, issuer) is None
        try:
            session_token.verify(text, keys, issuer)
        except Unauthenticated:
            continue
        tokens_accepted.append(name)
    return tokens_accepted


def test_the_genuine_token_is_accepted(genuine):
    again = signed(genuine.fields, genuine.claims, genuine.key)

    assert accepted({"as issued": genuine.text, "signed again": again}) == [
        "as issued",
        "signed again",
    ]


def test_a_token_without_a_valid_signature_is_rejected(genuine):
    body = f"{genuine.header}.{genuine.payload}"
    algorithms = ["none", "None", "NONE", "nOnE", "none ", "", "HS256\0", "hs256", "HS256,none"]
    tokens = {f"alg {alg!r}": encoded({**genuine.fields, "alg": alg}) for alg in algorithms}
    tokens = {name: f"{header}.{genuine.payload}." for name, header in tokens.items()}
    unsigned = encoded({**genuine.fields, "alg": "none"})

    assert not accepted(
        {
            **tokens,
            "no signature": body,
            "empty signature": f"{body}.",
            "signature of zeros": f"{body}.{encoded(bytes(32))}",
            "psychic signature": f"{encoded({**genuine.fields, 'alg': 'ES256'})}.{genuine.payload}."
            f"{encoded(ZERO_ECDSA)}",
            "psychic signature under our algorithm": f"{body}.{encoded(ZERO_ECDSA)}",
            "half a signature": f"{body}.{genuine.signature[:22]}",
            "signature of the header alone": signed(genuine.fields, b"", genuine.key),
            "none, with the old signature": f"{unsigned}.{genuine.payload}.{genuine.signature}",
            "another token's signature": f"{genuine.header}."
            f"{encoded({**genuine.claims, 'ver': 99})}.{genuine.signature}",
            "a checksum": f"{body}.{encoded(hashlib.sha256(body.encode()).digest())}",
        }
    )


def test_a_token_signed_with_a_known_key_is_rejected(genuine):
    fields, claims = genuine.fields, genuine.claims
    forged = {
        "public key as HMAC secret": ({**fields}, PUBLIC_KEY),
        "public key as HMAC secret, as RS256": ({**fields, "alg": "RS256"}, PUBLIC_KEY),
        "identifier as key": (fields, fields["kid"].encode()),
        "the empty file": ({**fields, "kid": "../../../../../dev/null"}, b""),
        "a file of the package": ({**fields, "kid": "/var/task/app.py"}, b"# app"),
        "an injected row": ({**fields, "kid": "x' UNION SELECT 'secret' -- "}, b"secret"),
        "a command": ({**fields, "kid": "key|sleep 10"}, b"key"),
        "a URL": ({**fields, "kid": "https://evil.example/key"}, b"key"),
        "a NUL": ({**fields, "kid": f"{fields['kid']}\0"}, b"key"),
        "a list": ({**fields, "kid": [fields["kid"]]}, b"key"),
        "a number": ({**fields, "kid": 0}, b"key"),
        "a truth": ({**fields, "kid": True}, b"key"),
        "a key at an address": ({**fields, "jku": "https://evil.example/jwks.json"}, b"key"),
        "a certificate at an address": ({**fields, "x5u": "file:///dev/null"}, b""),
        "a certificate brought along": ({**fields, "x5c": [PUBLIC_KEY.decode()]}, PUBLIC_KEY),
        "a thumbprint": ({**fields, "x5t#S256": encoded(b"key")}, b"key"),
        "a key brought along": ({**fields, "jwk": {"kty": "oct", "k": encoded(b"key")}}, b"key"),
        "the key of another purpose": (fields, account_keys().derived_key("device")),
        "a well-known secret": (fields, b"your-256-bit-secret"),
    }

    assert not accepted({name: signed(head, claims, key) for name, (head, key) in forged.items()})


def test_another_algorithm_type_or_extension_is_rejected(genuine):
    fields = genuine.fields
    headers = {
        "HS384": {"alg": "HS384"},
        "HS512": {"alg": "HS512"},
        "an unknown extension": {"crit": ["x"], "x": 1},
        "an unlisted extension": {"crit": []},
        "an extension that is no list": {"crit": "exp"},
        "an unencoded payload": {"b64": False, "crit": ["b64"]},
        "an unencoded payload that isn't critical": {"b64": False},
        "a nested token": {"cty": "JWT", "typ": "JWT"},
        "a device's": {"typ": "device+jwt"},
        "an OAuth access token": {"typ": "at+jwt"},
    }
    digests = {"HS384": hashlib.sha384, "HS512": hashlib.sha512}
    tokens = {
        name: signed(
            {**fields, **more}, genuine.claims, genuine.key, digests.get(name, hashlib.sha256)
        )
        for name, more in headers.items()
    }

    nested = signed(fields, genuine.text.encode(), genuine.key)
    assert not accepted({**tokens, "a token as payload": nested})


def test_an_encrypted_or_differently_serialized_token_is_rejected(genuine):
    key, text = encoded(genuine.key), genuine.text
    expensive = {"alg": "PBES2-HS512+A256KW", "enc": "A256GCM", "p2c": 10**9, "p2s": "c2FsdA"}
    bomb = {"alg": "dir", "enc": "A256GCM", "zip": "DEF"}
    general = {"payload": genuine.payload, "signatures": [{"protected": genuine.header}]}
    flattened = {"payload": genuine.payload, "protected": genuine.header, "signature": key}

    assert not accepted(
        {
            "JWE": f"{encoded({'alg': 'dir', 'enc': 'A128CBC-HS256'})}..{key}.{key}.{key}",
            "JWE with an expensive key": f"{encoded(expensive)}.{key}.{key}.{key}.{key}",
            "JWE that is large unpacked": f"{encoded(bomb)}..{key}.{key}.{key}",
            "JWE around the token": f"{encoded({'alg': 'dir', 'cty': 'JWT'})}..{text}.{key}",
            "general JSON": json.dumps(general),
            "flattened JSON": json.dumps(flattened),
            "unsecured with two dots more": f"{text}..",
            "a disclosure after it": f"{text}~{key}~",
            "a PASETO": f"v4.local.{key}",
        }
    )


def test_an_ambiguous_header_is_rejected(genuine):
    kid = json.dumps(genuine.fields["kid"])
    rest = f'"typ": "session+jwt", "kid": {kid}'
    headers = {
        "a duplicate algorithm": f'{{"alg": "HS256", "alg": "none", {rest}}}',
        "a duplicate algorithm, reversed": f'{{"alg": "none", "alg": "HS256", {rest}}}',
        "a duplicate key": f'{{"alg": "HS256", "kid": "x", {rest}}}',
        "an escaped name": f'{{"\\u0061lg": "none", {rest}}}',
        "UTF-16": f'{{"alg": "none", {rest}}}'.encode("utf-16"),
        "a byte order mark": f'\ufeff{{"alg": "HS256", {rest}}}',
        "no UTF-8": b'{"alg": "HS256\xff"}',
        "a list": "[]",
        "nothing": "null",
        "a deep list": "[" * 380,
        "a number without end": f'{{"alg": {"9" * 300}}}',
        "not a number": '{"alg": NaN}',
        "a lone surrogate": f'{{"alg": "\\ud800", {rest}}}',
    }
    as_bytes = {n: h if isinstance(h, bytes) else h.encode() for n, h in headers.items()}

    assert not accepted(
        {name: signed(header, genuine.claims, b"key") for name, header in as_bytes.items()}
    )


def test_a_token_has_one_spelling(genuine):
    """Else one session would have many tokens, and a list of revoked ones could be evaded."""
    header, payload, signature = genuine.header, genuine.payload, genuine.signature
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet[alphabet.index(signature[-1]) + 1]

    assert not accepted(
        {
            "bits that are dropped": f"{header}.{payload}.{signature[:-1]}{last}",
            "padding": f"{header}.{payload}.{signature}=",
            "standard alphabet": f"{header}.{payload}.{signature[:-2]}+/",
            "space before": f" {genuine.text}",
            "space after": f"{genuine.text} ",
            "line after": f"{genuine.text}\n",
            "line in the signature": f"{header}.{payload}.{signature[:9]}\n{signature[9:]}",
            "tab after the dot": f"{header}.\t{payload}.{signature}",
            "NUL after": f"{genuine.text}\0",
            "encoded dots": genuine.text.replace(".", "%2E"),
            "full-width dots": genuine.text.replace(".", "．"),
            "scheme before": f"Bearer {genuine.text}",
            "quotes": f'"{genuine.text}"',
            "capitals": genuine.text.upper(),
            "twice": f"{genuine.text}.{genuine.text}",
            "without end": genuine.text + "A" * 500_000,
        }
    )


def test_claims_of_the_wrong_type_are_rejected(genuine):
    now = int(clock.now().timestamp())
    claims = {
        "not yet valid": {"nbf": now + 3600},
        "issued in the future": {"iat": now + 3600},
        "an end that is text": {"exp": "never"},
        "an end that is nothing": {"exp": None},
        "an end that is a list": {"exp": [now + 3600]},
        "an end that is not a number": {"exp": float("nan")},
        "an end at infinity": {"exp": float("inf")},
        "an end in a year with 300 digits": {"exp": 10**300},
        "an end in the past": {"exp": now - 60},
        "a negative end": {"exp": -1},
        "a subject that is a number": {"sub": 1},
        "a subject that is an object": {"sub": {"$ne": ""}},
        "an issuer that is a list": {"iss": [settings.current().issuer]},
        "another audience": {"aud": ["other"]},
        "no audience": {"aud": None},
        "a version that is text": {"ver": "latest"},
        "a version that is a list": {"ver": [1]},
    }
    tokens = {
        name: signed(genuine.fields, {**genuine.claims, **more}, genuine.key)
        for name, more in claims.items()
    }
    payloads = {"a list": b"[]", "nothing": b"null", "deep": b"[" * 700, "text": b'"sub"'}
    tokens |= {n: signed(genuine.fields, content, genuine.key) for n, content in payloads.items()}

    assert not accepted(tokens)


def test_a_stolen_key_makes_no_session_longer(applicant, genuine):
    in_a_hundred_years = {"exp": int(clock.now().timestamp()) + 100 * 365 * 86_400}
    text = signed(genuine.fields, {**genuine.claims, **in_a_hundred_years}, genuine.key)
    late = clock.now() + timedelta(hours=8, seconds=1)

    assert applicant.get("/me", Cookie=f"{COOKIE}={text}").status == 200
    with mock.patch.object(clock, "now", return_value=late):
        assert applicant.get("/me", Cookie=f"{COOKIE}={text}").status == 401


def test_a_token_of_another_stage_is_rejected(genuine):
    other = {"iss": "breeze-lakes-point-prod", "aud": "breeze-lakes-point-prod"}

    assert not accepted(
        {
            name: signed(genuine.fields, {**genuine.claims, name: other[name]}, genuine.key)
            for name in other
        }
    )
