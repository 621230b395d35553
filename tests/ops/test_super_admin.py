"""An operator runs ``python -m ops create-superadmin`` in a terminal."""

import os
import pty
import select
import subprocess
import sys
from contextlib import contextmanager

import boto3
import pytest
from passlib.hash import argon2

from chalicelib.identity.credentials import PLACEHOLDER_HASH
from ops import tables
from tests.http.servers import PROJECT
from tests.support.clients import PASSWORD
from tools import moto_server

STAGE = "elsewhere"
COMMAND = [sys.executable, "-m", "ops", "create-superadmin", "--stage"]
PATIENCE_SECONDS = 30


class Terminal:
    """A terminal that runs the command, and an operator who answers its prompts."""

    def __init__(self, descriptor, process):
        self._descriptor, self._process, self.said = descriptor, process, ""

    def answer(self, prompt, text):
        """Wait for a prompt, and type something."""
        self._read_until(lambda: prompt in self._unread)
        self._unread = self._unread.partition(prompt)[2]
        os.write(self._descriptor, f"{text}\n".encode())

    def end(self):
        """Read to the end; return the exit status."""
        self._read_until(lambda: False)
        return self._process.wait(PATIENCE_SECONDS)

    _unread = ""

    def _read_until(self, enough):
        while not enough():
            ready, _, _ = select.select([self._descriptor], [], [], PATIENCE_SECONDS)
            assert ready, self.said
            try:
                got = os.read(self._descriptor, 4096).decode()
            except OSError:  # the other side is closed
                got = ""
            if not got:
                return
            self.said += got
            self._unread += got


@pytest.fixture(scope="module")
def operator_environment():
    """The environment of an operator: an AWS with a stage's tables in it, and credentials."""
    with moto_server.running() as url:
        variables = {
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        tables.create_missing(boto3.client("dynamodb", endpoint_url=url), STAGE)
        # The operator's environment has no variables that other tests set for their stage.
        others = ("AWS_", "BREEZE_LAKES_POINT_")
        environment = {
            name: text for name, text in os.environ.items() if not name.startswith(others)
        }
        yield environment | variables | {"BREEZE_LAKES_POINT_BREACHED_PASSWORDS": "off"}


@pytest.fixture
def rows(operator_environment):
    client = boto3.resource("dynamodb", endpoint_url=operator_environment["AWS_ENDPOINT_URL"])

    def named(table):
        return client.Table(f"breeze-lakes-point-{STAGE}-{table}").scan()["Items"]

    return named


@contextmanager
def typing(operator_environment, stage=STAGE):
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, stage],
        cwd=PROJECT,
        env=operator_environment,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    try:
        yield Terminal(controller, process)
    finally:
        process.kill()
        process.wait()
        os.close(controller)


def test_a_super_admin_is_made(operator_environment, rows):
    with typing(operator_environment) as terminal:
        terminal.answer("Username: ", "sue")
        terminal.answer("Email (optional): ", "Sue@Example.com")
        terminal.answer("Password: ", PASSWORD)
        terminal.answer("Repeat password: ", PASSWORD)
        assert terminal.end() == 0

    assert "sue is now a SuperAdmin of elsewhere." in terminal.said
    assert PASSWORD not in terminal.said
    [super_admin] = [row for row in rows("users") if row.get("username") == "sue"]
    assert (super_admin["role"], super_admin["email"], super_admin["emailVerified"]) == (
        *("SuperAdmin", "Sue@Example.com"),
        False,
    )
    [credentials] = rows("credentials")
    assert (credentials["userId"], super_admin["passwordHash"]) == (
        super_admin["id"],
        PLACEHOLDER_HASH,
    )
    assert argon2.verify(PASSWORD, credentials["passwordHash"])
    assert {"id": "#super-admins", "enabled": 1} in rows("users")
    [recorded] = [row for row in rows("audit") if row["subject"] == super_admin["id"]]
    assert (recorded["actor"], recorded["action"]) == ("ops", "account.created")
    assert recorded["fields"] == ["email", "password", "role", "username"]


def test_what_signing_up_would_reject_is_said_and_asked_again(operator_environment):
    with typing(operator_environment) as terminal:
        terminal.answer("Username: ", "a b")
        terminal.answer("Username: ", "ada.lovelace")
        terminal.answer("Email (optional): ", "nowhere")
        terminal.answer("Email (optional): ", "")
        terminal.answer("Password: ", "short")
        terminal.answer("Password: ", "walnut ferry ada.lovelace")
        terminal.answer("Password: ", PASSWORD)
        terminal.answer("Repeat password: ", f"{PASSWORD}!")
        terminal.answer("Password: ", PASSWORD)
        terminal.answer("Repeat password: ", PASSWORD)
        assert terminal.end() == 0

    for sentence in (
        "Use only letters, numbers and these: . _ - + @ (no spaces).",
        "Enter an email address in the right format, like name@example.com.",
        "Use at least 15 characters.",
        "Don’t use your name, username or email in your password.",
        "The passwords don't match.",
    ):
        assert sentence in terminal.said


def test_a_name_that_is_taken_is_said_and_another_asked_for(operator_environment, rows):
    for names in (["mia"], ["MIA", "noa"]):
        with typing(operator_environment) as terminal:
            for name in names:
                terminal.answer("Username: ", name)
                terminal.answer("Email (optional): ", "")
                terminal.answer("Password: ", PASSWORD)
                terminal.answer("Repeat password: ", PASSWORD)
            assert terminal.end() == 0

    assert (
        "That username or email is already in use. Choose another one, or sign in if it’s yours."
    ) in terminal.said
    assert {"mia", "noa"} <= {row.get("username") for row in rows("users")}
    assert "MIA" not in {row.get("username") for row in rows("users")}


def test_an_operator_who_cancels_leaves_nothing(operator_environment, rows):
    before = rows("users")
    with typing(operator_environment) as terminal:
        terminal.answer("Username: ", "eve")
        terminal.answer("Email (optional): ", "\x04")
        assert terminal.end() == 1

    assert "No account was created." in terminal.said
    assert rows("users") == before


def test_a_stage_that_is_not_there_is_said(operator_environment):
    with typing(operator_environment, "nowhere") as terminal:
        terminal.answer("Username: ", "sue")
        terminal.answer("Email (optional): ", "")
        terminal.answer("Password: ", PASSWORD)
        terminal.answer("Repeat password: ", PASSWORD)
        assert terminal.end() == 1

    assert "ResourceNotFoundException" in terminal.said


def run(operator_environment, *arguments):
    return subprocess.run(
        arguments,
        cwd=PROJECT,
        env=operator_environment,
        input="sue\n",
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_password_is_taken_from_a_terminal_only(operator_environment, rows):
    before = rows("users")
    result = run(operator_environment, *COMMAND, STAGE)

    assert result.returncode == 1
    assert (
        result.stderr == "Run this command in a terminal: it asks for the SuperAdmin's password.\n"
    )
    assert rows("users") == before


def test_no_argument_takes_a_password(operator_environment):
    result = run(operator_environment, *COMMAND, STAGE, "--password", PASSWORD)

    assert result.returncode == 2
    assert "unrecognized arguments" in result.stderr


def test_a_stage_of_an_impossible_name_is_said(operator_environment):
    with typing(operator_environment, "Else Where") as terminal:
        assert terminal.end() == 1

    assert "STAGE must be" in terminal.said
