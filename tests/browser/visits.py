"""A user's own browser; it fails the test on any error that the test does not expect."""

import functools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from tests.browser.contexts import Contexts
from tests.support.clients import COOKIE, Person

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
# Milliseconds. As a page itself has: a busy machine is slow, and a function that starts is slower.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)
# What Chromium logs to the console when the service returns an error or does not respond.
_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (\d{3})")
_NO_ANSWER = re.compile(r"Failed to load resource: net::ERR_(INTERNET_DISCONNECTED|FAILED)")
# A violation is written to the console, too; here it is said which directive it was.
_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (at) =>
  console.error(`The policy forbids it: ${at.effectiveDirective} ${at.blockedURI}`));"""
# A message stays for six seconds, and a change of status can be undone for ten. A busy machine may
# take longer to look or to press, so both last ten times as long. Tests of these seconds install a
# clock, which takes the place of this one.
_TIME_TO_READ = """{
  const { setTimeout, setInterval } = window;
  const longer = (start, short) => (act, milliseconds, ...rest) =>
    start(act, milliseconds === short ? 10 * short : milliseconds, ...rest);
  window.setTimeout = longer(setTimeout, 6000);
  window.setInterval = longer(setInterval, 1000);
}"""


@functools.cache
def _contexts(browser: Browser) -> Contexts:
    return Contexts(browser, _VIOLATIONS + _TIME_TO_READ)


class Visit:
    """One user's browser: their cookies and their tabs.

    Attributes:
        url: the service's, without a slash at its end.
        context: Playwright's own.
        page: the first tab.
        noticed: all that must not be: errors, violations of the policy, requests to others.
    """

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        """Open a browser.

        Args:
            browser: what it is opened in.
            url: the service's.
            kind: what Playwright's ``new_context`` takes; a phone that speaks English otherwise.
        """
        self.url = url
        self.noticed: list[str] = []
        self._expected: set[int] = set()
        self._seen: set[int] = set()
        self._allowed = [f"{url}/", "blob:", "data:"]
        self._cut = False
        self._contexts = _contexts(browser)
        usual = {"viewport": PHONE, "locale": "en-US", "timezone_id": "UTC"}
        self._context = self._contexts.take(usual | options)
        self.context = self._context.playwrights
        self.context.set_default_timeout(PATIENCE)
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.noticed.append(f"Uncaught: {error.error}"))
        self.context.on("request", self._follow)
        self.page = self.tab()

    @property
    def origin(self) -> str:
        """The service's URL without a path."""
        return "/".join(self.url.split("/")[:3])

    def tab(self) -> Page:
        """Open another tab."""
        return self.context.new_page()

    def become(self, person: Person) -> None:
        """Set the session cookie of a user who has signed in."""
        # Cookies know no ports, and a path that all of a host's services share.
        self.context.add_cookies([{"name": COOKIE, "value": person.token, "url": self.origin}])

    def expects(self, *statuses: int) -> None:
        """Say with which statuses the service will reject something in this test."""
        self._expected |= set(statuses)

    def goes_to(self, url: str) -> None:
        """Say to which other site the service sends this browser."""
        self._allowed.append(f"{url}/")

    @contextmanager
    def offline(self) -> Iterator[None]:
        """Have no connection meanwhile."""
        self._cut = True
        self.context.set_offline(offline=True)
        yield
        self.context.set_offline(offline=False)

    def loses(self, pattern: str) -> None:
        """Make requests to these addresses fail without a response from now on."""
        self._cut = True
        self.context.route(pattern, lambda route: route.abort())

    def close(self) -> None:
        """Close it, and say what went wrong in it.

        Raises:
            AssertionError: something that was not expected did, or something expected did not.
        """
        self._contexts.put_back(self._context, self.origin, PATIENCE / 1000)
        assert not self.noticed, self.noticed
        assert self._seen == self._expected, f"{self._expected} expected, {self._seen} seen"

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        match = _REFUSED.match(message.text)
        if match and int(match[1]) in self._expected:
            self._seen.add(int(match[1]))
        elif not (self._cut and _NO_ANSWER.match(message.text)):
            self.noticed.append(f"{message.text} ({message.location['url']})")

    def _follow(self, request: Request) -> None:
        if not request.url.startswith(tuple(self._allowed)):
            self.noticed.append(f"A request to {request.url}")
