"""HTTPS requests to providers, whose addresses come from the network and aren't trusted.

A provider's metadata names further addresses. So a request goes to public IP addresses only, and to
the very address that was checked: a second look-up could return another one (DNS rebinding). No
redirect is followed, and time and size are limited (OWASP's cheat sheet on server-side request
forgery).
"""

import http.client
import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from chalicelib.oidc.provider_error import ProviderError
from chalicelib.platform import settings
from chalicelib.platform.public_addresses import is_public
from chalicelib.platform.timed_socket import TimedSocket

# For the whole exchange: a sign-in makes up to three, and a function has 10 s.
TIMEOUT_SECONDS = 2.5
MAX_RESPONSE_BYTES = 256 * 1024
_MAX_URL = 2048


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a URL leads.

    Attributes:
        host: the host.
        port: the port.
        path: the path with the query.
        netloc: the host with the port, as the URL has them.
        is_local: whether it is on the developer's machine, without HTTPS.
    """

    host: str
    port: int
    path: str
    netloc: str
    is_local: bool


def require_url(url: object) -> str:
    """Return a URL to which this service may send a request or a browser.

    Raises:
        ProviderError: it isn't an absolute HTTPS URL, or has a part that it must not have.
    """
    _target(url)
    return str(url)


def get_json(url: str) -> dict[str, Any]:
    """Return the JSON object at a URL.

    Raises:
        ProviderError: it can't be fetched, or is no JSON object.
    """
    return _fetch("GET", url, None, {})


def post_form(url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, Any]:
    """Post a form to a URL, and return the JSON object of the response.

    Raises:
        ProviderError: the response is missing, an error, or no JSON object.
    """
    body = urlencode(form).encode()
    content_type = {"Content-Type": "application/x-www-form-urlencoded"}
    return _fetch("POST", url, body, {**content_type, **headers})


def _fetch(method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> dict[str, Any]:
    target, deadline = _target(url), time.monotonic() + TIMEOUT_SECONDS
    connection, timed = http.client.HTTPConnection(target.host, target.port), None
    try:
        timed = TimedSocket(_connect(target))
        timed.deadline = deadline
        # http.client uses only those socket methods that TimedSocket has.
        connection.sock = timed
        sent = {"Host": target.netloc, "Accept": "application/json", **headers}
        sent["User-Agent"] = settings.APPLICATION
        connection.request(method, target.path, body, sent)
        response = connection.getresponse()
        if response.status != HTTPStatus.OK:
            raise ProviderError(f"status {response.status}")
        body_received = response.read(MAX_RESPONSE_BYTES + 1)
        if len(body_received) > MAX_RESPONSE_BYTES:
            raise ProviderError("response too large")
        content = json.loads(body_received)
    except (OSError, http.client.HTTPException) as error:
        raise ProviderError(type(error).__name__) from error
    except (ValueError, RecursionError) as error:
        raise ProviderError("no JSON") from error
    finally:
        connection.close()
        if timed:
            timed.disconnect()
    if not isinstance(content, dict):
        raise ProviderError("no JSON object")
    return content


def _target(url: object) -> _Target:
    """Return where a URL leads.

    Raises:
        ProviderError: see :func:`require_url`.
    """
    try:
        parts = urlsplit(url if isinstance(url, str) and len(url) <= _MAX_URL else "")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ProviderError("not a URL") from None
    is_local = parts.scheme == "http" and not settings.current().secure_cookies
    is_allowed = parts.scheme == "https" or is_local
    has_strange_parts = parts.username is not None or parts.fragment or not parts.netloc.isascii()
    if not is_allowed or not host or has_strange_parts or not str(url).isprintable():
        raise ProviderError("not an HTTPS URL")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _Target(host, port or (80 if is_local else 443), path, parts.netloc, is_local)


def _connect(target: _Target) -> socket.socket:
    """Connect to the first address of a host, all of whose addresses are public."""
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        if not (_is_this_machine(address) if target.is_local else is_public(address)):
            raise ProviderError("not a public address")
    raw = socket.create_connection((addresses[0], target.port), timeout=TIMEOUT_SECONDS)
    if target.is_local:
        return raw
    try:
        return _tls().wrap_socket(raw, server_hostname=target.host)
    except BaseException:
        raw.close()
        raise


def _is_this_machine(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def _tls() -> ssl.SSLContext:
    """Return the TLS settings: the host's certificate is verified, and TLS is 1.2 or later."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
