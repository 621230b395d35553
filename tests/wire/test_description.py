"""The running service against its own description, as nobody and as each role."""

import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import boto3
import pytest
import requests

from tests.people import PASSWORD

PROJECT = Path(__file__).parents[2]
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
# All that fail a run, but for those that say what is so: not everybody may do everything, an event
# of a made-up name is not there, and most drafts are incomplete.
WARNINGS = "unsupported_regex,unmatched_filter"
# Staff's part takes as long as all the rest, and is closed to others: the authorisation matrix
# holds that. To staff the rest is what it is to everybody.
_STAFFS = "^/admin"
PART = {
    "nobody": ("--exclude-path-regex", _STAFFS),
    "User": ("--exclude-path-regex", _STAFFS),
    "Admin": ("--include-path-regex", _STAFFS),
    "SuperAdmin": ("--include-path-regex", _STAFFS),
}


@dataclass(frozen=True)
class Service:
    """The service as ``make dev`` runs it."""

    url: str
    folder: Path
    people: dict[str, tuple[str, str]]

    def examine_as(self, role):
        """Run Schemathesis on a role's part of the operations."""
        document = self.folder / "openapi.json"
        document.write_bytes(requests.get(f"{self.url}/openapi.json").content)
        name, password = self.people.get(role, ("", ""))
        return subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", CONFIGURATION),
                *("run", "--url", self.url, "--warnings", WARNINGS, *PART[role], document),
            ],
            cwd=self.folder,
            env=os.environ
            | {
                "PYTHONPATH": str(PROJECT),
                "SCHEMATHESIS_HOOKS": "tests.wire.schemathesis_hooks",
                "SERVICE_URL": self.url,
                "SERVICE_NAME": name,
                "SERVICE_PASSWORD": password,
            },
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    if not os.environ.get("EVERYTHING"):
        pytest.skip("Examining takes more than a minute: run make test, or set EVERYTHING=1.")
    folder = tmp_path_factory.mktemp("service")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        [sys.executable, "-m", "ops", "dev", "--port", str(port)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert "Serving at" in process.stdout.readline()
            Thread(target=process.stdout.read, daemon=True).start()
            described = json.loads((folder / ".local" / "dev.json").read_text())
            yield Service(described["url"], folder, _people(described))
        finally:
            process.terminate()


def _people(described):
    for name in ("river", "ash"):
        account = _sign_up(described["url"], name)
        if name == "ash":
            _make_admin(described["dynamodb"], account["id"])
    top = described["superAdmin"]
    return {
        "User": ("river", PASSWORD),
        "Admin": ("ash", PASSWORD),
        "SuperAdmin": (top["username"], top["password"]),
    }


def _sign_up(url, name):
    return requests.post(f"{url}/signup", json={"username": name, "password": PASSWORD}).json()


def _make_admin(endpoint, account):
    client = boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    client.update_item(
        TableName="breeze-lakes-point-local-users",
        Key={"id": {"S": account}},
        UpdateExpression="SET #role = :role",
        ExpressionAttributeNames={"#role": "role"},
        ExpressionAttributeValues={":role": {"S": "Admin"}},
    )


@pytest.mark.parametrize("role", PART)
def test_the_service_answers_as_described_to(role, service):
    examined = service.examine_as(role)

    assert examined.returncode == 0, examined.stdout + examined.stderr
