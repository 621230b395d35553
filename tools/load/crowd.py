"""Two hundred simulated users at once: one thread each, in a separate process."""

import functools
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random

from tools.load.client import Surprise, Timings
from tools.load.ledger import Ledger
from tools.load.people import AT_WORK, EVENING, Doing, Person, all_visitors

# After an unexpected response, so that a rejected user does not send requests in a tight loop.
_BREATH_SECONDS = 1.0
# Two hundred sign-ups in one second would look like an attack.
_ARRIVAL_SECONDS = 60.0


class _Over(Exception):
    """It is time to go."""


@dataclass(frozen=True)
class Played:
    """What came of an evening."""

    ledger: Ledger
    timings: Timings
    seconds: float

    @property
    def answers(self) -> int:
        """How many were answered."""
        return sum(map(len, self.timings.seconds.values()))


def play(
    url: str,
    staff: list[tuple[str, str]],
    seconds: float,
    mean_pause: float,
    seed: int,
    evening: Mapping[Doing, int] = EVENING,
) -> Played:
    """Start all simulated users, let them act for some time, and end after their last request.

    Args:
        url: of the service.
        staff: name and password of each of the staff, the manager last.
        seconds: how long.
        mean_pause: seconds between an answer and the same person's next request, on average.
        seed: decides what each visitor does, but not what the others have done by then.
        evening: how many do what.
    """
    began = time.monotonic()
    end = began + seconds
    arrival = min(_ARRIVAL_SECONDS, seconds / 4) if mean_pause else 0.0
    working, people = iter(staff), []
    with ThreadPoolExecutor(sum(evening.values())) as crowd:
        coming = []
        for number, doing in enumerate(all_visitors(evening)):
            random = Random(seed + number)  # noqa: S311  # nosec B311 # to be repeated, not to be secret
            pause = functools.partial(_pause, random, mean_pause, end)
            staff_member = next(working) if doing in AT_WORK else None
            person = Person(url, random, pause, staff_member)
            people.append(person)
            comes = random.uniform(0, arrival)  # nosec B311 # to be repeated, not to be secret
            coming.append(crowd.submit(_until_it_is_over, person, doing, comes))
    for visitor in coming:
        visitor.result()
    ledger, timings = Ledger(), Timings()
    for person in people:
        ledger.add(person.ledger)
        timings.add(person.timings)
        person.close()
    return Played(ledger, timings, time.monotonic() - began)


def _pause(random: Random, mean: float, end: float) -> None:
    """Wait for as long as a user reads and types.

    Raises:
        _Over: it is time to go.
    """
    if mean:
        time.sleep(max(0.0, min(random.expovariate(1 / mean), end - time.monotonic())))
    if time.monotonic() >= end:
        raise _Over


def _until_it_is_over(person: Person, doing: Doing, comes: float) -> None:
    """Start after this many seconds, and repeat the user's actions."""
    time.sleep(comes)
    while True:
        try:
            doing(person)
        except _Over:
            return
        except Surprise:
            time.sleep(_BREATH_SECONDS)
