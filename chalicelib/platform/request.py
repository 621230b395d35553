"""The HTTP request as a view sees it, independent of the server."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import chalice

from chalicelib.platform import clock, languages
from chalicelib.platform.languages import Language

_MAX_USER_AGENT = 256
_ACCEPT_LANGUAGE = "accept-language"
_BASE = re.compile(r"(/[A-Za-z0-9_][A-Za-z0-9._~-]*)*")


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Attributes:
        id: the request id in responses and logs.
        method: the HTTP method, in capitals.
        headers: by name; names are not case-sensitive.
        query: every value of each name, in order.
        cookies: every value of each name, in order.
        body: the raw bytes, for any Content-Type.
        base_path: the path before the service's paths, without a slash at the end: ``/api`` below
            a stage, empty at a custom domain.
        address: the client's IP address from the gateway, never from a header.
        received_at: the time of the request, to the second.
    """

    id: str
    method: str
    headers: Mapping[str, str]
    query: Mapping[str, list[str]]
    cookies: Mapping[str, list[str]]
    body: bytes
    base_path: str
    address: str
    received_at: datetime

    @property
    def user_agent(self) -> str:
        """The ``User-Agent`` header: printable characters only, at most 256."""
        text = self.headers.get("user-agent", "")
        return "".join(filter(str.isprintable, text))[:_MAX_USER_AGENT]

    @property
    def language(self) -> Language | None:
        """The supported language that the client prefers; None if it lists none of them."""
        return languages.preferred(self.headers.get(_ACCEPT_LANGUAGE, ""))

    def query_with(self, name: str, value: str) -> str:
        """Return the query string with one parameter replaced, as a relative URL: ``?…``."""
        query = {parameter: values for parameter, values in self.query.items() if parameter != name}
        return f"?{urlencode({**query, name: [value]}, doseq=True)}"


def from_chalice(request: chalice.app.Request) -> Request:
    """Convert Chalice's request."""
    event = request.to_original_event()
    return Request(
        id=request_id(request),
        method=request.method,
        headers=request.headers,
        query=event.get("multiValueQueryStringParameters") or {},
        cookies=_cookies(event),
        body=_body(event),
        base_path=_base(event),
        address=client_address(request),
        received_at=clock.now(),
    )


def language(request: chalice.app.Request | None) -> Language:
    """Return the language of errors: the client's preferred one, else English.

    Pages name their own language in the header, so the language that a person chose wins over
    that of the browser. Cookies don't count: other clients send none.
    """
    header = request.headers.get(_ACCEPT_LANGUAGE, "") if request else ""
    return languages.preferred(header) or Language.ENGLISH


def request_id(request: chalice.app.Request) -> str:
    """Return the request id of the gateway, or else of Lambda."""
    identifier = request.context.get("requestId")
    return str(identifier or getattr(request.lambda_context, "aws_request_id", ""))


def client_address(request: chalice.app.Request) -> str:
    """Return the client's IP address as seen by the gateway."""
    return str((request.context.get("identity") or {}).get("sourceIp") or "")


def _cookies(event: Mapping[str, Any]) -> dict[str, list[str]]:
    """Parse the Cookie headers (RFC 6265), of which HTTP/2 may send several (RFC 9113, 8.2.3)."""
    # API Gateway's test console sends a request without headers.
    sent = (event.get("headers") or {}).items()
    lines = [
        line
        for name, values in (event.get("multiValueHeaders") or {}).items()
        if name.lower() == "cookie"
        for line in values
    ] or [value for name, value in sent if name.lower() == "cookie"]
    cookies: dict[str, list[str]] = {}
    for cookie in ";".join(lines).split(";"):
        name, separator, value = cookie.strip().partition("=")
        if separator:
            cookies.setdefault(name, []).append(value)
    return cookies


def _base(event: Mapping[str, Any]) -> str:
    """Return the part of the requested path before the route's own path."""
    context = event["requestContext"]
    resource_path: str = context["resourcePath"]
    for name, value in (event.get("pathParameters") or {}).items():
        resource_path = resource_path.replace(f"{{{name}}}", value)
    path = str(context.get("path") or "").rstrip("/")
    base = path.removesuffix(resource_path.rstrip("/"))
    # Pages include it, so it must not contain HTML's special characters.
    return base if _BASE.fullmatch(base) else ""


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or b""
    if event.get("isBase64Encoded"):
        return base64.b64decode(body)
    # A lone surrogate survives until the body is read as JSON, where it is rejected.
    return body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
