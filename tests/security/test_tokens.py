"""Attackers send tokens of another type, and forged tokens."""

import base64
import hashlib
import hmac
import json
from unittest import mock

import jwt
import pytest

from chalicelib.identity import passwords
from chalicelib.identity.account import Role
from chalicelib.platform import clock
from chalicelib.sessions.keys import account_keys, session_keys
from tests.security.crowds import at_once, behind_a_socket, clock_standing_still
from tests.support.accounts import signed_in_staff
from tests.support.clients import COOKIE, OverHttp, Person
from tests.support.environments import PUBLIC_URL, stage

NEW_PASSWORD = "five quiet lakes in June"
MOST = 100
ISSUER = "breeze-lakes-point-test"
KEY_OF_THE_ATTACKER = b"a key of thirty-two bytes, known"


def one_time_token_for(staff, person):
    response = staff.post(f"/admin/users/{person.account['id']}/password-reset")
    return response.json["link"].removeprefix(f"{PUBLIC_URL}/reset#token=")


def reset_password(person, token):
    return person.post("/password/reset", {"token": token, "newPassword": NEW_PASSWORD})


@pytest.fixture
def tokens_by_kind(super_admin, applicant):
    """One token of each kind, all of them good for what they are for."""
    for _ in range(3):
        assert Person(applicant.client, "river").sign_in().status == 200
    return {
        "session": applicant.token,
        "device": applicant.device,
        "cursor": applicant.get("/sessions?limit=1").json["cursor"],
        "one-time": one_time_token_for(super_admin, applicant),
    }


@pytest.mark.parametrize("kind", ["device", "cursor", "one-time"])
def test_other_tokens_are_rejected_as_sessions(applicant, tokens_by_kind, kind):
    assert applicant.get("/me", Cookie=f"{COOKIE}={tokens_by_kind[kind]}").code == "not_signed_in"


@pytest.mark.parametrize("kind", ["session", "cursor", "one-time"])
def test_other_tokens_are_rejected_as_trusted_devices(applicant, tokens_by_kind, kind):
    with clock_standing_still():
        for _ in range(5):
            Person(applicant.client, "river").sign_in(password="wrong")
        stranger = Person(applicant.client, "river", device=tokens_by_kind[kind])
        assert stranger.sign_in().status == 429


@pytest.mark.parametrize("kind", ["session", "device", "one-time"])
@pytest.mark.parametrize("path", ["/sessions", "/registrations"])
def test_other_tokens_are_rejected_as_cursors(applicant, tokens_by_kind, kind, path):
    assert applicant.get(f"{path}?cursor={tokens_by_kind[kind]}").fields == {"cursor"}


@pytest.mark.parametrize("kind", ["session", "device", "cursor"])
def test_other_tokens_are_rejected_for_password_resets(applicant, tokens_by_kind, kind):
    response = reset_password(applicant, tokens_by_kind[kind][:512])

    assert (response.status, response.fields) == (422, {"token"})


def encoded_part(said):
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=")


def signed(header, payload, secret, digest=hashlib.sha256):
    """Return a token with the attacker's choice of header, which no library would sign."""
    body = encoded_part(header) + b"." + encoded_part(payload)
    signature = hmac.new(secret, body, digest).digest()
    return (body + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def own_key(_):
    return KEY_OF_THE_ATTACKER


def real_key(key):
    return key.secret


FORGERIES = {
    "none": ({"alg": "none"}, own_key),
    "none, in capitals": ({"alg": "NONE"}, own_key),
    "no algorithm": ({"alg": None}, real_key),
    "an own key": ({}, own_key),
    "an empty key": ({}, lambda _: b""),
    "the id of the key as the key": ({}, lambda key: key.identifier.encode()),
    "HS512 with the right key": ({"alg": "HS512"}, real_key),
    "HS384 with the right key": ({"alg": "HS384"}, real_key),
    "RS256 with the right key": ({"alg": "RS256"}, real_key),
    "ES256 with the right key": ({"alg": "ES256"}, real_key),
    "several algorithms": ({"alg": ["HS256", "none"]}, real_key),
    "another type": ({"typ": "JWT"}, real_key),
    "a device's type": ({"typ": "device+jwt"}, real_key),
    "no type": ({"typ": None}, real_key),
    "a key of a path": ({"kid": "../../../../dev/null"}, lambda _: b""),
    "a key of a table": ({"kid": "' UNION SELECT 'a"}, lambda _: b"a"),
    "a key of an object": ({"kid": {"$gt": ""}}, own_key),
    "no key's id": ({"kid": None}, real_key),
    "a key at an address": ({"jku": "https://evil.example/keys"}, own_key),
    "a key brought along": (
        {"jwk": {"kty": "oct", "k": base64.urlsafe_b64encode(KEY_OF_THE_ATTACKER).decode()}},
        own_key,
    ),
    "a certificate at an address": ({"x5u": "https://evil.example/cert"}, own_key),
    "a certificate brought along": ({"x5c": ["MIIB"]}, own_key),
    "a critical extension": ({"crit": ["exp"]}, real_key),
    "an unencoded payload": ({"b64": False, "crit": ["b64"]}, real_key),
}
DIGESTS = {"HS384": hashlib.sha384, "HS512": hashlib.sha512}


@pytest.mark.parametrize("how", FORGERIES)
def test_forged_session_tokens_are_rejected(applicant, backend, how):
    [key] = session_keys().all()
    header, secret_of = FORGERIES[how]
    header = {"alg": "HS256", "typ": "session+jwt", "kid": key.identifier, **header}
    payload = jwt.decode(applicant.token, options={"verify_signature": False})
    digest = DIGESTS.get(str(header["alg"]), hashlib.sha256)

    genuine = signed(jwt.get_unverified_header(applicant.token), payload, key.secret)
    assert applicant.get("/me", Cookie=f"{COOKIE}={genuine}").status == 200
    forged = signed(header, payload, secret_of(key), digest)
    assert applicant.get("/me", Cookie=f"{COOKIE}={forged}").code == "not_signed_in"


@pytest.mark.parametrize(
    "changed",
    [{"sub": "{sky}"}, {"ver": 2}, {"sid": "{sky's}"}, {"aud": "*"}, {"iss": None}],
    ids=str,
)
def test_a_signed_token_with_another_users_claim_opens_no_session(
    applicant, other_applicant, changed
):
    """What a key that got out would be good for: nothing that the tables do not say, too."""
    [key] = session_keys().all()
    known = {
        "{sky}": other_applicant.account["id"],
        "{sky's}": other_applicant.get("/sessions").json["items"][0]["id"],
    }
    payload = jwt.decode(applicant.token, options={"verify_signature": False})
    payload |= {name: known.get(str(value), value) for name, value in changed.items()}
    token = signed(jwt.get_unverified_header(applicant.token), payload, key.secret)

    assert applicant.get("/me", Cookie=f"{COOKIE}={token}").code == "not_signed_in"


def test_sign_in_prevents_session_fixation(applicant, other_applicant):
    """Session fixation: a client that signs in with another user's cookie gets a new secret one."""
    planted = applicant.token
    victim = Person(applicant.client, "sky", planted)

    assert victim.sign_in().status == 200
    assert victim.token != planted
    assert applicant.other_client().get("/me", Cookie=f"{COOKIE}={planted}").status == 401


def test_a_hundred_concurrent_requests_use_a_token_once(local_endpoint):
    with stage(local_endpoint) as backend, behind_a_socket() as url:
        super_admin = signed_in_staff(OverHttp(url), "sue", Role.SUPER_ADMIN)
        applicant = Person(OverHttp(url), "river")
        assert applicant.sign_up().status == 201
        token = one_time_token_for(super_admin, applicant)

        def choose_another(number):
            body = {"token": token, "newPassword": f"quiet lakes of harvest {number}"}
            return Person(applicant.client).post("/password/reset", body).status

        statuses = at_once(MOST, choose_another)
        [winner] = [number for number, status in enumerate(statuses) if status == 200]

        assert set(statuses) <= {200, 422, 503}
        assert applicant.get("/me").status == 401
        assert applicant.sign_in().status == 401
        assert applicant.sign_in(password=f"quiet lakes of harvest {winner}").status == 200
        entries = [row["action"] for row in backend.rows("audit")]
        assert entries.count("account.password_reset") == 1


def test_a_token_deleted_before_its_use_is_rejected(super_admin, applicant, backend):
    token = one_time_token_for(super_admin, applicant)
    [row] = backend.rows("one-time-tokens")
    hash_of = passwords.hash_password

    def hash_slowly(password):
        backend.remove("one-time-tokens", {"tokenHash": row["tokenHash"]})
        return hash_of(password)

    with mock.patch.object(passwords, "hash_password", hash_slowly):
        assert reset_password(Person(applicant.client), token).fields == {"token"}
    assert applicant.get("/me").status == 200


def test_a_password_reset_revokes_all_sessions(super_admin, applicant):
    others = [applicant.other_client() for _ in range(3)]
    assert {other.sign_in().status for other in others} == {200}
    assert (
        reset_password(Person(applicant.client), one_time_token_for(super_admin, applicant)).status
        == 200
    )

    for person in (applicant, *others):
        assert person.get("/me").status == 401


@pytest.mark.parametrize("without", ["exp", "iat", "sub", "iss", "aud", "jti", "ver"])
def test_a_device_token_with_a_missing_claim_is_not_trusted(applicant, without):
    key = account_keys().derived_key("device")
    payload = jwt.decode(applicant.device, options={"verify_signature": False})
    header = jwt.get_unverified_header(applicant.device)
    whole, cut = (
        signed(header, {n: v for n, v in payload.items() if n != name}, key)
        for name in ("", without)
    )
    with clock_standing_still():
        for _ in range(5):
            Person(applicant.client, "river").sign_in(password="wrong")

        assert Person(applicant.client, "river", device=cut).sign_in().status == 429
        assert Person(applicant.client, "river", device=whole).sign_in().status == 200


def test_an_expired_token_stays_expired_with_any_other_headers(applicant):
    [key] = session_keys().all()
    payload = jwt.decode(applicant.token, options={"verify_signature": False})
    payload |= {"exp": int(clock.now().timestamp()) - 60}
    token = signed(jwt.get_unverified_header(applicant.token), payload, key.secret)

    response = applicant.get(
        "/me", Cookie=f"{COOKIE}={token}", Date="Mon, 01 Jan 2024 00:00:00 GMT"
    )
    assert response.status == 401
