"""The writing of an export: in parts, continued, killed, repeated, and failing."""

import itertools
import json
from contextlib import contextmanager, suppress
from datetime import timedelta
from unittest import mock

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ReadTimeoutError
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends

from chalicelib.exports import writer
from chalicelib.exports.store import ExportStore
from chalicelib.functions import CONSUMERS
from chalicelib.platform import clock, settings
from chalicelib.platform.aws import OPERATIONS
from chalicelib.platform.dynamodb import database
from chalicelib.registrations.registration import PaperSignature
from chalicelib.staff import spreadsheet
from ops import resend
from tests.exports.conftest import PATH, bucket, only_file, rows_of, start, written
from tests.support import permission_recorder
from tests.support.environments import STAGE, deliver, environment
from tests.support.events import EVENT, make_registration, store_registrations

OURS = {operation for operations in OPERATIONS.values() for operation in operations}
USERNAMES = {f"person.{number}" for number in range(30)}
# After this, an invocation that was killed no longer holds the lock, and SQS has its message again.
LATER = timedelta(minutes=15)


class Killed(BaseException):
    """The process of the function was killed."""


@pytest.fixture(autouse=True)
def _without_pauses():
    with mock.patch("time.sleep"):
        yield


@pytest.fixture(autouse=True)
def _small_pages():
    with mock.patch.object(writer, "_PAGE", 4):
        yield


def message(export):
    """What the queue gives to the function."""
    body = {"user": export["userId"], "export": export["id"], "run": export["run"]}
    return {"Records": [{"body": json.dumps(body)}]}


def stored(backend):
    [row] = backend.rows("exports")
    return row


def write(backend):
    """Invoke the function for the only export, once; its next run is its own message."""
    writer.run(message(stored(backend)), None)


@contextmanager
def later(after=LATER):
    with mock.patch.object(clock, "now", return_value=clock.now() + after):
        yield


@contextmanager
def failing(number, failure):
    """Let the call to AWS with this number fail; give a list with the operations."""
    make_call, calls = BaseClient._make_api_call, []

    def call(client, operation, parameters):
        if operation not in OURS:
            return make_call(client, operation, parameters)
        calls.append(operation)
        if len(calls) - 1 == number:
            return failure(lambda: make_call(client, operation, parameters), operation)
        return make_call(client, operation, parameters)

    with mock.patch.object(BaseClient, "_make_api_call", call):
        yield calls


def killed_before(_send, _operation):
    raise Killed


def killed_after(send, _operation):
    send()
    raise Killed


def throttled(_send, operation):
    raise ClientError({"Error": {"Code": "ThrottlingException"}}, operation)


def slow_down(_send, operation):
    raise ClientError({"Error": {"Code": "SlowDown"}}, operation)


def gone(_send, operation):
    raise ClientError({"Error": {"Code": "NoSuchUpload"}}, operation)


def lost(send, _operation):
    send()
    raise ReadTimeoutError(endpoint_url="https://s3.example")


def test_a_file_has_several_parts_with_one_header(admin, thirty_registrations, backend):
    export = written(admin)

    assert export["status"] == "ready"
    [key] = bucket().keys.values()
    assert key.etag.count("-")  # S3's ETag of a file with parts
    assert only_file().count("Last name") == 1
    assert {row["Username"] for row in rows_of(only_file())} == USERNAMES


def test_an_empty_list_is_a_file_with_a_header(admin, event):
    assert written(admin)["rows"] == 0
    assert only_file().startswith("\ufeffReference,")


def test_each_invocation_takes_a_step_and_another_one_goes_on(admin, thirty_registrations, backend):
    start(admin, id="one")
    rows = []
    with mock.patch.object(writer, "RUN_SECONDS", -1):
        for _ in range(20):
            deliver_once(backend)
            rows.append(admin.get(PATH).json["items"][0]["rows"])
            if stored(backend)["status"] == "ready":
                break

    assert rows == sorted(rows)
    assert len(set(rows)) > 2
    assert rows[-1] == 30
    assert {row["Username"] for row in rows_of(only_file())} == USERNAMES


def deliver_once(backend):
    """Invoke the function for the message in the outbox, and take it from there."""
    [item] = [row for row in backend.rows("outbox") if row["queue"] == "exports"]
    backend.remove("outbox", {"id": item["id"]})
    writer.run({"Records": [{"body": json.dumps(item, default=int)}]}, None)


@pytest.mark.parametrize("failure", [killed_before, killed_after, throttled, slow_down, lost])
def test_wherever_it_fails_the_file_is_whole_and_one_email_is_sent(
    reachable_admin, event, backend, failure
):
    store_registrations(*(make_registration(number) for number in range(6)))
    for number in itertools.count():
        backend.clear("exports", "outbox")
        bucket().keys.clear()
        start(reachable_admin)
        with failing(number, failure) as calls, suppress(Killed, writer.NotWritten):
            write(backend)
        with later():
            write(backend)

        assert stored(backend)["status"] == "ready", calls
        assert stored(backend)["rows"] == 6, calls
        assert len({row["Username"] for row in rows_of(only_file())}) == 6, calls
        emails = [row for row in backend.rows("outbox") if row.get("template") == "export-ready"]
        assert len(emails) == 1, calls
        if number >= len(calls):
            break
    assert number > 10


def test_an_upload_that_was_completed_before_counts_as_complete(admin, event, backend):
    start(admin)
    with failing(-1, gone) as calls:
        write(backend)
    backend.clear("exports", "outbox")
    start(admin)
    with failing(calls.index("CompleteMultipartUpload"), gone):
        write(backend)

    assert stored(backend)["status"] == "ready"


def test_a_message_that_is_delivered_twice_writes_nothing_again(
    admin, thirty_registrations, backend
):
    start(admin)
    twice = message(stored(backend))
    writer.run(twice, None)
    before = stored(backend)
    with failing(-1, killed_before) as calls:
        writer.run(twice, None)

    assert stored(backend) == before
    assert calls == ["GetItem"]


def test_a_message_of_an_earlier_run_writes_nothing(admin, thirty_registrations, backend):
    start(admin)
    earlier = message(stored(backend))
    with mock.patch.object(writer, "RUN_SECONDS", -1):
        writer.run(earlier, None)
        before = stored(backend)
        writer.run(earlier, None)

    assert before["run"] == 1
    assert stored(backend) == before


def test_while_one_invocation_may_write_another_one_leaves_the_message_in_the_queue(
    admin, thirty_registrations, backend
):
    start(admin)
    with failing(10, killed_before), pytest.raises(Killed):
        write(backend)
    before = stored(backend)

    with pytest.raises(writer.NotWritten):
        write(backend)
    assert stored(backend) == before


def test_an_invocation_that_was_overtaken_stores_nothing(admin, thirty_registrations, backend):
    start(admin)

    def overtaken(send, _operation):
        with permission_recorder.running(None):
            overtake()
        return send()

    def overtake():
        backend.change("exports", {k: stored(backend)[k] for k in ("userId", "id")}, version=99)

    with failing(10, overtaken), pytest.raises(writer.NotWritten):
        write(backend)

    assert stored(backend)["version"] == 99
    assert bucket().keys == {}


@pytest.mark.parametrize("change", [{"role": "User"}, {"disabled": True}])
def test_an_export_of_a_person_who_may_not_see_registrations_any_more_ends(
    admin, thirty_registrations, backend, change
):
    start(admin)
    with mock.patch.object(writer, "RUN_SECONDS", -1):
        write(backend)
    backend.change("users", {"id": admin.account["id"]}, **change)
    write(backend)

    assert stored(backend)["status"] == "failed"
    assert (bucket().keys, bucket().multiparts) == ({}, {})


def test_an_export_whose_account_is_gone_ends(admin, thirty_registrations, backend):
    start(admin)
    backend.remove("users", {"id": admin.account["id"]})
    write(backend)

    assert stored(backend)["status"] == "failed"


def test_an_export_whose_event_is_gone_ends(admin, thirty_registrations, backend):
    start(admin)
    backend.remove("events", {"id": EVENT})
    write(backend)

    assert stored(backend)["status"] == "failed"


def test_an_export_that_is_not_written_within_24_hours_ends(admin, thirty_registrations, backend):
    start(admin)
    with later(timedelta(hours=24)):
        write(backend)

    assert stored(backend)["status"] == "failed"


def test_a_message_of_an_export_that_was_deleted_does_nothing(admin, event, backend):
    start(admin)
    gone = message(stored(backend))
    backend.clear("exports")
    writer.run(gone, None)

    assert backend.rows("exports") == []


def test_a_dead_letter_that_is_sent_again_continues(admin, thirty_registrations, backend, capsys):
    start(admin)
    with mock.patch.object(writer, "run", side_effect=RuntimeError):
        deliver()
    queues = sqs_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].queues
    waiting, dead = (
        queues[settings.current().queue_name(name)] for name in ("exports", "dead-letters")
    )
    dead._messages += waiting._messages
    waiting._messages.clear()
    # Hours pass before a message dies. By then, its queue has forgotten its ID.
    vars(waiting).pop("accepted_ids", None)
    for message_ in dead._messages:
        message_.change_visibility(0)
    with environment():
        assert resend.run(STAGE) == 0
        deliver()

    assert stored(backend)["status"] == "ready"
    assert "1 export: sent again" in capsys.readouterr().out


def test_the_total_of_an_event_without_counters_is_counted(admin, thirty_registrations, backend):
    backend.drop("events", {"id": f"{EVENT}#places"}, "summarized")

    assert written(admin)["total"] == 30


def test_a_signature_on_paper_names_the_staff_member(admin, event, backend):
    signed = PaperSignature(admin.account["id"], clock.now())
    store_registrations(make_registration(1, paper_signature=signed))
    written(admin)

    assert rows_of(only_file())[0]["Paper signature recorded by"] == "ada"


def test_the_lock_outlasts_an_invocation_and_ends_before_its_message_returns(backend):
    timeout = CONSUMERS["export-writer"].timeout_seconds

    assert timeout < writer.LOCK.total_seconds() < LATER.total_seconds()
    assert timeout > writer.RUN_SECONDS + 150


def test_rows_of_a_later_part_come_without_header_and_mark():
    assert spreadsheet.write_csv([], "America/Chicago", with_header=False) == ""


def test_the_store_returns_what_it_stored(admin, thirty_registrations, backend):
    start(admin, "q=river&sort=lastName&workAll=true")
    row = stored(backend)
    export = ExportStore(database()).get(row["userId"], row["id"])

    assert export.filters == {"q": "river", "sort": "lastName", "work_all": True}
    assert export.selection.work_all is True
