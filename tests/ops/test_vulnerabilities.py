"""A deployment starts only if the packages that ship have no known vulnerability."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from unittest import mock

import pytest

from ops import confirmation, deploy, package, vulnerabilities
from ops.distributions import Distribution

HOLE = {"id": "PYSEC-2026-1"}
SOUND, LEAKY = Distribution("sound", "1.0"), Distribution("leaky", "1.0")


@contextmanager
def database(answer=None, status=200):
    """An OSV service on this machine that knows a vulnerability of leaky 1.0."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            vulnerabilities = [
                {"vulns": [{"id": "PYSEC-2026-1"}]}
                if "leaky@1.0" in query["package"]["purl"]
                else {}
                for query in body["queries"]
            ]
            response = (
                json.dumps({"results": vulnerabilities}).encode() if answer is None else answer
            )
            self.send_response(status)
            self.send_header("Content-Length", str(len(response)))
            self.end_headers()
            self.wfile.write(response)

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/v1/querybatch"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def deploy_with_database(monkeypatch):
    """Starts a deployment that asks a database, and says whether it got beyond the check."""
    monkeypatch.setattr(deploy, "_check", lambda *_, **__: None)

    def start(url, **options):
        monkeypatch.setattr(vulnerabilities, "DATABASE", url)
        with mock.patch.object(package, "build", side_effect=package.PackageError("built")):
            deploy.run("dev", {}, confirmation.asking(yes=True), **options)

    return start


def test_a_known_vulnerability_is_named_with_its_package():
    with database() as url:
        assert vulnerabilities.find_known([SOUND, LEAKY], url) == ["leaky 1.0: PYSEC-2026-1"]


@pytest.mark.parametrize(
    ("answer", "status"), [(b"", 503), (b"<html>", 200), (b"{}", 200), (b'{"results": []}', 200)]
)
def test_a_database_that_does_not_answer_as_documented_is_unavailable(answer, status):
    with database(answer, status) as url, pytest.raises(vulnerabilities.DatabaseUnavailable):
        vulnerabilities.find_known([SOUND], url)


def test_every_package_that_ships_is_checked():
    names = {package.name for package in vulnerabilities.shipped()}

    assert {"pyjwt", "phonenumberslite", "argon2-cffi-bindings", "chalice"} <= names


def test_a_deployment_goes_on_if_no_vulnerability_is_known(deploy_with_database):
    with database() as url, pytest.raises(package.PackageError, match="built"):
        deploy_with_database(url)


def test_a_deployment_stops_at_a_known_vulnerability(deploy_with_database, monkeypatch):
    monkeypatch.setattr(vulnerabilities, "shipped", lambda: [LEAKY])

    with database() as url, pytest.raises(deploy.DeployError, match=r"leaky 1\.0: PYSEC-2026-1"):
        deploy_with_database(url)


def test_a_deployment_stops_if_the_check_could_not_run(deploy_with_database):
    with pytest.raises(deploy.DeployError, match="UNAUDITED=1"):
        deploy_with_database("http://127.0.0.1:9/v1/querybatch")


def test_an_operator_can_deploy_without_the_check(deploy_with_database):
    with pytest.raises(package.PackageError, match="built"):
        deploy_with_database("http://127.0.0.1:9/v1/querybatch", audited=False)
