"""Measures each endpoint's DynamoDB use with few, many, and very many registrations."""

import itertools
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from chalicelib.platform.settings import Settings
from ops.progress import bar
from tools.bench.metering import Bill, before
from tools.bench.scene import PASSWORD, Person, Scene, create_event, person
from tools.fixtures import EVENT, FORM

SIZES = (10, 1_000, 100_000)
_A_BATCH = 25
_AT_ONCE = 4
_LIST = "/admin/events/{event_id}/registrations"
_ONE_REGISTRATION = f"{_LIST}/{{user_id}}"
_OWN_REGISTRATION = "/registrations/{event_id}"


@dataclass(frozen=True)
class Usage:
    """The DynamoDB use of one action.

    Attributes:
        round_trips: how many calls it took.
        reads: read units.
        writes: write units.
    """

    round_trips: int
    reads: float
    writes: float


def measure(scene: Scene) -> dict[int, dict[str, Usage]]:
    """Return each action's DynamoDB use, for each of ``SIZES``.

    The first time takes minutes: it fills the tables, which are kept.
    """
    usage_by_name = {}
    for size in SIZES:
        stage = f"bench-{size}"
        client = scene.make_stage(stage)
        create_event(scene, stage, client)
        fill(scene, stage, client, size)
        usage_by_name[size] = dict(_measure_all(scene, stage, client))
    return usage_by_name


def fill(scene: Scene, stage: str, client: Any, size: int) -> None:
    """Create registrations up to this number; they differ only in their accounts."""
    table = Settings(stage=stage).table_name("registrations")
    if client.describe_table(TableName=table)["Table"]["ItemCount"] >= size:
        return
    with person(scene, stage) as model:
        model.request("PUT", _OWN_REGISTRATION, {"form": FORM}, event_id=EVENT)
        reference = model.request("POST", f"{_OWN_REGISTRATION}/submit", event_id=EVENT)[
            "reference"
        ]
        key = {"userId": {"S": model.id}, "eventId": {"S": EVENT}}
        item = json.dumps(client.get_item(TableName=table, Key=key)["Item"])

    def copy(number: int) -> dict[str, Any]:
        written = item.replace(model.id, f"person-{number:07}").replace(reference, f"{number:06}")
        phone = FORM["phone1"]
        copied: dict[str, Any] = json.loads(written.replace(str(phone), f"+1952{number:07}"))
        return copied

    def write(numbers: range) -> None:
        left = {table: [{"PutRequest": {"Item": copy(number)}} for number in numbers]}
        while left:
            left = client.batch_write_item(RequestItems=left)["UnprocessedItems"]

    batches = [range(n, min(n + _A_BATCH, size)) for n in range(0, size, _A_BATCH)]
    with ThreadPoolExecutor(_AT_ONCE) as pool, bar(len(batches), "batches") as progress_bar:
        for _ in pool.map(write, batches):
            progress_bar.update()


def _measure_all(scene: Scene, stage: str, client: Any) -> Iterator[tuple[str, Usage]]:
    with before(scene.dynamodb) as meter:

        def bill(send: Callable[[], Any]) -> Usage:
            meter.begin()
            send()
            return _sum(meter.bill)

        staff_member, applicant = Person(scene, stage, meter.url), Person(scene, stage, meter.url)
        try:
            for name, send in itertools.chain(
                _applicant_requests(applicant), _staff_requests(staff_member, client, applicant)
            ):
                yield name, bill(send)
        finally:
            staff_member.close()
            applicant.close()


def _applicant_requests(applicant: Person) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield an applicant's actions, in an order in which each succeeds and is warm."""
    signing_in = {"username": applicant.username, "password": PASSWORD}
    # Keys are fetched and everything is loaded with the first request.
    applicant.request("GET", "/password/suggestion")
    yield "sign up", applicant.sign_up
    yield "sign in", lambda: applicant.request("POST", "/signin", signing_in)
    yield "me", lambda: applicant.request("GET", "/me")
    yield "events", lambda: applicant.request("GET", "/events")
    yield (
        "save, the first time",
        lambda: applicant.request("PUT", _OWN_REGISTRATION, {"form": FORM}, event_id=EVENT),
    )
    changed = {"form": {**FORM, "city": "Eagan"}, "version": 1}
    yield "save", lambda: applicant.request("PUT", _OWN_REGISTRATION, changed, event_id=EVENT)
    yield "submit", lambda: applicant.request("POST", f"{_OWN_REGISTRATION}/submit", event_id=EVENT)
    yield "own registrations", lambda: applicant.request("GET", "/registrations")


def _staff_requests(
    staff_member: Person, client: Any, applicant: Person
) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield the actions of staff, and at the end the applicant's sign-out."""
    staff_member.sign_up()
    staff_member.become(client, "Admin")
    staff_member.request("GET", "/admin/users/{user_id}", user_id=staff_member.id)
    yield (
        "staff page",
        lambda: staff_member.request("GET", _LIST, query="?limit=25", event_id=EVENT),
    )
    waiting = "?limit=25&status=Submitted&job=animals"
    yield (
        "staff page, filtered",
        lambda: staff_member.request("GET", _LIST, query=waiting, event_id=EVENT),
    )
    query = "?limit=25&lastName=Okafor"
    yield (
        "staff page, by name",
        lambda: staff_member.request("GET", _LIST, query=query, event_id=EVENT),
    )
    yield (
        "one registration",
        lambda: staff_member.request(
            "GET", _ONE_REGISTRATION, event_id=EVENT, user_id=applicant.id
        ),
    )
    move = {"status": "InReview", "version": 3, "note": "Came by."}
    yield (
        "move",
        lambda: staff_member.request(
            "POST", f"{_ONE_REGISTRATION}/status", move, event_id=EVENT, user_id=applicant.id
        ),
    )
    yield "sign out", lambda: applicant.request("POST", "/signout")


def _sum(bill: Bill) -> Usage:
    return Usage(len(bill.calls), bill.reads, bill.writes)
