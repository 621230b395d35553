"""The account secret is for the function ``accounts``: no other can read it or needs it."""

import json

import boto3
import pytest

from chalicelib.functions import FUNCTIONS, HANDLERS
from chalicelib.platform import clock, settings
from chalicelib.sessions import keys
from ops import functions
from tests.support import permissions
from tests.support.environments import environment, forget
from tests.support.events import EVENT, FORM, create_event

READ = "secretsmanager:GetSecretValue"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_accounts_may_read_the_account_secret_and_only_that_one(function):
    readers = {
        secret
        for secret in ("session-key", "signing-key", "oidc")
        if permissions.grants(functions.policy(function), f"{READ} {secret}")
    }

    assert readers == {
        "accounts": {"session-key"},
        "sign-out": set(),
        "pages": set(),
        "event-page": set(),
        "oidc": {"oidc"},
        **{name: set() for name in HANDLERS},
    }.get(function, {"signing-key"})


@pytest.mark.parametrize("purpose", ["device", "attempts", "second factor"])
def test_signing_secret_yields_no_long_lived_key_of_accounts(purpose):
    account_secret = keys.new_secret(clock.now())
    signing_secret = keys.shared_text(account_secret)
    accounts, others = keys.Keys(lambda: account_secret), keys.Keys(lambda: signing_secret)

    assert accounts.all() == others.all()
    assert accounts.derived_key(purpose) != others.derived_key(purpose)
    assert json.loads(account_secret)["lasting"] not in signing_secret


@pytest.fixture
def without_account_secret(backend):
    """Lets the account secret be unreadable from now on, and puts it back afterwards."""
    vault, name = boto3.client("secretsmanager"), settings.current().account_secret_name
    text = vault.get_secret_value(SecretId=name)["SecretString"]

    def delete():
        vault.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
        forget()

    yield delete
    vault.create_secret(Name=name, SecretString=text)
    forget()


def test_registering_needs_no_account_secret(applicant, without_account_secret):
    create_event()
    path = f"/registrations/{EVENT}"
    without_account_secret()

    assert applicant.request("PUT", path, {"form": FORM}).status == 201
    # Counts the receipt, too.
    assert applicant.post(f"{path}/submit").status == 200
    assert applicant.get("/registrations").status == 200


def test_accounts_reads_one_secret_for_all_its_keys(applicant, aws_calls):
    with environment(FUNCTION="accounts"):
        aws_calls.clear()
        assert applicant.sign_in().status == 200
        assert applicant.get("/me").status == 200
        assert applicant.get("/sessions").status == 200
        name = settings.current().account_secret_name

    read = [call.parameters for call in aws_calls if call.service == "secretsmanager"]
    assert [secret_call["SecretId"] for secret_call in read] == [name]


def test_other_functions_read_the_signing_secret_only(applicant, aws_calls):
    create_event()
    with environment(FUNCTION="registrations"):
        aws_calls.clear()
        assert applicant.get("/registrations").status == 200
        name = settings.current().signing_secret_name

    read = [call.parameters for call in aws_calls if call.service == "secretsmanager"]
    assert [secret_call["SecretId"] for secret_call in read] == [name]
