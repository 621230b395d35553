"""The session keys: the service loads, caches, and rotates them."""

import json
from datetime import timedelta

import boto3
import pytest

from chalicelib.platform import clock
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.sessions import keys
from chalicelib.sessions.keys import Keys, new_secret, parse
from tests.support.environments import forget

NOW = clock.from_text("2026-11-23T12:00:00Z")


def key(name, signs_from=NOW, secret="A" * 43 + "="):
    return {"kid": name, "secret": secret, "signsFrom": clock.to_text(signs_from)}


class Vault:
    """Secrets Manager and a clock, both at hand."""

    def __init__(self, *keys):
        self.keys = list(keys)
        self.seconds = 0.0
        self.fetches = 0

    def fetch(self):
        self.fetches += 1
        if self.keys is None:
            raise ServiceUnavailable
        return json.dumps({"keys": self.keys})

    def open(self):
        return Keys(self.fetch, lambda: self.seconds)


def test_a_new_secret_has_one_active_key_of_256_bits():
    [key] = parse(new_secret(NOW))
    [other] = parse(new_secret(NOW))

    assert len(key.secret) == 32
    assert key.signs_from == NOW
    assert key.secret != other.secret


def test_keys_that_were_fetched_while_the_function_started_are_not_fetched_again(monkeypatch):
    vault = Vault(key("one"))
    call_count = vault.open()
    monkeypatch.setattr(keys, "session_keys", lambda: call_count)
    keys.prefetch()

    assert call_count.signing_key(NOW).identifier == "one"
    assert call_count.verification_key("one").identifier == "one"
    assert vault.fetches == 1


def test_the_first_request_fetches_the_keys_if_they_could_not_be_fetched_before():
    vault = Vault()
    vault.keys = None
    call_count = vault.open()
    keys._fill(call_count)
    vault.keys = [key("one")]

    assert call_count.signing_key(NOW).identifier == "one"
    assert vault.fetches == 2


def test_the_newest_active_key_signs():
    keys = Vault(key("old", NOW - timedelta(days=9)), key("new", NOW + timedelta(minutes=9))).open()

    assert keys.signing_key(NOW).identifier == "old"
    assert keys.signing_key(NOW + timedelta(minutes=9)).identifier == "new"


def test_every_key_verifies_before_and_after_it_signs():
    keys = Vault(key("old", NOW - timedelta(days=9)), key("new", NOW + timedelta(minutes=9))).open()

    assert [keys.verification_key(name).identifier for name in ("old", "new")] == ["old", "new"]


def test_an_unknown_key_id_returns_none():
    assert Vault(key("new")).open().verification_key("old") is None


def test_keys_are_cached_for_five_minutes():
    vault = Vault(key("one"))
    keys = vault.open()
    for vault.seconds in (0, 60, 299):
        keys.signing_key(NOW)
        keys.verification_key("one")

    assert vault.fetches == 1
    vault.seconds = 300
    keys.signing_key(NOW)
    assert vault.fetches == 2


def test_unknown_key_ids_refetch_at_most_once_a_minute():
    vault = Vault(key("one"))
    keys = vault.open()
    for _ in range(100):
        keys.verification_key("forged")
    assert vault.fetches == 1

    vault.seconds = 60
    vault.keys.append(key("two"))
    assert keys.verification_key("two").identifier == "two"
    assert vault.fetches == 2


def test_while_secrets_manager_is_down_unknown_key_ids_refetch_once_a_minute():
    vault = Vault(key("one"))
    keys = vault.open()
    keys.signing_key(NOW)
    vault.keys = None
    for vault.seconds in (61, 62, 63, 64):
        assert keys.verification_key("forged") is None
        assert keys.verification_key("one").identifier == "one"
    assert vault.fetches == 2

    vault.seconds = 301
    with pytest.raises(ServiceUnavailable):
        keys.verification_key("one")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"keys": []}',
        '{"keys": [{}]}',
        json.dumps({"keys": [key("short", secret="AAAA")]}),
        json.dumps({"keys": [key("one"), key("short", secret="AAAA")]}),
        json.dumps({"keys": [key("odd", secret="!")]}),
        json.dumps({"keys": [key("one") | {"signsFrom": "soon"}]}),
        json.dumps({"keys": [key("one") | {"signsFrom": "2026-11-22"}]}),
    ],
)
def test_a_missing_short_or_invalid_secret_is_rejected(text):
    with pytest.raises(ServiceUnavailable):
        parse(text)


def test_a_key_does_not_sign_before_its_start():
    with pytest.raises(ServiceUnavailable):
        Vault(key("new", NOW + timedelta(minutes=1))).open().signing_key(NOW)


@pytest.fixture
def without_key(backend, applicant):
    for secret in ("session-key", "signing-key"):
        boto3.client("secretsmanager").delete_secret(
            SecretId=f"breeze-lakes-point-{backend.name}-{secret}", ForceDeleteWithoutRecovery=True
        )
    forget()
    return applicant


def test_without_a_key_no_session_is_issued_or_accepted(without_key, backend):
    before = backend.everything()

    assert without_key.get("/me").code == "unavailable"
    assert without_key.other_client().sign_in().code == "unavailable"
    assert (
        without_key.other_client()
        .post("/signup", {"username": "sky", "password": "four quiet lakes in May"})
        .code
        == "unavailable"
    )
    assert backend.everything() == before


def test_without_a_key_signing_out_works(without_key):
    assert without_key.post("/signout").status == 200


def test_the_key_is_fetched_once_for_many_requests(applicant, aws_calls):
    forget()
    for _ in range(5):
        assert applicant.get("/me").status == 200

    assert [c.operation for c in aws_calls if c.service == "secretsmanager"] == ["GetSecretValue"]


LASTING = "B" * 43 + "="


def lasting(text, purpose="device"):
    return Keys(lambda: text).derived_key(purpose)


def test_a_new_secret_contains_a_long_lived_secret():
    first_secret, other = new_secret(NOW), new_secret(NOW)

    assert len(lasting(first_secret)) == 32
    assert lasting(first_secret) != lasting(other)


def test_derived_keys_survive_rotation_and_depend_on_the_purpose():
    before = json.dumps({"keys": [key("old")], "lasting": LASTING})
    after = json.dumps({"keys": [key("new", secret="C" * 43 + "=")], "lasting": LASTING})

    assert lasting(before) == lasting(after)
    assert lasting(before) != lasting(before, "attempts")


@pytest.mark.parametrize("odd", ["", "AAAA", "!", 7, None])
def test_a_missing_or_short_long_lived_secret_is_rejected(odd):
    with pytest.raises(ServiceUnavailable):
        lasting(json.dumps({"keys": [key("one")], "lasting": odd}))


def test_a_secret_without_a_long_lived_secret_signs_sessions():
    text = json.dumps({"keys": [key("one")]})

    assert Keys(lambda: text).signing_key(NOW).identifier == "one"
    with pytest.raises(ServiceUnavailable):
        lasting(text)
