"""An operator's work on a deployed stage, in order: each test leaves the stage working."""

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.platform import aws, clock, settings
from ops import deploy, functions, package, restore_table, session_key, smoke_test
from ops.deploy import DeployError
from ops.session_key import Revoke
from tests.acceptance import gaps
from tests.acceptance.conftest import STAGE, Operator
from tests.acceptance.emulator import ACCOUNT
from tests.registrations.test_schedule import offers, store_waiting_list
from tests.support.clients import OverHttp, Person

pytestmark = pytest.mark.slow


@pytest.fixture
def visitor(deployed: Operator, stage: Any) -> Person:
    """A person who has just signed up."""
    stage.clear()
    person = Person(OverHttp(deployed.url))
    assert person.sign_up().status == 201
    return person


def changed(
    stage_package: package.Package, folder: Path, change: Callable[[dict[str, Any]], None]
) -> package.Package:
    """The package with a change to its template's resources."""
    template = json.loads(stage_package.template.read_text())
    change(template["Resources"])
    file = folder / "sam.json"
    file.write_text(json.dumps(template))
    return replace(stage_package, template=file)


def set_everywhere(resources: dict[str, Any], **variables: str) -> None:
    for function in functions.FUNCTIONS:
        properties = resources[functions.logical_name(function)]["Properties"]
        properties["Environment"]["Variables"] |= variables


def wrong_table_names(resources: dict[str, Any]) -> None:
    set_everywhere(resources, BREEZE_LAKES_POINT_STAGE="elsewhere")


def no_permission_to_write_sessions(resources: dict[str, Any]) -> None:
    role = resources[functions.role_name("accounts")]["Properties"]
    for policy in role["Policies"]:
        statements = policy["PolicyDocument"]["Statement"]
        table = {"Fn::GetAtt": ["SessionsTable", "Arn"]}
        [puts] = [
            each
            for each in statements
            if each["Action"] == "dynamodb:PutItem" and each["Resource"] == table
        ]
        statements.remove(puts)


def other_idle_minutes(resources: dict[str, Any]) -> None:
    set_everywhere(resources, BREEZE_LAKES_POINT_STAFF_IDLE_MINUTES="59")


def test_deploying_the_same_again_changes_nothing(
    deployed: Operator, capsys: pytest.CaptureFixture[str]
):
    assert deployed.deploy() == 0

    assert "No changes." in capsys.readouterr().out


def test_parameter_that_is_given_is_changed_and_stays(deployed: Operator):
    assert deployed.deploy(RequestsPerSecond="150") == 0
    assert deployed.deploy() == 0

    assert deploy.stack_of(STAGE).parameters()["RequestsPerSecond"] == "150"


@pytest.mark.parametrize(
    ("break_it", "request_that_failed"),
    [(wrong_table_names, "GET /events"), (no_permission_to_write_sessions, "POST /signup")],
)
def test_deployment_that_breaks_the_service_is_rolled_back_and_says_so(
    deployed: Operator,
    tmp_path: Path,
    break_it: Callable[[dict[str, Any]], None],
    request_that_failed: str,
):
    broken = changed(deployed.packaged, tmp_path, break_it)

    with pytest.raises(DeployError) as failed:
        deployed.deploy(broken)

    assert f"The smoke test failed: {request_that_failed} returned 503" in str(failed.value)
    assert str(failed.value).endswith("dev was rolled back.")
    smoke_test.run(deploy.stack_of(STAGE).outputs()["EndpointURL"].rstrip("/"))


@pytest.fixture
def as_deployer(deployed: Operator) -> Iterator[None]:
    """Calls AWS with no more than the role of a CI that deploys may do."""
    identities = boto3.client("iam")
    gaps.allow_plain_http(deploy.stack_of("account").outputs()["Packages"])
    template = json.loads((package.PROJECT / ".chalice" / "deployer.json").read_text())
    document = template["Resources"]["DeployerPolicy"]["Properties"]["PolicyDocument"]
    # The intrinsics are all of one kind, and the emulator has one account.
    text = re.sub(r'\{"Fn::Sub": ("[^"]+")\}', r"\1", json.dumps(document))
    text = text.replace("${AWS::Partition}", "aws").replace("${AWS::AccountId}", ACCOUNT)
    identities.create_user(UserName="deployer")
    identities.put_user_policy(UserName="deployer", PolicyName="all", PolicyDocument=text)
    key = identities.create_access_key(UserName="deployer")["AccessKey"]
    environment = {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }
    with mock.patch.dict(os.environ, environment):
        aws._aws_client.cache_clear()
        boto3.setup_default_session()
        yield
    aws._aws_client.cache_clear()
    boto3.setup_default_session()
    identities.delete_access_key(UserName="deployer", AccessKeyId=key["AccessKeyId"])
    identities.delete_user_policy(UserName="deployer", PolicyName="all")
    identities.delete_user(UserName="deployer")


def test_deployers_role_is_enough_to_deploy_and_to_rotate_the_key(
    deployed: Operator, as_deployer: None
):
    assert deployed.deploy(RequestsPerSecond="160") == 0
    assert session_key.run(STAGE, Revoke.NOTHING) == 0


def test_deployers_role_reads_no_other_secret_and_no_account(deployed: Operator, as_deployer: None):
    for call in (
        lambda: boto3.client("secretsmanager").get_secret_value(SecretId="of-another-application"),
        lambda: boto3.client("dynamodb").get_item(
            TableName=settings.current().table_name("users"), Key={"id": {"S": "any"}}
        ),
        lambda: boto3.client("iam").create_user(UserName="another"),
    ):
        with pytest.raises(ClientError) as denied:
            call()
        assert denied.value.response["Error"]["Code"].startswith("AccessDenied")


def test_session_outlives_the_rotation_of_the_session_key(deployed: Operator, visitor: Person):
    assert session_key.run(STAGE, Revoke.NOTHING) == 0

    assert visitor.get("/me").status == 200
    assert visitor.other_client().sign_in().status == 200


def test_scheduled_function_offers_a_free_spot_under_its_role(deployed: Operator, stage: Any):
    stage.clear()
    first, *_ = store_waiting_list(stage)
    resource = boto3.client("cloudformation").describe_stack_resource(
        StackName=f"{settings.APPLICATION}-{STAGE}",
        LogicalResourceId=functions.logical_name("waiting-list"),
    )
    function = resource["StackResourceDetail"]["PhysicalResourceId"]
    invoked = boto3.client("lambda").invoke(FunctionName=function, Payload=b"{}")

    assert "FunctionError" not in invoked
    assert offers(stage) == [first]


def test_item_that_was_deleted_is_put_back_from_a_restored_table(
    deployed: Operator, visitor: Person, stage: Any
):
    at = clock.now() + timedelta(seconds=1)
    beside = f"{settings.current().table_name('users')}-{at:%Y%m%dT%H%M%SZ}"

    assert restore_table.run(STAGE, "users", at, put_back=False) == 0
    stage.remove("users", {"id": visitor.account["id"]})
    assert restore_table.run(STAGE, "users", at, put_back=True) == 0

    assert visitor.get("/me").json["username"] == visitor.name
    stage.client.delete_table(TableName=beside)


def test_service_without_its_session_keys_is_not_changed_by_a_deployment(
    deployed: Operator, tmp_path: Path
):
    vault, name = aws.aws_client("secretsmanager"), settings.current().account_secret_name
    stored_secret = vault.get_secret_value(SecretId=name)["SecretString"]
    vault.put_secret_value(SecretId=name, SecretString="{}")
    update = changed(deployed.packaged, tmp_path, other_idle_minutes)
    before = deploy.stack_of(STAGE).outputs()
    try:
        with pytest.raises(DeployError, match="the session keys can't be read"):
            deployed.deploy(update)
    finally:
        vault.put_secret_value(SecretId=name, SecretString=stored_secret)

    assert deploy.stack_of(STAGE).outputs() == before
    smoke_test.run(before["EndpointURL"].rstrip("/"))


def test_stage_with_data_is_destroyed_only_if_told_twice(deployed: Operator, visitor: Person):
    with pytest.raises(DeployError, match="make destroy STAGE=dev ERASE=dev"):
        deployed.destroy()

    assert deployed.destroy(erase=STAGE) == 0

    assert not deploy.stack_of(STAGE).exists
