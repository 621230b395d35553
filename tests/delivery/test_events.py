"""Events for other systems: what they tell, and that none is lost."""

import json
from contextlib import suppress
from unittest import mock

import pytest

from chalicelib.identity.role import Role
from chalicelib.platform import cloud_events
from chalicelib.platform.cloud_events import EVENT_TYPES
from chalicelib.platform.dynamodb import database
from chalicelib.registrations.registration_events import outgoing_event_writes
from chalicelib.registrations.workflow import TRANSITIONS, Status
from tests.delivery.test_outbox import (
    Killed,
    calls,
    killed_after,
    killed_before,
    lost,
    throttled,
    waiting,
)
from tests.support import permissions
from tests.support.accounts import signed_in_staff
from tests.support.aws_calls import recorded_calls
from tests.support.clients import PASSWORD
from tests.support.environments import deliver
from tests.support.events import EVENT, EVENT_BODY, FORM, create_event, make_registration


@pytest.fixture(autouse=True)
def _no_pauses():
    with mock.patch("time.sleep"):
        yield


def sent(run=deliver):
    """The events that the bus gets while something runs."""
    with recorded_calls() as recorded:
        run()
    puts = [call.parameters for call in recorded if call.operation == "PutEvents"]
    return [json.loads(entry["Detail"]) for put in puts for entry in put["Entries"]]


def types(events):
    return [event["type"] for event in events]


def test_an_event_has_the_attributes_of_cloud_events_and_the_facts_of_its_type(applicant):
    [event] = sent()

    data = {"userId": applicant.account["id"], "role": "User"}
    assert event == {
        "specversion": "1.0",
        "id": event["id"],
        "source": "https://lakes.example",
        "type": "account.created",
        "subject": f"users/{applicant.account['id']}",
        "time": applicant.account["createdAt"],
        "datacontenttype": "application/json",
        "dataschema": "https://lakes.example/openapi.json#/components/schemas/AccountCreated",
        "data": data,
    }


def test_rules_of_the_bus_can_match_the_service_and_the_type(applicant):
    with recorded_calls() as recorded:
        deliver()

    [put] = [call.parameters for call in recorded if call.operation == "PutEvents"]
    [entry] = put["Entries"]
    assert entry["EventBusName"] == "breeze-lakes-point-test"
    assert (entry["Source"], entry["DetailType"]) == ("breeze-lakes-point", "account.created")


def test_a_season_is_told_in_events_without_names_and_answers(client, applicant):
    staff = signed_in_staff(client, "sue", Role.ADMIN)
    event = create_event(capacity=1)
    deliver()
    path, record = f"/registrations/{event.id}", f"/admin/events/{event.id}/registrations"
    record += f"/{applicant.account['id']}"

    def season():
        applicant.request("PUT", path, {"form": FORM})
        applicant.post(f"{path}/submit")
        staff.post(f"{record}/status", {"status": "InReview", "version": 2})
        staff.post(f"{record}/status", {"status": "Waitlisted", "version": 3})
        applicant.post(f"{path}/withdraw")
        applicant.post("/me/delete", {"currentPassword": PASSWORD})
        deliver()

    events = sent(season)

    assert types(events) == [
        "registration.submitted",
        "registration.status_changed",
        "registration.waitlisted",
        "registration.withdrawn",
        "account.erased",
    ]
    assert [event["data"].get("previousStatus") for event in events] == [
        *("Draft", "Submitted", "InReview", "Waitlisted"),
        None,
    ]
    assert [event["data"].get("version") for event in events] == [2, 3, 4, 5, None]
    text = json.dumps(events)
    names = {applicant.name, *(value for value in FORM.values() if isinstance(value, str))}
    assert [name for name in names if len(name) > 2 and name in text] == []


def test_a_change_of_an_event_names_the_changed_fields(client):
    super_admin = signed_in_staff(client, "sue", Role.SUPER_ADMIN)
    path = f"/admin/events/{EVENT}"

    def change():
        super_admin.request("PUT", path, EVENT_BODY)
        super_admin.request("PUT", path, {**EVENT_BODY, "capacity": 7, "version": 1})
        deliver()

    created, changed = [event for event in sent(change) if event["type"] == "event.changed"]

    assert created["data"]["isNew"] is True
    assert changed["subject"] == f"events/{EVENT}"
    assert changed["data"] == {
        "eventId": EVENT,
        "isNew": False,
        "changedFields": ["capacity"],
        "version": 2,
    }


@pytest.mark.parametrize("transition", TRANSITIONS)
def test_each_change_of_a_status_is_an_event(transition):
    for source in transition.sources:
        before, after = (make_registration(1, status=s) for s in (source, transition.target))
        [write] = outgoing_event_writes(before, after)

        assert write.item_or_key["type"] in EVENT_TYPES
        assert write.item_or_key["data"]["previousStatus"] == source


def test_drafts_are_told_to_no_one():
    draft = make_registration(1, status=Status.DRAFT)

    assert (
        outgoing_event_writes(None, draft)
        == outgoing_event_writes(draft, draft)
        == outgoing_event_writes(draft, None)
        == []
    )


def test_the_name_of_a_schema_follows_from_the_type():
    assert {t: kind.__name__ for t, kind in EVENT_TYPES.items()} == {
        t: cloud_events.schema_name(t) for t in EVENT_TYPES
    }


@pytest.mark.parametrize("fault", [throttled, lost, killed_before, killed_after])
def test_after_a_fault_at_any_call_every_event_is_sent_and_at_most_one_twice(backend, fault):
    number, struck = 0, True
    while struck:
        struck = []
        [put] = outgoing_event_writes(None, make_registration(1, status=Status.HIRED))
        database().transact([put])

        def strike(at, operation, call, number=number, struck=struck):
            if at != number:
                return call()
            struck.append(operation)
            return fault(operation, call)

        def run(strike=strike):
            with calls(strike), suppress(Killed):
                deliver()
            deliver()

        ids = [event["id"] for event in sent(run)]

        assert set(ids) == {put.item_or_key["id"]}, (number, struck)
        repeats = fault in (lost, killed_after) and "PutEvents" in struck
        # The recorder also sees the call that the fault keeps from the bus.
        assert len(ids) <= 1 + int("PutEvents" in struck or repeats), (number, struck)
        assert backend.rows("outbox") == []
        assert not any(waiting().values())
        number += 1
    # The fourth is of the function webhooks.
    assert number == 5


def test_an_event_that_the_bus_rejects_is_tried_for_a_day_and_then_a_dead_letter(applicant):
    def reject(_, operation, call):
        answer = call()
        if operation == "PutEvents":
            return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}]}
        return answer

    with calls(reject):
        deliver()
    assert len(waiting()["bus"]) == 1
    deliver()
    assert not waiting()["bus"]


def test_the_function_event_bus_may_put_events_and_nothing_else():
    needs = permissions.needs_of("event-bus") - permissions.lambdas_needs("event-bus")

    assert needs == {"events:PutEvents bus"}
