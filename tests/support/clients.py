"""The clients of the tests, and how they send requests to the service."""

import functools
import http.client
import json
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from chalice.test import Client

from chalicelib.identity import password_strength, passwords

# Argon2 takes its time, on purpose, and so does guessing: in a run each password is hashed once,
# held against a hash once, and guessed at once.
hash_once = functools.cache(passwords.hash_password)
verify_once = functools.cache(passwords.verify_password)
guess_once = functools.cache(password_strength.find_weakness_error)
COOKIE = "BREEZE_LAKES_POINT_ACCESS_TOKEN"
DEVICE_COOKIE = "BREEZE_LAKES_POINT_DEVICE"
CODE_COOKIE = "BREEZE_LAKES_POINT_SIGN_IN_CODE"
# Of the browser that goes to a provider, and of the one that comes back.
OIDC_COOKIES = ("BREEZE_LAKES_POINT_OIDC", "BREEZE_LAKES_POINT_OIDC_PROOF")
PASSKEY_COOKIE = "BREEZE_LAKES_POINT_PASSKEY"
PASSWORD = "four quiet lakes in May"
JSON = "application/json"
# What is left as it is in a path and its query, where everything else is quoted (RFC 3986).
_IN_A_PATH = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True)
class Response:
    """What came back."""

    status: int
    headers: dict[str, Any]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str | None:
        return self.json.get("code")

    @property
    def fields(self) -> set[str]:
        return set(self.json["fields"])

    @property
    def set_cookies(self) -> list[str]:
        lines = self.headers.get("Set-Cookie") or []
        return [lines] if isinstance(lines, str) else lines

    @property
    def set_cookie(self) -> str | None:
        """The session's, which comes first."""
        return next(iter(self.set_cookies), None)


@dataclass(frozen=True)
class Received:
    """What came back over a socket, as Chalice's test client would say it."""

    status_code: int
    headers: Any
    body: bytes


class OverHttp:
    """A service somewhere else, in place of Chalice's test client.

    It speaks through ``http.client``: tests send thousands of requests, and the requests library
    takes longer for one than the service does.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._path = parts.netloc, parts.path

    @property
    def http(self) -> "OverHttp":
        return self

    def request(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Received:
        with closing(http.client.HTTPConnection(self._host, timeout=60)) as connection:
            connection.request(
                method, quote(f"{self._path}{path}", safe=_IN_A_PATH), body or None, headers
            )
            answer = connection.getresponse()
            received: dict[str, Any] = {}
            for name in answer.headers:
                values = answer.headers.get_all(name)
                received[name] = values if name == "Set-Cookie" else ", ".join(values)
            return Received(answer.status, received, answer.read())


@dataclass
class Person:
    """A user with a browser or curl: a cookie jar that holds the service's cookies."""

    client: Client | OverHttp
    name: str = "river"
    token: str | None = None
    account: dict[str, Any] = field(default_factory=dict)
    device: str | None = None
    code_secret: str | None = None
    oidc: dict[str, str] = field(default_factory=dict)
    passkey_secret: str | None = None

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        content_type: str | None = JSON,
        **headers: str,
    ) -> Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        jar = {
            COOKIE: self.token,
            DEVICE_COOKIE: self.device,
            CODE_COOKIE: self.code_secret,
            PASSKEY_COOKIE: self.passkey_secret,
            **self.oidc,
        }
        cookies = [f"{name}={value}" for name, value in jar.items() if value is not None]
        if cookies and "Cookie" not in sent:
            sent["Cookie"] = "; ".join(cookies)
        if content_type is not None and (body is not None or raw is not None):
            sent["Content-Type"] = content_type
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        got = self.client.http.request(method, path, headers=sent, body=content)
        response = Response(got.status_code, got.headers, got.body)
        self._keep_cookies(response)
        return response

    def get(self, path: str, **options: Any) -> Response:
        return self.request("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Response:
        return self.request("POST", path, body, **options)

    def delete(self, path: str, **options: Any) -> Response:
        return self.request("DELETE", path, **options)

    def sign_up(self, **overrides: Any) -> Response:
        fields = {"username": self.name, "password": PASSWORD, **overrides}
        response = self.post("/signup", fields)
        if response.status == 201:
            self.account = response.json
        return response

    def sign_in(self, name: str | None = None, password: str = PASSWORD) -> Response:
        return self.post("/signin", {"username": name or self.name, "password": password})

    def other_client(self) -> "Person":
        """Return a client for the same person in another browser, without cookies."""
        return Person(self.client, self.name, account=self.account)

    def client_with_copied_token(self) -> "Person":
        """Return a client with a copy of this person's session token."""
        return Person(self.client, self.name, self.token, self.account)

    def _keep_cookies(self, response: Response) -> None:
        for line in response.set_cookies:
            name, _, value = line.split(";")[0].partition("=")
            if name == COOKIE:
                self.token = value or None
            elif name == DEVICE_COOKIE:
                self.device = value or None
            elif name == CODE_COOKIE:
                self.code_secret = value or None
            elif name in OIDC_COOKIES:
                # Another dictionary: a copy of this client keeps its own.
                kept = {other: text for other, text in self.oidc.items() if other != name}
                self.oidc = kept | ({name: value} if value else {})
            elif name == PASSKEY_COOKIE:
                self.passkey_secret = value or None
