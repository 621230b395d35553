"""Measures each endpoint's DynamoDB use with few, many, and very many registrations.

A summary reads an index as long as the event and is not among them: see decision 34 in docs/adr.
"""

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
_ONE = f"{_LIST}/{{user_id}}"
_OWN = "/registrations/{event_id}"


@dataclass(frozen=True)
class Asked:
    """The DynamoDB use of one action.

    Attributes:
        round_trips: how many calls it took.
        reads: read units.
        writes: write units.
    """

    round_trips: int
    reads: float
    writes: float


def measure(scene: Scene) -> dict[int, dict[str, Asked]]:
    """Return each action's DynamoDB use, for each of ``SIZES``.

    The first time takes minutes: it fills the tables, which are kept.
    """
    found = {}
    for size in SIZES:
        stage = f"bench-{size}"
        client = scene.make_stage(stage)
        create_event(scene, stage, client)
        fill(scene, stage, client, size)
        found[size] = dict(_ask_everything(scene, stage, client))
    return found


def fill(scene: Scene, stage: str, client: Any, size: int) -> None:
    """Create registrations up to this number; they differ only in their accounts."""
    table = Settings(stage=stage).table_name("registrations")
    if client.describe_table(TableName=table)["Table"]["ItemCount"] >= size:
        return
    with person(scene, stage) as model:
        model.request("PUT", _OWN, {"form": FORM}, event_id=EVENT)
        reference = model.request("POST", f"{_OWN}/submit", event_id=EVENT)["reference"]
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
    with ThreadPoolExecutor(_AT_ONCE) as pool, bar(len(batches), "batches") as shown:
        for _ in pool.map(write, batches):
            shown.update()


def _ask_everything(scene: Scene, stage: str, client: Any) -> Iterator[tuple[str, Asked]]:
    with before(scene.dynamodb) as meter:

        def bill(ask: Callable[[], Any]) -> Asked:
            meter.begin()
            ask()
            return _sum(meter.bill)

        sue, river = Person(scene, stage, meter.url), Person(scene, stage, meter.url)
        try:
            for name, ask in itertools.chain(_applicants(river), _staffs(sue, client, river)):
                yield name, bill(ask)
        finally:
            sue.close()
            river.close()


def _applicants(river: Person) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield an applicant's actions, in an order in which each succeeds and is warm."""
    signing_in = {"username": river.username, "password": PASSWORD}
    # Keys are fetched and everything is loaded with the first request.
    river.request("GET", "/password/suggestion")
    yield "sign up", river.sign_up
    yield "sign in", lambda: river.request("POST", "/signin", signing_in)
    yield "me", lambda: river.request("GET", "/me")
    yield "events", lambda: river.request("GET", "/events")
    yield "save, the first time", lambda: river.request("PUT", _OWN, {"form": FORM}, event_id=EVENT)
    changed = {"form": {**FORM, "city": "Eagan"}, "version": 1}
    yield "save", lambda: river.request("PUT", _OWN, changed, event_id=EVENT)
    yield "submit", lambda: river.request("POST", f"{_OWN}/submit", event_id=EVENT)
    yield "own registrations", lambda: river.request("GET", "/registrations")


def _staffs(sue: Person, client: Any, river: Person) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield the actions of staff, and at the end the applicant's sign-out."""
    sue.sign_up()
    sue.become(client, "Admin")
    sue.request("GET", "/admin/users/{user_id}", user_id=sue.id)
    yield "staff page", lambda: sue.request("GET", _LIST, query="?limit=25", event_id=EVENT)
    waiting = "?limit=25&status=Submitted&job=animals"
    yield "staff page, filtered", lambda: sue.request("GET", _LIST, query=waiting, event_id=EVENT)
    named = "?limit=25&lastName=Okafor"
    yield "staff page, by name", lambda: sue.request("GET", _LIST, query=named, event_id=EVENT)
    yield "one registration", lambda: sue.request("GET", _ONE, event_id=EVENT, user_id=river.id)
    move = {"status": "InReview", "version": 3, "note": "Came by."}
    yield (
        "move",
        lambda: sue.request("POST", f"{_ONE}/status", move, event_id=EVENT, user_id=river.id),
    )
    yield "sign out", lambda: river.request("POST", "/signout")


def _sum(bill: Bill) -> Asked:
    return Asked(len(bill.calls), bill.reads, bill.writes)
