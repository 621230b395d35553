"""An operator who deploys to AWS as moto mocks it, and the resources that result."""

import sys
from contextlib import contextmanager
from unittest import mock

import boto3

from chalicelib.platform import settings
from ops import deploy, package, smoke_test, tables
from tests.support import cloudformation
from tests.support.environments import environment, forget


class Operator:
    """An operator who deploys, and the output that the operator sees."""

    def __init__(self, packaged):
        self.shown = []
        self.tested = []
        self.agrees = True
        self.fails = False
        self._packaged = packaged

    def deploy(self, stage="prod", **options):
        with (
            mock.patch.object(deploy, "_uncommitted_changes", return_value=None),
            mock.patch.object(deploy, "RUNTIME", sys.version_info[:2]),
            mock.patch.object(package, "build", return_value=self._packaged),
            mock.patch.object(smoke_test, "run", self._test),
        ):
            return deploy.run(stage, options, self._agree, audited=False)

    def destroy(self, stage="prod", erase=None):
        return deploy.destroy(stage, erase, self._agree)

    def _test(self, url, **_):
        self.tested.append(url)
        if self.fails:
            raise smoke_test.SmokeTestFailed("GET /health returned 503: nothing")

    def _agree(self, changes):
        self.shown += changes
        return self.agrees


@contextmanager
def empty_account():
    """An AWS account with nothing in it, cleared afterwards."""
    with cloudformation.completed(), environment(STAGE=None, PUBLIC_URL=None, MAIL_FROM=None):
        forget()
        yield
        for stack in boto3.client("cloudformation").describe_stacks()["Stacks"]:
            boto3.client("cloudformation").delete_stack(StackName=stack["StackName"])
        vault, tables = boto3.client("secretsmanager"), boto3.client("dynamodb")
        for stage in ("dev", "prod"):
            stage_settings = settings.Settings(stage=stage)
            for name in (stage_settings.account_secret_name, stage_settings.signing_secret_name):
                vault.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
            for table in tables.list_tables()["TableNames"]:
                if table.startswith(settings.Settings(stage=stage).table_name("")):
                    tables.update_table(TableName=table, DeletionProtectionEnabled=False)
                    tables.delete_table(TableName=table)


def outputs(stage="prod"):
    return deploy.stack_of(stage).outputs()


def names(stage):
    """The names of a stage's tables."""
    return {table["TableName"] for table in tables.declared(stage)}


def table_names():
    return set(boto3.client("dynamodb").list_tables()["TableNames"])


def functions():
    resources = boto3.client("cloudformation").describe_stack_resources(
        StackName=deploy.stack_of("prod").name
    )["StackResources"]
    physical = [
        resource["PhysicalResourceId"]
        for resource in resources
        if resource["ResourceType"] == "AWS::Lambda::Function"
    ]
    client = boto3.client("lambda")
    return [client.get_function(FunctionName=name) for name in physical]
