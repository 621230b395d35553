"""The audit of pinned dependencies: vulnerabilities fail it; an unreachable database does not."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tools import audit

pytestmark = pytest.mark.usefixtures("dev_packages")
HOLE = {
    "id": "PYSEC-2026-1",
    "aliases": ["CVE-2026-1"],
    "summary": "It leaks.",
    "modified": "2026-01-01T00:00:00Z",
    "published": "2026-01-01T00:00:00Z",
    "affected": [
        {
            "package": {"name": "leaky", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]}],
            "versions": ["1.0"],
        }
    ],
}


@contextmanager
def database(status=200):
    """An OSV service that knows of one hole, on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            request_body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            known = request_body["package"]["name"] == "leaky" and request_body["version"] == "1.0"
            body = json.dumps({"vulns": [HOLE]} if known else {}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/v1/query"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def write_requirements(tmp_path):
    """Writes requirements, and says where they are."""

    def write(*lines):
        file = tmp_path / "requirements.txt"
        file.write_text("\n".join(lines))
        return [str(file)]

    return write


def test_a_pin_with_a_known_hole_fails_and_is_named(write_requirements, capsys):
    with database() as url:
        status = audit.audit(write_requirements("sound==1.0", "leaky==1.0"), url)

    assert status == 1
    assert capsys.readouterr().err == "leaky 1.0: PYSEC-2026-1, fixed in 2.0\n"


def test_the_version_in_which_it_is_mended_passes(write_requirements, capsys):
    with database() as url:
        status = audit.audit(write_requirements("sound==1.0", "leaky==2.0"), url)

    assert (status, capsys.readouterr().out) == (
        0,
        "2 packages checked, no known vulnerabilities.\n",
    )


def test_what_this_project_pins_can_be_asked_after(capsys):
    with database() as url:
        assert audit.audit(database=url) == 0

    output = capsys.readouterr()
    assert int(output.out.split()[0]) > 100
    assert output.err == ""


@pytest.mark.parametrize("status", [500, 503])
def test_a_database_that_fails_is_a_warning(write_requirements, capsys, status):
    with database(status) as url:
        assert audit.audit(write_requirements("leaky==1.0"), url) == 0

    assert "No packages were checked" in capsys.readouterr().err


def test_a_database_that_is_not_there_is_a_warning(write_requirements, capsys):
    assert audit.audit(write_requirements("leaky==1.0"), "http://127.0.0.1:9/v1/query") == 0
    assert "No packages were checked" in capsys.readouterr().err


def test_a_required_audit_fails_if_the_database_is_not_there(write_requirements):
    url = "http://127.0.0.1:9/v1/query"

    assert audit.audit(write_requirements("leaky==1.0"), url, required=True) == 2


def test_requirements_that_are_not_pinned_are_no_matter_of_the_network(write_requirements):
    with database() as url, pytest.raises(audit.AuditError):
        audit.audit(write_requirements("leaky>=1.0"), url)
