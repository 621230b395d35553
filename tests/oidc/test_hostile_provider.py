"""A provider that lies, and one in the middle: no response of theirs becomes a proof."""

import base64
import hashlib
import hmac
import json
import time
from unittest import mock

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chalicelib.oidc import metadata, sign_in
from chalicelib.platform import clock
from tests.support.oidc_provider import (
    CLIENT_ID,
    EXAMPLE_ISSUER,
    PROOF_COOKIE,
    ec_key,
    jwk,
    problem_of,
    rsa_key,
    visit,
)

NOW = int(clock.now().timestamp())


def pem(key):
    """The public key as text, which an attacker knows."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form)


@pytest.fixture
def rejected(browser, provider):
    """Whether the provider's response is rejected, and leaves no proof."""

    def check():
        browser.oidc.clear()
        problem = problem_of(visit(browser, provider))
        assert (problem is None) == (PROOF_COOKIE in browser.oidc)
        return problem == "failed"

    return check


def test_an_honest_response_is_accepted_with_each_algorithm(rejected, provider):
    assert not rejected()
    provider.algorithm = "RS256"
    assert not rejected()


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example.com"},
        {"iss": f"{EXAMPLE_ISSUER}/"},
        {"iss": None},
        {"aud": "another client"},
        {"aud": [CLIENT_ID, "another client"]},
        {"aud": []},
        {"aud": None},
        {"azp": "another client"},
        {"nonce": "of another browser"},
        {"nonce": None},
        {"nonce": ["a"]},
        {"exp": NOW - 3600},
        {"exp": None},
        {"exp": "never"},
        {"exp": float("inf"), "iat": float("-inf")},
        {"iat": NOW - 3600},
        {"iat": NOW + 3600},
        {"iat": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "x" * 256},
        {"sub": "a\nb"},
        {"sub": 7},
    ],
)
def test_a_token_with_one_wrong_claim_is_rejected(rejected, provider, claims):
    provider.claims = claims

    assert rejected()


def test_our_client_as_the_only_audience_and_authorized_party_is_accepted(rejected, provider):
    provider.claims = {"aud": [CLIENT_ID], "azp": CLIENT_ID}

    assert not rejected()


def test_an_unsigned_token_is_rejected(rejected, provider):
    provider.algorithm, provider.key = "none", ""

    assert rejected()


@pytest.mark.parametrize("key", [rsa_key, ec_key])
def test_a_token_signed_with_the_public_key_as_a_shared_secret_is_rejected(rejected, provider, key):
    """PyJWT refuses to sign such a token, so it is put together by hand."""

    def encoded(raw):
        return base64.urlsafe_b64encode(raw).rstrip(b"=")

    def forged(nonce):
        claims = jwt.decode(provider_token(nonce), options={"verify_signature": False})
        header = {"alg": "HS256", "typ": "JWT", "kid": "rsa"}
        text = b".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
        signature = hmac.digest(pem(key()), text, hashlib.sha256)
        return (text + b"." + encoded(signature)).decode()

    provider_token = provider.id_token
    with mock.patch.object(provider, "id_token", forged):
        assert rejected()


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [("ES256", "another"), ("RS256", "another"), ("HS256", "s" * 64), ("RS512", None)],
)
def test_a_token_with_another_key_or_algorithm_is_rejected(rejected, provider, algorithm, key):
    others = {"ES256": ec.generate_private_key(ec.SECP256R1()), "RS256": rsa_key(2049)}
    provider.algorithm = algorithm
    provider.key = others[algorithm] if key == "another" else key

    assert rejected()


@pytest.mark.parametrize(
    "header",
    [
        {"kid": "unknown"},
        {"kid": "rsa"},
        {"crit": ["b64"]},
        {"kid": "unknown", "jwk": {"kty": "oct", "k": "AAAA"}},
        {"kid": "unknown", "jku": "https://evil.example/keys"},
    ],
    ids=str,
)
def test_only_a_published_key_for_the_tokens_algorithm_counts(rejected, provider, header):
    provider.header = header

    assert rejected()


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_a_key_with_too_few_bits_is_rejected(rejected, provider):
    weak = rsa_key(1024)
    provider.algorithm, provider.key = "RS256", weak
    provider.keys = [{**jwk(weak), "kid": "rsa", "use": "sig", "alg": "RS256"}]

    assert rejected()


@pytest.mark.parametrize(
    "keys", [[], "none", [{}], ["key"], [{"kty": "EC", "crv": "P-256", "kid": "ec"}]], ids=str
)
def test_unusable_keys_are_rejected(rejected, provider, keys):
    provider.keys = keys

    assert rejected()


@pytest.mark.parametrize(
    "token", [None, "", "a.b.c", 7, "x" * 20_000, ["a"], "é.é.é"], ids=lambda text: str(text)[:9]
)
def test_a_response_without_a_token_is_rejected(rejected, provider, token):
    provider.token_response = {"id_token": token}

    assert rejected()


def test_a_rotated_key_is_fetched_at_once_and_unknown_ones_once_a_minute(rejected, provider):
    assert not rejected()
    provider.keys = [{**jwk(ec_key()), "kid": "new", "use": "sig"}]
    provider.header = {"kid": "new"}
    assert rejected(), "they were fetched a moment ago"
    assert provider.requests.count("/keys") == 1

    stored, later = metadata.published(sign_in.find("example")), time.monotonic() + 61
    with mock.patch.object(stored, "_monotonic", return_value=later):
        assert not rejected()
        provider.header = {"kid": "invented"}
        assert rejected()
    assert provider.requests.count("/keys") == 2


def test_the_response_of_a_code_for_another_client_is_rejected(rejected, provider):
    """The provider in the middle hands over a token that another service got (mix-up)."""
    provider.claims = {"aud": "another service", "nonce": "its nonce"}

    assert rejected()


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://other.example.com"},
        {"issuer": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://id.example.com/authorize"},
        {"token_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "https://user@id.example.com/keys"},
        {"token_endpoint": "https://id.example.com/\r\nHost: evil"},
        {"id_token_signing_alg_values_supported": ["none", "HS256"]},
        {"id_token_signing_alg_values_supported": "RS256"},
    ],
    ids=str,
)
def test_metadata_that_is_not_valid_leads_nowhere(browser, provider, document):
    provider.document = document

    assert browser.post("/signin/providers/example", {}).status == 503
