"""The stores of sessions and attempt counters, on both database engines."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.identity.account import Account
from chalicelib.identity.account_repository import account_repository, new_account
from chalicelib.identity.credentials import without_credentials
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from chalicelib.platform.identifiers import new_identifier
from chalicelib.sessions.rate_limit_store import (
    BackoffState,
    ConcurrentUpdate,
    RateLimitStore,
    WindowCounter,
)
from chalicelib.sessions.session import Session
from chalicelib.sessions.session_store import SessionStore

NOW = clock.now()


@pytest.fixture
def store(database_engine):
    return SessionStore(database())


@pytest.fixture
def applicant(database_engine) -> Account:
    account = new_account(username="river", password="four quiet lakes in May", now=NOW)
    account_repository().add(account)
    return account


def session_of(account, *, version=1, ends=timedelta(hours=8)):
    return Session(account.id, new_identifier(), version, NOW, NOW + ends, "192.0.2.1", "Phone")


def test_a_session_and_its_account_are_read_together(store, applicant):
    session = session_of(applicant)
    store.transact((store.put_write(session),))

    pair = store.get_session_and_account(
        account_repository().account_read(applicant.id), applicant.id, session.id
    )
    expected = replace(session, address="", user_agent=""), without_credentials(applicant)
    assert pair == expected


def test_missing_session_and_account_are_returned_as_none(store, applicant):
    anonymous = account_repository().account_read("unknown")

    assert store.get_session_and_account(
        account_repository().account_read(applicant.id), applicant.id, "none"
    ) == (
        None,
        without_credentials(applicant),
    )
    assert store.get_session_and_account(anonymous, "unknown", "none") == (None, None)


def test_a_session_is_deleted_once(store, applicant):
    session = session_of(applicant)
    store.transact((store.put_write(session),))

    assert store.delete(applicant.id, session.id)
    assert not store.delete(applicant.id, session.id)


def test_a_session_replaces_another_in_one_transaction(store, applicant):
    old, new = session_of(applicant), session_of(applicant)
    store.transact((store.put_write(old),))
    store.transact((store.put_write(new), store.delete_write(old.account_id, old.id)))

    assert store.list_active(applicant, NOW, 10, None, shared_active_since=NOW) == ([new], None)


def test_deleting_a_missing_session_does_not_fail_the_transaction(store, applicant):
    new = session_of(applicant)
    store.transact((store.put_write(new), store.delete_write(applicant.id, "gone")))

    assert store.list_active(applicant, NOW, 10, None, shared_active_since=NOW) == ([new], None)


def test_inactive_sessions_do_not_shorten_a_page(store, applicant):
    alive = []
    for number in range(30):
        dead = (
            session_of(applicant, version=2)
            if number % 3
            else session_of(applicant, ends=timedelta(0))
        )
        store.transact((store.put_write(dead),))
        if number % 5 == 0:
            alive.insert(0, session_of(applicant))
            store.transact((store.put_write(alive[0]),))

    first, rest = store.list_active(applicant, NOW, 4, None, shared_active_since=NOW)
    second, end = store.list_active(applicant, NOW, 4, rest, shared_active_since=NOW)
    assert first + second == alive
    assert end is None


def test_the_time_to_live_is_the_end_of_the_session(store, applicant, database_engine):
    session = session_of(applicant)
    store.transact((store.put_write(session),))

    [row] = database_engine.rows("sessions")
    assert row["ttl"] == session.expires_at.timestamp()


def test_touching_a_session_updates_only_that_session(store, applicant):
    session = session_of(applicant)
    store.transact((store.put_write(session),))
    later = NOW + timedelta(hours=1)

    assert store.record_request(session, later)
    assert not store.record_request(session_of(applicant), later)
    assert store.list_active(applicant, NOW, 10, None, shared_active_since=NOW) == (
        [replace(session, last_seen_at=later)],
        None,
    )


def test_sessions_without_recorded_activity_are_left_out(store, applicant):
    idle, busy = session_of(applicant), session_of(applicant)
    store.transact((store.put_write(idle), store.put_write(busy)))
    later = NOW + timedelta(hours=1)
    store.record_request(busy, later)

    def listed(since):
        found, _ = store.list_active(
            applicant, NOW, 10, None, active_since=since, shared_active_since=NOW
        )
        return {session.id for session in found}

    assert listed(NOW) == {busy.id, idle.id}
    assert listed(NOW + timedelta(seconds=1)) == {busy.id}
    assert listed(later + timedelta(seconds=1)) == set()


def test_only_sessions_on_shared_devices_are_left_out_after_their_shorter_time(store, applicant):
    own, shared = session_of(applicant), replace(session_of(applicant), shared_device=True)
    store.transact((store.put_write(own), store.put_write(shared)))

    def listed(since):
        found, _ = store.list_active(applicant, NOW, 10, None, shared_active_since=since)
        return {session.id for session in found}

    assert listed(NOW) == {own.id, shared.id}
    assert listed(NOW + timedelta(seconds=1)) == {own.id}
    store.record_request(shared, NOW + timedelta(seconds=1))
    assert listed(NOW + timedelta(seconds=1)) == {own.id, shared.id}


class UsedUp(Exception):
    pass


LATER = NOW + timedelta(hours=1)
ONE = BackoffState(1, NOW)


@pytest.fixture
def rate_limit_store(database_engine):
    return RateLimitStore(database())


def ration(most):
    return WindowCounter("ration", most, LATER, UsedUp)


def test_counters_are_read_together_with_another_item(rate_limit_store, applicant):
    reads, found = (
        [account_repository().account_read(applicant.id)],
        [without_credentials(applicant)],
    )
    assert rate_limit_store.get_backoff_states_and_items(["own"], reads) == ([None], found)
    rate_limit_store.record_attempt("own", None, ONE, LATER, [])

    assert rate_limit_store.get_backoff_states_and_items(["own"], reads) == ([ONE], found)
    assert rate_limit_store.get_backoff_states_and_items(["another", "own"], reads) == (
        [None, ONE],
        found,
    )
    assert rate_limit_store.get_backoff_state("own") == ONE


@pytest.mark.parametrize(
    "seen", [None, BackoffState(2, NOW), BackoffState(1, LATER)], ids=("none", "more", "later")
)
def test_a_counter_that_changed_since_it_was_read_rejects_the_attempt(rate_limit_store, seen):
    rate_limit_store.record_attempt("own", None, ONE, LATER, [])

    with pytest.raises(ConcurrentUpdate):
        rate_limit_store.record_attempt("own", seen, BackoffState(2, NOW), LATER, [ration(9)])
    assert rate_limit_store.get_backoff_state("own") == ONE


def test_a_window_at_its_limit_rejects_the_attempt_and_counts_nothing(
    rate_limit_store, database_engine
):
    rate_limit_store.increment(ration(2))
    rate_limit_store.record_attempt("own", None, ONE, LATER, [ration(2)])

    with pytest.raises(UsedUp):
        rate_limit_store.increment(ration(2))
    with pytest.raises(UsedUp):
        rate_limit_store.record_attempt("own", ONE, BackoffState(2, NOW), LATER, [ration(2)])
    assert rate_limit_store.get_backoff_state("own") == ONE
    [used] = [row for row in database_engine.rows("attempts") if row["name"] == "ration"]
    assert (used["tries"], used["ttl"]) == (2, LATER.timestamp())


def test_a_refund_resets_the_backoff_and_decrements_the_window(rate_limit_store, store):
    rate_limit_store.record_attempt("own", None, ONE, LATER, [ration(2)])
    rate_limit_store.record_attempt("own", ONE, BackoffState(2, NOW), LATER, [ration(2)])
    store.transact(rate_limit_store.reset_and_refund_writes("own", [ration(2)]))

    assert rate_limit_store.get_backoff_state("own") is None
    rate_limit_store.increment(ration(2))
    with pytest.raises(UsedUp):
        rate_limit_store.increment(ration(2))
