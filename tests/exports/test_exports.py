"""Exports as staff see them: started, listed, and downloaded by the person who asked, for a day."""

from datetime import timedelta
from unittest import mock
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from botocore.exceptions import NoCredentialsError
from chalice.test import Client

from app import app
from chalicelib.exports import service
from chalicelib.identity.role import Role
from chalicelib.platform import aws, clock, settings
from chalicelib.registrations.workflow import Status
from chalicelib.sessions import account_limits
from tests.exports.conftest import PATH, only_file, rows_of, start, written
from tests.staff.conftest import STAFF_PATH, audited
from tests.support.accounts import signed_in_staff
from tests.support.environments import SETTINGS, deliver, environment
from tests.support.events import EVENT, make_registration, store_registrations


def download(person, export_id):
    return person.post(f"{PATH}/{export_id}/download")


def test_a_started_export_waits_and_has_no_rows_yet(admin, event):
    response = start(admin, id="one")

    assert response.status == 201
    told = {name: response.json[name] for name in ("id", "status", "rows", "total")}
    assert told == {"id": "one", "status": "waiting", "rows": 0, "total": None}


def test_a_written_export_is_ready_and_has_all_registrations(admin, thirty_registrations):
    export = written(admin)

    assert (export["status"], export["rows"], export["total"]) == ("ready", 30, 30)
    listed = admin.get(f"{STAFF_PATH}?limit=100").json["items"]
    exported = [row["Username"] for row in rows_of(only_file())]
    assert exported == [item["username"] for item in listed]


def test_the_file_is_what_the_immediate_download_returns(admin, thirty_registrations):
    written(admin, "separator=semicolon&language=es&sort=lastName")

    response = admin.get(f"{STAFF_PATH}.csv?separator=semicolon&language=es&sort=lastName")
    assert only_file() == response.body.decode()


def test_fields_that_are_hidden_from_staff_are_not_in_the_file(admin, event):
    store_registrations(make_registration(1, form={"ethnicity": "Other"}))
    written(admin)

    assert "thnicity" not in only_file()


@pytest.mark.parametrize(
    "query",
    ["q=river", "phone=9524451234", "reference=000003", "lastName=oka", "job=cleaning", "workAll="],
)
def test_the_filters_of_the_list_apply(admin, event, query):
    for number in range(6):
        jobs = ["animals"] if number % 2 else ["cleaning"]
        store_registrations(make_registration(number, form={"eventJobs": jobs}))
    written(admin, query)

    listed = admin.get(f"{STAFF_PATH}?limit=100&{query}").json["items"]
    exported = [row["Username"] for row in rows_of(only_file())]
    assert exported == [item["username"] for item in listed]


@pytest.mark.parametrize(("query", "total"), [("status=Hired", 2), ("job=cleaning", None)])
def test_the_total_is_told_where_the_counters_know_it(admin, event, query, total):
    hired = {"status": Status.HIRED, "form": {"eventJobs": ["cleaning"]}}
    store_registrations(*(make_registration(number, **hired) for number in range(2)))
    store_registrations(make_registration(3))

    assert written(admin, query)["total"] == total


@pytest.mark.parametrize("query", ["", "status=Draft", "reference=000001"])
def test_no_draft_is_exported(admin, event, query):
    store_registrations(make_registration(1, status=Status.DRAFT, submitted_at=None))

    assert written(admin, query)["rows"] == 0
    assert rows_of(only_file()) == []


@pytest.mark.parametrize(
    "query", ["status=Gone", "separator=pipe", "limit=3", "cursor=x", "q=a&reference=000001"]
)
def test_an_invalid_query_starts_nothing(admin, event, backend, query):
    assert start(admin, query).code == "invalid_fields"
    assert backend.rows("exports") == []


def test_an_unknown_event_has_no_exports(admin, backend):
    assert start(admin).status == 404
    assert backend.rows("exports") == []


def test_a_repeated_request_with_an_id_starts_one_export(admin, event, backend):
    first, again = start(admin, "job=animals", id="one"), start(admin, "job=animals", id="one")

    assert (again.status, again.json) == (201, first.json)
    assert len(backend.rows("exports")) == 1
    assert [action for _, action, _ in audited(backend)].count(service.STARTED) == 1


def test_an_id_of_an_export_with_other_filters_is_rejected(admin, event):
    start(admin, id="one")

    assert start(admin, "status=Hired", id="one").fields == {"id"}


def test_two_people_may_choose_the_same_id(admin, reachable_admin, thirty_registrations):
    start(admin, "status=Hired", id="one")
    start(reachable_admin, id="one")
    deliver()

    assert [person.get(PATH).json["items"][0]["rows"] for person in (admin, reachable_admin)] == [
        0,
        30,
    ]


def test_each_staff_member_sees_only_their_own_of_this_event_the_newest_first(
    admin, reachable_admin, event
):
    start(admin, id="older")
    with mock.patch.object(clock, "now", return_value=clock.now() + timedelta(seconds=1)):
        start(admin, id="newer")

    assert [export["id"] for export in admin.get(PATH).json["items"]] == ["newer", "older"]
    assert reachable_admin.get(PATH).json["items"] == []
    assert admin.get("/admin/events/other/exports").json["items"] == []


def test_a_download_leads_for_a_minute_to_the_file_as_an_attachment(admin, thirty_registrations):
    export = written(admin)
    response = download(admin, export["id"])

    url = urlsplit(response.json["url"])
    query = parse_qs(url.query)
    assert response.json["expiresInSeconds"] == 60
    assert query["X-Amz-Expires"] == ["60"]
    assert query["response-content-disposition"] == [
        f'attachment; filename="registrations-{EVENT}.csv"'
    ]
    assert query["response-cache-control"] == ["no-store"]
    assert requests.get(response.json["url"], timeout=5).content.decode() == only_file()


def test_without_credentials_for_s3_a_download_fails_and_is_not_recorded(admin, event, backend):
    export = written(admin)
    before = audited(backend)
    presigner = mock.patch.object(
        aws.aws_client("s3"), "generate_presigned_url", side_effect=NoCredentialsError
    )
    with presigner:
        response = download(admin, export["id"])

    assert (response.status, response.code) == (503, "unavailable")
    assert audited(backend) == before


def test_without_a_bucket_a_download_fails(admin, event):
    export = written(admin)
    with environment(**SETTINGS | {"EXPORTS_BUCKET": None}):
        response = download(admin, export["id"])

    assert (response.status, response.code) == (503, "unavailable")


def test_another_staff_member_cannot_download_a_file(admin, reachable_admin, event):
    export = written(admin)

    assert download(reachable_admin, export["id"]).status == 404


def test_a_person_who_is_no_longer_staff_cannot_download_a_file(admin, event, backend):
    export = written(admin)
    backend.change("users", {"id": admin.account["id"]}, role="User")

    assert download(admin, export["id"]).status == 403


def test_a_file_belongs_to_its_event(admin, event):
    export = written(admin)

    assert admin.post(f"/admin/events/other/exports/{export['id']}/download").status == 404


def test_a_file_that_is_not_complete_cannot_be_downloaded(admin, event):
    start(admin, id="one")

    assert download(admin, "one").code == "export_not_ready"


def happened(backend, name, **ago):
    """Make it so that the only export did something this long ago."""
    [row] = backend.rows("exports")
    moment = clock.to_text(clock.now() - timedelta(**ago))
    backend.change("exports", {k: row[k] for k in ("userId", "id")}, **{name: moment})


@pytest.mark.parametrize(("minutes", "status"), [(24 * 60 - 1, 200), (24 * 60, 404)])
def test_a_file_can_be_listed_and_downloaded_for_24_hours(
    admin, thirty_registrations, backend, minutes, status
):
    export = written(admin)
    happened(backend, "finishedAt", minutes=minutes)

    assert download(admin, export["id"]).status == status
    assert len(admin.get(PATH).json["items"]) == (status == 200)


def test_the_list_tells_until_when_a_file_can_be_downloaded(admin, event, backend):
    export = written(admin)
    [row] = backend.rows("exports")

    finished = clock.from_text(row["finishedAt"])
    assert clock.from_text(export["expiresAt"]) == finished + timedelta(hours=24)


@pytest.mark.parametrize(("minutes", "status"), [(134, "waiting"), (136, "failed")])
def test_an_export_without_progress_for_hours_is_told_as_failed(
    admin, event, backend, minutes, status
):
    start(admin, id="one")
    happened(backend, "updatedAt", minutes=minutes)

    assert admin.get(PATH).json["items"][0]["status"] == status


def test_the_audit_log_has_who_exported_with_which_filters_and_who_downloaded(
    admin, event, backend
):
    export = written(admin, "status=Hired&workAll=true")
    download(admin, export["id"])

    assert audited(backend)[-2:] == [
        (EVENT, service.STARTED, ["status", "workAll"]),
        (EVENT, service.DOWNLOADED, ["status", "workAll"]),
    ]
    assert {row["actor"] for row in backend.rows("audit")} == {admin.account["id"]}


def test_exports_and_downloads_are_limited_per_account(admin, event, backend):
    few = mock.patch.object(service, "EXPORTS", account_limits.FixedWindowPolicy("exports", 2))
    with few:
        statuses = [start(admin).status for _ in range(3)]

    assert statuses == [201, 201, 429]
    assert len(backend.rows("exports")) == 2


def test_the_email_links_to_the_page_and_not_to_the_file(
    reachable_admin, thirty_registrations, backend
):
    start(reachable_admin)
    sent = []
    with mock.patch("chalicelib.platform.mail.send", side_effect=sent.append):
        deliver()

    [message] = sent
    assert message.subject == "Your file is ready"
    assert f"{settings.current().public_url}/staff?event={EVENT}#exports" in message.text
    assert "X-Amz" not in message.text
    assert "Harvest Fair" in message.text


def test_an_applicant_can_neither_export_nor_list_nor_download(applicant, event):
    statuses = {start(applicant).status, applicant.get(PATH).status}

    assert statuses | {download(applicant, "one").status} == {403}


def test_a_super_admin_may_export(backend, thirty_registrations):
    person = signed_in_staff(Client(app), "sue", Role.SUPER_ADMIN)

    assert written(person)["rows"] == 30
