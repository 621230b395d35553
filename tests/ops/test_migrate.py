"""Migrations convert stored data to this version's form while people use the service."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest

from chalicelib.platform import clock
from chalicelib.platform.dynamodb import ConditionFailed, Database
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.platform.items import Write
from ops import migrate, retries
from ops.migrations import MIGRATIONS, Change, Finding, Migration, checkpoint, engine
from ops.migrations.migration import Migration as Declared
from tests.support.environments import STAGE


def add_time_zone(item):
    if item["id"].startswith("#") or "timeZone" in item:
        return None
    return Change(set={"timeZone": "America/Chicago"})


ZONES = Migration("event-time-zones", "Give each event a time zone.", "events", add_time_zone)


@pytest.fixture(autouse=True)
def _one_at_a_time(monkeypatch, tmp_path):
    """One writer, as moto needs it, and a folder for checkpoints."""
    monkeypatch.setattr(engine, "WRITERS", 1)
    monkeypatch.setattr(checkpoint, "FOLDER", tmp_path / "migrations")


@pytest.fixture
def events(database_engine):
    """Five events and an item of another kind."""
    for number in range(5):
        database_engine.change("events", {"id": f"fair-{number}"}, name=f"Fair {number}", version=1)
    database_engine.change("events", {"id": "#count"}, events=5)
    return database_engine


@pytest.fixture
def pages_of_two(monkeypatch):
    """Has DynamoDB return two items for each read."""
    call = Database._call

    def limited(self, operation, **arguments):
        return call(self, operation, **arguments | ({"Limit": 2} if operation == "Scan" else {}))

    monkeypatch.setattr(Database, "_call", limited)


def zones(stage):
    return {row["id"]: row.get("timeZone") for row in stage.rows("events")}


ALL_CHANGED = {f"fair-{number}": "America/Chicago" for number in range(5)} | {"#count": None}


def run(*migrations, **options):
    return migrate.run(STAGE, migrations=migrations or [ZONES], **options)


def test_every_item_gets_what_it_needs_and_keeps_what_it_had(events, capsys):
    assert run() == 0

    assert zones(events) == ALL_CHANGED
    assert {"id": "#count", "events": 5} in events.rows("events")
    expected = {"id": "fair-0", "name": "Fair 0", "version": 1}
    assert expected | {"timeZone": "America/Chicago"} in events.rows("events")
    assert capsys.readouterr().out == (
        "event-time-zones: Give each event a time zone.\n"
        "  6 items read, 5 changed, 0 findings, 0 problems\n"
    )


def test_a_second_run_changes_nothing(events, capsys):
    run()
    before = events.everything()
    capsys.readouterr()

    assert run() == 0
    assert events.everything() == before
    assert "6 items read, 0 changed" in capsys.readouterr().out


def test_a_dry_run_counts_and_writes_nothing(events, capsys, tmp_path):
    before = events.everything()

    assert run(dry_run=True) == 0
    assert events.everything() == before
    assert not list(tmp_path.iterdir())
    assert "6 items read, 5 would change" in capsys.readouterr().out


def test_an_attribute_can_be_removed(events):
    def remove_name(item):
        return Change(remove=["name"]) if "name" in item else None

    assert run(Migration("no-names", "Remove names.", "events", remove_name)) == 0
    assert not any("name" in row for row in events.rows("events"))


def test_a_report_prints_findings_and_writes_nothing(events, capsys):
    def report(item):
        return Finding("has no time zone") if item["id"] == "fair-3" else None

    before = events.everything()

    assert run(Migration("report", "Report events.", "events", report)) == 0
    assert events.everything() == before
    output = capsys.readouterr().out
    assert "  fair-3: has no time zone\n" in output
    assert "6 items read, 0 changed, 1 findings, 0 problems" in output


def test_an_item_that_changes_after_it_was_read_is_read_again(events):
    pending = ["fair-2"]

    def rename_meanwhile(item):
        if item["id"] in pending:
            pending.clear()
            events.change("events", {"id": item["id"]}, name="Renamed", version=2)
        change = add_time_zone(item)
        return change and Change(set=change.set | {"label": item["name"]})

    assert run(Migration("labels", "Label events.", "events", rename_meanwhile)) == 0
    [row] = [row for row in events.rows("events") if row["id"] == "fair-2"]
    assert (row["name"], row["label"], row["version"]) == ("Renamed", "Renamed", 2)


def test_an_attribute_that_another_request_added_is_not_overwritten(events):
    pending = ["fair-2"]

    def add_meanwhile(item):
        change = add_time_zone(item)
        if item["id"] in pending:
            pending.clear()
            events.change("events", {"id": item["id"]}, timeZone="America/Denver")
        return change

    assert run(Migration("zones", "Add zones.", "events", add_meanwhile)) == 0
    assert zones(events) == ALL_CHANGED | {"fair-2": "America/Denver"}


def test_an_item_that_is_deleted_meanwhile_stays_deleted(events):
    def delete_meanwhile(item):
        if item["id"] == "fair-2":
            events.remove("events", {"id": "fair-2"})
        return add_time_zone(item)

    assert run(Migration("zones", "Add zones.", "events", delete_meanwhile)) == 0
    assert zones(events).keys() == ALL_CHANGED.keys() - {"fair-2"}


def test_an_item_that_never_stays_the_same_is_a_problem_and_the_others_change(events, capsys):
    changes = iter(range(100))

    def always_changing(item):
        if item["id"] == "fair-2":
            events.change("events", {"id": "fair-2"}, version=next(changes))
        return add_time_zone(item)

    assert run(Migration("zones", "Add zones.", "events", always_changing)) == 1
    assert zones(events) == ALL_CHANGED | {"fair-2": None}
    output = capsys.readouterr()
    assert "  fair-2: other requests keep changing it\n" in output.err
    assert "4 changed, 0 findings, 1 problems" in output.out


def test_an_item_that_the_function_fails_for_is_a_problem_and_the_others_change(events, capsys):
    def fails(item):
        return add_time_zone(item) if item["id"] != "fair-2" else {}["no such name"]

    assert run(Migration("zones", "Add zones.", "events", fails)) == 1
    assert zones(events) == ALL_CHANGED | {"fair-2": None}
    assert "  fair-2: KeyError: 'no such name'\n" in capsys.readouterr().err


def entry_for(item):
    return Write("Put", "identities", {"identity": f"fair#{item['id']}", "id": item["id"]})


def test_writes_of_other_items_happen_together_with_the_change(events):
    def with_entry(item):
        change = add_time_zone(item)
        return change and Change(set=change.set, extra_writes=[entry_for(item)])

    assert run(Migration("entries", "Add entries.", "events", with_entry)) == 0
    assert zones(events) == ALL_CHANGED
    assert {row["id"] for row in events.rows("identities")} == ALL_CHANGED.keys() - {"#count"}


def test_no_other_item_is_written_for_an_item_that_is_deleted_meanwhile(events):
    def entry_only(item):
        if item["id"] == "fair-2":
            events.remove("events", {"id": "fair-2"})
        return Change(extra_writes=[entry_for(item)]) if "name" in item else None

    assert run(Migration("entries", "Add entries.", "events", entry_only)) == 0
    assert "fair-2" not in {row["id"] for row in events.rows("identities")}
    assert len(events.rows("identities")) == 4


def test_a_condition_of_another_write_that_fails_has_the_item_read_again(events):
    def once(item):
        taken = {row["id"] for row in events.rows("identities")}
        if item["id"] != "fair-2" or item["id"] in taken:
            return None
        write = Write(
            "Put",
            "identities",
            {"identity": "fair#fair-2", "id": "fair-2"},
            {"ConditionExpression": "attribute_not_exists(id)"},
            on_condition_failed=ConditionFailed,
        )
        events.change("identities", {"identity": "fair#fair-2"}, id="fair-2", owner="another")
        return Change(set={"timeZone": "America/Chicago"}, extra_writes=[write])

    assert run(Migration("entries", "Add entries.", "events", once)) == 0
    assert events.rows("identities")[0]["owner"] == "another"
    assert zones(events)["fair-2"] is None


def stop_at(item_id, error):
    def stopping(item):
        if item["id"] == item_id:
            raise error
        return add_time_zone(item)

    return Migration(ZONES.name, ZONES.summary, ZONES.table, stopping)


def order(stage):
    """The ids of the events in the order in which a scan returns them."""
    name = f"breeze-lakes-point-{STAGE}-events"
    return [item["id"]["S"] for item in stage.client.scan(TableName=name)["Items"]]


@pytest.mark.usefixtures("pages_of_two")
def test_an_interrupted_run_continues_after_its_last_finished_page(events, capsys):
    assert run(stop_at(order(events)[4], KeyboardInterrupt())) == 1
    assert "continues where it stopped" in capsys.readouterr().err
    seen = []

    def watch(item):
        seen.append(item["id"])
        return add_time_zone(item)

    assert run(Migration(ZONES.name, ZONES.summary, ZONES.table, watch)) == 0
    assert seen == order(events)[4:]
    assert zones(events) == ALL_CHANGED
    output = capsys.readouterr().out
    assert "continues after 4 items" in output
    assert "6 items read" in output


@pytest.mark.usefixtures("pages_of_two")
def test_a_migration_that_an_interrupted_run_finished_is_not_repeated(events):
    first = Migration("first", "Do this first.", "events", mock.Mock(return_value=None))
    run(first, stop_at(order(events)[2], KeyboardInterrupt()))
    assert first.change.call_count == 6

    assert run(first, ZONES) == 0
    assert first.change.call_count == 6
    assert run(first, ZONES) == 0
    assert first.change.call_count == 12


@pytest.mark.usefixtures("pages_of_two")
@pytest.mark.parametrize("way", ["restart", "a day later"])
def test_an_interrupted_run_starts_over_when_told_so_and_after_a_day(events, way, capsys):
    run(stop_at(order(events)[4], KeyboardInterrupt()))
    later = clock.now() + (timedelta(days=1) if way == "a day later" else timedelta())

    with mock.patch.object(clock, "now", return_value=later):
        assert run(restart=way == "restart") == 0
    assert "continues after" not in capsys.readouterr().out
    assert zones(events) == ALL_CHANGED


@pytest.mark.usefixtures("pages_of_two")
def test_a_dry_run_starts_at_the_beginning_and_keeps_the_progress_of_an_interrupted_run(
    events, capsys
):
    run(stop_at(order(events)[4], KeyboardInterrupt()))
    run(dry_run=True)
    run()

    output = capsys.readouterr().out
    assert "6 items read" in output
    assert "continues after 4 items" in output


def test_a_checkpoint_is_readable_by_its_owner_only(events, tmp_path):
    first = Migration("first", "Do this first.", "events", mock.Mock(return_value=None))
    run(first, stop_at(order(events)[0], KeyboardInterrupt()))

    assert (tmp_path / "migrations" / f"{STAGE}.json").stat().st_mode & 0o777 == 0o600


def test_a_checkpoint_that_cannot_be_read_is_ignored(events, tmp_path):
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / f"{STAGE}.json").write_text("{")

    assert run() == 0
    assert zones(events) == ALL_CHANGED


def test_throttling_is_retried(events, monkeypatch):
    pauses, refusals = [], [ServiceUnavailable(cause="UpdateItem: ThrottlingException")] * 3
    monkeypatch.setattr(retries.time, "sleep", pauses.append)
    update = Database.update

    def throttled(*arguments, **expressions):
        if refusals:
            raise refusals.pop()
        update(*arguments, **expressions)

    monkeypatch.setattr(Database, "update", throttled)

    assert run() == 0
    assert zones(events) == ALL_CHANGED
    assert len(pauses) == 3


def test_it_stops_and_fails_when_aws_stays_away(events, monkeypatch, capsys):
    monkeypatch.setattr(retries.time, "sleep", lambda _seconds: None)
    monkeypatch.setattr(
        Database, "update", mock.Mock(side_effect=ServiceUnavailable(cause="UpdateItem: Away"))
    )

    assert run() == 1
    assert "AWS does not answer (UpdateItem: Away)" in capsys.readouterr().err


def test_a_stage_without_tables_is_an_error_that_says_so(backend):
    with pytest.raises(migrate.MigrationError, match="ResourceNotFoundException"):
        migrate.run("no-such-stage", migrations=[ZONES])


def test_a_terminal_shows_a_progress_bar(events, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    run()

    assert "6/6" in capsys.readouterr().err.replace(" ", "")


def test_a_version_without_migrations_says_so(capsys):
    assert migrate.run(STAGE, migrations=()) == 0
    assert capsys.readouterr().out == "This version has no migrations.\n"


def test_the_migrations_have_names_of_their_own_and_tables_that_exist(backend):
    names = [migration.name for migration in MIGRATIONS]

    assert len(set(names)) == len(names)
    assert {migration.table for migration in MIGRATIONS} <= backend.everything().keys()
    assert all(isinstance(migration, Declared) for migration in MIGRATIONS)


def test_the_command_line_takes_a_stage_of_the_project():
    result = subprocess.run(
        [sys.executable, "-m", "ops", "migrate", "--stage", "nowhere", "--dry-run"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 2
    assert "invalid choice: 'nowhere'" in result.stderr
