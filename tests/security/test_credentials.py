"""What a copy of every other table, with the signing secret, is worth to an attacker: nothing."""

import base64
import hashlib
import re

import boto3
import pyotp
import pytest

from chalicelib.functions import FUNCTIONS
from chalicelib.identity import passwords
from chalicelib.platform import clock, settings
from chalicelib.sessions import keys, totp
from ops import functions
from tests.second_factor.apps import set_up, sign_in, start_setup
from tests.support.clients import PASSWORD
from tests.support.credentials import credentials_of


@pytest.fixture
def enrolling_applicant(new_client):
    """An applicant who is setting up an authenticator."""
    person = new_client("lane")
    person.sign_up()
    start_setup(person)
    return person


@pytest.fixture
def stolen_tables(backend, applicant, enrolling_applicant):
    """Everything stored but the credentials, and the signing secret."""
    app = set_up(applicant)
    tables = backend.everything()
    del tables["credentials"]
    name = settings.current().signing_secret_name
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]
    return app, tables, secret


def test_copy_of_the_other_tables_has_no_credential(
    backend, applicant, enrolling_applicant, stolen_tables
):
    app, tables, _ = stolen_tables
    text = str(tables)
    credentials, other_credentials = (
        credentials_of(backend, person.account["id"]) for person in (applicant, enrolling_applicant)
    )

    secrets = [
        *(credentials["passwordHash"], other_credentials["passwordHash"]),
        *(credentials["authenticator"]["seed"], other_credentials["setup"]["seed"]),
        *credentials["authenticator"]["recoveryCodes"],
        *(app.secret, PASSWORD, *app.recovery_codes),
    ]
    assert len(secrets) > 20
    assert [secret for secret in secrets if secret in text] == []


def test_no_hash_in_the_other_tables_verifies_the_password(stolen_tables):
    _, tables, _ = stolen_tables
    hashes = set(re.findall(r"\$argon2id\$[^'\"]+", str(tables)))

    assert hashes
    assert not any(passwords.verify_password(PASSWORD, text)[0] for text in hashes)


def test_no_code_can_be_computed_from_the_other_tables_and_the_signing_secret(
    applicant, stolen_tables
):
    app, tables, secret = stolen_tables
    signing = keys.Keys(lambda: secret)
    derived = signing.derived_key("second factor")
    raw = [derived, *(key.secret for key in signing.all())]
    [row] = [row for row in tables["users"] if row["id"] == applicant.account["id"]]
    placeholder = row["authenticator"]["seed"]
    seeds = {placeholder, placeholder.partition(":")[2]}
    now = clock.now()

    for seed in seeds:
        for key in raw:
            guessed = totp.secret(seed, applicant.account["id"], key)
            assert guessed != app.secret
            assert pyotp.TOTP(guessed).at(now) != app.code(now)
    # Not by using what is stored as the secret, either.
    encoded = base64.b32encode(hashlib.sha256(placeholder.encode()).digest()).decode()
    assert sign_in(applicant.other_client(), pyotp.TOTP(encoded).at(now)).status == 401


@pytest.mark.parametrize("function", sorted({*FUNCTIONS} - {"accounts"}))
def test_no_other_function_may_use_the_credentials(function):
    assert "Credentials" not in str(functions.policy(function))


def test_accounts_may_not_list_the_credentials():
    [use] = [
        statement
        for statement in functions.policy("accounts")["Statement"]
        if statement["Sid"] == "UseCredentials"
    ]

    assert not {"dynamodb:Query", "dynamodb:Scan"} & {*use["Action"]}
