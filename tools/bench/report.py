"""Writes the results as tables to docs/performance.md and as a plot in the same folder."""

import os
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ops import package
from tools.bench import prices
from tools.bench.prices import Cost
from tools.bench.starts import Measured
from tools.bench.units import SIZES, Usage

DOCUMENT = package.PROJECT / "docs" / "performance.md"
PLOT = package.PROJECT / "docs" / "performance.png"
# Each benchmark run replaces the text between these lines, and nothing else.
BEGIN, END = "<!-- begun by make bench -->", "<!-- ended by make bench -->"
# What only makes an action's calls and computes its hash, with our client.
_FLOORS = {"me": "our client, BatchGetItem", "sign in": "our client, a sign-in's calls + Argon2"}
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Goal:
    """Something that must hold.

    Attributes:
        says: in words.
        value: what was measured.
        most: what it may be.
        unit: of both.
    """

    says: str
    value: float
    most: float
    unit: str = ""

    @property
    def holds(self) -> bool:
        """Whether it does."""
        return self.value <= self.most


@dataclass(frozen=True)
class Results:
    """All that was measured.

    Attributes:
        size: bytes of the zip that is deployed.
        measured: cold starts, warm answers and memory, by case.
        journeys: seconds of an applicant's first visit, by how functions are cut.
        asked: what each action asks of DynamoDB, by size and action.
        costs: of a request, by action.
    """

    size: int
    measured: Mapping[str, Measured]
    journeys: Mapping[str, float]
    asked: Mapping[int, Mapping[str, Usage]]
    costs: Mapping[str, Cost]


def goals(results: Results) -> list[Goal]:
    """Return the checks that these results must pass."""
    cold = {
        name: measured.cold_median for name, measured in results.measured.items() if measured.cold
    }
    warm = {
        name: measured.warm_median for name, measured in results.measured.items() if measured.warm
    }
    peak = {name: measured.memory / MEGABYTE for name, measured in results.measured.items()}
    empty, chalice, read = cold["empty handler"], cold["bare Chalice"], "boto3 GetItem"
    extra = (warm["sign in"] - warm["Argon2"]) * 1000
    return [
        Goal("sign out, cold, to the empty handler", cold["sign out"] / empty, 2.2),
        Goal("sign out, cold, to bare Chalice", cold["sign out"] / chalice, 1.5),
        Goal("a page, cold, to bare Chalice", cold["page"] / chalice, 1.5),
        Goal("me, cold, to the empty handler", cold["me"] / empty, 4),
        Goal("sign in, cold, to the empty handler", cold["sign in"] / empty, 5.5),
        Goal("me, warm, to boto3's handler", warm["me"] / warm[read], 0.8),
        Goal("sign in, warm, more than Argon2", extra, 8, " ms"),
        Goal("memory of me", peak["me"], 45, " MB"),
        Goal("memory of a sign-in", peak["sign in"], 65, " MB"),
        Goal("the zip", results.size / 1_000_000, 4, " MB"),
    ]


def write(results: Results) -> None:
    """Put tables and plot where they belong."""
    before, _, remainder = DOCUMENT.read_text().partition(BEGIN)
    _, _, after = remainder.partition(END)
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{tables(results)}\n{END}{after}")
    _plot(results)


def tables(results: Results) -> str:
    """Return the tables, in Markdown."""
    parts = [
        _machine(),
        _table(
            ("what must hold", "is", "at most", ""),
            (
                (g.says, f"{g.value:.2f}{g.unit}", f"{g.most:g}{g.unit}", _describe(g))
                for g in goals(results)
            ),
        ),
        "![Cold starts and warm answers](performance.png)",
        _table(
            ("", "cold, median", "warm, median", "warm, p99", "memory"),
            ((name, *_figures(measured)) for name, measured in results.measured.items()),
        ),
        _table(
            ("", "Breeze Lakes Point", "its calls and its hash alone", "more"),
            _floors(results.measured),
        ),
        *_peers(results.measured),
        _table(
            ("an applicant's first visit, with", "waits for"),
            ((how, f"{seconds:.2f} s") for how, seconds in results.journeys.items()),
        ),
        _table(
            ("action", *(f"{size:,} registered" for size in SIZES)),
            (
                (name, *(_usage(results.asked[size][name]) for size in SIZES))
                for name in results.asked[SIZES[0]]
            ),
        ),
        _table(("what costs", "dollars"), _dollars(results.costs)),
    ]
    return "\n".join(f"{part}\n" for part in parts)


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"Measured on {date.today().isoformat()}: {os.cpu_count()} processors"  # noqa: DTZ011
        f" ({platform.machine()}), {memory:.0f} GB, Python {sys.version.split()[0]}."
    )


def _describe(goal: Goal) -> str:
    return "holds" if goal.holds else "**does not hold**"


def _figures(measured: Measured) -> tuple[str, ...]:
    cold = f"{measured.cold_median * 1000:.0f} ms" if measured.cold else ""
    return (
        cold,
        f"{measured.warm_median * 1000:.1f} ms",
        f"{measured.warm_p99 * 1000:.1f} ms",
        f"{measured.memory / MEGABYTE:.0f} MB",
    )


def _floors(measured: Mapping[str, Measured]) -> Iterable[tuple[str, ...]]:
    """Yield how far our warm responses are from handlers that only make the same calls."""
    for action, floor in _FLOORS.items():
        own, least = (measured[name].warm_median * 1000 for name in (action, floor))
        yield f"{action}, warm", f"{own:.1f} ms", f"{least:.1f} ms", f"{own - least:.1f} ms"


def _peers(measured: Mapping[str, Measured]) -> Iterable[str]:
    """Yield a table of the times of other services, divided by those of the empty handler."""
    names = {name.partition(":")[0] for name in measured if ":" in name}
    if not names:
        return
    empty = measured["empty handler"]
    rows = []
    for action in ("me", "sign in"):
        services = {"Breeze Lakes Point": measured[action]}
        services |= {name: measured[f"{name}: {action}"] for name in sorted(names)}
        cold = {name: one.cold_median for name, one in services.items()}
        warm = {name: one.warm_median for name, one in services.items()}
        ratios = [f"{seconds / empty.cold_median:.2f}" for seconds in cold.values()]
        rows.append(
            (f"{action}, cold, to the empty handler", *ratios, min(cold, key=cold.__getitem__))
        )
        times = [f"{seconds * 1000:.1f} ms" for seconds in warm.values()]
        rows.append((f"{action}, warm", *times, min(warm, key=warm.__getitem__)))
    yield _table(("", "Breeze Lakes Point", *sorted(names), "first"), rows)


def _usage(asked: Usage) -> str:
    return f"{asked.round_trips} · {asked.reads:g} · {asked.writes:g}"


def _dollars(costs: Mapping[str, Cost]) -> Iterable[tuple[str, str]]:
    yield "a million requests of a season's mixture", f"{prices.million_requests(costs):.2f}"
    yield "a month without requests", f"{prices.idle_month():.2f}"
    second = prices.idle_month(has_allowances=False)
    yield "the same for another stage of the account", f"{second:.2f}"
    yield "one applicant's season", f"{prices.of_an_applicant(costs):.5f}"
    for applicants in prices.SEASONS:
        cost = prices.season(applicants, costs)
        yield f"a year with a season of {applicants:,} applicants", f"{cost:,.2f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plot(results: Results) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(12, 4.5), layout="constrained")
    started = {name: measured for name, measured in results.measured.items() if measured.cold}
    left.boxplot(
        [[seconds * 1000 for seconds in measured.cold] for measured in started.values()],
        tick_labels=list(started),
        orientation="horizontal",
    )
    left.set_title("From the start of the process to its first answer")
    answered = list(results.measured)
    medians = [results.measured[name].warm_median * 1000 for name in answered]
    beyond = [results.measured[name].warm_p99 * 1000 for name in answered]
    right.barh(answered, beyond, color="lightgray", label="99 of 100 within")
    right.barh(answered, medians, label="median")
    right.set_title("Warm answers")
    right.legend()
    for axes in (left, right):
        axes.invert_yaxis()
        axes.set_xlim(left=0)
        axes.set_xlabel("ms")
    figure.savefig(PLOT, dpi=100, metadata={"Software": None})
    pyplot.close(figure)
