"""A request to an endpoint of another system: over HTTPS, to a public address, within a deadline.

The URL is an operator's, but the host's DNS is another person's. So every address of the name must
be public, and the connection goes to the address that was checked: a name that resolves to another
address a moment later (DNS rebinding) gains nothing. Redirects aren't followed, and no proxy is
used. OWASP ASVS 5.0 1.3.6 and 13.2.4 ask for this.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from chalicelib.platform.public_addresses import is_public
from chalicelib.platform.timed_socket import TimedSocket

CONNECT_SECONDS, RESPONSE_SECONDS = 3.0, 5.0
_HTTPS_PORT = 443
_SUCCESS = range(200, 300)


class NotDelivered(Exception):
    """The receiver didn't accept a request; the message says why, without the URL."""


class InvalidUrl(ValueError):
    """A URL that no request is sent to; the message says why."""


def parse_url(url: str) -> SplitResult:
    """Return the parts of an endpoint's URL.

    Raises:
        InvalidUrl: it isn't an https URL with a host name, or has a user or a fragment.
    """
    try:
        parts = urlsplit(url)
        has_port = parts.port is None or parts.port > 0
    except ValueError as error:
        raise InvalidUrl(str(error)) from error
    if parts.scheme != "https" or not parts.hostname:
        raise InvalidUrl("Use a URL that starts with https:// and has a host.")
    if "@" in parts.netloc or parts.fragment or not has_port or not url.isascii():
        raise InvalidUrl("Use a URL without a user, a fragment, and letters outside of ASCII.")
    if not url.isprintable() or " " in url:
        raise InvalidUrl("Use a URL without spaces.")
    return parts


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host.

    Raises:
        NotDelivered: it has none, or one that isn't public.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotDelivered("the host name is unknown") from error
    addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
    if not addresses or not all(map(is_public, addresses)):
        raise NotDelivered("the host has an address that isn't public")
    return addresses


def post(url: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Send a request.

    The body of the response is not read.

    Raises:
        NotDelivered: there was no response in time, or one that isn't a success (2xx).
    """
    parts = parse_url(url)
    host, port = str(parts.hostname), parts.port or _HTTPS_PORT
    addresses = resolve(host, port)
    try:
        connection = _connect(addresses, port, host)
        try:
            status = _send(connection, parts, body, headers)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotDelivered(type(error).__name__) from error
    if status not in _SUCCESS:
        raise NotDelivered(f"status {status}")


def _connect(addresses: list[str], port: int, host: str) -> ssl.SSLSocket:
    """Connect to one of the addresses; the certificate must be the host's.

    Raises:
        OSError: none of them can be reached in time, or a certificate is wrong.
    """
    deadline = time.monotonic() + CONNECT_SECONDS
    problem: OSError = TimeoutError()
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            raw = socket.create_connection((address, port), timeout=left)
        except OSError as error:
            problem = error
            continue
        try:
            return ssl.create_default_context().wrap_socket(raw, server_hostname=host)
        except BaseException:
            raw.close()
            raise
    raise problem


def _send(
    connection: ssl.SSLSocket, parts: SplitResult, body: bytes, headers: Mapping[str, str]
) -> int:
    """Send the request, and return the status of the response."""
    timed = TimedSocket(connection)
    timed.deadline = time.monotonic() + RESPONSE_SECONDS
    client = http.client.HTTPConnection(parts.netloc)
    # http.client uses only those socket methods that TimedSocket has.
    client.sock = timed
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    client.putrequest("POST", target, skip_host=True, skip_accept_encoding=True)
    sent = {"Host": parts.netloc, **headers, "Content-Length": str(len(body))}
    for name, value in {**sent, "Connection": "close"}.items():
        client.putheader(name, value)
    client.endheaders(body)
    return client.getresponse().status
