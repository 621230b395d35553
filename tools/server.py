"""Chalice's local server, changed to behave like API Gateway and handle many connections.

What Chalice 1.34's own lacks: a backlog that a rush fits into, answers without Nagle's delay, our
404 for what does not exist, HEAD without a body, repeated headers, the caller's address, a
request id, compression, and a word for a body that it cannot read.
"""

import gzip
import json
import re
import socket
import threading
import uuid
from collections.abc import Callable
from email import errors
from email.message import Message
from typing import Any

from chalice.app import Chalice, CORSConfig
from chalice.config import Config
from chalice.local import (
    ChaliceRequestHandler,
    LocalChalice,
    LocalDevServer,
    LocalGateway,
    ThreadedHTTPServer,
)

from chalicelib.platform import settings
from chalicelib.platform.errors import ApiError, InvalidJson, NotFound, PayloadTooLarge
from chalicelib.platform.responses import JSON_CONTENT_TYPE
from chalicelib.platform.security_headers import DEFAULT_HEADERS
from web import unknown_path

# API Gateway accepts 10 MB; this server rejects a body over the service's own cap unread.
LARGEST_READ = 1024 * 1024
# Lambda would start as many functions as there are requests. Two cores do better with a few.
AT_ONCE = 8
BACKLOG = 1024
# In bytes, as in .chalice/config.json: API Gateway compresses what is larger for clients that say
# that they take it.
COMPRESSED_FROM = 1024
_HTML = "text/html"
_READS = ("GET", "HEAD", "OPTIONS")
_LENGTH = re.compile("[0-9]{1,15}")
# The header parser also looks for the parts of a multipart body, which it has not received yet.
_OF_A_BODY = (
    errors.NoBoundaryInMultipartDefect,
    errors.StartBoundaryNotFoundDefect,
    errors.MultipartInvariantViolationDefect,
)


def length_of_body(headers: Message) -> int:
    """Return how many bytes of body follow the headers of a request.

    The function rejects headers that two servers could read differently (RFC 9112, 6.3 and 11.2).

    Raises:
        InvalidJson: the headers do not say it plainly.
    """
    lengths = headers.get_all("content-length", ["0"])
    odd = any(not isinstance(defect, _OF_A_BODY) for defect in headers.defects)
    odd |= any(name != name.strip() for name in headers)
    if odd or "transfer-encoding" in headers:
        raise InvalidJson("Send the body with a Content-Length.")
    if len(lengths) != 1 or not _LENGTH.fullmatch(lengths[0]):
        raise InvalidJson("The Content-Length must be one number.")
    return int(lengths[0])


class Gateway(LocalGateway):
    """The step between HTTP and the app: API Gateway's events, as far as they are read."""

    def __init__(self, app: Chalice, config: Config, connection: "Handler") -> None:
        """Serve an app for one connection."""
        super().__init__(app, config)
        self._connection = connection

    def _generate_lambda_event(self, *arguments: Any, **keywords: Any) -> dict[str, Any]:
        try:
            event: dict[str, Any] = super()._generate_lambda_event(*arguments, **keywords)
        except ValueError:
            raise NotFound from None
        context = event["requestContext"]
        if context["httpMethod"] not in self._methods(context["resourcePath"]):
            raise NotFound
        context["identity"]["sourceIp"] = self._connection.client_address[0]
        context["requestId"] = str(uuid.uuid4())
        event["multiValueHeaders"] = {}
        for name, value in self._connection.headers.items():
            event["multiValueHeaders"].setdefault(name, []).append(value)
        return event

    def _methods(self, path: str) -> set[str]:
        """Return the gateway's response at a path: to preflights only where CORS is configured."""
        return {*self._app_object.routes[path], *(["OPTIONS"] if self._app_object.api.cors else [])}


class Handler(ChaliceRequestHandler):
    """One connection."""

    disable_nagle_algorithm = True
    server: "Server"

    def __init__(self, *connection: Any, app_object: Chalice, config: Config) -> None:
        """Serve an app."""
        self._app, self._config = app_object, config
        request, address, server = connection
        super().__init__(request, address, server, app_object=app_object, config=config)

    def setup(self) -> None:
        """Prepare the connection."""
        super().setup()
        self.local_gateway = Gateway(self._app, self._config, self)

    def _generic_handle(self) -> None:
        try:
            headers, body = self._read_request()
            with self.server.turns:
                answer = self.local_gateway.handle_request(self.command, self.path, headers, body)
        except ApiError as error:
            # What is left of a body that was not read would be taken for the next request.
            self.close_connection |= not isinstance(error, NotFound)
            self._send_api_error(error)
        else:
            sent = {**answer["headers"], **answer["multiValueHeaders"]}
            self._send_http_response(answer["statusCode"], sent, answer["body"])
            if self.command not in _READS:
                self.server.on_change()

    def _read_request(self) -> tuple[dict[str, str], bytes | None]:
        length = length_of_body(self.headers)
        if length > LARGEST_READ:
            raise PayloadTooLarge
        return dict(self.headers), self.rfile.read(length) if length else None

    def _send_api_error(self, error: ApiError) -> None:
        headers = {
            **DEFAULT_HEADERS,
            "Content-Type": JSON_CONTENT_TYPE,
            "X-Request-Id": str(uuid.uuid4()),
        }
        if isinstance(self._app.api.cors, CORSConfig):
            headers |= self._app.api.cors.get_access_control_headers()
        body = json.dumps(error.body())
        # As API Gateway does it: for the type that the request accepts first.
        if isinstance(error, NotFound) and self.headers.get("Accept", "").startswith(_HTML):
            headers["Content-Type"] = _HTML
            body = unknown_path.render(settings.current().public_url)
        self._send_http_response(error.STATUS_CODE, headers, body)

    def _send_http_response(
        self, code: int, headers: dict[str, Any], body: str | bytes | None
    ) -> None:
        if self.close_connection:
            headers = {**headers, "Connection": "close"}
        content = (body or "").encode() if not isinstance(body, bytes) else body
        if len(content) >= COMPRESSED_FROM and "gzip" in self.headers.get("Accept-Encoding", ""):
            content = gzip.compress(content, compresslevel=6)
            headers = {**headers, "Content-Encoding": "gzip"}
        self.send_response(code)
        # Of HEAD it would be that of GET (RFC 9110, 8.6), which is not known.
        if self.command != "HEAD":
            self.send_header("Content-Length", str(len(content)))
        for name, values in headers.items():
            for value in values if isinstance(values, list) else [values]:
                self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def __getattr__(self, name: str) -> Any:
        """Take any method that HTTP may have: the gateway knows which ones exist."""
        if name.startswith("do_"):
            return self._generic_handle
        raise AttributeError(name)

    def log_message(self, *arguments: Any) -> None:
        """Log nothing: the service has its own log."""

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do_PATCH = do_OPTIONS = _generic_handle


class Server(ThreadedHTTPServer):
    """The listening socket."""

    request_queue_size = BACKLOG
    daemon_threads = True

    def __init__(self, *arguments: Any) -> None:
        """Listen."""
        self.turns = threading.Semaphore(AT_ONCE)
        self.on_change: Callable[[], None] = lambda: None
        super().__init__(*arguments)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore the error of a client that disconnects."""


class DevServer(LocalDevServer):
    """The server, as Chalice's commands run it."""

    def serve_forever(self) -> None:
        """Serve until the server is shut down, without Chalice's line about the address."""
        self.server.serve_forever()


def is_taken(port: int) -> bool:
    """Say whether something listens on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def start(
    app: Chalice, port: int, host: str = "127.0.0.1", config: Config | None = None
) -> DevServer:
    """Return a server that listens, but doesn't serve yet.

    Args:
        app: the Chalice app.
        port: 0 for any that is free.
        host: the address to listen on.
        config: Chalice's configuration; None for its defaults.

    Raises:
        OSError: the port is taken, or the address isn't this machine's.
    """
    # As Chalice's own server does it: a current request for each thread, not one for the app.
    app.__class__ = LocalChalice
    return DevServer(
        app, config or Config.create(), host, port, handler_cls=Handler, server_cls=Server
    )
