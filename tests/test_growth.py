"""Reading costs the same with 10 registrations as with 300, and as with 100,000 (slow).

Counted in round trips and in the read units that DynamoDB reports.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from unittest import mock

import boto3
import pytest
from botocore.client import BaseClient
from chalice.test import Client

from app import app
from chalicelib.platform import settings
from chalicelib.platform.attributes import to_attributes
from chalicelib.registrations.registration_item import to_item
from tests.support.clients import Person
from tests.support.environments import stage
from tests.support.events import EVENT, FORM, create_event, make_registration
from tests.support.slow import slow

FEW = 10
BATCH = 25
LIST = f"/admin/events/{EVENT}/registrations"
# No page is longer than the shortest list, so that all pages are full.
READS = {
    "me": "/me",
    "sessions": "/sessions",
    "events": "/events",
    "event": f"/events/{EVENT}",
    "own registrations": "/registrations",
    "own registration": f"/registrations/{EVENT}",
    "staff list": f"{LIST}?limit=5",
    "oldest first": f"{LIST}?limit=5&sort=submittedAt",
    "by name": f"{LIST}?limit=5&sort=lastName",
    "filtered": f"{LIST}?limit=5&status=Submitted&job=animals",
    "one name": f"{LIST}?limit=5&lastName=rivers",
    "one reference": f"{LIST}?reference=000001",
    "one phone": f"{LIST}?phone=9524450001",
    "search": f"{LIST}?q=rivers",
    "spreadsheet": f"{LIST}.csv?limit=5",
    "duplicates": f"/admin/events/{EVENT}/duplicates?firstName=River&phone1=9524451234",
    "one registration": f"{LIST}/person-00001",
    "history": f"{LIST}/person-00001/history",
    "summary": f"/admin/events/{EVENT}/summary",
    "places": f"/admin/events/{EVENT}/places",
}


@contextmanager
def metered() -> Iterator[list[tuple[str, float]]]:
    """Give a list that grows with each call made inside: the operation and its capacity units."""
    bill: list[tuple[str, float]] = []
    make_call = BaseClient._make_api_call

    def meter(client, operation, parameters):
        answer = make_call(client, operation, {**parameters, "ReturnConsumedCapacity": "TOTAL"})
        consumed = answer["ConsumedCapacity"]
        tables = consumed if isinstance(consumed, list) else [consumed]
        bill.append((operation, sum(table["CapacityUnits"] for table in tables)))
        return answer

    with mock.patch.object(BaseClient, "_make_api_call", meter):
        yield bill


def fill(endpoint, user_numbers):
    """Write registrations of other people, past every rule."""
    # With more patience than the service has: a hundred thousand take minutes.
    client = boto3.client("dynamodb", endpoint_url=endpoint)
    table = settings.current().table_name("registrations")

    def write(first):
        numbers = user_numbers[first : first + BATCH]
        forms = [{"lastName": f"Okafor{n:06}", "phone1": f"+1952{n % 10**7:07}"} for n in numbers]
        others = [make_registration(n, form=form) for n, form in zip(numbers, forms, strict=True)]
        left = {table: [{"PutRequest": {"Item": to_attributes(to_item(item))}} for item in others]}
        while left:
            left = client.batch_write_item(RequestItems=left)["UnprocessedItems"]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(0, len(user_numbers), BATCH)))


def costs(person):
    """Return the calls of each read, with the units of each call."""
    calls_by_request = {}
    for name, path in READS.items():
        with metered() as bill:
            assert person.get(path).status == 200, name
        calls_by_request[name] = bill
    return calls_by_request


@pytest.mark.parametrize("many", [300, *slow(100_000)])
def test_reading_takes_as_many_round_trips_and_read_units_however_many_have_registered(
    local_endpoint, many
):
    with stage(local_endpoint) as backend:
        create_event()
        applicant = Person(Client(app), "river")
        assert applicant.sign_up().status == 201
        form = FORM | {"lastName": "Rivers"}
        assert applicant.request("PUT", f"/registrations/{EVENT}", {"form": form}).status == 201
        assert applicant.post(f"/registrations/{EVENT}/submit").status == 200
        backend.change("users", {"id": applicant.account["id"]}, role="Admin")
        fill(local_endpoint, range(FEW))
        with_few = costs(applicant)
        fill(local_endpoint, range(FEW, many))

        assert costs(applicant) == with_few
