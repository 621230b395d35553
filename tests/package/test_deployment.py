"""The package is deployed, changed and destroyed, on what moto has of AWS."""

import os

import boto3
import pytest
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from chalicelib.platform import settings
from chalicelib.sessions import keys
from ops import deploy, deployed_settings, stack
from ops.deploy import DeployError
from tests.package.operators import Operator, empty_account, names, table_names
from tests.support.environments import environment


@pytest.fixture
def account():
    """An AWS account with nothing in it, cleared afterwards."""
    with empty_account():
        yield


@pytest.fixture
def production(account, prod_package):
    """Prod, deployed for the first time."""
    operator = Operator(prod_package)
    assert operator.deploy() == 0
    return operator


@pytest.fixture
def development(account, dev_package):
    """Dev, deployed for the first time."""
    operator = Operator(dev_package)
    assert operator.deploy("dev") == 0
    return operator


def test_deploying_again_leaves_the_key(production):
    name = settings.Settings(stage="prod").account_secret_name
    vault = boto3.client("secretsmanager")
    before = vault.get_secret_value(SecretId=name)["SecretString"]

    production.deploy()

    assert vault.get_secret_value(SecretId=name)["SecretString"] == before


def test_an_earlier_versions_stage_gets_its_signing_secret_before_its_functions_change(
    production, monkeypatch
):
    stage_settings, vault = settings.Settings(stage="prod"), boto3.client("secretsmanager")
    vault.delete_secret(
        SecretId=stage_settings.signing_secret_name, ForceDeleteWithoutRecovery=True
    )
    change, secrets = stack.Stack._wait, []

    def look(self, state):
        secrets.append(
            vault.get_secret_value(SecretId=stage_settings.signing_secret_name)["SecretString"]
        )
        change(self, state)

    monkeypatch.setattr(stack.Stack, "_wait", look)
    production.deploy(RequestsPerSecond="50")

    text = vault.get_secret_value(SecretId=stage_settings.account_secret_name)["SecretString"]
    assert secrets == [keys.shared_text(text)]


def layout():
    return deploy.stack_of("prod").parameters()["CredentialsLayout"]


def test_a_new_stage_has_its_credentials_in_their_own_table(production):
    assert layout() == "separate"

    production.deploy(RequestsPerSecond="50")
    assert layout() == "separate"


def test_an_earlier_versions_stage_keeps_its_credentials_until_the_operator_says_so(
    production, monkeypatch
):
    known = stack.Stack.parameters

    def of_an_earlier_version(self):
        return {n: value for n, value in known(self).items() if n != "CredentialsLayout"}

    with monkeypatch.context() as patched:
        patched.setattr(stack.Stack, "parameters", of_an_earlier_version)
        production.deploy()
    assert layout() == "in-users"

    production.deploy(RequestsPerSecond="50")
    assert layout() == "in-users"
    production.deploy(CredentialsLayout="moving")
    assert layout() == "moving"


def test_an_operator_who_declines_an_update_leaves_the_secrets(production):
    stage_settings, vault = settings.Settings(stage="prod"), boto3.client("secretsmanager")
    vault.delete_secret(
        SecretId=stage_settings.signing_secret_name, ForceDeleteWithoutRecovery=True
    )
    production.agrees = False

    assert production.deploy(RequestsPerSecond="50") == 1

    with pytest.raises(vault.exceptions.ResourceNotFoundException):
        vault.get_secret_value(SecretId=stage_settings.signing_secret_name)


def test_the_public_url_that_is_set_comes_before_the_gateways(account, prod_package):
    with environment(PUBLIC_URL="https://elsewhere.example/"):
        Operator(prod_package).deploy()

    assert deploy.stack_of("prod").parameters()["PublicUrl"] == "https://elsewhere.example"


def test_deploying_the_same_again_changes_nothing(production, capsys):
    production.shown.clear()

    assert production.deploy() == 0

    assert production.shown == []
    assert "No changes." in capsys.readouterr().out


def test_settings_that_change_are_shown_before_the_question(production, monkeypatch):
    line = "Setting BREEZE_LAKES_POINT_MAIL_FROM: 'office@example.com' -> not set (default)"
    monkeypatch.setattr(deployed_settings, "changes", lambda *_: [line])
    production.agrees = False

    production.deploy(RequestsPerSecond="50")

    assert production.shown[-1] == line


def test_an_operator_who_declines_the_first_deployment_leaves_nothing(
    account, prod_package, capsys
):
    operator = Operator(prod_package)
    operator.agrees = False

    assert operator.deploy() == 1

    assert "No changes were made." in capsys.readouterr().err
    assert not names("prod") & table_names()
    assert boto3.client("cloudformation").describe_stacks()["Stacks"] == []


def test_a_parameter_is_kept_until_it_is_given_again(production):
    def at_once():
        return deploy.stack_of("prod").parameters()["RequestsAtOnce"]

    production.deploy(RequestsAtOnce="50")
    production.deploy()
    assert at_once() == "50"

    production.deploy(RequestsAtOnce="60")
    assert at_once() == "60"


def test_an_unknown_parameter_is_rejected(account, prod_package):
    with pytest.raises(DeployError, match=r"parameter AlarmMail\. Known parameters: AlarmEmail, "):
        Operator(prod_package).deploy(AlarmMail="ops@lakes.example")


def test_a_stage_without_data_is_destroyed(development):
    assert development.destroy("dev") == 0

    assert not names("dev") & table_names()
    assert not deploy.stack_of("dev").exists
    secrets = boto3.client("secretsmanager").list_secrets(IncludePlannedDeletion=True)["SecretList"]
    assert not [table for table in secrets if "-dev-" in table["Name"]]


def fill(stage):
    name = settings.Settings(stage=stage).table_name("events")
    boto3.client("dynamodb").put_item(TableName=name, Item={"id": {"S": "harvest-fair"}})
    return name


@pytest.mark.parametrize("erase", [None, "prod"])
def test_a_stage_with_data_is_not_destroyed_for_being_told_once(development, erase):
    full = fill("dev")

    with pytest.raises(DeployError, match=f"dev has data, in {full}.*STAGE=dev ERASE=dev"):
        development.destroy("dev", erase)

    assert names("dev") <= table_names()


def test_a_stage_with_data_is_destroyed_when_told_twice(development):
    fill("dev")

    assert development.destroy("dev", "dev") == 0

    assert not names("dev") & table_names()


def test_an_operator_who_declines_the_deletion_keeps_the_stage(development):
    development.agrees = False

    assert development.destroy("dev") == 1

    assert names("dev") <= table_names()


def test_prod_keeps_its_data_despite_any_option(production):
    fill("prod")

    production.destroy("prod", "prod")

    assert names("prod") <= table_names()
    name = settings.Settings(stage="prod").account_secret_name
    assert boto3.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]


def test_prods_key_that_outlived_its_stack_is_used_and_not_made_again(production):
    name = settings.Settings(stage="prod").account_secret_name
    vault = boto3.client("secretsmanager")
    before = vault.get_secret_value(SecretId=name)["SecretString"]
    production.destroy("prod", "prod")
    # moto does not take up tables that are there, as CloudFormation does.
    tables = boto3.client("dynamodb")
    for table in names("prod"):
        tables.update_table(TableName=table, DeletionProtectionEnabled=False)
        tables.delete_table(TableName=table)

    assert production.deploy() == 0
    assert deploy.stack_of("prod").parameters()["SessionKeyIsThere"] == "yes"
    assert production.deploy() == 0
    assert deploy.stack_of("prod").parameters()["SessionKeyIsThere"] == "yes"
    assert vault.get_secret_value(SecretId=name)["SecretString"] == before


def test_a_stage_that_is_not_there_cannot_be_destroyed(account, dev_package):
    with pytest.raises(DeployError, match="No stage dev is deployed here"):
        Operator(dev_package).destroy("dev")


def test_destroying_leaves_this_shells_settings(development):
    development.destroy("dev")

    assert os.environ["BREEZE_LAKES_POINT_STAGE"] == "dev"


def test_a_deployment_that_fails_the_smoke_test_is_rolled_back(production):
    production.fails = True

    with pytest.raises(DeployError, match=r"GET /health returned 503.* prod was rolled back\."):
        production.deploy(RequestsPerSecond="50")

    assert deploy.stack_of("prod").parameters()["RequestsPerSecond"] == "200"


def test_a_first_deployment_that_fails_the_smoke_test_has_nothing_to_go_back_to(
    account, prod_package
):
    operator = Operator(prod_package)
    operator.fails = True

    with pytest.raises(DeployError, match="prod has no previous version to roll back to"):
        operator.deploy()

    assert deploy.stack_of("prod").exists


def test_only_prod_is_protected_from_being_deleted_elsewhere(production, development):
    stacks = {
        stack.name: stack
        for stack in get_backend("cloudformation")[DEFAULT_ACCOUNT_ID]["us-east-1"].stacks.values()
    }

    assert stacks["breeze-lakes-point-prod"].is_protected
    assert not hasattr(stacks["breeze-lakes-point-dev"], "is_protected")
