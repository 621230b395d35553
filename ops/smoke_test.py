"""Checks a deployed service by doing what an applicant does, with an account made for the purpose.

The checks need every part that a deployment can break: the gateway, each function that has
endpoints, its role, the session key, and the tables.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

# A new deployment of an API takes some seconds to reach every part of the gateway.
TRIES, _PAUSE_FACTOR = 6, 1
_NOT_READY = (403, 404, 500, 502, 503, 504)
_TIMEOUT_SECONDS = 15
_COOKIE = "ACCESS_TOKEN="
_LONGEST_QUOTE = 200
# One path of each function that only staff may use.
_STAFF_PATHS = ("/admin/users", "/admin/events", "/admin/api-keys", "/admin/events/{event}/exports")


class SmokeTestFailed(RuntimeError):
    """The deployed service doesn't work; the message names the request and the response."""


class Response(Protocol):
    """What the checks look at in a response."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def headers(self) -> Mapping[str, Any]:
        """The headers, by name."""

    @property
    def body(self) -> bytes:
        """The body."""

    @property
    def json(self) -> Any:
        """The body, read as JSON."""


class Send(Protocol):
    """Sends one request, and keeps cookies between requests as a browser does."""

    def __call__(self, method: str, path: str, body: Any = None) -> Response:
        """Send a request, with a body as JSON if one is given."""


def run(url: str, *, connect_to: str | None = None, tries: int = TRIES) -> None:
    """Check a deployed service.

    Args:
        url: where it is, without a slash at the end.
        connect_to: the host to connect to in place of the URL's, for a domain whose DNS entry may
            not exist yet. The certificate must still be the domain's.
        tries: how often a request that finds the service not ready is repeated, after a pause that
            grows.

    Raises:
        SmokeTestFailed: a response isn't what an applicant needs.
    """
    import requests

    with _session(url, connect_to, tries) as session:
        target, headers = _target(url, connect_to)

        def send(method: str, path: str, body: Any = None) -> Response:
            return _Received(
                session.request(
                    method, f"{target}{path}", json=body, headers=headers, timeout=_TIMEOUT_SECONDS
                )
            )

        try:
            check(send)
        except requests.RequestException as error:
            raise SmokeTestFailed(f"{url} does not respond: {type(error).__name__}") from error


def check(send: Send) -> None:
    """Send the requests of an applicant, and of a client without a session.

    Between seasons no event is open: then no draft is saved, and the list of registrations is read.

    Args:
        send: sends the requests.

    Raises:
        SmokeTestFailed: a response isn't as it must be.
    """
    health = _expect(200, send, "GET", "/health")
    if _json(health) != {"status": "ok"}:
        raise SmokeTestFailed(f"GET /health returned {_quoted(health)}")
    signed_out = _expect(200, send, "POST", "/signout")
    if f"{_COOKIE};" not in str(signed_out.headers.get("Set-Cookie", "")):
        raise SmokeTestFailed("POST /signout did not empty the session cookie")
    events = _json(_expect(200, send, "GET", "/events"))["items"]
    for event in events[:1]:
        _expect(200, send, "GET", f"/event/{event['id']}")
    _expect(200, send, "GET", "/signin")
    _expect(200, send, "GET", "/signin/providers")
    # Not found without a domain that passkeys could belong to. A function that fails returns 502.
    _expect((200, 404), send, "GET", "/.well-known/passkey-endpoints")
    missing = _expect(404, send, "GET", "/no-such-path")
    if _json(missing).get("code") != "not_found":
        raise SmokeTestFailed(f"GET /no-such-path returned {_quoted(missing)}")
    _with_account(send, next((event["id"] for event in events if event["isOpen"]), None))


def _with_account(send: Send, event: str | None) -> None:
    name, password = f"smoke-test-{secrets.token_hex(8)}", secrets.token_urlsafe(24)
    credentials = {"username": name, "password": password}
    _expect(201, send, "POST", "/signup", credentials)
    try:
        _expect(200, send, "GET", "/me")
        _expect(200, send, "DELETE", "/me/email/problems")
        if event is None:
            _expect(200, send, "GET", "/registrations")
        else:
            form = {"form": {"firstName": "Smoke", "lastName": "Test"}}
            _expect(201, send, "PUT", f"/registrations/{event}", form)
            _expect(200, send, "DELETE", f"/registrations/{event}")
        for staff_path in _STAFF_PATHS:
            _expect(403, send, "GET", staff_path.format(event=event or "any"))
        _expect(200, send, "DELETE", "/sessions/current")
        _expect(401, send, "GET", "/me")
        _expect(200, send, "POST", "/signin", credentials)
        _expect(200, send, "POST", "/me/delete", {"currentPassword": password})
    except SmokeTestFailed:
        # Leave no account behind. If this fails too, the first failure is the one to report.
        send("POST", "/signin", credentials)
        send("POST", "/me/delete", {"currentPassword": password})
        raise


def _expect(
    statuses: int | tuple[int, ...], send: Send, method: str, path: str, body: Any = None
) -> Response:
    response = send(method, path, body)
    expected = statuses if isinstance(statuses, tuple) else (statuses,)
    if response.status not in expected:
        raise SmokeTestFailed(f"{method} {path} returned {response.status}: {_quoted(response)}")
    return response


def _json(response: Response) -> Any:
    try:
        return response.json
    except ValueError as error:
        raise SmokeTestFailed(f"This is not JSON: {_quoted(response)}") from error


def _quoted(response: Response) -> str:
    return response.body.decode(errors="replace")[:_LONGEST_QUOTE]


class _Received:
    """A response of requests."""

    def __init__(self, received: Any) -> None:
        self.status: int = received.status_code
        self.headers: Mapping[str, Any] = received.headers
        self.body: bytes = received.content
        self._read: Callable[[], Any] = received.json

    @property
    def json(self) -> Any:
        return self._read()


def _session(url: str, connect_to: str | None, tries: int) -> Any:
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3 import Retry

    patient = Retry(
        tries,
        backoff_factor=_PAUSE_FACTOR,
        status_forcelist=_NOT_READY,
        # Only these two are repeated: they change nothing, and every other request follows them.
        allowed_methods=None,
        raise_on_status=False,
        # The gateway's 503 asks to come back in two seconds; a new deployment takes longer.
        respect_retry_after_header=False,
    )

    class ToDomain(HTTPAdapter):
        """Connects to another host, and expects the certificate of the domain."""

        def init_poolmanager(self, *arguments: Any, **keywords: Any) -> None:
            if connect_to:
                host = urlsplit(url).hostname
                keywords |= {"server_hostname": host, "assert_hostname": host}
            super().init_poolmanager(*arguments, **keywords)

    session = requests.Session()
    target, _ = _target(url, connect_to)
    session.mount(target, ToDomain())
    for path in ("/health", "/signout"):
        session.mount(f"{target}{path}", ToDomain(max_retries=patient))
    return session


def _target(url: str, connect_to: str | None) -> tuple[str, dict[str, str]]:
    """Return the URL to send requests to, and the headers that they need."""
    if connect_to is None:
        return url, {}
    parts = urlsplit(url)
    return parts._replace(netloc=connect_to).geturl(), {"Host": parts.netloc}
