"""An attacker with the signing key and a copy of the tables opens no session."""

from dataclasses import replace

import pytest

from chalicelib.platform import settings
from chalicelib.sessions import session_token
from chalicelib.sessions.keys import session_keys
from tests.support.clients import COOKIE


@pytest.fixture
def claims(applicant):
    """The claims of a session that is open."""
    return session_token.verify(applicant.token, session_keys(), settings.current().issuer)


def status_with(person, claims):
    """The status for a token with these claims, signed with the key of the stage."""
    signed = session_token.issue(claims, session_keys(), settings.current().issuer)
    return person.get("/me", Cookie=f"{COOKIE}={signed}").status


@pytest.fixture
def stored(backend, applicant):
    """The item of the session."""
    [item] = [row for row in backend.rows("sessions") if row["userId"] == applicant.account["id"]]
    return item


def test_the_owner_opens_it(applicant, claims):
    assert status_with(applicant, claims) == 200


@pytest.mark.parametrize("secret", [None, "", "A" * 43])
def test_signing_key_alone_opens_no_session(applicant, claims, secret):
    assert status_with(applicant, replace(claims, session_secret=secret)) == 401


def test_signing_key_and_a_copy_of_the_tables_open_no_session(applicant, claims, stored):
    assert status_with(applicant, replace(claims, session_secret=stored["secretHash"])) == 401


def test_the_tables_hold_only_the_hash_of_the_secret(backend, claims):
    assert len(claims.session_secret) == 43
    assert claims.session_secret not in str(backend.everything())


def test_each_session_has_a_secret_of_its_own(applicant, claims):
    again = applicant.other_client()
    again.sign_in()

    other = session_token.verify(again.token, session_keys(), settings.current().issuer)
    assert other.session_secret != claims.session_secret


def test_session_of_an_earlier_version_stays_open(backend, applicant, claims, stored):
    backend.drop("sessions", {"userId": stored["userId"], "id": stored["id"]}, "secretHash")

    assert status_with(applicant, replace(claims, session_secret=None)) == 200


def test_session_of_an_earlier_version_takes_no_token_of_this_version(
    backend, applicant, claims, stored
):
    backend.drop("sessions", {"userId": stored["userId"], "id": stored["id"]}, "secretHash")

    assert status_with(applicant, claims) == 401
