"""API Gateway on this machine: HTTP in, REST proxy events out, as far as this service can tell.

What it serves and what it says by itself is read off the packaged template. Formats are those of
docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import base64
import json
import re
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from chalicelib.platform.errors import InvalidJson
from tools.lambda_runtime import LARGEST_PAYLOAD, NoAnswer
from tools.server import BACKLOG, length_of_body

LARGEST_BODY = 10 * 1024 * 1024
# Of a gateway response without a template of the accepted type.
_USUAL_TYPE = "application/json"
_INTEGRATION = "x-amazon-apigateway-integration"
# In an integration's address, which function of the template it calls.
_FUNCTION = re.compile(r"\$\{(\w+)\.Arn\}")
# Headers of one hop (RFC 9110, 7.6.1) and of the message's framing go no further.
_DROPPED = {
    "connection",
    "content-length",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
# What a function may not say of the gateway's own answer comes out under another name.
_REMAPPED = {"date", "host", "server", "www-authenticate"}

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class GatewayRequest:
    """An HTTP request."""

    identifier: str
    method: str
    target: str
    headers: Headers
    body: bytes
    address: str


@dataclass(frozen=True, slots=True)
class GatewayResponse:
    """An HTTP response."""

    status: int
    headers: Headers
    body: bytes


class Gateway:
    """One API, at one stage."""

    def __init__(self, template: Mapping[str, Any], invoke: Callable[[str, bytes], bytes]) -> None:
        """Serve the API that a packaged template declares.

        Args:
            template: the SAM template.
            invoke: takes a function's name in the template and an event, and returns the answer
                of that function, both JSON.
        """
        api = template["Resources"]["RestAPI"]["Properties"]
        definition = api["DefinitionBody"]
        self.stage: str = api["StageName"]
        self._paths: dict[str, dict[str, Any]] = definition["paths"]
        self._binary = set(definition.get("x-amazon-apigateway-binary-media-types", []))
        self._responses: dict[str, Any] = api["GatewayResponses"]
        self._invoke = invoke

    def answer(self, asked: GatewayRequest) -> GatewayResponse:
        """Answer a request: from a function, from a mock, or by a gateway response."""
        path = urlsplit(asked.target).path
        prefix = f"/{self.stage}"
        if path != prefix and not path.startswith(f"{prefix}/"):
            # Another stage is another API's business; no template has a say in this answer.
            return GatewayResponse(
                403, [("Content-Type", "application/json")], b'{"message":"Forbidden"}'
            )
        resource = self._resource(path.removeprefix(prefix) or "/")
        operation = self._paths[resource[0]].get(asked.method.lower()) if resource else None
        if resource is None or operation is None:
            accepted = _accepted(asked.headers)
            return self.by_itself("MISSING_AUTHENTICATION_TOKEN", asked.identifier, accepted)
        integration = operation[_INTEGRATION]
        if integration["type"] == "mock":
            return _mocked(integration["responses"]["default"])
        function = _FUNCTION.search(integration["uri"]["Fn::Sub"])
        assert function is not None, "Chalice's integrations call functions"
        return self._from_function(function[1], asked, self.event(asked, *resource))

    def by_itself(self, kind: str, identifier: str, accepted: str = _USUAL_TYPE) -> GatewayResponse:
        """Return a gateway response of the template.

        Args:
            kind: ``DEFAULT_4XX`` for example.
            identifier: the request's.
            accepted: the media type that the request names first.
        """
        response = self._responses[kind]
        variables = {"context.requestId": identifier}
        headers = [
            (name, variables[value] if value in variables else value[1:-1])
            for name, value in response["ResponseParameters"]["Headers"].items()
        ]
        templates = response["ResponseTemplates"]
        media_type = accepted if accepted in templates else _USUAL_TYPE
        body = templates[media_type]
        gateway_headers = [("Content-Type", media_type), ("x-amzn-RequestId", identifier)]
        return GatewayResponse(
            int(response["StatusCode"]), gateway_headers + headers, body.encode()
        )

    def _resource(self, path: str) -> tuple[str, dict[str, str]] | None:
        """Return the resource that a path stands for, and its variables; literals come first."""
        segments = path.split("/")
        for resource in sorted(self._paths, key=lambda known: known.count("{")):
            parts = resource.split("/")
            if len(parts) == len(segments) and all(map(_matches, parts, segments)):
                variables = {
                    part[1:-1]: unquote(segment)
                    for part, segment in zip(parts, segments, strict=True)
                    if part.startswith("{")
                }
                return resource, variables
        return None

    def event(
        self, request: GatewayRequest, resource: str, variables: dict[str, str]
    ) -> dict[str, Any]:
        """Return the event that a function receives for a request.

        Args:
            request: the request.
            resource: the path that it is for, as the template has it.
            variables: that path's.
        """
        parts = urlsplit(request.target)
        headers = _by_name(
            (name, value) for name, value in request.headers if name.lower() not in _DROPPED
        )
        host = dict(request.headers).get("Host", "localhost")
        headers |= {
            "X-Forwarded-For": [request.address],
            "X-Forwarded-Port": ["443"],
            "X-Forwarded-Proto": ["https"],
        }
        query = _by_name(parse_qsl(parts.query, keep_blank_values=True))
        media_type = _first(headers, "content-type").partition(";")[0].strip().lower()
        binary = media_type in self._binary and bool(request.body)
        body = base64.b64encode(request.body) if binary else request.body
        now = time.time()
        return {
            "resource": resource,
            "path": unquote(parts.path.removeprefix(f"/{self.stage}")),
            "httpMethod": request.method,
            "headers": {name: values[-1] for name, values in headers.items()},
            "multiValueHeaders": headers,
            "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
            "multiValueQueryStringParameters": query or None,
            "pathParameters": variables or None,
            "stageVariables": None,
            "requestContext": {
                "accountId": "000000000000",
                "apiId": "rehearsal",
                "domainName": host,
                "resourcePath": resource,
                "httpMethod": request.method,
                "requestId": request.identifier,
                "extendedRequestId": request.identifier,
                "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
                "requestTimeEpoch": int(now * 1000),
                "path": parts.path,
                "protocol": "HTTP/1.1",
                "stage": self.stage,
                "identity": {
                    "sourceIp": request.address,
                    "userAgent": _first(headers, "user-agent") or None,
                },
            },
            "body": body.decode(errors="replace") or None,
            "isBase64Encoded": binary,
        }

    def _from_function(
        self, function: str, request: GatewayRequest, event: dict[str, Any]
    ) -> GatewayResponse:
        written = json.dumps(event).encode()
        if len(written) > LARGEST_PAYLOAD:
            return self.by_itself("REQUEST_TOO_LARGE", request.identifier)
        try:
            return self._read(json.loads(self._invoke(function, written)), request)
        except (NoAnswer, LookupError, TypeError, ValueError, AttributeError):
            return self.by_itself("DEFAULT_5XX", request.identifier)

    def _read(self, result: Any, request: GatewayRequest) -> GatewayResponse:
        """Read a function's answer.

        Raises:
            LookupError, TypeError, ValueError, AttributeError: it is none that API Gateway takes.
        """
        body = result.get("body") or ""
        content = body.encode()
        if result.get("isBase64Encoded") and _accepted(request.headers) in self._binary:
            content = base64.b64decode(body, validate=True)
        all_headers = {
            **{name: [value] for name, value in (result.get("headers") or {}).items()},
            **(result.get("multiValueHeaders") or {}),
        }
        headers = [("x-amzn-RequestId", request.identifier)]
        for name, values in all_headers.items():
            if name.lower() not in _DROPPED:
                header_name = f"x-amzn-Remapped-{name}" if name.lower() in _REMAPPED else name
                headers += [(header_name, str(value)) for value in values]
        return GatewayResponse(int(result["statusCode"]), headers, content)


class Server(ThreadingHTTPServer):
    """The socket in front of a gateway."""

    request_queue_size = BACKLOG
    daemon_threads = True

    def __init__(self, gateway: Gateway, port: int) -> None:
        """Listen on this machine.

        Args:
            gateway: what answers.
            port: 0 for any that is free.
        """
        self.gateway = gateway
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore the error of a client that disconnects, and no other error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def _generic_handle(self) -> None:
        gateway, identifier = self.server.gateway, str(uuid.uuid4())
        try:
            length = length_of_body(self.headers)
        except InvalidJson:
            self.close_connection = True  # what is left of the body is no request
            self._send(gateway.by_itself("DEFAULT_4XX", identifier))
            return
        if length > LARGEST_BODY:
            self.close_connection = True
            self._send(gateway.by_itself("REQUEST_TOO_LARGE", identifier))
            return
        asked = GatewayRequest(
            identifier,
            self.command,
            self.path,
            self.headers.items(),
            self.rfile.read(length),
            str(self.client_address[0]),
        )
        self._send(gateway.answer(asked))

    def _send(self, answered: GatewayResponse) -> None:
        self.send_response(answered.status)
        for name, value in answered.headers:
            self.send_header(name, value)
        # Of HEAD it would be that of GET (RFC 9110, 8.6), which is not known.
        if self.command != "HEAD":
            self.send_header("Content-Length", str(len(answered.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answered.body)

    def log_message(self, *arguments: Any) -> None:
        """Log nothing: the service has its own log."""

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do_PATCH = do_OPTIONS = _generic_handle


def _mocked(response: Mapping[str, Any]) -> GatewayResponse:
    """Return the response of a mock integration, which answers preflights."""
    prefix = "method.response.header."
    headers = [
        (name.removeprefix(prefix), value[1:-1])
        for name, value in response.get("responseParameters", {}).items()
    ]
    return GatewayResponse(int(response["statusCode"]), headers, b"")


def _matches(part: str, given: str) -> bool:
    return bool(given) if part.startswith("{") else part == unquote(given)


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def _accepted(headers: Headers) -> str:
    """Return the media type that a request accepts: API Gateway looks at the first one only."""
    accepted = _first(_by_name(headers), "accept")
    return accepted.partition(",")[0].partition(";")[0].strip().lower()


def _first(headers: Mapping[str, list[str]], wanted: str) -> str:
    return next((values[0] for name, values in headers.items() if name.lower() == wanted), "")
