"""Stand-ins for the features that the emulator lacks. It provides everything else itself.

Remove an entry when a new version of the emulator closes its gap: the tests then show it.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import boto3
from botocore.client import BaseClient
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from tests.acceptance.emulator import Emulator

_BUCKET_URL = re.compile(r"https://([^.]+)\.s3\.[^/]+\.amazonaws\.com/(.*)")
_API_URL = re.compile(r"https://(\w+)\.execute-api\.[^/]+/(\w+)(/.*)?")
_make_call, _send = BaseClient._make_api_call, HTTPAdapter.send


@contextmanager
def gaps_closed(emulator: Emulator) -> Iterator[None]:
    """Close the emulator's gaps for what this process sends."""

    def call(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        if "TemplateURL" in parameters:
            parameters = {
                **parameters,
                "TemplateURL": _template_url(emulator, parameters["TemplateURL"]),
            }
        if operation == "PutObject" and parameters["Key"].endswith(".json"):
            parameters = {**parameters, "Body": _template(parameters["Body"])}
        if operation == "DeleteSecret" and parameters.get("ForceDeleteWithoutRecovery"):
            return _delete_secret(client, parameters)
        answer = _make_call(client, operation, parameters)
        if operation == "GetSecretValue" and answer.get("SecretString") == "":
            raise _without_value(client)
        return answer

    def send(adapter: HTTPAdapter, request: PreparedRequest, **options: Any) -> Response:
        if match := _API_URL.fullmatch(request.url):
            request = request.copy()
            request.url = api_url(emulator, match[1], match[2]) + (match[3] or "/")
            return _with_gateway_response(_send(adapter, request, **options))
        return _send(adapter, request, **options)

    with (
        mock.patch.object(BaseClient, "_make_api_call", call),
        mock.patch.object(HTTPAdapter, "send", send),
    ):
        yield


def api_url(emulator: Emulator, api: str, stage: str) -> str:
    """Return where the emulator serves an API: it answers to no host name of AWS's."""
    return f"{emulator.url}/restapis/{api}/{stage}/_user_request_"


def allow_plain_http(bucket: str) -> None:
    """The emulator has no HTTPS, which the packages' bucket insists on; only root is exempt."""
    boto3.client("s3").delete_bucket_policy(Bucket=bucket)


def _template_url(emulator: Emulator, url: str) -> str:
    """A template can be read by a bucket's path only, not by a host name."""
    bucket, key = _BUCKET_URL.fullmatch(url).groups()
    return f"{emulator.url}/{bucket}/{key}"


def _template(text: bytes) -> bytes:
    """An alarm on a sum of metrics can't be created, and sending mail is checked against ``*``.

    AWS checks sending against the sender's identity, which is what the roles name. Of the condition
    keys of DynamoDB, only a projection's are known, and those of a batch read aren't. The other
    tests evaluate them all (``tests/support/condition_keys.py``).
    """
    template = json.loads(text)
    template["Resources"] = {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] != "AWS::CloudWatch::Alarm" or "Metrics" not in resource["Properties"]
    }
    for resource in template["Resources"].values():
        for policy in resource.get("Properties", {}).get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                if "ses:SendEmail" in statement["Action"]:
                    statement["Resource"] = "*"
                statement.pop("Condition", None)
    return json.dumps(template).encode()


def _delete_secret(client: BaseClient, parameters: dict[str, Any]) -> Any:
    """To delete a secret that doesn't exist is an error, although AWS allows it when forced."""
    try:
        return _make_call(client, "DeleteSecret", parameters)
    except client.exceptions.ResourceNotFoundException:
        return {}


def _without_value(client: BaseClient) -> Exception:
    """A secret that a template creates without a value has an empty one, where AWS has none."""
    error = {"Error": {"Code": "ResourceNotFoundException", "Message": "The secret has no value."}}
    return client.exceptions.ResourceNotFoundException(error, "GetSecretValue")


def _with_gateway_response(response: Response) -> Response:
    """The gateway's own responses aren't those of the template; only an unknown path is needed."""
    if response.status_code == 403 and b"Missing Authentication Token" in response.content:
        response.status_code = 404
        response._content = b'{"error": "", "code": "not_found"}'
    return response
