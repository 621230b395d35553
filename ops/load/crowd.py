"""Two hundred people at once: a thread each, in a process of their own."""

import threading
import time
from dataclasses import dataclass
from random import Random

from ops.load.client import Surprise, Timings
from ops.load.ledger import Ledger
from ops.load.people import Doing, Person, roles

# After a surprise, so that whoever is refused does not ask without end.
_BREATH_SECONDS = 1.0
# Nobody signs up two hundred people in one second, except to attack.
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
    url: str, staff: list[tuple[str, str]], seconds: float, mean_pause: float, seed: int
) -> Played:
    """Have everybody come, do what they do for some time, finish their request, and go.

    Args:
        url: of the service.
        staff: name and password of each of the staff, the manager last.
        seconds: how long.
        mean_pause: seconds between an answer and the same person's next request, on average.
        seed: decides what everybody does; not what the others have done by then.
    """
    end = time.monotonic() + seconds
    waiting, people, threads = list(staff), [], []
    arrival = min(_ARRIVAL_SECONDS, seconds / 4) if mean_pause else 0.0
    for number, doing in enumerate(roles()):
        random = Random(seed + number)  # noqa: S311 (to be repeated, not to be secret)

        def pause(random: Random = random) -> None:
            if mean_pause:
                time.sleep(
                    max(0.0, min(random.expovariate(1 / mean_pause), end - time.monotonic()))
                )
            if time.monotonic() >= end:
                raise _Over

        works = doing in {Person.sit_at_the_desk, Person.manage}
        person = Person(url, random, pause, waiting.pop(0) if works else None)
        people.append(person)
        comes = random.uniform(0, arrival)
        threads.append(threading.Thread(target=_until_it_is_over, args=(person, doing, comes)))
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ledger, timings = Ledger(), Timings()
    for person in people:
        ledger.add(person.ledger)
        timings.add(person.timings)
        person.close()
    return Played(ledger, timings, time.monotonic() - began)


def _until_it_is_over(person: Person, doing: Doing, comes: float) -> None:
    """Come after so many seconds, and do it again and again."""
    time.sleep(comes)
    while True:
        try:
            doing(person)
        except _Over:
            return
        except Surprise:
            time.sleep(_BREATH_SECONDS)
