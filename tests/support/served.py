"""``python -m tests.support.served tools dev`` is ``python -m tools dev`` as tests run it.

What it asks of AWS is checked against the policies. And it waits longer for its AWS, which is a
process of the same machine, and slow while all tests are busy there: none of them is about that.
An erasure, which stops in time for Lambda, has as much longer. And it hashes each password once,
as the tests do in their own process: almost all accounts have the same one. It looks at the pages'
sources once.

With the setting ``AWS_CLIENT=boto3``, moto answers inside botocore, as in the tests' own process:
requests over HTTP would take more than half of the processor time of a test in a browser.
"""

import functools
import os
import runpy
import sys
import threading
from pathlib import Path
from typing import Any

from chalicelib.identity import password_strength, passwords
from chalicelib.platform import aws, settings
from chalicelib.privacy import erasure
from tests.support import permission_recorder
from tools import consumers, local
from web import build

_SECONDS = 20.0
_SECONDS_OF_AN_ERASURE = 80


def _answer_inside_botocore() -> None:
    """Have moto answer this process's own calls; its server, which shares the data, runs too."""
    import boto3
    from botocore.client import BaseClient
    from moto import mock_aws

    from tools import faster_moto

    faster_moto.install()
    mock_aws().start()
    # moto's DynamoDB loses updates when its conditions and transactions run in parallel.
    turn, make_call = threading.RLock(), BaseClient._make_api_call

    def call_in_turn(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        with turn:
            return make_call(client, operation, arguments)

    @functools.cache
    def client(service: str) -> Any:
        # AWS's own address, in spite of the environment: moto answers there.
        return boto3.client(service, endpoint_url=f"https://{service}.us-east-1.amazonaws.com")

    BaseClient._make_api_call = call_in_turn
    aws._aws_client = client
    local.start_consumers = lambda: consumers.start(client("dynamodb"), client("sqs"))


if __name__ == "__main__":
    aws.TIMEOUT_SECONDS = _SECONDS
    erasure.MAX_SECONDS = _SECONDS_OF_AN_ERASURE
    passwords.hash_password = functools.cache(passwords.hash_password)
    passwords.verify_password = functools.cache(passwords.verify_password)
    password_strength.find_weakness_error = functools.cache(password_strength.find_weakness_error)
    build._sources = functools.cache(build._sources)
    if os.environ.get(f"{settings.PREFIX}AWS_CLIENT") == settings.BOTO3:
        _answer_inside_botocore()
    permission_recorder.install(Path(os.environ[permission_recorder.FOLDER]))
    _, module, *arguments = sys.argv
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
