"""An export over HTTP, as on a developer's machine: its URL leads to moto, which has the file."""

import time

import requests

from tests.http.servers import SECONDS
from tests.http.test_staff import credentials_of
from tests.support.clients import OverHttp, Person

_POLL_SECONDS = 0.1


def test_a_file_is_written_and_downloaded_without_a_session(service):
    description = service.described
    staff = Person(OverHttp(service.url))
    assert staff.sign_in(**credentials_of(description["superAdmin"])).status == 200
    path = f"/admin/events/{description['event']}/exports"
    started = staff.post(path, {})
    assert started.status == 201
    download = f"{path}/{started.json['id']}/download"

    deadline = time.monotonic() + SECONDS
    while (response := staff.post(download)).status == 409 and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)

    assert response.status == 200, response.json
    file = requests.get(response.json["url"], timeout=SECONDS)
    assert file.content.startswith("\ufeffReference,Status,".encode())
    name = f"registrations-{description['event']}.csv"
    assert file.headers["Content-Disposition"] == f'attachment; filename="{name}"'
