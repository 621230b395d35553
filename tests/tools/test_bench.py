"""The benchmark: its counts, its calculations, and its output files."""

import pytest

from ops import monitoring
from tools.bench import prices, report
from tools.bench.metering import Bill
from tools.bench.prices import Cost
from tools.bench.report import BEGIN, END, Results
from tools.bench.starts import HANDLERS, Measured
from tools.bench.units import SIZES, Usage

MEGABYTE = 1024 * 1024


def _measured(cold=0.1, warm=0.01):
    return Measured(cold=[cold] * 3, warm=[warm] * 3, memory=40 * MEGABYTE)


@pytest.fixture
def results():
    """Of a service that is as fast as the handlers beside it."""
    names = [*HANDLERS, "sign out", "page", "me", "sign in"]
    usage = {name: Usage(3, 2.0, 4.0) for name in prices.SEASON}
    return Results(
        size=4_000_000,
        measured={name: _measured() for name in names}
        | {"save": Measured(warm=[0.01] * 3), "me": _measured(warm=0.007)},
        journeys={"one shared function": 1.0},
        asked=dict.fromkeys(SIZES, usage),
        costs={name: Cost(1, 2, 3, 4) for name in prices.SEASON},
    )


@pytest.mark.parametrize(
    ("call", "consumed", "reads", "writes"),
    [
        ("GetItem", {"CapacityUnits": 1.0}, 1, 0),
        ("Query", {"CapacityUnits": 2.5}, 2.5, 0),
        ("BatchGetItem", [{"CapacityUnits": 1.0}, {"CapacityUnits": 1.0}], 2, 0),
        ("UpdateItem", {"CapacityUnits": 3.0}, 0, 3),
        (
            "TransactWriteItems",
            [{"CapacityUnits": 6.0, "ReadCapacityUnits": 2.0, "WriteCapacityUnits": 4.0}],
            2,
            4,
        ),
    ],
)
def test_a_bill_tells_reads_from_writes(call, consumed, reads, writes):
    bill = Bill()

    bill.add(call, consumed)

    assert (bill.calls, bill.reads, bill.writes) == ([call], reads, writes)


def test_what_is_as_fast_as_what_it_is_compared_with_holds(results):
    assert [goal.says for goal in report.goals(results) if not goal.holds] == []


@pytest.mark.parametrize(
    ("name", "slower", "says"),
    [
        ("sign out", _measured(cold=0.3), "sign out, cold, to the empty handler"),
        ("page", _measured(cold=0.16), "a page, cold, to bare Chalice"),
        ("me", _measured(cold=0.41), "me, cold, to the empty handler"),
        ("me", _measured(warm=0.0081), "me, warm, to boto3's handler"),
        ("sign in", _measured(cold=0.56), "sign in, cold, to the empty handler"),
        ("sign in", _measured(warm=0.019), "sign in, warm, more than Argon2"),
        ("me", Measured([0.1] * 3, [0.01] * 3, 46 * MEGABYTE), "memory of me"),
        ("sign in", Measured([0.1] * 3, [0.01] * 3, 66 * MEGABYTE), "memory of a sign-in"),
    ],
)
def test_what_is_slower_or_larger_does_not(results, name, slower, says):
    results.measured[name] = slower

    assert says in [goal.says for goal in report.goals(results) if not goal.holds]


def test_a_warm_sign_in_is_shown_beside_its_calls_and_its_hash_alone(results):
    results.measured["sign in"] = _measured(warm=0.028)
    results.measured["our client, a sign-in's calls + Argon2"] = _measured(warm=0.0255)

    assert "| sign in, warm | 28.0 ms | 25.5 ms | 2.5 ms |" in report.tables(results)


@pytest.mark.usefixtures("dev_packages")
def test_only_what_stands_between_the_lines_is_written_anew(results, tmp_path, monkeypatch):
    document = tmp_path / "performance.md"
    monkeypatch.setattr(report, "DOCUMENT", document)
    monkeypatch.setattr(report, "PLOT", tmp_path / "performance.png")
    document.write_text(f"before\n{BEGIN}\nfigures of another day\n{END}\nafter\n")

    report.write(results)
    report.write(results)

    text = document.read_text()
    assert text.startswith(f"before\n{BEGIN}\n")
    assert text.endswith(f"{END}\nafter\n")
    assert "figures of another day" not in text
    assert text.count("| sign out, cold, to bare Chalice | 1.00 | 1.5 | holds |") == 1
    assert (tmp_path / "performance.png").stat().st_size > 0


def test_a_request_costs_what_it_asks_for():
    free = prices.request(Usage(0, 0, 0), 0, 0)
    a_million_writes = prices.request(Usage(1, 0, 1_000_000), 0, 0)

    assert free.database == 0
    assert free.gateway == pytest.approx(3.5 / 1_000_000)
    assert a_million_writes.database == pytest.approx(0.625)


def test_a_month_without_requests_costs_less_than_two_dollars_with_alarms_and_queues():
    assert prices.idle_month() == pytest.approx(0.80 + 0.80 + 0.2776)
    assert prices.idle_month() < 2
    assert prices.idle_month(has_allowances=False) == pytest.approx(0.80 + 1.80 + 0.7776)
    assert prices.idle_month(1_000_000) > prices.idle_month()


def test_each_metric_of_each_alarm_that_a_stage_has_by_default_is_paid():
    resources = monitoring.compose({"SignOut": "SignOutLog"}).values()
    alarms = [each for each in resources if each["Type"] == "AWS::CloudWatch::Alarm"]
    standard = [each["Properties"] for each in alarms if "Condition" not in each]
    metrics = [
        sum("MetricStat" in metric for metric in alarm.get("Metrics", [{"MetricStat": {}}]))
        for alarm in standard
    ]

    assert sum(metrics) == prices.ALARM_METRICS


def test_a_season_costs_for_each_applicant_and_for_each_month(results):
    cost = prices.of_an_applicant(results.costs)

    assert prices.season(10, results.costs) == pytest.approx(10 * cost + 12 * prices.idle_month(10))
