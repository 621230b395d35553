"""Items that earlier versions stored: this version reads, returns, and changes them."""

import json

import pyotp
import pytest

from tests.support.clients import Person
from tests.support.credentials import layout
from tests.support.stored_items import FOLDER, Recording, clock_at, comparable

FILES = sorted(FOLDER.glob("stored-items-*.json"))
RECORDINGS = {file.stem.removeprefix("stored-items-"): Recording.read(file) for file in FILES}


@pytest.fixture(params=["in-users", "moving"])
def people(backend, client, request):
    """Gives the people of a recording, with the sessions that were stored."""

    def of(recording):
        recording.store(backend)
        return {
            role: Person(client, person["username"], person["token"])
            for role, person in recording.people.items()
        }

    with layout(request.param):
        yield of


def _contains(now, before):
    """Whether a body still has all that it had: later versions may add fields."""
    if isinstance(before, dict):
        return isinstance(now, dict) and all(
            name in now and _contains(now[name], value) for name, value in before.items()
        )
    if isinstance(before, list):
        return len(now) == len(before) and all(map(_contains, now, before))
    return now == before


@pytest.mark.parametrize("version", RECORDINGS)
def test_every_stored_session_and_item_reads_as_it_did(people, version):
    recording = RECORDINGS[version]
    signed_in = people(recording)

    with clock_at(recording.now):
        for role, responses in recording.responses.items():
            for path, before in responses.items():
                response = signed_in[role].get(path)
                assert response.status == 200, (role, path, response.json)
                now = comparable(response.json)
                assert _contains(now, before), f"{role} {path}\n{json.dumps(now)}\n{before}"


@pytest.mark.parametrize("version", RECORDINGS)
@pytest.mark.parametrize("role", ["User", "Admin"])
def test_a_stored_password_signs_in(people, version, role):
    recording = RECORDINGS[version]
    person = people(recording)[role].other_client()

    with clock_at(recording.now):
        assert person.sign_in(password=recording.people[role]["password"]).json["role"] == role


@pytest.mark.parametrize("version", RECORDINGS)
def test_a_stored_authenticator_app_is_asked_for_and_accepted(people, version):
    recording = RECORDINGS[version]
    person = people(recording)["SuperAdmin"].other_client()
    fields = {
        "username": person.name,
        "password": recording.people["SuperAdmin"]["password"],
    }

    with clock_at(recording.now) as moment:
        # The code of the recording's own step was used when the app was set up.
        code = pyotp.TOTP(recording.seed).at(moment, counter_offset=1)
        assert person.post("/signin", fields).code == "second_factor_required"
        assert person.post("/signin", fields | {"code": code}).status == 200


@pytest.mark.parametrize("version", RECORDINGS)
def test_a_stored_registration_can_be_changed(people, version):
    recording = RECORDINGS[version]
    staff = people(recording)["Admin"]

    registrations = [
        path
        for path in recording.responses["Admin"]
        if "/registrations/" in path and not path.endswith("/history")
    ]

    with clock_at(recording.now):
        for path in registrations:
            change = {"form": {"city": "Duluth"}, "version": staff.get(path).json["version"]}
            response = staff.request("PATCH", path, change)
            assert (response.status, response.json["form"]["city"]) == (200, "Duluth"), path


@pytest.mark.parametrize("version", RECORDINGS)
def test_there_are_items_of_every_table(version):
    assert all(RECORDINGS[version].tables.values())
