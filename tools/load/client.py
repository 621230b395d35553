"""A simulated browser: a persistent connection, cookies, and response times."""

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

_SECONDS = 60


class Surprise(Exception):
    """An unexpected response, or no response; the simulated user then starts again."""


@dataclass
class Timings:
    """The requests that were sent, and their results.

    Attributes:
        seconds: how long each answer took, by what was asked.
        surprises: what was not expected, a sentence each.
    """

    seconds: dict[str, list[float]] = field(default_factory=dict)
    surprises: list[str] = field(default_factory=list)

    def add(self, other: "Timings") -> None:
        """Add the timings of another simulated user."""
        for name, took in other.seconds.items():
            self.seconds.setdefault(name, []).extend(took)
        self.surprises += other.surprises


@dataclass(frozen=True)
class Answer:
    """What came back: a status, and JSON; None for a page."""

    status: int
    json: Any


class Browser:
    """The browser of one simulated user."""

    def __init__(self, url: str, timings: Timings) -> None:
        """Open it at a service."""
        where = urlsplit(url)
        self._base = where.path
        self._connection = http.client.HTTPConnection(where.netloc, timeout=_SECONDS)
        self._timings = timings
        self._cookies: dict[str, str] = {}

    def request(
        self,
        name: str,
        method: str,
        path: str,
        body: Any = None,
        expected: tuple[int, ...] = (200,),
    ) -> Answer:
        """Ask for something.

        Args:
            name: what it is called in the figures.
            method: the HTTP method.
            path: below the service's URL.
            body: sent as JSON; None for none.
            expected: the statuses that may come.

        Raises:
            Surprise: another status came, or no answer.
        """
        began = time.monotonic()
        try:
            status, headers, content = self._send(method, path, body)
        except (OSError, http.client.HTTPException) as problem:
            self._connection.close()
            raise self._surprise(f"{name}: {problem!r}") from None
        self._timings.seconds.setdefault(name, []).append(time.monotonic() - began)
        self._keep(headers)
        if status not in expected:
            raise self._surprise(f"{name}: {status} {content[:200]!r}")
        is_json = (headers.get("Content-Type") or "").startswith("application/json")
        return Answer(status, json.loads(content) if is_json else None)

    def forget(self) -> None:
        """Drop all cookies, as if another person now used the phone."""
        self._cookies.clear()

    def close(self) -> None:
        """Close it."""
        self._connection.close()

    def _send(
        self, method: str, path: str, body: Any
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        headers: Mapping[str, str] = {"Content-Type": "application/json"} if body else {}
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        written = json.dumps(body).encode() if body else None
        sent = {**headers, "Cookie": cookies} if cookies else headers
        self._connection.request(method, f"{self._base}{path}", written, dict(sent))
        answer = self._connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def _keep(self, headers: http.client.HTTPMessage) -> None:
        for line in headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name] = value

    def _surprise(self, what: str) -> Surprise:
        self._timings.surprises.append(what)
        return Surprise(what)
