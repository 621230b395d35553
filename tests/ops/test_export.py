"""The export command, run against a small test server that responds as the contract says."""

import csv
import io
import json
import stat
import threading
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock

import pytest

from chalicelib.staff.spreadsheet import write_csv
from ops import __main__ as command_line
from ops import export
from ops.export import ExportError
from tests.staff.test_spreadsheet import REGISTRATION
from tests.support.clients import COOKIE, PASSWORD
from tests.support.events import EVENT, FORM

PATH = f"/admin/events/{EVENT}/registrations.csv"
TOKEN = "a-token"


@dataclass
class Given:
    """What the server answers once: a status, headers and a body."""

    status: int
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)


def refusal(status, code, sentence="No.", **headers):
    header_names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Given(status, json.dumps({"error": sentence, "code": code}).encode(), header_names)


def page(*names, following=None, **headers):
    """A page of registrations with these last names."""
    registrations = [replace(REGISTRATION, form=FORM | {"lastName": name}) for name in names]
    all_headers = {"Content-Type": "text/csv; charset=utf-8", **headers}
    if following:
        all_headers["Link"] = f'<{following}>; rel="next"'
    return Given(200, write_csv(registrations, "America/Chicago").encode(), all_headers)


@dataclass
class Service:
    """A fake service that returns each given response once, to any signed-in client."""

    url: str
    pages: list[Given] = field(default_factory=list)
    signing_in: list[Given] = field(default_factory=list)
    signing_out: list[Given] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    bodies: list[dict[str, str]] = field(default_factory=list)

    def answer(self, method, path, cookie, body):
        if path.endswith("/summary"):
            return Given(200, b'{"byStatus": {"Submitted": 2, "Hired": 1}}')
        self.asked.append(f"{method} {path}")
        if path == "/signin":
            self.bodies.append(json.loads(body))
            cookies = {"Set-Cookie": f"{COOKIE}={TOKEN}; Path=/; HttpOnly; SameSite=Lax"}
            return self.signing_in.pop(0) if self.signing_in else Given(200, headers=cookies)
        if cookie != f"{COOKIE}={TOKEN}":
            return refusal(401, "not_signed_in", "Not authorized")
        if method == "DELETE":
            return self.signing_out.pop(0) if self.signing_out else Given(200)
        return self.pages.pop(0)


@pytest.fixture
def service():
    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            response = served.answer(self.command, self.path, self.headers.get("Cookie"), body)
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in response.headers:
                self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            self.wfile.write(response.body)

        do_GET = do_POST = do_DELETE = answer  # noqa: N815  (http.server names them so)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Service(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def terminal():
    """An operator at the terminal, who types a name and a password, and a code if prompted."""
    typed = {"Password: ": PASSWORD, "Code: ": " 123456 "}
    with (
        mock.patch("builtins.input", return_value="ada"),
        mock.patch("getpass.getpass", side_effect=typed.__getitem__),
    ):
        yield


@pytest.fixture
def waits():
    """How many seconds it waited, each time."""
    return []


@pytest.fixture
def run(service, terminal, waits, tmp_path):
    """Exports to a file; returns it."""

    def to_file(filters=None, name="registrations.csv"):
        file = tmp_path / name
        export.export(service.url, EVENT, file, filters or {}, waits.append)
        return file

    return to_file


def last_names(file):
    text = file.read_bytes().decode("utf-8-sig")
    return [row["Last name"] for row in csv.DictReader(io.StringIO(text, newline=""))]


def test_all_pages_make_one_file(service, run):
    service.pages = [
        page("Abara", "Brook\r\n;=1", following=f"{PATH}?cursor=1"),
        page(following=f"{service.url}{PATH}?cursor=2"),
        page("Céline"),
    ]
    file = run()

    assert last_names(file) == ["Abara", "Brook\r\n;'=1", "Céline"]
    assert file.read_bytes().count("\ufeff".encode()) == 1
    assert file.read_bytes().count(b"Reference,Status") == 1


def test_one_signs_in_asks_for_each_page_and_ends_the_session(service, run):
    service.pages = [page("Abara", following="?cursor=1&status=Hired"), page("Brook")]
    run({"status": "Hired", "lastName": "O'Neil & Co"})

    assert service.asked == [
        "POST /signin",
        f"GET {PATH}?status=Hired&lastName=O%27Neil+%26+Co",
        f"GET {PATH}?cursor=1&status=Hired",
        "DELETE /sessions/current",
    ]
    assert service.bodies == [{"username": "ada", "password": PASSWORD}]


def test_without_registrations_there_is_a_header(service, run):
    service.pages = [page()]

    assert run().read_text(encoding="utf-8").startswith("\ufeffReference,Status,")


def test_the_file_is_for_its_owner_alone(service, run):
    service.pages = [page("Abara")]

    assert stat.S_IMODE(run().stat().st_mode) == 0o600


def test_a_second_factor_is_asked_for_if_there_is_one(service, run):
    service.signing_in = [refusal(401, "second_factor_required")]
    service.pages = [page("Abara")]
    run()

    assert [body.get("code") for body in service.bodies] == [None, "123456"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_service_is_asked_again_when_it_says(service, run, waits, status):
    busy = refusal(status, "unavailable", Retry_After="7")
    service.pages = [busy, page("Abara", following="?cursor=1"), busy, busy, page("Brook")]

    assert last_names(run()) == ["Abara", "Brook"]
    assert waits == [7, 7, 7]


@pytest.mark.parametrize("headers", [{}, {"Retry_After": "Wed, 21 Oct 2027 07:28:00 GMT"}])
def test_a_busy_service_that_names_no_seconds_is_asked_again(service, run, waits, headers):
    service.pages = [refusal(503, "unavailable", **headers), page("Abara")]
    run()

    assert waits == [2]


def test_a_service_that_stays_busy_is_given_up_without_another_wait(service, run, waits, tmp_path):
    service.pages = [BUSY] * 5

    assert_export_fails(service, run, "503", tmp_path)
    assert waits == [1, 1, 1, 1]


def assert_export_fails(service, run, message, tmp_path):
    """It fails so, signs out, and leaves what was there."""
    (tmp_path / "registrations.csv").write_text("of last week")
    with pytest.raises(ExportError, match=message):
        run()
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [
        ("registrations.csv", "of last week")
    ]
    assert service.asked[-1] == "DELETE /sessions/current"


FIRST = page("Abara", following="?cursor=1")
FORBIDDEN = refusal(403, "forbidden", "You don’t have permission to do this.")
BUSY = refusal(503, "unavailable", "Please try again.", Retry_After="1")


@pytest.mark.parametrize(
    ("pages", "message"),
    [
        ([FORBIDDEN], "403: You don’t have permission to do this"),
        ([FIRST, FORBIDDEN], "403: You don’t have permission to do this"),
        ([FIRST, *[BUSY] * 5], "503: Please try again"),
        ([refusal(429, "too_many_attempts", Retry_After="900")], "429: No"),
        ([FIRST, Given(200, b"{}", {"Content-Type": "application/json"})], "isn't a CSV file"),
        ([FIRST, Given(200, b"x,y\r\n", {"Content-Type": "text/csv"})], "isn't a CSV file"),
        ([FIRST, replace(page("Brook"), body=page("Brook").body[:-1])], "isn't a CSV file"),
        (
            [FIRST, replace(page("B"), body="\ufeffOther\r\nx\r\n".encode())],
            "was updated during the export",
        ),
        ([FIRST, page("Brook", **{"Content-Length": "99999"})], "doesn't respond"),
        ([FIRST, page("Brook", following="?cursor=1")], "the list has no end"),
        ([Given(302, headers={"Location": "http://127.0.0.1:1/"})], "302"),
        ([Given(500, b"<html>")], "500: Internal Server Error"),
        ([Given(500, b"[]")], "500: Internal Server Error"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_after_any_failure_the_file_is_complete_or_absent(service, run, tmp_path, pages, message):
    service.pages = list(pages)

    assert_export_fails(service, run, message, tmp_path)


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example.com/next",
        "//elsewhere.example.com/next",
        "http://127.0.0.1:1/next",
        "file:///etc/passwd",
    ],
)
def test_a_next_page_elsewhere_is_rejected(service, run, tmp_path, link):
    service.pages = [page("Abara", following=link)]

    assert_export_fails(service, run, "on another server", tmp_path)


def test_another_user_at_the_services_address_is_elsewhere(service, run, tmp_path):
    link = service.url.replace("http://", "http://127.0.0.1:1@")
    service.pages = [page("Abara", following=link)]

    assert_export_fails(service, run, "on another server", tmp_path)


def test_wrong_fields_are_named(service, run):
    wrong = {"error": "Some fields.", "code": "invalid_fields", "fields": {"status": "Unknown."}}
    service.pages = [Given(422, json.dumps(wrong).encode())]

    with pytest.raises(ExportError, match=r"422: Some fields\. status: Unknown\."):
        run()


def test_who_interrupts_it_leaves_nothing_behind(service, terminal, tmp_path):
    service.pages = [FIRST, BUSY]
    interrupted = mock.Mock(side_effect=KeyboardInterrupt)

    with pytest.raises(KeyboardInterrupt):
        export.export(service.url, EVENT, tmp_path / "out.csv", {}, interrupted)

    assert list(tmp_path.iterdir()) == []
    assert service.asked[-1] == "DELETE /sessions/current"


def test_who_cannot_sign_in_asks_for_nothing(service, run, tmp_path):
    service.signing_in = [refusal(401, "incorrect_credentials", "Username or Password is wrong")]

    with pytest.raises(ExportError, match="Username or Password"):
        run()
    assert service.asked == ["POST /signin"]
    assert list(tmp_path.iterdir()) == []


def test_a_session_that_cannot_be_ended_is_mentioned_and_the_file_kept(service, run, capsys):
    service.pages = [page("Abara")]
    service.signing_out = [FORBIDDEN]

    assert last_names(run()) == ["Abara"]
    assert "The session couldn't be ended" in capsys.readouterr().err


def test_a_missing_folder_is_reported_before_the_operator_types(service, run):
    with pytest.raises(ExportError, match="its folder doesn't exist"):
        run(name="nowhere/registrations.csv")
    assert service.asked == []


@pytest.mark.parametrize("url", ["http://lakes.example.com", "lakes.example.com", "", "file:///x"])
def test_a_password_travels_encrypted_or_not_at_all(url, tmp_path):
    with pytest.raises(ExportError, match="--url"):
        export.export(url, EVENT, tmp_path / "registrations.csv", {})


def test_without_a_terminal_the_command_says_so(service, tmp_path):
    with (
        mock.patch("builtins.input", side_effect=EOFError),
        pytest.raises(ExportError, match="in a terminal"),
    ):
        export.export(service.url, EVENT, tmp_path / "registrations.csv", {})


def test_a_service_that_is_away_does_not_answer(terminal, tmp_path):
    with pytest.raises(ExportError, match="doesn't respond"):
        export.export("http://127.0.0.1:1", EVENT, tmp_path / "registrations.csv", {})


def run_command(*arguments):
    with mock.patch("sys.argv", ["ops", "export", *arguments]):
        return command_line.main()


def test_the_command_takes_filters_and_says_how_many(service, terminal, tmp_path, capsys):
    service.pages = [page("Abara", "Brook")]
    file = tmp_path / "out.csv"
    where = ["--url", service.url, "--event", EVENT, "--output", str(file)]

    assert run_command(*where, "--work-all", "true", "--last-name", "Ok") == 0
    assert service.asked[1] == f"GET {PATH}?workAll=true&lastName=Ok"
    assert capsys.readouterr().out == f"{file}: 2 registrations\n"


def test_the_command_says_what_went_wrong(service, terminal, tmp_path, capsys):
    service.pages = [FORBIDDEN]
    where = ["--url", service.url, "--event", EVENT, "--output", str(tmp_path / "out.csv")]

    assert run_command(*where) == 1
    assert capsys.readouterr().err.endswith("403: You don’t have permission to do this.\n")
