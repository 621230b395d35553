"""The demo season: who is in it, that it's always the same, and that it stays on this machine."""

import json

import pytest
from chalice.test import Client

from chalicelib.identity import passwords
from chalicelib.platform import clock
from chalicelib.registrations.workflow import Status
from tests.support.clients import Person
from tests.support.environments import HERE, SETTINGS, environment
from tools import demo, local
from tools.demo_client import DemoError

SMALL = demo.Size(applicants=24, full=6, places=3, past=3)


@pytest.fixture(scope="module")
def create_demo(tmp_path_factory):
    """Creates a small season on a stage of its own; gives what was created."""
    folder = tmp_path_factory.mktemp("demo")

    def create(stage):
        with (
            pytest.MonkeyPatch.context() as patch,
            environment(**SETTINGS | {"STAGE": stage, "PUBLIC_URL": HERE}),
        ):
            patch.setattr(demo, "FILE", folder / f"{stage}.json")
            # A note for each: among so few people every fifth may be none with a draft.
            patch.setattr(demo, "_NOTED", 1)
            return demo.fill(local.prepare(None), SMALL)

    return create


@pytest.fixture(scope="module")
def demo_data(create_demo):
    return create_demo("demo")


@pytest.fixture
def super_admin(demo_data):
    """The SuperAdmin, signed in today."""
    from app import app

    with environment(**SETTINGS | {"STAGE": "demo", "PUBLIC_URL": HERE}):
        person = Person(Client(app), local.SUPER_ADMIN)
        assert person.sign_in(password=demo_data.passwords[local.SUPER_ADMIN]).status == 200
        yield person


def registrations(super_admin, event):
    return super_admin.get(f"/admin/events/{event}/registrations?limit=100").json["items"]


def test_there_are_applicants_in_every_status(super_admin):
    counted = super_admin.get(f"/admin/events/{demo.EVENT}/summary").json["byStatus"]

    assert sum(counted.values()) == SMALL.applicants
    assert {status for status, number in counted.items() if number} == set(Status)


def test_one_event_is_open_one_is_full_with_a_waiting_list_and_one_is_past(super_admin):
    events = {event["id"]: event for event in super_admin.get("/events").json["items"]}
    waiting = [
        event
        for event in registrations(super_admin, demo.FULL_EVENT)
        if event["status"] == "Waitlisted"
    ]

    assert {name for name, event in events.items() if event["isOpen"]} == {
        demo.EVENT,
        demo.FULL_EVENT,
    }
    assert len(waiting) == SMALL.full - SMALL.places
    assert events[demo.PAST_EVENT]["endsOn"] < clock.now().date().isoformat()


def test_registrations_have_notes_and_a_history_on_different_days(super_admin, demo_data):
    path = f"/admin/events/{demo.EVENT}/registrations/{demo_data.first}"
    history = super_admin.get(f"{path}/history").json["items"]

    assert super_admin.get(path).json["notes"]
    assert len({change["at"][:10] for change in history}) > 1


@pytest.mark.parametrize(("username", "role"), demo.STAFF.items())
def test_staff_in_each_role_sign_in_with_the_printed_password(
    super_admin, demo_data, username, role
):
    signed_in = super_admin.other_client().sign_in(username, demo_data.passwords[username])

    assert signed_in.json["role"] == role


def test_it_is_the_same_every_time_except_for_passwords(create_demo, demo_data, super_admin):
    def seen(person):
        listed = registrations(person, demo.EVENT)
        return sorted(
            (registration["username"], registration["status"], str(registration["form"]))
            for registration in listed
        )

    before = seen(super_admin)
    again = create_demo("demo-again")
    with environment(**SETTINGS | {"STAGE": "demo-again", "PUBLIC_URL": HERE}):
        other = super_admin.other_client()
        other.sign_in(local.SUPER_ADMIN, again.passwords[local.SUPER_ADMIN])
        assert seen(other) == before
    assert not set(again.passwords.values()) & set(demo_data.passwords.values())


def test_a_second_one_is_rejected_and_clock_and_hashes_are_the_services_own_again(
    create_demo, demo_data
):
    now, hash_of = clock.now, passwords.hash_password
    with pytest.raises(DemoError, match="is already there"):
        create_demo("demo")

    assert (clock.now, passwords.hash_password) == (now, hash_of)


@pytest.mark.parametrize("which", ["url", "aws", "dynamodb"])
@pytest.mark.parametrize(
    "other_client",
    [
        "https://dynamodb.us-east-1.amazonaws.com",
        "http://127.0.0.1.example.com:8000",
        "http://localhost@example.com",
        "http://10.0.0.1:8000",
    ],
)
def test_an_endpoint_that_is_not_on_this_machine_is_rejected(tmp_path, which, other_client):
    here = "http://127.0.0.1:1"
    described = {"url": here, "aws": here, "dynamodb": here} | {which: other_client}
    (tmp_path / "dev.json").write_text(json.dumps(described))

    with pytest.raises(DemoError, match="is only for this computer"):
        demo.run(tmp_path / "dev.json")


def test_without_a_running_service_it_says_what_to_start(tmp_path):
    with pytest.raises(DemoError, match="start make dev or chalice local first"):
        demo.run(tmp_path / "dev.json")
