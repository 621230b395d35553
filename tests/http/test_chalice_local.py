"""``chalice local``: the whole service, and nothing outside this machine."""

import contextlib
import json
import os
import subprocess
import sys
import time

import boto3
import pytest
import requests
from chalice.cli.filewatch.stat import StatFileWatcher

import tools.chalice_local as local_mode
from tests.http.servers import (
    CHALICE_LOCAL,
    PROJECT,
    SECONDS,
    copy_project,
    free_port,
    serving,
    start,
)
from tests.support.clients import PASSWORD
from tools import local

RIVER = {"username": "river", "password": PASSWORD}
FORM = {"firstName": "River", "lastName": "Okafor", "phone1": "(952) 445-1234"}
# Python runs a module of this name at each start: it rejects and notes what leaves the machine.
WITNESS = """
import os, sys
from tools.loopback_only import block_other_hosts
sys.addaudithook(block_other_hosts)
def note(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        line = "connect " + arguments[1][0]
    elif event == "http.client.send" and b"Authorization: " in bytes(arguments[1]):
        line = "credential " + bytes(arguments[1]).partition(b"Credential=")[2].decode()[:5]
    else:
        return
    descriptor = os.open({file!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, (line + "\\n").encode())
    os.close(descriptor)
sys.addaudithook(note)
"""


@contextlib.contextmanager
def chalice_local(folder, *arguments, **environment):
    copy_project(folder)
    with serving(
        folder, *arguments, command=CHALICE_LOCAL, PYTHONPATH=str(folder), **environment
    ) as running:
        yield running


def wait_until(holds):
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def answers(url):
    # A server that stops may break off its response.
    with contextlib.suppress(requests.RequestException):
        return requests.get(f"{url}/health").ok
    return False


@pytest.fixture(scope="module")
def local_service(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chalice-local")
    with chalice_local(folder, "--no-autoreload", "--stage", "staging") as served:
        yield served


def test_a_person_signs_up_registers_and_signs_out(local_service):
    person, url = requests.Session(), local_service.url
    registration = f"{url}/registrations/{local_service.described['event']}"

    assert person.post(f"{url}/signup", json=RIVER).status_code == 201
    assert person.put(registration, json={"form": FORM}).json()["status"] == "Draft"
    assert person.post(f"{url}/signout").json() == {"msg": "Logout complete"}
    assert person.get(f"{url}/me").status_code == 401


def test_the_printed_password_is_that_of_the_super_admin(local_service):
    signed_in = requests.post(
        f"{local_service.url}/signin", json=local_service.described["superAdmin"]
    )

    assert signed_in.json()["role"] == "SuperAdmin"


def test_one_event_is_open_for_registration(local_service):
    [event] = requests.get(f"{local_service.url}/events").json()["items"]

    assert event["isOpen"]


def test_an_unknown_path_is_404_in_our_format_and_a_page_is_html(local_service):
    assert requests.get(f"{local_service.url}/nothing").json()["code"] == "not_found"
    assert (
        requests.get(f"{local_service.url}/signin").headers["Content-Type"].startswith("text/html")
    )


def test_the_tables_are_named_for_the_stage(local_service):
    client = boto3.client("dynamodb", endpoint_url=local_service.described["dynamodb"])

    assert client.describe_table(TableName="breeze-lakes-point-staging-users")


def test_a_taken_port_is_named_in_one_sentence(local_service, tmp_path):
    copy_project(tmp_path)
    process = start(
        *(tmp_path, "--port", str(local_service.port)),
        command=CHALICE_LOCAL,
        PYTHONPATH=str(tmp_path),
    )
    _, stderr = process.communicate(timeout=SECONDS)

    assert stderr == (
        f"Port {local_service.port} is taken. Choose another: --port {local_service.port + 1}\n"
    )


def test_real_credentials_are_never_used_and_no_connection_leaves_this_machine(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(WITNESS.format(file=str(tmp_path / "witness")))
    with chalice_local(
        tmp_path,
        "--no-autoreload",
        AWS_ACCESS_KEY_ID="AKIAREALREALREALREAL",
        AWS_SECRET_ACCESS_KEY="real",
        AWS_SESSION_TOKEN="real",
        AWS_PROFILE="real",
        AWS_REGION="eu-west-1",
        AWS_ENDPOINT_URL="https://aws.test",
        AWS_ENDPOINT_URL_DYNAMODB="https://aws.test",
        BREEZE_LAKES_POINT_STAGE="prod",
        BREEZE_LAKES_POINT_MAIL_FROM="office@lakes.example",
        BREEZE_LAKES_POINT_BREACHED_PASSWORDS="strict",
        HTTP_PROXY="http://proxy.test:9",
        http_proxy="http://proxy.test:9",
        no_proxy="elsewhere.test",
    ) as served:
        person = requests.Session()
        person.trust_env = False
        mailed = RIVER | {"email": "river@example.com"}
        assert person.post(f"{served.url}/signup", json=mailed).status_code == 201
        for path in ("/events", "/me", "/registrations"):
            assert person.get(f"{served.url}{path}").ok
        forgotten = person.post(f"{served.url}/password/forgot", json={"username": "river"})
        assert forgotten.ok

    seen = set((tmp_path / "witness").read_text().split("\n")) - {""}
    assert seen == {"connect 127.0.0.1", "credential local"}


def stopped_without_a_trace(served):
    """Stop the parent; wait until neither service, nor database, nor file is left."""
    url, database = served.url, served.described["dynamodb"]
    served.stop()

    wait_until(lambda: not answers(url))
    wait_until(lambda: not answers(database.replace("localhost", "127.0.0.1")))
    wait_until(lambda: not list((served.folder / ".local").iterdir()))


def test_autoreload_serves_changed_code_keeps_accounts_and_password_and_leaves_nothing(tmp_path):
    with chalice_local(tmp_path) as served:
        before = served.described
        assert requests.post(f"{served.url}/signup", json=RIVER).status_code == 201
        description = tmp_path / ".local" / "dev.json"
        modified_at = description.stat().st_mtime_ns

        module = tmp_path / "chalicelib" / "platform" / "settings.py"
        changed = module.read_text().replace('f"{PREFIX}ACCESS_TOKEN"', 'f"{PREFIX}OTHER"')
        module.write_text(changed)
        wait_until(lambda: description.stat().st_mtime_ns != modified_at)
        wait_until(lambda: answers(served.url))

        assert served.described == before
        signed_in = requests.post(f"{served.url}/signin", json=RIVER)
        assert "BREEZE_LAKES_POINT_OTHER" in signed_in.cookies
        assert requests.post(f"{served.url}/signin", json=before["superAdmin"]).ok
        stopped_without_a_trace(served)


def test_an_invalid_stage_name_is_rejected_in_one_sentence(tmp_path):
    copy_project(tmp_path)
    process = start(
        *(tmp_path, "--port", str(free_port()), "--stage", "Not a stage"),
        command=CHALICE_LOCAL,
        PYTHONPATH=str(tmp_path),
    )
    _, stderr = process.communicate(timeout=SECONDS)

    assert "STAGE must be small letters" in stderr
    assert "Traceback" not in stderr


def watcher_of(folder):
    watcher = StatFileWatcher()
    watcher._seed_mtime_cache(str(folder))
    restarts = []
    return restarts, lambda: local_mode._restart_if_source_changed(
        watcher, str(folder), lambda: restarts.append(True)
    )


@pytest.mark.parametrize(
    "file",
    [
        *(".local/mail/1.eml", ".venv/lib/module.py", ".git/index", "README.md", "out/sam.json"),
        *("chalicelib/__pycache__/module.cpython-311.pyc", "chalicelib/.module.py.swp"),
    ],
)
def test_autoreload_ignores_what_is_not_source(tmp_path, file):
    (tmp_path / "app.py").touch()
    restarts, look = watcher_of(tmp_path)
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).touch()
    look()

    assert not restarts


@pytest.mark.parametrize("file", ["app.py", "web/scripts/page.js", "tools/server.py"])
@pytest.mark.parametrize("change", ["added", "changed", "deleted"])
def test_autoreload_restarts_when_source_is_added_changed_or_deleted(tmp_path, file, change):
    source = tmp_path / file
    source.parent.mkdir(parents=True, exist_ok=True)
    if change != "added":
        source.touch()
    restarts, look = watcher_of(tmp_path)
    look()
    assert not restarts
    if change == "deleted":
        source.unlink()
    else:
        source.touch()
        os.utime(source, (time.time() + 5, time.time() + 5))
    look()

    assert restarts


def test_local_mode_refuses_to_start_inside_lambda(monkeypatch):
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "breeze-lakes-point-prod")

    with pytest.raises(local_mode.InsideLambda):
        local_mode.enable()


@pytest.mark.parametrize(
    ("variables", "loaded"),
    [
        ({}, False),
        ({"AWS_CHALICE_CLI_MODE": "true"}, True),
        ({"AWS_CHALICE_CLI_MODE": "true", "AWS_LAMBDA_FUNCTION_NAME": "any"}, False),
    ],
)
def test_the_app_loads_local_mode_only_for_a_chalice_command_outside_lambda(variables, loaded):
    result = subprocess.run(
        [sys.executable, "-c", "import app, json, sys; print(json.dumps(list(sys.modules)))"],
        cwd=PROJECT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=True,
    )

    assert ("tools.chalice_local" in json.loads(result.stdout)) is loaded


@pytest.mark.parametrize(
    ("host", "given", "expected"),
    [
        ("127.0.0.1", "https://proxy.test", "http://localhost:8000"),
        ("0.0.0.0", "https://proxy.test", "https://proxy.test"),  # noqa: S104
        ("0.0.0.0", None, "http://localhost:8000"),  # noqa: S104
    ],
)
def test_the_url_of_an_https_proxy_counts_only_where_other_machines_can_connect(
    monkeypatch, host, given, expected
):
    if given:
        monkeypatch.setenv("BREEZE_LAKES_POINT_PUBLIC_URL", given)

    assert local.public_url_of(host, 8000) == expected


def test_another_host_is_where_it_listens_until_its_process_ends(tmp_path):
    with chalice_local(tmp_path, "--no-autoreload", "--host", "127.0.0.2") as served:
        assert served.url == f"http://127.0.0.2:{served.port}"
        assert answers(served.url)
        assert not answers(f"http://127.0.0.1:{served.port}")
        stopped_without_a_trace(served)
