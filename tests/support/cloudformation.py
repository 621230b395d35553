"""CloudFormation as moto mocks it, with doubles for the features that moto lacks.

moto makes tables, roles, functions, log groups, topics, buckets and dashboards of a template. It
has no transform of serverless templates: AWS's own library takes its place. Secrets, alarms and
metric filters it has, but not by CloudFormation, and layers, but no reference to one: doubles hand
their properties to its calls. What is left, API Gateway above all, is made in name only, and what
an operator may add is left out.
"""

import functools
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from unittest import mock

import boto3
from moto.core.responses import ActionResult

# To make a client takes longer than most calls.
_client = functools.cache(boto3.client)
# In place of the bucket of packages, whose name ends in random letters.
_BUCKET = "bucket-of-packages"
# What moto keeps of a package, by its hash.
_codes: dict[str, tuple[Any, ...]] = {}


class InNameOnly:
    """A resource that does nothing."""

    def __init__(self, identifier: str) -> None:
        self.physical_resource_id = identifier

    @classmethod
    def create_from_cloudformation_json(cls, name, properties, _account, _region, **_):
        return cls(cls.make(name, properties["Properties"]))

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        name = original_resource.physical_resource_id
        return cls.create_from_cloudformation_json(
            name, cloudformation_json, account_id, region_name
        )

    @classmethod
    def has_cfn_attr(cls, _attribute):
        return True

    @classmethod
    def make(cls, name: str, _properties: dict[str, Any]) -> str:
        return name

    def get_cfn_attribute(self, attribute: str) -> str:
        return f"{self.physical_resource_id}.{attribute}"

    def delete(self, _account, _region) -> None:
        pass


class Stage(InNameOnly):
    @classmethod
    def make(cls, _name, properties):
        return properties["StageName"]


class Secret(InNameOnly):
    @classmethod
    def make(cls, _name, properties):
        return _client("secretsmanager").create_secret(**properties)["ARN"]

    def delete(self, _account, _region):
        _client("secretsmanager").delete_secret(SecretId=self.physical_resource_id)


class Alarm(InNameOnly):
    @classmethod
    def make(cls, _name, properties):
        _client("cloudwatch").put_metric_alarm(**properties)
        return properties["AlarmName"]

    def delete(self, _account, _region):
        _client("cloudwatch").delete_alarms(AlarmNames=[self.physical_resource_id])


class Layer(InNameOnly):
    @classmethod
    def make(cls, _name, properties):
        return _client("lambda").publish_layer_version(**properties)["LayerVersionArn"]

    def delete(self, _account, _region):
        *_, name, version = self.physical_resource_id.split(":")
        _client("lambda").delete_layer_version(LayerName=name, VersionNumber=int(version))


class LogGroup(InNameOnly):
    """Created, or taken up where it outlived an earlier stack."""

    @classmethod
    def make(cls, _name, properties):
        client, name = _client("logs"), properties["LogGroupName"]
        with suppress(client.exceptions.ResourceAlreadyExistsException):
            client.create_log_group(logGroupName=name)
        client.put_retention_policy(
            logGroupName=name, retentionInDays=int(properties["RetentionInDays"])
        )
        return name

    def delete(self, _account, _region):
        _client("logs").delete_log_group(logGroupName=self.physical_resource_id)


class MetricFilter(InNameOnly):
    @classmethod
    def make(cls, name, properties):
        def in_call(word):
            return word[0].lower() + word[1:]

        _client("logs").put_metric_filter(
            filterName=name,
            logGroupName=properties["LogGroupName"],
            filterPattern=properties["FilterPattern"],
            metricTransformations=[
                {in_call(field): value for field, value in transformation.items()}
                for transformation in properties["MetricTransformations"]
            ],
        )
        return name


DOUBLES = {
    "AWS::ApiGateway::Account": InNameOnly,
    "AWS::ApiGateway::Deployment": InNameOnly,
    "AWS::ApiGateway::RestApi": InNameOnly,
    "AWS::ApiGateway::Stage": Stage,
    "AWS::CloudWatch::Alarm": Alarm,
    "AWS::Lambda::LayerVersion": Layer,
    "AWS::Logs::LogGroup": LogGroup,
    "AWS::Logs::MetricFilter": MetricFilter,
    "AWS::S3::BucketPolicy": InNameOnly,
    "AWS::SES::ConfigurationSet": InNameOnly,
    "AWS::SES::ConfigurationSetEventDestination": InNameOnly,
    "AWS::SNS::Subscription": InNameOnly,
    "AWS::SNS::TopicPolicy": InNameOnly,
    "AWS::SQS::QueuePolicy": InNameOnly,
    "AWS::SecretsManager::Secret": Secret,
}


def translated(template: dict[str, Any]) -> dict[str, Any]:
    """A serverless template as CloudFormation makes resources of it."""
    from samtranslator.translator.transform import transform

    class NoManagedPolicies:
        def load(self):
            return {}

    with mock.patch.dict("os.environ", AWS_DEFAULT_REGION="us-east-1"):
        return transform(template, {}, NoManagedPolicies())


def _made_of(text: str) -> str:
    bucket = re.search('s3://([^/"]+)/', text)
    if not bucket:
        return _translated_text(text)
    return _translated_text(text.replace(bucket[1], _BUCKET)).replace(_BUCKET, bucket[1])


@functools.cache
def _translated_text(text: str) -> str:
    return json.dumps(_as_moto_takes_it(translated(json.loads(text))), sort_keys=True)


def _as_moto_takes_it(template: dict[str, Any]) -> dict[str, Any]:
    """Leave out what an operator may add: with a changed parameter moto would make it all the same.

    Nor does it find a number the same as its text.
    """
    resources, parameters = template["Resources"], template["Parameters"]
    return {
        **template,
        "Resources": {
            name: resource
            for name, resource in resources.items()
            if resource.get("Condition") in {None, "MakesSessionKey"}
        },
        "Parameters": {
            name: {**resource, "Type": "String"} for name, resource in parameters.items()
        },
    }


def _code(read: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any], tuple[Any, ...]]:
    """Read and hash each package in S3 once, and let all functions that run it share its bytes.

    moto reads the same four megabytes for each of a dozen functions in each deployment, and keeps
    them: the deployments of one module took 2.1 GB.
    """

    def read_once(key: Any) -> tuple[Any, ...]:
        if key.etag not in _codes:
            _codes[key.etag] = read(key)
        return _codes[key.etag]

    return read_once


@contextmanager
def completed() -> Iterator[None]:
    """Have moto's CloudFormation take the templates of this project."""
    # Only here: it imports moto of twenty more services, which every worker would do to collect.
    from moto.awslambda import models as functions
    from moto.cloudformation import models, parsing, responses

    known = parsing.get_model_map()
    read, apply = responses.get_stack_from_s3_url, models.ChangeSet.apply

    def fetched(*arguments, **keywords):
        return _made_of(read(*arguments, **keywords))

    def applied(change_set):
        apply(change_set)
        # moto leaves parameters and outputs as they were.
        stack = change_set.stack
        stack.template, stack.parameters = change_set.template, change_set.parameters
        stack._parse_template()
        stack.output_map = stack._create_output_map()

    def protect(response):
        name = response._get_param("StackName")
        stack = response.cloudformation_backend.get_stack(name)
        stack.is_protected = response._get_param("EnableTerminationProtection")
        return ActionResult({"StackId": stack.stack_id})

    with (
        mock.patch.object(functions, "_s3_content", _code(functions._s3_content)),
        mock.patch.object(
            responses.CloudFormationResponse,
            "update_termination_protection",
            protect,
            create=True,
        ),
        mock.patch.object(models.ChangeSet, "apply", applied),
        mock.patch.object(parsing, "get_model_map", return_value={**known, **DOUBLES}),
        # All our templates are JSON, which PyYAML reads a hundred times slower.
        mock.patch.object(models.yaml, "load", lambda text, Loader: json.loads(text)),  # noqa: N803
        mock.patch.object(responses, "get_stack_from_s3_url", fetched),
    ):
        yield
