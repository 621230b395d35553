"""Exports all of an event's registrations to one CSV file, for staff on their own machine.

The service gives them page by page. The file is there when it is whole, and not before.
"""

import csv
import getpass
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urljoin

import requests

from chalicelib.platform.settings import PREFIX, SettingsError, origin_of, read
from ops import progress

_BYTE_ORDER_MARK = "\ufeff".encode()
_ROW_END = b"\r\n"
_TIMEOUT_SECONDS = 30
_MAX_ATTEMPTS = 5
# If the service asks for a longer wait, the command stops and the operator tries again later.
_MAX_WAIT_SECONDS = 60
_DEFAULT_WAIT_SECONDS = 2
_RETRIED_STATUSES = {429, 503}
# What staff's list filters and sorts by (/docs): the option's name, and the query's.
FILTERS = {
    "status": "status",
    "shift": "shift",
    "job": "job",
    "age": "age",
    "work-all": "workAll",
    "pre-event": "preEvent",
    "post-event": "postEvent",
    "last-name": "lastName",
    "phone": "phone",
    "reference": "reference",
    "search": "q",
    "sort": "sort",
}
# How the file is written.
FORMATS = {"separator": "separator", "language": "language"}
_SEPARATORS = {"comma": ",", "semicolon": ";"}


class ExportError(RuntimeError):
    """The export wrote no file; the message says why."""


class Service:
    """The service, as one member of staff speaks to it."""

    def __init__(self, url: str, pause: Callable[[float], None] = time.sleep) -> None:
        """Speak to the service at a URL, which must be https, or http on this machine.

        Raises:
            ExportError: it is neither.
        """
        try:
            self._url = read({f"{PREFIX}PUBLIC_URL": url}).public_url
        except SettingsError:
            raise ExportError("--url must be an https URL, or http on this computer.") from None
        if self._url is None:
            raise ExportError("Enter the service's --url.")
        self._pause = pause
        self._session = requests.Session()

    def address(self, path: str) -> str:
        """Return the URL of a path."""
        return f"{self._url}{path}"

    def is_own(self, url: str) -> bool:
        """Say whether a URL is of the service's own origin (RFC 6454)."""
        return origin_of(url) == origin_of(self.address(""))

    def request(self, method: str, url: str, **more: Any) -> requests.Response:
        """Ask, a few times if the service is busy; it says after how long (RFC 9110, 10.2.3).

        Raises:
            ExportError: it rejects, or does not answer.
        """
        wait = 0
        for attempt in range(_MAX_ATTEMPTS):
            if attempt:
                self._pause(wait)
            try:
                answer = self._session.request(
                    method, url, timeout=_TIMEOUT_SECONDS, allow_redirects=False, **more
                )
            except requests.RequestException as error:
                raise ExportError(
                    f"{self._url} doesn't respond: {type(error).__name__}."
                ) from error
            if answer.status_code not in _RETRIED_STATUSES:
                break
            after = answer.headers.get("Retry-After", "")
            wait = int(after) if after.isascii() and after.isdigit() else _DEFAULT_WAIT_SECONDS
            if wait > _MAX_WAIT_SECONDS:
                break
        if answer.status_code != requests.codes.ok:
            raise RequestRejected(answer)
        return answer


class RequestRejected(ExportError):
    """The service says no, and why."""

    def __init__(self, answer: requests.Response) -> None:
        """Take the error's sentence and code from the answer, if it has them."""
        try:
            body = answer.json()
        except ValueError:
            body = {}
        body = body if isinstance(body, dict) else {}
        self.code = body.get("code")
        field_errors = "".join(
            f" {name}: {problem}" for name, problem in body.get("fields", {}).items()
        )
        super().__init__(f"{answer.status_code}: {body.get('error', answer.reason)}{field_errors}")


def export(
    url: str,
    event: str,
    output: Path,
    filters: Mapping[str, str],
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Write an event's registrations to a file; return how many there are.

    The name is asked for on the terminal, the password and a code without an echo: arguments
    would be visible to other users of the machine, and stored by the shell.

    Args:
        url: of the service.
        event: the event's identifier.
        output: the file, replaced if there is one.
        filters: names and values for the query, as the service knows them.
        pause: waits for some seconds.

    Raises:
        ExportError: the file is not written.
    """
    service = Service(url, pause)
    if output.is_dir() or not output.parent.is_dir():
        raise ExportError(f"{output} is a folder, or its folder doesn't exist.")
    try:
        with _signed_in(service), _replaced_when_complete(output) as file:
            return _copy_pages(service, event, filters, file)
    except OSError as error:
        raise ExportError(f"{output} can't be written: {error.strerror}.") from error
    except EOFError:
        raise ExportError(
            "Run this command in a terminal: it asks for a username and password."
        ) from None


@contextmanager
def _signed_in(service: Service) -> Iterator[None]:
    credentials = {"username": input("Username: "), "password": getpass.getpass("Password: ")}
    try:
        service.request("POST", service.address("/signin"), json=credentials)
    except RequestRejected as error:
        if error.code != "second_factor_required":
            raise
        code = {"code": getpass.getpass("Code: ").strip()}
        service.request("POST", service.address("/signin"), json=credentials | code)
    try:
        yield
    finally:
        try:
            service.request("DELETE", service.address("/sessions/current"))
        except ExportError as problem:
            _print_message(f"The session couldn't be ended. It expires by itself. {problem}\n")


@contextmanager
def _replaced_when_complete(output: Path) -> Iterator[IO[bytes]]:
    """Give a file that takes its name when everything is in it, and is gone if anything fails."""
    # Beside it, since a file moves in one step only where it is; for its owner's eyes alone.
    with tempfile.NamedTemporaryFile(
        dir=output.parent, prefix=f".{output.name}.", suffix=".part", delete=False
    ) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(output)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _copy_pages(service: Service, event: str, filters: Mapping[str, str], file: IO[bytes]) -> int:
    header, count, keys_written = b"", 0, set()
    sign = _SEPARATORS.get(filters.get("separator", ""), ",")
    progress_bar = progress.bar(_expected(service, event, filters), "registrations")
    url = service.address(f"/admin/events/{quote(event, safe='')}/registrations.csv")
    following: str | None = url
    query: Mapping[str, str] | None = filters
    while following:
        answer = service.request("GET", following, params=query)
        page = _page(answer)
        first_row = page[: page.index(_ROW_END) + len(_ROW_END)]
        if not header:
            header = first_row
            file.write(header)
        elif header != first_row:
            raise ExportError("The service was updated during the export. Start again.")
        rows = page.removeprefix(header)
        file.write(rows)
        added = sum(1 for _ in csv.reader(io.StringIO(rows.decode(), newline=""), delimiter=sign))
        count += added
        progress_bar.update(added)
        keys_written.add(following)
        # The link carries the filters.
        following, query = _next(service, answer), None
        if following in keys_written:
            raise ExportError(f"{following} was returned twice, so the list has no end.")
    progress_bar.close()
    return count


def _expected(service: Service, event: str, filters: Mapping[str, str]) -> int | None:
    """Return the approximate number of registrations; None if the service does not count them."""
    if filters.keys() - {"status", "sort", "limit", *FORMATS.values()}:
        return None
    url = service.address(f"/admin/events/{quote(event, safe='')}/summary")
    counted: dict[str, int] = service.request("GET", url).json()["byStatus"]
    if "status" in filters:
        return counted.get(filters["status"], 0)
    # Drafts are their applicants' own, and in no spreadsheet.
    return sum(number for status, number in counted.items() if status != "Draft")


def _page(answer: requests.Response) -> bytes:
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    page = answer.content
    if kind != "text/csv" or not page.startswith(_BYTE_ORDER_MARK) or not page.endswith(_ROW_END):
        raise ExportError("The response isn't a CSV file of the service.")
    return page


def _next(service: Service, answer: requests.Response) -> str | None:
    """Return where the next page is (RFC 8288); None after the last."""
    link = answer.links.get("next")
    if link is None:
        return None
    following = urljoin(answer.url, link["url"])
    if not service.is_own(following):
        raise ExportError(f"The next page is on another server: {following}")
    return following


def _print_message(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
