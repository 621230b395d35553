"""The package is deployed, changed and destroyed, on what moto has of AWS."""

import json
import os
import sys
from unittest import mock

import boto3
import pytest
from moto.cloudformation.models import cloudformation_backends
from moto.core import DEFAULT_ACCOUNT_ID

from chalicelib.platform import clock, settings
from chalicelib.sessions import keys
from ops import deploy, package, smoke_test
from ops.deploy import DeployError
from tests.package.conftest import FRONT_END
from tests.support import cloudformation
from tests.support.environments import environment, forget

PARTS = ("users", "identities", "one-time-tokens", "sessions", "attempts")
PARTS += ("events", "registrations", "notes", "history", "search", "audit")


class Operator:
    """Somebody who deploys, and what they are shown."""

    def __init__(self, packaged):
        self.shown = []
        self.tested = []
        self.agrees = True
        self.fails = False
        self._packaged = packaged

    def deploy(self, stage="prod", **given):
        with (
            mock.patch.object(deploy, "_not_committed", return_value=None),
            mock.patch.object(deploy, "RUNTIME", sys.version_info[:2]),
            mock.patch.object(package, "build", return_value=self._packaged),
            mock.patch.object(smoke_test, "run", self._test),
        ):
            return deploy.run(stage, given, self._agree)

    def destroy(self, stage="prod", erase=None):
        return deploy.destroy(stage, erase, self._agree)

    def _test(self, url, **_):
        self.tested.append(url)
        if self.fails:
            raise smoke_test.SmokeTestFailed("GET /health returned 503: nothing")

    def _agree(self, changes):
        self.shown += changes
        return self.agrees


@pytest.fixture
def account():
    """An AWS account with nothing in it, cleared afterwards."""
    with cloudformation.completed(), environment(STAGE=None, PUBLIC_URL=None, MAIL_FROM=None):
        forget()
        yield
        for stack in boto3.client("cloudformation").describe_stacks()["Stacks"]:
            boto3.client("cloudformation").delete_stack(StackName=stack["StackName"])
        vault, tables = boto3.client("secretsmanager"), boto3.client("dynamodb")
        for stage in ("dev", "prod"):
            name = settings.Settings(stage=stage).session_key_name
            vault.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
            for table in tables.list_tables()["TableNames"]:
                if table.startswith(settings.Settings(stage=stage).table_name("")):
                    tables.update_table(TableName=table, DeletionProtectionEnabled=False)
                    tables.delete_table(TableName=table)


@pytest.fixture
def production(account, deployed):
    """Prod, deployed for the first time."""
    operator = Operator(deployed)
    assert operator.deploy() == 0
    return operator


@pytest.fixture
def development(account, for_here):
    """Dev, deployed for the first time."""
    operator = Operator(for_here)
    assert operator.deploy("dev") == 0
    return operator


def outputs(stage="prod"):
    return deploy.stack_of(stage).outputs()


def names(stage):
    return {settings.Settings(stage=stage).table_name(part) for part in PARTS}


def there():
    return set(boto3.client("dynamodb").list_tables()["TableNames"])


def test_every_table_is_there_on_demand_and_kept(production):
    assert names("prod") <= there()

    for name in names("prod"):
        table = boto3.client("dynamodb").describe_table(TableName=name)["Table"]
        assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
        assert table["DeletionProtectionEnabled"]


def test_the_stage_has_a_key_that_signs_at_once(production):
    name = settings.Settings(stage="prod").session_key_name
    held = boto3.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]

    [key] = keys.parse(held)
    assert key.signs_from <= clock.now()


def test_deploying_again_leaves_the_key(production):
    name = settings.Settings(stage="prod").session_key_name
    vault = boto3.client("secretsmanager")
    before = vault.get_secret_value(SecretId=name)["SecretString"]

    production.deploy()

    assert vault.get_secret_value(SecretId=name)["SecretString"] == before


def functions():
    resources = boto3.client("cloudformation").describe_stack_resources(
        StackName=deploy.stack_of("prod").name
    )["StackResources"]
    physical = [
        one["PhysicalResourceId"]
        for one in resources
        if one["ResourceType"] == "AWS::Lambda::Function"
    ]
    client = boto3.client("lambda")
    return [client.get_function(FunctionName=name) for name in physical]


def test_functions_run_the_uploaded_zip_under_a_role_of_the_stack(production, deployed):
    roles = {role["Arn"] for role in boto3.client("iam").list_roles()["Roles"]}

    assert functions()
    for function in functions():
        configuration = function["Configuration"]
        assert configuration["CodeSize"] == deployed.code.stat().st_size
        assert configuration["Role"] in roles


def test_functions_are_told_where_the_service_is_once_that_is_known(production):
    url = outputs()["Url"]

    assert deploy.stack_of("prod").parameters()["PublicUrl"] == url
    for function in functions():
        variables = function["Configuration"]["Environment"]["Variables"]
        assert variables["BREEZE_LAKES_POINT_PUBLIC_URL"] == url
        assert variables["BREEZE_LAKES_POINT_STAGE"] == "prod"
        assert variables["BREEZE_LAKES_POINT_FRONT_END_ORIGIN"] == FRONT_END


def test_the_public_url_that_is_set_comes_before_the_gateways(account, deployed):
    with environment(PUBLIC_URL="https://elsewhere.example/"):
        Operator(deployed).deploy()

    assert deploy.stack_of("prod").parameters()["PublicUrl"] == "https://elsewhere.example"


def test_what_answers_is_tried_where_the_gateway_is(production):
    assert production.tested == [outputs()["EndpointURL"].rstrip("/")]


def test_every_alarm_tells_the_topic(production):
    [topic] = [
        one["TopicArn"]
        for one in boto3.client("sns").list_topics()["Topics"]
        if one["TopicArn"].endswith("breeze-lakes-point-prod-alarms")
    ]
    alarms = boto3.client("cloudwatch").describe_alarms(AlarmNamePrefix="breeze-lakes-point-prod-")

    about = {alarm["AlarmName"].rpartition("-")[2] for alarm in alarms["MetricAlarms"]}
    assert about == {
        *("ServerErrors", "ServerErrorRate", "Slowness", "TurnedAway"),
        *("FunctionThrottles", "Concurrency", "DatabaseThrottles", "FailedSignIns"),
        *("MailsNotSent", "Bounces", "Complaints", "WaitingList"),
    }
    for alarm in alarms["MetricAlarms"]:
        assert alarm["AlarmActions"] == alarm["OKActions"] == [topic]
        # A schedule that stops reports nothing at all.
        missing = "breaching" if alarm["AlarmName"].endswith("-WaitingList") else "notBreaching"
        assert alarm["TreatMissingData"] == missing


def test_alarms_look_at_the_counts_of_every_functions_log(production):
    filters = boto3.client("logs").describe_metric_filters()["metricFilters"]
    counted = {
        (one["logGroupName"], transformation["metricName"])
        for one in filters
        for transformation in one["metricTransformations"]
        if transformation["metricNamespace"] == "breeze-lakes-point-prod"
    }
    groups = boto3.client("logs").describe_log_groups(
        logGroupNamePrefix="/aws/lambda/breeze-lakes-point-prod"
    )["logGroups"]
    logs = {group["logGroupName"] for group in groups}

    assert len(logs) == len(functions())
    metrics = ("FailedSignIns", "ThrottledCalls", "MailsNotSent")
    turned_away = ("/aws/apigateway/breeze-lakes-point-prod", "TurnedAway")
    assert counted == {turned_away, *((log, metric) for log in logs for metric in metrics)}


def test_every_log_is_kept_for_ninety_days(production):
    groups = boto3.client("logs").describe_log_groups()["logGroups"]
    ours = {g["logGroupName"]: g.get("retentionInDays") for g in groups if "prod" in g["arn"]}

    assert "/aws/apigateway/breeze-lakes-point-prod" in ours
    assert set(ours.values()) == {90}


def test_the_dashboard_can_be_read(production):
    found = boto3.client("cloudwatch").get_dashboard(DashboardName="breeze-lakes-point-prod")

    assert "${" not in found["DashboardBody"]
    titles = [one["properties"]["title"] for one in json.loads(found["DashboardBody"])["widgets"]]
    assert len(titles) == len(set(titles)) == 9


def test_packages_go_to_an_encrypted_bucket_under_their_stage(production):
    storage = boto3.client("s3")
    bucket = deploy.Stack(boto3.client("cloudformation"), deploy.ACCOUNT_STACK).outputs()[
        "Packages"
    ]

    assert storage.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    stored = [one["Key"] for one in storage.list_objects_v2(Bucket=bucket)["Contents"]]
    assert {name.partition("/")[0] for name in stored} == {"prod"}


def test_every_change_is_shown(production):
    resources = boto3.client("cloudformation").list_stack_resources(
        StackName=deploy.stack_of("prod").name
    )["StackResourceSummaries"]

    shown = {tuple(line.split()) for line in production.shown}
    assert {("Add", one["ResourceType"], one["LogicalResourceId"]) for one in resources} <= shown


def test_deploying_the_same_again_changes_nothing(production, capsys):
    production.shown.clear()

    assert production.deploy() == 0

    assert production.shown == []
    assert "No changes." in capsys.readouterr().out


def test_whoever_declines_leaves_nothing(account, deployed, capsys):
    operator = Operator(deployed)
    operator.agrees = False

    assert operator.deploy() == 1

    assert "No changes were made." in capsys.readouterr().err
    assert not names("prod") & there()
    assert boto3.client("cloudformation").describe_stacks()["Stacks"] == []


def test_a_parameter_is_kept_until_it_is_given_again(production):
    def at_once():
        return deploy.stack_of("prod").parameters()["RequestsAtOnce"]

    production.deploy(RequestsAtOnce="50")
    production.deploy()
    assert at_once() == "50"

    production.deploy(RequestsAtOnce="60")
    assert at_once() == "60"


def test_an_unknown_parameter_is_rejected(account, deployed):
    with pytest.raises(DeployError, match="no parameter AlarmMail; there are AlarmEmail, "):
        Operator(deployed).deploy(AlarmMail="ops@lakes.example")


def test_a_stage_without_data_is_destroyed(development):
    assert development.destroy("dev") == 0

    assert not names("dev") & there()
    assert not deploy.stack_of("dev").exists
    found = boto3.client("secretsmanager").list_secrets(IncludePlannedDeletion=True)["SecretList"]
    assert not [one for one in found if "-dev-" in one["Name"]]


def fill(stage):
    name = settings.Settings(stage=stage).table_name("events")
    boto3.client("dynamodb").put_item(TableName=name, Item={"id": {"S": "harvest-fair"}})
    return name


@pytest.mark.parametrize("erase", [None, "prod"])
def test_a_stage_with_data_is_not_destroyed_for_being_told_once(development, erase):
    full = fill("dev")

    with pytest.raises(DeployError, match=f"dev has data, in {full}.*STAGE=dev ERASE=dev"):
        development.destroy("dev", erase)

    assert names("dev") <= there()


def test_a_stage_with_data_is_destroyed_when_told_twice(development):
    fill("dev")

    assert development.destroy("dev", "dev") == 0

    assert not names("dev") & there()


def test_whoever_declines_keeps_the_stage(development):
    development.agrees = False

    assert development.destroy("dev") == 1

    assert names("dev") <= there()


def test_prod_keeps_its_data_whatever_is_told(production):
    fill("prod")

    production.destroy("prod", "prod")

    assert names("prod") <= there()
    name = settings.Settings(stage="prod").session_key_name
    assert boto3.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]


def test_prods_key_that_outlived_its_stack_is_used_and_not_made_again(production):
    name = settings.Settings(stage="prod").session_key_name
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


def test_a_stage_that_is_not_there_cannot_be_destroyed(account, for_here):
    with pytest.raises(DeployError, match="No stage dev is deployed here"):
        Operator(for_here).destroy("dev")


def test_destroying_leaves_this_shells_settings(development):
    development.destroy("dev")

    assert os.environ["BREEZE_LAKES_POINT_STAGE"] == "dev"


def test_a_deployment_that_fails_the_smoke_test_is_rolled_back(production):
    production.fails = True

    with pytest.raises(DeployError, match=r"GET /health returned 503.* prod was rolled back\."):
        production.deploy(RequestsPerSecond="50")

    assert deploy.stack_of("prod").parameters()["RequestsPerSecond"] == "200"


def test_a_first_deployment_that_fails_the_smoke_test_has_nothing_to_go_back_to(account, deployed):
    operator = Operator(deployed)
    operator.fails = True

    with pytest.raises(DeployError, match="prod has no previous version to roll back to"):
        operator.deploy()

    assert deploy.stack_of("prod").exists


def test_only_prod_is_protected_from_being_deleted_elsewhere(production, development):
    stacks = {
        stack.name: stack
        for stack in cloudformation_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].stacks.values()
    }

    assert stacks["breeze-lakes-point-prod"].is_protected
    assert not hasattr(stacks["breeze-lakes-point-dev"], "is_protected")
