"""Signature Version 4: the service signs every request exactly as botocore does."""

from datetime import UTC, datetime
from random import Random
from unittest import mock

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from chalicelib.platform.aws_errors import AwsUnreachable
from chalicelib.platform.aws_signature import signature

NOW = datetime(2026, 11, 30, 9, 5, 7, tzinfo=UTC)
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "a/secret+key"}
HEADERS = {
    "Host": "dynamodb.us-east-2.amazonaws.com",
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Target": "DynamoDB_20120810.GetItem",
}


def of_botocore(headers, body, token=None):
    """The headers that botocore adds to the same request."""
    request = AWSRequest("POST", f"https://{headers['Host']}/", headers=headers, data=body)
    credentials = Credentials(KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"], token)
    with mock.patch("botocore.auth.get_current_datetime", return_value=NOW.replace(tzinfo=None)):
        SigV4Auth(credentials, "dynamodb", "us-east-2").add_auth(request)
    return {name: value for name, value in request.headers.items() if name not in headers}


def signed(headers, body, **environment):
    with mock.patch.dict("os.environ", KEYS | environment):
        return signature("POST", "/", headers, body, NOW, "us-east-2", "dynamodb")


@pytest.mark.parametrize("seed", range(50))
def test_any_body_is_signed_as_botocore_signs_it(seed):
    body = Random(seed).randbytes(seed * 40)  # noqa: S311 (no secret)

    assert signed(HEADERS, body) == of_botocore(HEADERS, body)


@pytest.mark.parametrize("value", ["  spaces around  ", "Latin Ü", "a,b;c=d"])
def test_any_header_is_signed_as_botocore_signs_it(value):
    headers = HEADERS | {"X-Amz-Meta-Note": value}

    assert signed(headers, b"{}") == of_botocore(headers, b"{}")


def test_session_token_is_sent_and_signed():
    added = signed(HEADERS, b"{}", AWS_SESSION_TOKEN="a token")

    assert added["X-Amz-Security-Token"] == "a token"
    assert added == of_botocore(HEADERS, b"{}", token="a token")


def test_renewed_credentials_are_used_from_the_next_request_on():
    before = signed(HEADERS, b"{}")["Authorization"]

    assert signed(HEADERS, b"{}", AWS_ACCESS_KEY_ID="ANOTHER")["Authorization"] != before


def test_missing_credentials_are_a_failure_of_aws():
    with mock.patch.dict("os.environ", clear=True), pytest.raises(AwsUnreachable):
        signature("POST", "/", HEADERS, b"{}", NOW, "us-east-2", "dynamodb")
