"""``make dev``: its start, its output, and its end."""

import json
import signal
import socket
import stat

import boto3
import pytest
import requests

from tests.http.servers import SECONDS, free_port, serving, start
from tests.support.clients import PASSWORD


def test_it_says_where_it_is_and_who_may_do_everything(service):
    described = service.described

    fields = {"url", "superAdmin", "stage", "aws", "dynamodb", "event", "mail"}
    assert set(described) == fields
    assert requests.get(f"{described['url']}/health").json() == {"status": "ok"}
    event = requests.get(f"{described['url']}/events/{described['event']}").json()
    assert event["isOpen"]
    signed_in = requests.post(f"{described['url']}/signin", json=described["superAdmin"])
    assert signed_in.json()["role"] == "SuperAdmin"


def test_what_it_says_is_for_this_user_only(service):
    assert stat.S_IMODE((service.folder / ".local/dev.json").stat().st_mode) == 0o600


def test_its_database_can_be_looked_into(service):
    client = boto3.client("dynamodb", endpoint_url=service.described["dynamodb"])

    assert client.describe_table(TableName="breeze-lakes-point-local-users")


# `make dev DEMO=1`, with fewer people: 300 take half a minute.
SMALL_DEMO = """
import runpy, sys
from tools import demo
demo.fill.__defaults__ = (demo.Size(applicants=24, full=6, places=3, past=3),)
sys.argv = ["tools", "dev", *sys.argv[1:]]
runpy.run_module("tools", run_name="__main__")
"""


def test_the_super_admin_of_a_demo_signs_in_with_the_password_that_is_said(tmp_path):
    with serving(tmp_path, "--demo", command=["-c", SMALL_DEMO]) as running:
        described = running.described
        signed_in = requests.post(f"{running.url}/signin", json=described["superAdmin"])
        passwords = json.loads((tmp_path / ".local" / "demo.json").read_text())
        events = requests.get(f"{running.url}/events").json()["items"]

    assert signed_in.json()["role"] == "SuperAdmin"
    assert passwords["superadmin"] == described["superAdmin"]["password"]
    assert {"harvest-fair", "winter-market"} <= {event["id"] for event in events}


REAL = {
    "AWS_PROFILE": "real",
    "AWS_SESSION_TOKEN": "real",
    "AWS_ENDPOINT_URL": "https://aws.test",
    "AWS_ENDPOINT_URL_DYNAMODB": "https://aws.test",
    "HTTP_PROXY": "http://127.0.0.1:9",
}


@pytest.mark.parametrize(
    ("how", "environment"),
    [(signal.SIGTERM, {}), (signal.SIGINT, REAL)],
    ids=["terminated", "interrupted, in an environment with a real account"],
)
def test_two_have_different_passwords_stay_on_this_machine_and_at_the_end_leave_nothing(
    service, tmp_path, how, environment
):
    with serving(tmp_path, **environment) as running:
        assert running.described["superAdmin"] != service.described["superAdmin"]
        river = {"username": "river", "password": PASSWORD}
        assert requests.post(f"{running.url}/signup", json=river).ok
        database, port = running.described["dynamodb"], running.port
        assert running.stop(how) == 0

    assert not (tmp_path / ".local/dev.json").exists()
    for left in (port, int(database.rpartition(":")[2])):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", left)) != 0


def test_a_taken_port_is_a_sentence(service, tmp_path):
    process = start(tmp_path, "--port", str(service.port))
    _, stderr = process.communicate(timeout=SECONDS)

    assert process.returncode == 1
    assert stderr == (
        f"Port {service.port} is taken. Choose another: make dev PORT={service.port + 1}\n"
    )


def test_without_java_dynamodb_local_is_a_sentence(tmp_path):
    process = start(
        tmp_path, "--port", str(free_port()), "--database", "dynamodb-local", PATH="/nonexistent"
    )
    _, stderr = process.communicate(timeout=SECONDS)

    assert process.returncode == 1
    assert stderr == "DynamoDB Local needs Java 17 or newer: install a Java runtime.\n"


def test_dynamodb_local_keeps_its_data_over_a_restart(tmp_path, local_endpoint):
    applicant = {"username": "river", "password": PASSWORD}
    with serving(tmp_path, "--database", "dynamodb-local") as first:
        before = first.described["superAdmin"]
        session = requests.Session()
        assert session.post(f"{first.url}/signup", json=applicant).status_code == 201
        assert first.stop() == 0

    with serving(tmp_path, "--database", "dynamodb-local") as second:
        assert second.described["superAdmin"] == before
        assert requests.post(f"{second.url}/signin", json=before).ok
        assert requests.post(f"{second.url}/signin", json=applicant).ok
        assert (
            session.get(f"{second.url}/me", cookies=session.cookies).json()["username"] == "river"
        )
