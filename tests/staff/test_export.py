"""The list as a file for a spreadsheet: the same registrations in the same order, part by part."""

import csv
import io
from urllib.parse import urljoin

import pytest

from tests.staff.conftest import STAFF_PATH
from tests.support.events import EVENT, make_registration, store_registrations

SHEET = f"{STAFF_PATH}.csv"


@pytest.fixture
def seven_registrations(event):
    """Seven people, every other one with hands for horses."""
    for number in range(7):
        jobs = ["animals"] if number % 2 else ["cleaning"]
        store_registrations(make_registration(number, form={"eventJobs": jobs}))


def rows(response):
    assert response.status == 200, response.body
    text = response.body.decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def following(path, response):
    link = response.headers.get("Link")
    return link and urljoin(path, link.removeprefix("<").removesuffix('>; rel="next"'))


def test_it_is_a_file_in_words(admin, seven_registrations):
    response = admin.get(SHEET)

    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    disposition = f'attachment; filename="registrations-{EVENT}.csv"'
    assert response.headers["Content-Disposition"] == disposition
    assert response.headers["Cache-Control"] == "no-store"
    [first, *_] = rows(response)
    assert first["Last name"] == "Okafor"
    assert "thnicity" not in response.body.decode()


@pytest.mark.parametrize("query", ["", "&job=animals", "&sort=lastName&lastName=oka"])
def test_its_parts_together_are_the_list(admin, seven_registrations, query):
    path, parts, exported = f"{SHEET}?limit=2{query}", 0, []
    while path:
        response = admin.get(path)
        exported += [row["Username"] for row in rows(response)]
        path, parts = following(path, response), parts + 1

    listed = admin.get(f"{STAFF_PATH}?limit=100{query}").json["items"]
    assert exported == [item["username"] for item in listed]
    assert parts == (len(exported) + 1) // 2


def test_one_part_is_five_hundred_unless_told_otherwise(admin, seven_registrations):
    assert "Link" not in admin.get(SHEET).headers
    assert admin.get(f"{SHEET}?limit=500").status == 200
    assert admin.get(f"{SHEET}?limit=501").fields == {"limit"}


def test_its_cursor_is_signed(admin, seven_registrations):
    response = admin.get(f"{SHEET}?limit=2")
    path = following(SHEET, response)

    assert admin.get(path).status == 200
    assert admin.get(path.replace("cursor=", "cursor=A")).fields == {"cursor"}


def test_a_semicolon_separates_the_cells_where_an_office_needs_it(admin, seven_registrations):
    response = admin.get(f"{SHEET}?separator=semicolon&limit=2")
    lines = response.body.decode().removeprefix("\ufeff").split("\r\n")
    [first, *_] = csv.DictReader(lines, delimiter=";")

    assert lines[0].startswith("Reference;Status;")
    assert first["Last name"] == "Okafor"
    assert "separator=semicolon" in following(SHEET, response)


def test_columns_and_choices_are_named_in_spanish_on_request(admin, seven_registrations):
    [first, *_] = rows(admin.get(f"{SHEET}?language=es"))

    assert first["Apellido o apellidos"] == "Okafor"
    assert first["Estado de la inscripción"] == "Enviada"
    assert first["Estado"] == "MN"
    assert {"Sí", "No"} & set(first.values())


def test_the_columns_stay_english_for_a_client_that_reads_spanish(admin, seven_registrations):
    response = admin.get(SHEET, Accept_Language="es")

    assert "Last name" in rows(response)[0]


@pytest.mark.parametrize("wrong", ["separator=pipe", "language=xx"])
def test_an_unknown_format_is_an_error(admin, seven_registrations, wrong):
    response = admin.get(f"{SHEET}?{wrong}")

    assert (response.status, response.fields) == (422, {wrong.partition("=")[0]})


@pytest.mark.parametrize("separator", ["comma", "semicolon"])
def test_no_part_of_a_cell_runs_whichever_sign_a_spreadsheet_takes_for_the_end(
    admin, event, separator
):
    store_registrations(make_registration(1, form={"city": "Here;=1+1,=2+2"}))
    body = admin.get(f"{SHEET}?separator={separator}").body.decode()

    assert "Here;'=1+1,'=2+2" in body
