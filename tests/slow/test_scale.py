"""Staff's lists over 20,000 registrations, counted: round trips, and items read."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from chalice.test import Client

from app import app
from chalicelib.events.places import place_service
from chalicelib.platform import clock, settings
from chalicelib.platform.attributes import to_attributes
from chalicelib.platform.dynamodb import DEFAULT_MAX_PAGES, database
from chalicelib.registrations.listing_store import ListingStore
from chalicelib.registrations.registration_item import to_item
from chalicelib.registrations.summary_recount import SummaryRecount
from chalicelib.registrations.summary_store import SummaryStore
from chalicelib.registrations.workflow import Status
from tests.support.aws_calls import recorded_calls
from tests.support.clients import Person
from tests.support.environments import stage
from tests.support.events import EVENT, create_event, make_registration, store_registrations

pytestmark = pytest.mark.slow

MANY = 20_000
A_BATCH = 25
STAFF_PATH = f"/admin/events/{EVENT}/registrations"
# What the pages of a list read at the most: a page's worth, then four times more each time.
MOST_READ = 26 + 104 + 416 + 1000 + 1000


def numbered(number):
    """The registration of one of many: one in a thousand is a supervisor, eleven are Nakamuras."""
    form = {
        "lastName": f"Nakamura {number}" if number % 1900 == 0 else f"Name{number * 7919 % MANY}",
        "eventJobs": ["supervisor"] if number % 1000 == 7 else ["animals"],
        "phone1": f"+1952445{number % 9000 + 1000}",
    }
    statuses = [*Status]
    return make_registration(number, form=form, status=statuses[number % len(statuses)])


@pytest.fixture(scope="module")
def filled_stage(local_endpoint):
    """A stage with 20,000 registrations."""
    with stage(local_endpoint) as backend:
        create_event()
        table = settings.current().table_name("registrations")

        def write(first):
            numbers = range(first, min(first + A_BATCH, MANY))
            items = [to_attributes(to_item(numbered(number))) for number in numbers]
            left = {table: [{"PutRequest": {"Item": item}} for item in items]}
            while left:
                left = backend.client.batch_write_item(RequestItems=left)["UnprocessedItems"]

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(write, range(0, MANY, A_BATCH)))
        yield backend


@pytest.fixture
def admin(filled_stage):
    person = Person(Client(app), "ada")
    filled_stage.clear("users", "identities", "sessions")
    assert person.sign_up().status == 201
    filled_stage.change("users", {"id": person.account["id"]}, role="Admin")
    return person


def measure_queries(send):
    """Ask; return what came back, how many queries it took and how many items they read."""
    with recorded_calls() as calls:
        answer = send()
    assert "Scan" not in {call.operation for call in calls}
    queries = [call for call in calls if call.operation == "Query"]
    others = len(calls) - len(queries)
    assert others <= 2, "the guard's read, and the event's"
    return answer, len(queries), sum(call.answer["ScannedCount"] for call in queries)


def pages(person, query):
    """Give every page of a list."""
    cursor = ""
    while cursor is not None:
        page = person.get(f"{STAFF_PATH}?{query}{cursor}").json
        yield page["items"]
        cursor = page["cursor"] and f"&cursor={page['cursor']}"


@pytest.mark.parametrize("sort", ["submittedAt", "-submittedAt", "lastName"])
def test_the_tenth_page_takes_what_the_first_takes(admin, sort):
    listed, taken = pages(admin, f"sort={sort}"), []
    for _ in range(10):
        items, queries, read = measure_queries(lambda: next(listed))
        taken.append((len(items), queries, read))

    assert taken == [(25, 1, 26)] * 10


def test_what_one_in_a_thousand_has_is_found_in_bounded_pages(admin):
    listed, matches, pages_read = pages(admin, "job=supervisor"), [], 0
    while len(matches) < MANY // 1000:
        items, queries, read = measure_queries(lambda: next(listed))
        matches += [item["userId"] for item in items]
        pages_read += 1
        assert queries <= DEFAULT_MAX_PAGES
        assert read <= MOST_READ

    assert sorted(matches) == [f"person-{number:05}" for number in range(7, MANY, 1000)]
    assert pages_read <= MANY // MOST_READ + 1


@pytest.mark.parametrize(
    ("query", "matches", "queries"),
    [
        ("lastName=nakamura", 11, 1),
        ("lastName=Nakamura+19", 2, 1),
        ("reference=012345", 1, 1),
        ("phone=952-445-1234", 3, 2),
        ("lastName=nakamura&status=Hired", None, 1),
    ],
)
def test_a_search_reads_only_the_matching_registrations(admin, query, matches, queries):
    page, taken, read = measure_queries(lambda: admin.get(f"{STAFF_PATH}?{query}").json)

    assert taken == queries
    if matches is not None:
        assert len(page["items"]) == read == matches
    assert page["cursor"] is None


def test_a_summary_takes_one_round_trip_however_many_have_registered(admin):
    def ask():
        return admin.get(f"/admin/events/{EVENT}/summary").json

    # Written past the service, they count only after a recount.
    recount = SummaryRecount(ListingStore(database()), SummaryStore(database()), place_service())
    assert recount.run(EVENT, clock.now(), is_dry=False).registrations == MANY
    with recorded_calls() as calls:
        assert sum(ask()["byStatus"].values()) == MANY

    assert [call.operation for call in calls] == ["BatchGetItem"] * 3


@pytest.mark.parametrize("sort", ["submittedAt", "-submittedAt", "lastName"])
def test_pages_together_show_each_person_once_while_others_come_and_move(admin, filled_stage, sort):
    over, renamed = threading.Event(), set()
    numbers = itertools.count(
        MANY + {"submittedAt": 0, "-submittedAt": 1, "lastName": 2}[sort] * 10**6
    )

    def busy():
        """Others register, are moved, and change their names."""
        for step in itertools.count():
            if over.is_set():
                return
            store_registrations(numbered(next(numbers)))
            key = {"userId": f"person-{step * 37 % MANY:05}", "eventId": EVENT}
            filled_stage.change(
                "registrations", key, status="Declined", eventStatus=f"{EVENT}#Declined"
            )
            if step % 5 == 0 and sort == "lastName":
                key["userId"] = f"person-{step * 41 % MANY:05}"
                renamed.add(key["userId"])
                filled_stage.change("registrations", key, nameKey=f"renamed{step}##{key['userId']}")

    thread = threading.Thread(target=busy)
    thread.start()
    try:
        seen = [item for items in pages(admin, f"limit=100&sort={sort}") for item in items]
    finally:
        over.set()
        thread.join()

    unchanged_ids = [item["userId"] for item in seen if item["userId"] not in renamed]
    expected_ids = {f"person-{number:05}" for number in range(MANY)} - renamed
    assert len(unchanged_ids) == len(set(unchanged_ids))
    assert expected_ids <= set(unchanged_ids)
    if sort != "lastName":
        times = [item["submittedAt"] for item in seen]
        assert times == sorted(times, reverse=sort.startswith("-"))
