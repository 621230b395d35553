"""Takes screenshots of each page: phone and desktop, light and dark.

To be looked at after a change of the pages. All people on them are invented.
"""

import shutil
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

import requests

from ops import package, progress
from tools import chromium, demo, demo_people, local, server
from tools.fixtures import EVENT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

FOLDER = package.OUT / "screenshots"
SCREENS: Mapping[str, "ViewportSize"] = {
    "phone": {"width": 390, "height": 844},
    "desktop": {"width": 1280, "height": 900},
}
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
_PASSWORD = "four quiet lakes in May"  # noqa: S105  # nosec B105 # of an invented person
_TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Picture:
    """One page, as one user sees it.

    Attributes:
        name: of the file.
        address: below the service's URL.
        token: the session token of the user; None to stay signed out.
    """

    name: str
    address: str
    token: str | None


class _Client:
    """A user of the service, over HTTP."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()

    @property
    def token(self) -> str:
        from chalicelib.platform import settings

        return str(self._session.cookies[settings.current().cookie_name])

    def request(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Send a request that must succeed; return the response body."""
        answer = self._session.request(
            method, f"{self._url}{path}", json=body, timeout=_TIMEOUT_SECONDS
        )
        answer.raise_for_status()
        return answer.json()


def take(port: int, folder: Path = FOLDER) -> int:
    """Take all screenshots again.

    Args:
        port: where the service listens in the meantime.
        folder: where to write the files; the function first deletes everything in it.

    Returns:
        The exit status.

    Raises:
        NotAvailable: Chromium is missing.
    """
    if server.is_taken(port):
        print(f"Port {port} is taken. Choose: make screenshots PORT={port + 1}", file=sys.stderr)
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    with chromium.running() as browser, _service(port) as (url, password):
        taken = _taken(browser, url, _demo_pictures(url, password), folder)
    print(f"{folder}: {taken} pictures")
    return 0


@contextmanager
def _service(port: int) -> Iterator[tuple[str, str]]:
    """Serve on this machine; give the URL and the SuperAdmin's password."""
    url = f"http://localhost:{port}"
    with local.aws():
        local.configure(url)
        from app import app

        password = local.prepare(None)
        listening = server.start(app, port).server
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        try:
            yield url, password
        finally:
            listening.shutdown()
            thread.join()
            listening.server_close()


def _demo_pictures(url: str, password: str) -> list[Picture]:
    """Create the demo season, and sign people in; return what they see."""
    demo_data = demo.fill(password)
    super_admin, applicant = _Client(url), _Client(url)
    for person, username in (
        (super_admin, local.SUPER_ADMIN),
        (applicant, demo_people.username(demo.FIRST)),
    ):
        person.request(
            "POST", "/signin", {"username": username, "password": demo_data.passwords[username]}
        )
    new_applicant = _Client(url)
    new_applicant.request("POST", "/signup", {"username": "sam.berg", "password": _PASSWORD})
    event = {"event": EVENT}
    seen = urlencode({**event, "user": demo_data.first})
    form = f"/register/{EVENT}"
    return [
        Picture("signin", "/signin", None),
        Picture("signin-email", "/signin/email", None),
        Picture("signup", "/signup", None),
        Picture("sign-up-link", "/signup/email#token=any", None),
        Picture("forgot", "/forgot", None),
        Picture("reset", "/reset#token=any", None),
        Picture("verify", "/verify#token=any", applicant.token),
        Picture("dashboard", "/", applicant.token),
        Picture("event", f"/event/{EVENT}", None),
        Picture("register", "/register", applicant.token),
        Picture("form", form, new_applicant.token),
        Picture("receipt", form, applicant.token),
        Picture("account", "/account", applicant.token),
        Picture("staff", f"/staff?{urlencode(event)}", super_admin.token),
        Picture("record", f"/staff/registration?{seen}", super_admin.token),
        Picture("walk-in", f"/staff/walk-in?{urlencode(event)}", super_admin.token),
        Picture("people", "/staff/people", super_admin.token),
        Picture("events", "/staff/events", super_admin.token),
        Picture("summary", f"/staff/summary?{urlencode(event)}", super_admin.token),
    ]


def _taken(browser: "Browser", url: str, pictures: list[Picture], folder: Path) -> int:
    """Take pictures; return how many."""
    from chalicelib.platform import settings

    cookie = settings.current().cookie_name
    total = len(pictures) * len(SCREENS) * len(SCHEMES)
    with progress.bar(total, "pictures") as bar:
        for picture, screen in product(pictures, SCREENS):
            context = browser.new_context(viewport=SCREENS[screen], locale="en-US")
            if picture.token:
                context.add_cookies([{"name": cookie, "value": picture.token, "url": url}])
            page = context.new_page()
            page.goto(f"{url}{picture.address}", wait_until="networkidle")
            # As high as the page is, so that what sticks to the screen's edge is at its edge.
            width = SCREENS[screen]["width"]
            height = int(page.evaluate("document.documentElement.scrollHeight"))
            page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                file = folder / f"{picture.name}-{screen}-{scheme}.png"
                page.screenshot(path=file)
                bar.update()
            context.close()
    return total
