"""Chromium, which the tests use the pages with, as Playwright drives it: installed once, with apt.

Playwright would fetch browsers of its own; people here have Debian's. Of the two packages, the
shell is preferred: it has no windows, and its tests take two thirds of the processor time.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tools import debian
from tools.downloads import NotAvailable

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Each is also the name of its program. Debian has both; others may only have the second.
PACKAGES = ("chromium-headless-shell", "chromium")
_ARGUMENTS = [
    "--no-sandbox",  # as root, as in a container, it has none; it sees no page but ours
    "--disable-gpu",
    # Pages of one context share a process, and there is none that only draws: to start processes
    # takes longer than most pages do.
    "--renderer-process-limit=1",
    "--in-process-gpu",
    # Chromium sends no background requests.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Back restores pages from the browser's cache, as in an ordinary browser.
_NOT_AS_PLAYWRIGHT_HAS_IT = ["--disable-back-forward-cache"]


def program() -> str | None:
    """Return the path of the first of the two that is installed; None if neither is."""
    return next(filter(None, map(shutil.which, PACKAGES)), None)


def problem() -> str | None:
    """Return why it cannot run here; None if it can."""
    if not program():
        names = " or ".join(PACKAGES)
        return f"Chromium is missing: install {names}, or have a program of this name."
    return None


def lacks_shell() -> bool:
    """Say whether :func:`install` would install something."""
    return not shutil.which(PACKAGES[0])


def install() -> None:
    """Install the shell, or else the browser, unless it's installed.

    Raises:
        NotAvailable: neither is there, nor can be installed.
    """
    if not lacks_shell():
        return
    try:
        debian.install(PACKAGES[0], "It isn't installed.")
    except NotAvailable:
        debian.install(PACKAGES[1], problem())


@contextmanager
def running() -> Iterator["Browser"]:
    """Run it without a window until the end of the block.

    Raises:
        NotAvailable: it is missing.
    """
    if problem_text := problem():
        raise NotAvailable(problem_text)
    # Imported here: only these few want a package of a hundred megabytes.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program(),
            args=_ARGUMENTS,
            ignore_default_args=_NOT_AS_PLAYWRIGHT_HAS_IT,
        )
        try:
            yield browser
        finally:
            browser.close()
