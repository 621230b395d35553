"""``make load``: runs the packaged zip at full speed, then at the pace of an evening."""

import multiprocessing
import os
import secrets
import statistics
import sys
import tempfile
import time
import uuid
from concurrent.futures import Future, ProcessPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ops import package
from tools import local, rehearsal
from tools.bench.scene import PASSWORD
from tools.load import crowd
from tools.load.client import Browser, Timings
from tools.load.crowd import Played
from tools.load.ledger import Ledger
from tools.load.people import EVENING, Person
from tools.rehearsal import Rehearsal

FOLDER = package.OUT / "load"
# Ten thousand people in an hour ask 56 times a second; two hundred who read and type, this often.
MEAN_PAUSE_SECONDS = 8.0
_SAMPLED_SECONDS = 5.0
_LIMIT_SECONDS = 60.0
# What a process may grow by between the two halves of an evening.
_GROWTH = 0.02
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class ProcessMemory:
    """What the functions' processes used, sampled while people were there.

    Attributes:
        memory: bytes of each process at each sample, by its number.
        processor: the seconds of processor time that each kind of process used.
        seconds: how long it was watched.
    """

    memory: dict[int, list[int]] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    def growing(self) -> list[str]:
        """Say which processes grew."""
        growing = []
        for number, samples in self.memory.items():
            half = len(samples) // 2
            if half == 0:
                continue
            before, after = statistics.median(samples[:half]), statistics.median(samples[half:])
            if after > before * (1 + _GROWTH):
                growing.append(f"Process {number} grew from {before:,.0f} to {after:,.0f} bytes.")
        return growing


def run(minutes: float, seed: int | None) -> int:
    """Simulate the evening and print the result.

    Args:
        minutes: how long.
        seed: of an evening to be repeated; None for another one each time.

    Returns:
        The exit status: 1 if an answer was not expected, a write is lost or memory grows.
    """
    chosen = secrets.randbelow(2**32) if seed is None else seed
    cores = os.cpu_count() or 1
    print(f"Seed {chosen}, {cores} processes of each function.", flush=True)
    packaged = package.build(rehearsal.STAGE, FOLDER, package.architecture_here())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stack.enter_context(local.aws(folder / "data", at_length=True))
        local.configure("http://localhost")
        super_admin = (local.SUPER_ADMIN, local.prepare(folder / "data"))
        environment = rehearsal.function_environment()
        log = folder / "functions.log"
        served = stack.enter_context(
            rehearsal.running(packaged, environment, processes=cores, log=log)
        )
        staff = [*desk(served.url, super_admin, EVENING[Person.sit_at_the_desk]), super_admin]
        problems: list[str] = []
        acknowledged = Ledger()
        for title, seconds, pause in (
            # First, so that every process has been asked everything when its memory is watched.
            ("Without a pause", _LIMIT_SECONDS, 0.0),
            ("At the evening's pace", minutes * 60, MEAN_PAUSE_SECONDS),
        ):
            played, watched = _play(served, staff, seconds, pause, chosen)
            _report(title, played, watched, cores)
            acknowledged.add(played.ledger)
            problems += [*played.timings.surprises, *lost(served.url, super_admin, acknowledged)]
            problems += watched.growing() if pause else []
    for problem in problems:
        print(problem)
    print("All of it was found." if not problems else f"{len(problems)} problems.")
    return 1 if problems else 0


def desk(url: str, super_admin: tuple[str, str], number: int) -> list[tuple[str, str]]:
    """Create this many staff accounts; return their names and passwords.

    Args:
        url: of the service.
        super_admin: name and password of a SuperAdmin.
        number: how many.
    """
    staff = []
    manager = _signed_in(url, super_admin)
    for _ in range(number):
        browser, name = Browser(url, Timings()), f"desk-{uuid.uuid4().hex}"
        fields = {"username": name, "password": PASSWORD}
        account = browser.request("sign up", "POST", "/signup", fields, (201,)).json["id"]
        browser.close()
        manager.request("role", "POST", f"/admin/users/{account}/role", {"role": "Admin"})
        staff.append((name, PASSWORD))
    manager.close()
    return staff


def _signed_in(url: str, who: tuple[str, str]) -> Browser:
    browser = Browser(url, Timings())
    name, password = who
    browser.request("sign in", "POST", "/signin", {"username": name, "password": password})
    return browser


def _play(
    served: Rehearsal, staff: list[tuple[str, str]], seconds: float, pause: float, seed: int
) -> tuple[Played, ProcessMemory]:
    """Have people in a process of their own, and watch the service's in the meantime."""
    watched, began = ProcessMemory(), time.monotonic()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as worker:
        playing = worker.submit(crowd.play, served.url, staff, seconds, pause, seed)
        before = _processor_seconds(served)
        while not _done(playing):
            for number in _numbers(served):
                watched.memory.setdefault(number, []).append(_memory(number))
        after = _processor_seconds(served)
        played = playing.result()
    watched.seconds = time.monotonic() - began
    watched.processor = {name: after[name] - before.get(name, 0.0) for name in after}
    return played, watched


def _done(playing: "Future[Any]") -> bool:
    return bool(wait([playing], timeout=_SAMPLED_SECONDS).done)


def _numbers(served: Rehearsal) -> list[int]:
    return [number for numbers in served.processes.values() for number in numbers]


def _memory(number: int) -> int:
    """Return how many bytes of memory a process has (proc(5), statm)."""
    return int(Path(f"/proc/{number}/statm").read_text().split()[1]) * _PAGE


def _processor_seconds(served: Rehearsal) -> dict[str, float]:
    """Return the processor time used so far: functions, database, gateway, people."""
    functions = _numbers(served)
    kinds = dict.fromkeys(functions, "functions") | {os.getpid(): "gateway"}
    used: dict[str, float] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        number = int(folder.name)
        try:
            name, parent, seconds = _process(number)
        except FileNotFoundError:
            continue
        ours = parent == os.getpid()
        kind = kinds.get(number, ("DynamoDB Local" if name == "java" else "people") if ours else "")
        if kind:
            used[kind] = used.get(kind, 0.0) + seconds
    used["all that ran"] = _busy_seconds()
    return used


def _busy_seconds() -> float:
    """Return the processor time that this machine has spent on anything (proc(5), stat)."""
    user, nice, system, _idle, _waiting, *others = map(
        int, Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    )
    return (user + nice + system + sum(others[:2])) / _TICKS


def _process(number: int) -> tuple[str, int, float]:
    """Return a process's name, its parent's number and its processor seconds (proc(5), stat)."""
    text = Path(f"/proc/{number}/stat").read_text()
    name, fields_after_name = (
        text[text.index("(") + 1 : text.rindex(")")],
        text[text.rindex(")") + 2 :].split(),
    )
    return (
        name,
        int(fields_after_name[1]),
        (int(fields_after_name[11]) + int(fields_after_name[12])) / _TICKS,
    )


def lost(url: str, super_admin: tuple[str, str], acknowledged: Ledger) -> list[str]:
    """Read everything that was acknowledged; return a sentence for each lost change.

    Args:
        url: of the service.
        super_admin: name and password of a SuperAdmin.
        acknowledged: what has to be there.
    """
    browser = _signed_in(url, super_admin)

    def find(path: str) -> dict[str, Any] | None:
        answer = browser.request("look up", "GET", path, None, (200, 404))
        return answer.json if answer.status == 200 else None

    try:
        return list(acknowledged.missing(find))
    finally:
        browser.close()


def _report(title: str, played: Played, watched: ProcessMemory, cores: int) -> None:
    """Print a part's figures, as Markdown."""
    print(f"\n### {title}\n")
    print(
        f"{played.answers:,} answers in {played.seconds:.0f} s, "
        f"{played.answers / played.seconds:.1f} a second; "
        f"{played.ledger.writes:,} acknowledged writes, "
        f"{len(played.timings.surprises)} surprises.\n"
    )
    print("| asked | times | p50 | p99 |\n| --- | --- | --- | --- |")
    everything = [took for times in played.timings.seconds.values() for took in times]
    for name, took in [*sorted(played.timings.seconds.items()), ("**all**", everything)]:
        print(f"| {name} | {len(took):,} | {_ms(took, 50)} | {_ms(took, 99)} |")
    share = {name: used / watched.seconds / cores for name, used in watched.processor.items()}
    shares = ", ".join(f"{name} {part:.0%}" for name, part in sorted(share.items()))
    first = sum(samples[0] for samples in watched.memory.values())
    last = sum(samples[-1] for samples in watched.memory.values())
    print(f"\nOf {cores} processors: {shares}.")
    print(
        f"Memory of the functions: {first / 1e6:.1f} MB at first, {last / 1e6:.1f} MB at the end."
    )

    sys.stdout.flush()


def _ms(took: list[float], percent: int) -> str:
    ordered = sorted(took)
    return f"{ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1000:,.0f} ms"
