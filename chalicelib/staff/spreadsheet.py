"""Registrations as a spreadsheet: CSV that opens correctly and runs no formulas.

The form is RFC 4180's, behind the byte order mark by which Excel knows UTF-8. OWASP's page on CSV
injection (owasp.org/www-community/attacks/CSV_Injection) and ASVS 5.0 1.2.10 say what must not
begin a cell. One apostrophe keeps such text from running, and text from being read as a number, a
date or a truth value that is shown in another way. So 02134 has one, and 55108 needs none. It is
put before text that begins with an apostrophe already, too: so taking one away again gives back
what was there.
"""

import csv
import functools
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from chalicelib.platform import zones
from chalicelib.platform.languages import NP_, Language
from chalicelib.platform.translations import translate
from chalicelib.registrations import phones
from chalicelib.registrations.enums import label
from chalicelib.registrations.registration import (
    FIELDS_HIDDEN_FROM_STAFF,
    PaperSignature,
    Registration,
)

BYTE_ORDER_MARK = "\ufeff"
# Fields that are hidden from staff, or redundant.
_EXCLUDED_FIELDS = FIELDS_HIDDEN_FROM_STAFF | {"regAck", "noMiddleName"}
_APOSTROPHE = "'"
_NATIONAL = re.compile(r"\([0-9]{3}\) [0-9]{3}-[0-9]{4}( ext\. [0-9]+)?")
# Where a spreadsheet may begin another cell, if it is of a locale that separates by another sign:
# to it a quotation mark within a cell is one character among others.
_BREAK = re.compile(r"([;,\t\r\n])")
# What does not show, and what quotes, may come before that which runs. U+2212 is a minus, too.
_RUNS = re.compile(r"[\s\x00-\x1f\x7f-\xa0\u00ad\u200b-\u200f\u2060-\u2064\ufeff\"]*[=+\-@\u2212]")
_CONTROL = re.compile(r"\s*[\t\r\n]")
_MONTH = (
    "january|jan|february|feb|march|mar|april|apr|may|june|jun|july|jul|august|aug"
    "|september|sept|sep|october|oct|november|nov|december|dec"
)
_WEEKDAY = (
    "monday|mon|tuesday|tues|tue|wednesday|wed|thursday|thurs|thu|friday|fri|saturday|sat"
    "|sunday|sun"
)
# Digits, and nothing but what numbers, amounts, dates and times have beside them. It never looks
# back (that is what the question mark and the second plus say), so that no text takes it long.
_NUMBER = re.compile(
    rf"(?=\D*\d)(?>{_MONTH}|{_WEEKDAY}|st|nd|rd|th|[ap]m|(?<=\s)[ap]\b|(?<=:\d\d)[ap]\b|[etz]"
    r"|[\d\s.,:/()%'\u2019_\-\u2044$€£¥₹])++",
    re.IGNORECASE,
)
# Spreadsheets show these numbers as they are; they round longer ones, and drop a zero in front.
_PLAIN_NUMBER = re.compile(r"[1-9][0-9]{0,9}")
_CONSTANT = re.compile(
    r"\s*(true|false|#(n/a|null!|div/0!|value!|ref!|name\?|num!))\s*", re.IGNORECASE
)


def write_csv(
    registrations: Iterable[Registration],
    time_zone: str,
    *,
    separator: str = ",",
    language: Language = Language.ENGLISH,
    with_header: bool = True,
) -> str:
    """Write registrations as CSV, with a header of field titles.

    Applicants' input is text, even if it looks like a formula. Choices are labels. Phone numbers
    are like ``(952) 445-1234``, and times like ``2027-03-05 14:08``: once in the event's time zone,
    which the column's header names, and once in UTC for programs.

    Args:
        registrations: in the order of the rows.
        time_zone: the IANA name of the event's time zone.
        separator: the character between two cells.
        language: the language of the column names and choices. The English names are part of the
            API, and don't change.
        with_header: whether the file begins here. The next part of a file has rows only.

    Returns:
        The byte order mark, then one row each, every row ended by CR and LF.
    """
    columns = _columns(time_zone, language)
    file = io.StringIO(newline="")
    rows = csv.writer(file, delimiter=separator, lineterminator="\r\n")
    if with_header:
        file.write(BYTE_ORDER_MARK)
        rows.writerow(columns)
    rows.writerows(
        [cell(registration) for cell in columns.values()] for registration in registrations
    )
    return file.getvalue()


def as_text(text: str) -> str:
    """Return a cell that a spreadsheet shows as exactly this text.

    Args:
        text: the text to show.

    Returns:
        The text. An apostrophe stands before each part that would run, or that begins with one;
        and before the whole if a spreadsheet would read and show it as something else.
    """
    first, *rest = map(_at_rest, _BREAK.split(text))
    if not first.startswith(_APOSTROPHE) and (_is_interpreted(text) or _CONTROL.match(text)):
        first = _APOSTROPHE + first
    return "".join((first, *rest))


def _at_rest(part: str) -> str:
    runs = part.startswith(_APOSTROPHE) or _RUNS.match(_plain(part))
    return _APOSTROPHE + part if runs else part


def _is_interpreted(text: str) -> bool:
    if _PLAIN_NUMBER.fullmatch(text):
        return False
    plain = _plain(text)
    return bool(_NUMBER.fullmatch(plain) or _CONSTANT.fullmatch(plain))


def _plain(text: str) -> str:
    """Return compatible characters as plain ones: full-width signs work like their plain forms."""
    return unicodedata.normalize("NFKC", text)


@functools.lru_cache(maxsize=8)
def _columns(time_zone: str, language: Language) -> dict[str, Callable[[Registration], str]]:
    """Return each column's name and the function that makes its cells."""
    # Imported here: only a spreadsheet needs the columns of the form.
    from chalicelib.registrations.form import RegistrationForm

    zone = zones.zone(time_zone)
    words: Callable[[str], str] = _english_label
    formatter: Callable[[str], str] | None = None
    if language is not Language.ENGLISH:
        from chalicelib.registrations import labels

        texts = labels.labels(language)
        words = lambda choice: texts.get(choice, choice)  # noqa: E731
        formatter = lambda field: labels.field_label(field, language)  # noqa: E731
    of_form = {
        formatter(field) if formatter else str(details["title"]): _field(field, words)
        for field, details in RegistrationForm.details_by_alias().items()
        if field not in _EXCLUDED_FIELDS
    }
    titles = {name: translate(title, language) for name, title in _TITLES.items()}
    return {
        titles["reference"]: lambda one: as_text(one.reference),
        titles["status"]: lambda one: words(one.status),
        **of_form,
        titles["username"]: lambda one: as_text(one.username),
        f"{titles['submitted']} ({time_zone})": lambda one: _timestamp(one.submitted_at, zone),
        f"{titles['created']} ({time_zone})": lambda one: _timestamp(one.created_at, zone),
        f"{titles['submitted']} (UTC)": lambda one: _timestamp(one.submitted_at, UTC),
        f"{titles['created']} (UTC)": lambda one: _timestamp(one.created_at, UTC),
        f"{titles['signed']} ({time_zone})": lambda one: _timestamp(one.signed_at, zone),
        f"{titles['signed_on_paper']} ({time_zone})": lambda one: _on_paper(
            one, lambda signed: _timestamp(signed.at, zone)
        ),
        titles["recorded_by"]: lambda one: _on_paper(one, lambda signed: as_text(signed.by)),
    }


def _on_paper(registration: Registration, cell: Callable[[PaperSignature], str]) -> str:
    signature = registration.paper_signature
    return cell(signature) if signature else ""


# Programs read the English ones.
_TITLES: Mapping[str, str] = {
    "reference": NP_("spreadsheet column", "Reference"),
    "status": NP_("spreadsheet column", "Status"),
    "username": NP_("spreadsheet column", "Username"),
    "submitted": NP_("spreadsheet column", "Submitted"),
    "created": NP_("spreadsheet column", "Created"),
    "signed": NP_("spreadsheet column", "Signed"),
    "signed_on_paper": NP_("spreadsheet column", "Signed on paper"),
    "recorded_by": NP_("spreadsheet column", "Paper signature recorded by"),
}


def _english_label(choice: str) -> str:
    return {"true": "Yes", "false": "No"}.get(choice) or label(choice)


def _field(name: str, words: Callable[[str], str]) -> Callable[[Registration], str]:
    def choice(value: str) -> str:
        return as_text(words(value))

    def show(value: Any) -> str:
        if isinstance(value, bool):
            return words(str(value).lower())
        if isinstance(value, list):
            return ", ".join(map(choice, value))
        if name in _CHOSEN:
            return choice(value)
        return _phone(value) if name in _PHONES else as_text(str(value))

    return lambda one: show(one.form[name]) if name in one.form else ""


_CHOSEN = frozenset({"age", "pronoun"})
_PHONES = frozenset({"phone1", "phone2"})


def _phone(number: str) -> str:
    formatted = phones.format_phone(number)
    # No spreadsheet takes this one for anything but text, and people copy it into their phones.
    return formatted if _NATIONAL.fullmatch(formatted) else as_text(formatted)


def _timestamp(moment: datetime | None, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else ""
