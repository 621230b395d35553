"""A client for demo data: it calls the app in this process, at any time on the service's clock."""

import functools
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.platform.settings import OFF, PREFIX

_FIRST_ERROR = 400
_PATIENCE_SECONDS = 60


class DemoError(RuntimeError):
    """There will be no demo data; the message says why."""


@dataclass
class Person:
    """A person with a cookie jar.

    Attributes:
        cookies: the cookies, by name.
    """

    cookies: dict[str, str] = field(default_factory=dict)

    def request(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Send a request that has to succeed; return the JSON of its response.

        Raises:
            DemoError: it doesn't succeed.
        """
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        status, cookies, answer = _send(method, path, {"Cookie": cookie}, body)
        if status >= _FIRST_ERROR:
            raise DemoError(f"{method} {path}: {status} {answer}")
        self.cookies |= cookies
        return answer


class MovableClock:
    """The time that the service finds on its clock."""

    def __init__(self, today: datetime) -> None:
        """Begin today."""
        self._today, self._now = today.replace(hour=9, minute=0, second=0), today

    def __call__(self) -> datetime:
        """Return the time, as ``clock.now`` does."""
        return self._now

    def day(self, number: int) -> datetime:
        """Return nine o'clock in the morning of a day, counted from today."""
        return self._today + timedelta(days=number)

    def go(self, day: int, hour: int = 10) -> None:
        """Set the clock."""
        self._now = self.day(day).replace(hour=hour)


@contextmanager
def at_any_time() -> Iterator[MovableClock]:
    """Put a clock that can be set in place of the service's."""
    from jwt.api_jwt import PyJWT

    from chalicelib.platform import clock

    movable_clock = MovableClock(clock.now())
    with (
        _replaced(clock, "now", movable_clock),
        # PyJWT has a clock of its own. The session, which the service looks up, has an end too.
        _replaced(PyJWT, "_validate_exp", lambda *_: None),
    ):
        yield movable_clock


@contextmanager
def patiently() -> Iterator[None]:
    """Wait for DynamoDB longer than a user would: this machine may be busy."""
    from chalicelib.platform import aws, dynamodb

    def forget() -> None:
        aws._aws_client.cache_clear()  # noqa: SLF001 (it has the timeouts)
        aws._http_client.cache_clear()  # noqa: SLF001
        dynamodb.database.cache_clear()

    with _replaced(aws, "TIMEOUT_SECONDS", _PATIENCE_SECONDS):
        forget()
        try:
            yield
        finally:
            forget()


@contextmanager
def hashing_once() -> Iterator[None]:
    """Hash each password once, and judge its strength once: three hundred people have the same."""
    from chalicelib.identity import password_strength, passwords

    with (
        _replaced(passwords, "hash_password", functools.cache(passwords.hash_password)),
        _replaced(passwords, "verify_password", functools.cache(passwords.verify_password)),
        _replaced(
            password_strength,
            "find_weakness_error",
            functools.cache(password_strength.find_weakness_error),
        ),
    ):
        yield


@contextmanager
def without_mail() -> Iterator[None]:
    """Write no mail: there would be a thousand files."""
    from chalicelib.platform import settings

    name = f"{PREFIX}MAIL_NOTICES"
    before = os.environ.get(name)
    os.environ[name] = OFF
    settings.current.cache_clear()
    try:
        yield
    finally:
        del os.environ[name]
        if before is not None:
            os.environ[name] = before
        settings.current.cache_clear()


@contextmanager
def _replaced(module: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)


@functools.cache
def _client() -> Any:
    from chalice.test import Client

    from app import app

    return Client(app)


def _send(
    method: str, path: str, headers: Mapping[str, str], body: Mapping[str, Any] | None
) -> tuple[int, dict[str, str], Any]:
    """Send a request to the app without a socket; return status, cookies, and JSON."""
    content = b"" if body is None else json.dumps(body).encode()
    sent = {**headers, "Content-Type": "application/json"}
    answer = _client().http.request(method, path, headers=sent, body=content)
    cookie_headers: str | list[str] = answer.headers.get("Set-Cookie") or []
    lines = [cookie_headers] if isinstance(cookie_headers, str) else cookie_headers
    cookies = dict(line.partition(";")[0].split("=", 1) for line in lines)
    return answer.status_code, cookies, json.loads(answer.body)
