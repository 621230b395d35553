"""Staff over HTTP: the export command, and paths that look alike."""

import csv

from ops import export
from tests.support.clients import OverHttp, Person
from tests.support.events import FORM


def test_every_registration_ends_up_in_the_file(service, tmp_path, monkeypatch):
    description = service.described
    for number in range(5):
        person = Person(OverHttp(service.url), f"exported.{number}")
        assert person.sign_up().status == 201
        saved = person.request("PUT", f"/registrations/{description['event']}", {"form": FORM})
        assert saved.status == 201
        submitted = person.post(f"/registrations/{description['event']}/submit")
        assert submitted.status == 200
    staff = description["superAdmin"]
    monkeypatch.setattr("builtins.input", lambda *_: staff["username"])
    monkeypatch.setattr(export.getpass, "getpass", lambda *_: staff["password"])
    output = tmp_path / "all.csv"

    count = export.export(service.url, description["event"], output, {"limit": "2"})

    with output.open(encoding="utf-8-sig", newline="") as file:
        exported = [row["Username"] for row in csv.DictReader(file)]
    assert len(exported) == count
    assert {f"exported.{number}" for number in range(5)} <= set(exported)


def test_the_bulk_status_path_is_not_read_as_an_account_named_status(service):
    description = service.described
    staff = Person(OverHttp(service.url))
    assert staff.sign_in(**credentials_of(description["superAdmin"])).status == 200
    items = [{"userId": "unknown", "version": 1}]
    path = f"/admin/events/{description['event']}/registrations/status"
    response = staff.post(path, {"status": "Declined", "items": items})

    assert (response.status, response.json["items"][0]["code"]) == (200, "not_found")


def credentials_of(super_admin):
    return {"name": super_admin["username"], "password": super_admin["password"]}
