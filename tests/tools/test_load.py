"""The load test: what counts as lost data or as growth, and which users take part."""

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tools.load.client import Browser, Surprise, Timings
from tools.load.ledger import Ledger
from tools.load.people import EVENING, Person, all_visitors
from tools.load.run import ProcessMemory

ACCOUNT = "01M82TAX65NYRCFAP3K5E0RG9T"
EVENT = {"id": "harvest-fair", "capacity": 12}
MEGABYTE = 1_000_000


def version(number, **overrides):
    form = {"firstName": "River", "city": f"City {number}", "ethnicity": "NotSpecified"}
    record = {"eventId": "harvest-fair", "reference": "7KQ2MX", "status": "Draft", "form": form}
    return record | {"version": number} | overrides


@pytest.fixture
def ledger():
    """Of an applicant who saved twice, was written about, and of an event that was changed."""
    ledger = Ledger(accounts={ACCOUNT})
    ledger.wrote(ACCOUNT, version(1))
    ledger.wrote(ACCOUNT, version(2))
    ledger.noted(ACCOUNT, "Asked for nights.")
    ledger.changed_event(EVENT)
    return ledger


@pytest.fixture
def service_state():
    """What a service says that has lost nothing: staff are not shown an ethnicity."""
    stored = version(2, notes=[{"text": "Asked for nights."}])
    stored["form"] = {"firstName": "River", "city": "City 2"}
    return {
        f"/admin/users/{ACCOUNT}": {"id": ACCOUNT},
        f"/admin/events/harvest-fair/registrations/{ACCOUNT}?limit=100&reference=7KQ2MX": stored,
        "/events/harvest-fair": EVENT,
    }


def problems(ledger, service_state):
    return list(ledger.missing(service_state.get))


def stored(service_state):
    return next(value for path, value in service_state.items() if "registrations" in path)


def test_nothing_is_missing_where_all_is_as_it_was_told(ledger, service_state):
    assert problems(ledger, service_state) == []
    assert ledger.writes == 5


def _lose(part):
    def lose(service_state):
        del service_state[next(path for path in service_state if part in path)]

    return lose


def _with(**overrides):
    return lambda found: stored(found).update(overrides)


@pytest.mark.parametrize(
    ("happens", "is_told"),
    [
        (_lose("/admin/users"), "is gone"),
        (_lose("registrations"), "is lost"),
        (_with(version=1), "were told"),
        (_with(version=3), "were told"),
        (_with(status="Submitted"), "not as it was told"),
        (_with(form={"firstName": "River", "city": "City 1"}), "not as it was told"),
        (_with(notes=[]), "note"),
        (lambda service_state: service_state.update({"/events/harvest-fair": {}}), "event"),
    ],
)
def test_what_is_not_as_it_was_told_is_missing(happens, is_told, ledger, service_state):
    happens(service_state)

    assert any(is_told in problem for problem in problems(ledger, service_state))


def test_an_unreported_version_in_between_is_missing(ledger, service_state):
    del ledger.registrations[ACCOUNT][1]

    assert any("were told" in problem for problem in problems(ledger, service_state))


def test_an_erased_account_must_not_be_found(ledger, service_state):
    ledger.erased.add(ACCOUNT)

    assert len(problems(ledger, service_state)) == 2
    assert problems(ledger, {"/events/harvest-fair": EVENT}) == []


def test_two_ledgers_are_as_good_as_one(ledger, service_state):
    staffs = Ledger()
    staffs.wrote(ACCOUNT, version(3))
    ledger.add(staffs)

    assert problems(ledger, service_state)
    stored(service_state).update(version(3))
    assert problems(ledger, service_state) == []


@pytest.mark.parametrize(
    ("samples", "grows"),
    [
        ([60, 60, 60, 60, 60, 60], False),
        ([60, 60, 60, 61, 61, 61], False),
        ([60, 60, 60, 65, 65, 65], True),
        ([60, 62, 64, 66, 68, 70], True),
        ([10], False),
    ],
)
def test_memory_grows_if_its_second_half_is_larger(samples, grows):
    watched = ProcessMemory(memory={7: [sample * MEGABYTE for sample in samples]})

    assert bool(watched.growing()) is grows


def test_two_hundred_come_of_whom_twelve_work_there():
    arrivals = Counter(all_visitors(EVENING))

    assert arrivals == EVENING
    assert arrivals.total() == 200
    assert arrivals[Person.sit_at_the_desk] + arrivals[Person.manage] == 12


class _Service(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.cookies.append(self.headers.get("Cookie"))
        self.send_response(500 if self.path == "/api/broken" else 200)
        self.send_header("Set-Cookie", "token=abc; Path=/")
        content = self.headers.get("Cookie", "").encode()
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture
def service():
    with ThreadingHTTPServer(("127.0.0.1", 0), _Service) as listening:
        listening.cookies = []
        thread = threading.Thread(target=listening.serve_forever, args=[0.01])
        thread.start()
        yield listening
        listening.shutdown()
        thread.join()


@pytest.fixture
def browser(service):
    timings = Timings()
    browser = Browser(f"http://127.0.0.1:{service.server_port}/api", timings)
    yield browser
    browser.close()


def test_a_browser_keeps_its_cookies_until_another_person_uses_it(browser, service):
    browser.request("a page", "GET", "/")
    browser.request("a page", "GET", "/")
    browser.forget()
    browser.request("a page", "GET", "/")

    assert service.cookies == [None, "token=abc", None]


def test_an_unexpected_response_is_counted_as_a_surprise(service):
    timings = Timings()
    browser = Browser(f"http://127.0.0.1:{service.server_port}/api", timings)

    with pytest.raises(Surprise, match="500"):
        browser.request("a page", "GET", "/broken")

    browser.close()
    assert len(timings.surprises) == len(timings.seconds["a page"]) == 1


def test_no_answer_is_a_surprise(service):
    browser = Browser("http://127.0.0.1:9", Timings())

    with pytest.raises(Surprise, match="refused"):
        browser.request("a page", "GET", "/")
