"""Browser contexts that one visit after another uses.

A context starts a process for its pages, which takes longer than most pages do. So a context is
emptied after a visit, and the next one of its kind uses it, with new pages. A context that a visit
did something else to, such as installing a clock, is closed.
"""

import asyncio
import contextlib
from typing import Any

from playwright.sync_api import Browser, BrowserContext

# Contexts that wait for a visit: each has a process.
_MAX_WAITING = 4
# Emptying one takes a fraction of a second. Now and then Chromium never answers: then it is closed.
_EMPTIED_WITHIN_SECONDS = 5
# What a visit may ask of its context, by Playwright's names: all of it ends with the page or in
# :meth:`Context.empty`.
_UNDONE = {
    *("newPage", "newCDPSession", "updateSubscription"),
    *("addCookies", "clearCookies", "cookies"),
    *("setNetworkInterceptionPatterns", "setOffline"),
}
_EVENTS = ("console", "page", "request", "requestfailed", "requestfinished", "response", "weberror")


class Context:
    """A context for one visit after another.

    Attributes:
        kind: what Playwright's ``new_context`` took.
        playwrights: Playwright's own.
    """

    def __init__(self, browser: Browser, kind: dict[str, Any], script: str) -> None:
        """Open a context.

        Args:
            browser: what it is opened in.
            kind: what Playwright's ``new_context`` takes.
            script: runs in each page before the page's own scripts.
        """
        self.kind = kind
        self.playwrights: BrowserContext = browser.new_context(**kind)
        self.playwrights.add_init_script(script)
        self._own_page = self.playwrights.new_page()
        self._devtools = self.playwrights.new_cdp_session(self._own_page)
        self._inner: Any = self.playwrights._impl_obj
        self._asked: set[str] = set()
        self._note_commands(self._inner._channel)

    def empty(self, origin: str, seconds: float) -> bool:
        """Make it as new; return False if that can't be done.

        Args:
            origin: of the service, whose storage is deleted.
            seconds: how long to wait for it.
        """
        if not self._asked <= _UNDONE:
            return False
        for event in _EVENTS:
            self._inner.remove_all_listeners(event)
        try:
            self._wait(self._empty(origin), seconds)
        except TimeoutError:
            return False
        self._asked.clear()
        return True

    def close(self, seconds: float) -> None:
        """Close it, and wait for that."""
        # Once in dozens of runs Chromium never answers this, and Playwright waits for good. What
        # the test has seen is seen by then.
        with contextlib.suppress(TimeoutError):
            self._wait(self._inner.close(reason=None), seconds)

    def _note_commands(self, channel: Any) -> None:
        call = channel._call

        def note_and_call(command: str, *arguments: Any, **keywords: Any) -> Any:
            self._asked.add(command)
            return call(command, *arguments, **keywords)

        channel._call = note_and_call

    async def _empty(self, origin: str) -> None:
        for page in self._inner.pages:
            if page is not self._own_page._impl_obj:
                await page.close(run_before_unload=False, reason=None)
        if self._inner._routes:
            await self._inner.unroute_all(behavior="ignoreErrors")
        if "setOffline" in self._asked:
            await self._inner.set_offline(False)
        await self._inner.clear_cookies(name=None, domain=None, path=None)
        storage = {"origin": origin, "storageTypes": "all"}
        await self._devtools._impl_obj.send("Storage.clearDataForOrigin", storage, None)

    def _wait(self, done: Any, seconds: float) -> None:
        self.playwrights._sync(asyncio.wait_for(done, seconds))


class Contexts:
    """The contexts of a browser that wait for a visit."""

    def __init__(self, browser: Browser, script: str) -> None:
        """Begin without any; for the arguments see :class:`Context`."""
        self._browser, self._script = browser, script
        self._waiting: list[Context] = []

    def take(self, kind: dict[str, Any]) -> Context:
        """Return an empty context of a kind."""
        for context in self._waiting:
            if context.kind == kind:
                self._waiting.remove(context)
                return context
        return Context(self._browser, kind, self._script)

    def put_back(self, context: Context, origin: str, seconds: float) -> None:
        """Empty a context for the next visit, or close it.

        Args:
            context: what :meth:`take` returned.
            origin: of the service, whose storage is deleted.
            seconds: how long to wait for one to close.
        """
        if not context.empty(origin, _EMPTIED_WITHIN_SECONDS):
            context.close(seconds)
            return
        self._waiting.append(context)
        if len(self._waiting) > _MAX_WAITING:
            self._waiting.pop(0).close(seconds)
