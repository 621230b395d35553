"""A person says that other people use the device, too: it keeps the session for a short time."""

from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.platform import clock
from tests.accounts.codes import NAME, ask, code_in, store_owner
from tests.oidc.conftest import browser, internet, provider
from tests.support import oidc_provider
from tests.support.clients import DEVICE_COOKIE, PASSWORD, Person
from tests.support.environments import SETTINGS, environment
from tests.support.soft_passkeys import add_passkey, show_passkey

__all__ = ["browser", "internet", "provider"]

SHARED = {"sharedDevice": True}
IDLE, LONGEST = timedelta(minutes=15), timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def advance_clock():
    """Moves the clock. Tokens are held against the real one, so none made later is good yet."""
    start, moved = clock.now(), timedelta(0)

    def move(by):
        nonlocal moved
        moved += by

    with mock.patch.object(clock, "now", side_effect=lambda: start + moved):
        yield move


def by_password(request):
    applicant = request.getfixturevalue("applicant").other_client()
    body = {"username": applicant.name, "password": PASSWORD, **SHARED}
    return applicant, applicant.post("/signin", body)


def by_sign_up(request):
    person = request.getfixturevalue("new_client")("river")
    body = {"username": "river", "password": PASSWORD, **SHARED}
    return person, person.post("/signup", body)


def by_emailed_code(request):
    person = Person(request.getfixturevalue("client"), NAME)
    mailbox = request.getfixturevalue("mailbox")
    store_owner()
    ask(person)
    return person, person.post("/signin/email/code", {"emailCode": code_in(mailbox()), **SHARED})


def by_passkey(request):
    applicant = request.getfixturevalue("applicant")
    passkey, other = add_passkey(applicant), applicant.other_client()
    show_passkey(other, passkey)
    return other, other.post("/signin/passkey", SHARED)


def by_provider(request):
    owner, provider = (request.getfixturevalue(name) for name in ("browser", "provider"))
    oidc_provider.visit(owner, provider)
    assert owner.post("/signup/proof", {"username": "river"}).status == 201
    other = owner.other_client()
    oidc_provider.visit(other, provider)
    return other, other.post("/signin/proof", SHARED)


def by_sign_up_at_a_provider(request):
    person, provider = (request.getfixturevalue(name) for name in ("browser", "provider"))
    oidc_provider.visit(person, provider)
    return person, person.post("/signup/proof", {"username": "river", **SHARED})


WAYS = (
    *(by_password, by_sign_up, by_emailed_code),
    *(by_passkey, by_provider, by_sign_up_at_a_provider),
)


@pytest.fixture
def shared(new_client):
    """An applicant on a device that other people use, too."""
    person = new_client("river")
    assert person.sign_up(**SHARED).status == 201
    return person


@pytest.mark.parametrize("way", WAYS)
def test_the_browser_forgets_the_session_when_it_is_closed(request, way):
    _, response = way(request)

    assert response.status in {200, 201}
    assert response.set_cookie.partition("; ")[2].removesuffix("; Secure") == (
        "Path=/; HttpOnly; SameSite=Lax"
    )


@pytest.mark.parametrize("way", WAYS)
def test_the_device_is_not_trusted(request, way):
    person, _ = way(request)

    assert person.device is None


def test_a_device_that_was_trusted_no_longer_is(applicant):
    assert applicant.device
    response = applicant.post("/signin", {"username": "river", "password": PASSWORD, **SHARED})

    [device] = [line for line in response.set_cookies if line.startswith(f"{DEVICE_COOKIE}=")]
    assert device.startswith(f"{DEVICE_COOKIE}=; Path=/; Max-Age=0;")


@pytest.mark.parametrize("way", WAYS)
def test_the_session_ends_after_15_minutes_without_a_request(request, advance_clock, way):
    person, _ = way(request)
    advance_clock(IDLE)
    assert person.get("/me").status == 200
    advance_clock(IDLE + SECOND)

    assert person.get("/me").status == 401


@pytest.mark.parametrize("way", WAYS)
def test_the_session_ends_after_an_hour_despite_requests(request, advance_clock, way):
    person, _ = way(request)
    for _ in range(6):
        advance_clock(LONGEST / 6 - SECOND)
        assert person.get("/me").status == 200
    advance_clock(6 * SECOND)

    assert person.get("/me").status == 401


def test_a_client_learns_when_the_session_ends(shared):
    headers = shared.get("/me").headers

    assert LONGEST - timedelta(minutes=1) < timedelta(seconds=int(headers["Session-Ends-In"]))
    assert timedelta(seconds=int(headers["Session-Ends-In"])) <= LONGEST
    assert headers["Session-Idle-Limit"] == "825"


def test_staff_with_a_shorter_time_keep_that_time(shared, backend, advance_clock):
    backend.change("users", {"id": shared.account["id"]}, role="Admin")
    with environment(**SETTINGS | {"STAFF_IDLE_MINUTES": "5"}):
        advance_clock(timedelta(minutes=5) + SECOND)

        assert shared.get("/me").status == 401


def test_staff_do_not_get_their_longer_time(shared, backend, advance_clock):
    backend.change("users", {"id": shared.account["id"]}, role="Admin")
    advance_clock(IDLE + SECOND)

    assert shared.get("/me").status == 401


def test_the_owner_sees_which_sessions_are_on_a_shared_device(applicant):
    shared = applicant.other_client()
    shared.post("/signin", {"username": "river", "password": PASSWORD, **SHARED})

    sessions = applicant.get("/sessions").json["items"]
    assert [(one["current"], one["sharedDevice"]) for one in sessions] == [
        (False, True),
        (True, False),
    ]


def test_an_idle_session_on_a_shared_device_is_not_listed(applicant, advance_clock):
    shared = applicant.other_client()
    shared.post("/signin", {"username": "river", "password": PASSWORD, **SHARED})
    advance_clock(IDLE + SECOND)

    assert [one["current"] for one in applicant.get("/sessions").json["items"]] == [True]


def test_a_session_on_a_shared_device_in_use_is_listed(applicant, advance_clock):
    shared = applicant.other_client()
    shared.post("/signin", {"username": "river", "password": PASSWORD, **SHARED})
    advance_clock(IDLE)
    assert shared.get("/me").status == 200
    advance_clock(IDLE)

    assert len(applicant.get("/sessions").json["items"]) == 2


def test_the_session_after_a_new_password_is_on_a_shared_device_too(shared):
    body = {"currentPassword": PASSWORD, "newPassword": "five quiet lakes in June"}
    response = shared.post("/password/change", body)

    assert response.status == 200
    assert "Max-Age" not in response.set_cookie
    assert shared.device is None
    assert [one["sharedDevice"] for one in shared.get("/sessions").json["items"]] == [True]


def test_without_a_word_the_session_lasts_eight_hours_and_the_device_is_trusted(applicant):
    other = applicant.other_client()
    response = other.post("/signin", {"username": "river", "password": PASSWORD})

    assert "Max-Age=28800" in response.set_cookie
    assert other.device
    assert "Session-Idle-Limit" not in other.get("/me").headers


def test_a_choice_that_is_not_a_boolean_is_rejected(applicant):
    body = {"username": "river", "password": PASSWORD, "sharedDevice": "yes"}

    assert applicant.other_client().post("/signin", body).fields == {"sharedDevice"}
