"""How far the reminders of an event's drafts have got: one item for each event, in ``events``."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.events.places_store import EVENTS
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import Database
from chalicelib.platform.items import Item, Read, Write


class ProgressChanged(Exception):
    """Another run has sent the same reminders."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pass through the drafts of an event has got.

    Attributes:
        deadline: when registration was to close as the pass began.
        position: the last draft that was dealt with, as the list of drafts returned it; None at
            the start.
        is_done: whether the pass is over.
        version: incremented by each step; 0 for a pass that isn't stored.
    """

    deadline: datetime
    position: str | None = None
    is_done: bool = False
    version: int = 0


class ReminderStore:
    """The progress of reminders."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def get(self, event_id: str) -> Progress | None:
        """Return the progress of an event's last pass; None if there was none."""
        return self._database.get(Read(EVENTS, _key(event_id), _from_item))

    def step_write(self, event_id: str, version: int, progress: Progress) -> Write:
        """Return the write of a step, for the transaction with its emails.

        It raises ProgressChanged if the stored progress isn't of the version that was read.

        Args:
            event_id: the event.
            version: the version that was read; 0 if nothing was stored.
            progress: the progress after the step.
        """
        seen = "version = :seen" if version else "attribute_not_exists(id)"
        return Write(
            "Update",
            EVENTS,
            _key(event_id),
            {
                "UpdateExpression": "SET deadline = :deadline, reached = :reached, isDone = :done,"
                " version = :next",
                "ConditionExpression": seen,
            },
            {
                ":deadline": clock.to_text(progress.deadline),
                ":reached": progress.position,
                ":done": progress.is_done,
                ":next": version + 1,
                **({":seen": version} if version else {}),
            },
            on_condition_failed=ProgressChanged,
        )


def _key(event_id: str) -> Item:
    return {"id": f"{event_id}#reminders"}


def _from_item(item: Item) -> Progress:
    return Progress(
        clock.from_text(item["deadline"]), item["reached"], item["isDone"], item["version"]
    )
