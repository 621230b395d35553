"""The resources of a deployed stage, on moto: deployed once, and only read by the tests."""

import json

import boto3
import pytest

from chalicelib.platform import clock, settings
from chalicelib.sessions import keys
from ops import deploy
from tests.package.conftest import FRONT_END
from tests.package.operators import Operator, empty_account, functions, names, outputs, table_names


@pytest.fixture(scope="module")
def production(prod_package):
    """Prod, deployed for the first time."""
    with empty_account():
        operator = Operator(prod_package)
        assert operator.deploy() == 0
        yield operator


def test_every_table_is_there_on_demand_and_kept(production):
    assert names("prod") <= table_names()

    for name in names("prod"):
        table = boto3.client("dynamodb").describe_table(TableName=name)["Table"]
        assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
        assert table["DeletionProtectionEnabled"]


def test_the_stage_has_a_key_that_signs_at_once(production):
    name = settings.Settings(stage="prod").account_secret_name
    held = boto3.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]

    [key] = keys.parse(held)
    assert key.signs_from <= clock.now()


def test_functions_run_the_uploaded_zip_under_a_role_of_the_stack(production, prod_package):
    roles = {role["Arn"] for role in boto3.client("iam").list_roles()["Roles"]}

    assert functions()
    for function in functions():
        configuration = function["Configuration"]
        assert configuration["CodeSize"] == prod_package.code.stat().st_size
        assert configuration["Role"] in roles


def test_functions_with_a_layer_get_the_uploaded_one(production, prod_package):
    with_layer = [f["Configuration"] for f in functions() if f["Configuration"].get("Layers")]

    assert with_layer
    size = prod_package.layer.stat().st_size
    assert {used["CodeSize"] for f in with_layer for used in f["Layers"]} == {size}


def test_functions_are_told_where_the_service_is_once_that_is_known(production):
    url = outputs()["Url"]

    assert deploy.stack_of("prod").parameters()["PublicUrl"] == url
    for function in functions():
        variables = function["Configuration"]["Environment"]["Variables"]
        assert variables["BREEZE_LAKES_POINT_PUBLIC_URL"] == url
        assert variables["BREEZE_LAKES_POINT_STAGE"] == "prod"
        assert variables["BREEZE_LAKES_POINT_FRONT_END_ORIGIN"] == FRONT_END


def test_what_answers_is_tried_where_the_gateway_is(production):
    assert production.tested == [outputs()["EndpointURL"].rstrip("/")]


def test_every_alarm_tells_the_topic(production):
    [topic] = [
        listed["TopicArn"]
        for listed in boto3.client("sns").list_topics()["Topics"]
        if listed["TopicArn"].endswith("breeze-lakes-point-prod-alarms")
    ]
    alarms = boto3.client("cloudwatch").describe_alarms(AlarmNamePrefix="breeze-lakes-point-prod-")

    about = {alarm["AlarmName"].rpartition("-")[2] for alarm in alarms["MetricAlarms"]}
    assert about == {
        *("ServerErrors", "ServerErrorRate", "Slowness", "TurnedAway"),
        *("FunctionThrottles", "Concurrency", "DatabaseThrottles", "FailedSignIns"),
        *("MailsNotSent", "Bounces", "Complaints", "WaitingList", "Probes"),
        *("DeadLetters", "UndeliveredWebhooks", "Outbox", "LimitsReached", "Reminders"),
    }
    for alarm in alarms["MetricAlarms"]:
        assert alarm["AlarmActions"] == alarm["OKActions"] == [topic]
        # A schedule that stops reports nothing at all.
        missing = "breaching" if alarm["AlarmName"].endswith("-WaitingList") else "notBreaching"
        assert alarm["TreatMissingData"] == missing


def test_alarms_look_at_the_counts_of_every_functions_log(production):
    filters = boto3.client("logs").describe_metric_filters()["metricFilters"]
    counted = {
        (metric_filter["logGroupName"], transformation["metricName"])
        for metric_filter in filters
        for transformation in metric_filter["metricTransformations"]
        if transformation["metricNamespace"] == "breeze-lakes-point-prod"
    }
    groups = boto3.client("logs").describe_log_groups(
        logGroupNamePrefix="/aws/lambda/breeze-lakes-point-prod"
    )["logGroups"]
    logs = {group["logGroupName"] for group in groups}

    assert len(logs) == len(functions())
    metrics = ("FailedSignIns", "Probes", "LimitsReached", "ThrottledCalls", "MailsNotSent")
    turned_away = ("/aws/apigateway/breeze-lakes-point-prod", "TurnedAway")
    assert counted == {turned_away, *((log, metric) for log in logs for metric in metrics)}


def test_every_log_is_kept_for_ninety_days(production):
    groups = boto3.client("logs").describe_log_groups()["logGroups"]
    retention_by_group = {
        g["logGroupName"]: g.get("retentionInDays") for g in groups if "prod" in g["arn"]
    }

    assert "/aws/apigateway/breeze-lakes-point-prod" in retention_by_group
    assert set(retention_by_group.values()) == {90}


def test_the_dashboard_can_be_read(production):
    dashboard = boto3.client("cloudwatch").get_dashboard(DashboardName="breeze-lakes-point-prod")

    assert "${" not in dashboard["DashboardBody"]
    titles = [
        widget["properties"]["title"]
        for widget in json.loads(dashboard["DashboardBody"])["widgets"]
    ]
    assert len(titles) == len(set(titles)) == 9


def test_packages_go_to_an_encrypted_bucket_under_their_stage(production):
    storage = boto3.client("s3")
    bucket = deploy.Stack(boto3.client("cloudformation"), deploy.ACCOUNT_STACK).outputs()[
        "Packages"
    ]

    assert storage.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    stored = [item["Key"] for item in storage.list_objects_v2(Bucket=bucket)["Contents"]]
    assert {name.partition("/")[0] for name in stored} == {"prod"}


def test_every_change_is_shown(production):
    resources = boto3.client("cloudformation").list_stack_resources(
        StackName=deploy.stack_of("prod").name
    )["StackResourceSummaries"]

    shown_changes = {tuple(line.split()) for line in production.shown}
    assert {
        ("Add", resource["ResourceType"], resource["LogicalResourceId"]) for resource in resources
    } <= shown_changes
