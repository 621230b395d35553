"""Where an interrupted run of the migrations left off, kept in a file on the operator's machine."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from chalicelib.platform import clock
from chalicelib.platform.items import Item

FOLDER = Path(".local") / "migrations"
# An older checkpoint is ignored: since then, a rollback may have written old items again.
MAX_AGE = timedelta(days=1)


@dataclass(slots=True)
class Progress:
    """How far one migration is.

    Attributes:
        scanned: the number of items that it has read.
        changed: the number of items that it has changed.
        after: the key of the last item of the last finished page; None before the first.
        is_finished: whether it has read the whole table.
    """

    scanned: int = 0
    changed: int = 0
    after: Item | None = None
    is_finished: bool = False


@dataclass(slots=True)
class Checkpoint:
    """The progress of each migration of one stage.

    Attributes:
        file: the file that keeps it.
        progress: the progress by the migration's name and the time its table was created: in a
            table that was deleted and created again, the migration starts over.
    """

    file: Path
    progress: dict[str, Progress] = field(default_factory=dict)

    @classmethod
    def load(cls, stage: str, now: datetime) -> "Checkpoint":
        """Read the checkpoint of a stage; an empty one instead of an old or unreadable one."""
        checkpoint = cls(FOLDER / f"{stage}.json")
        try:
            stored = json.loads(checkpoint.file.read_text())
        except (FileNotFoundError, ValueError):
            return checkpoint
        if now - clock.from_text(stored["savedAt"]) < MAX_AGE:
            for name, progress in stored["progress"].items():
                checkpoint.progress[name] = Progress(**progress)
        return checkpoint

    def of(self, migration: str, table_created_at: datetime) -> Progress:
        """Return how far a migration is on a table."""
        name = f"{migration} {clock.to_text(table_created_at)}"
        return self.progress.setdefault(name, Progress())

    def save(self, now: datetime) -> None:
        """Write the file: whole, or not at all, and for its owner only, since keys are in it."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        progress = {name: asdict(part_progress) for name, part_progress in self.progress.items()}
        part = self.file.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_text(json.dumps({"savedAt": clock.to_text(now), "progress": progress}))
        part.replace(self.file)

    def delete(self) -> None:
        """Forget it: the next run starts at the beginning."""
        self.progress.clear()
        self.file.unlink(missing_ok=True)
