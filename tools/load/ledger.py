"""The changes that the service has acknowledged; the load test looks for them afterwards."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from chalicelib.registrations.registration import FIELDS_HIDDEN_FROM_STAFF

Record = dict[str, Any]


@dataclass
class Ledger:
    """Acknowledged writes. Each person keeps one; they are put together at the end.

    Attributes:
        accounts: the ids of accounts that were made.
        erased: of these, the ones that were erased.
        registrations: every version of each registration that was answered, by its account's id.
        notes: the texts of each registration's notes, by its account's id.
        event: the event from the latest response; None if no simulated user changed it.
        event_changes: how often it was changed.
    """

    accounts: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    registrations: dict[str, dict[int, Record]] = field(default_factory=dict)
    notes: dict[str, set[str]] = field(default_factory=dict)
    event: Record | None = None
    event_changes: int = 0

    def wrote(self, account: str, answer: Record) -> None:
        """Enter a registration as a write of it was answered."""
        self.registrations.setdefault(account, {})[answer["version"]] = answer

    def noted(self, account: str, text: str) -> None:
        """Enter a note."""
        self.notes.setdefault(account, set()).add(text)

    def add(self, other: "Ledger") -> None:
        """Add all entries of another ledger."""
        self.accounts |= other.accounts
        self.erased |= other.erased
        for account, versions in other.registrations.items():
            self.registrations.setdefault(account, {}).update(versions)
        for account, texts in other.notes.items():
            self.notes.setdefault(account, set()).update(texts)
        self.event = other.event or self.event
        self.event_changes += other.event_changes

    def changed_event(self, answer: Record) -> None:
        """Enter the event as a change of it was answered."""
        self.event, self.event_changes = answer, self.event_changes + 1

    @property
    def writes(self) -> int:
        """How many writes were acknowledged, an answer that said the same twice counted once."""
        stored_sets = [
            *self.registrations.values(),
            *self.notes.values(),
            self.accounts,
            self.erased,
        ]
        return sum(map(len, stored_sets)) + self.event_changes

    def missing(self, find: Callable[[str], Record | None]) -> Iterator[str]:
        """Yield a sentence for each acknowledged change that the service has lost.

        Every write raises a registration's version by one. So the versions that were answered are
        all there are, from the first to the last, and the last is what is stored.

        Args:
            find: takes a path below the service's URL and returns the JSON that a SuperAdmin is
                answered, or None where nothing is found.
        """
        for account in sorted(self.accounts):
            account_record = find(f"/admin/users/{account}")
            if (account_record is None) != (account in self.erased):
                yield f"Account {account} is {'gone' if account_record is None else 'still there'}."
        for account, versions in sorted(self.registrations.items()):
            reference_version = next(iter(versions.values()))
            event = reference_version["eventId"]
            # A draft opens to staff with its reference alone.
            query = f"limit=100&reference={reference_version['reference']}"
            account_record = find(f"/admin/events/{event}/registrations/{account}?{query}")
            if account in self.erased:
                if account_record is not None:
                    yield f"The registration of {account} is still there."
            else:
                yield from _differences(account, versions, account_record)
                yield from self._notes_missing(account, account_record)
        if self.event and find(f"/events/{self.event['id']}") != self.event:
            yield "The event is not as it was changed."

    def _notes_missing(self, account: str, found: Record | None) -> Iterator[str]:
        texts = {note["text"] for note in (found or {"notes": []})["notes"]}
        lost = self.notes.get(account, set()) - texts
        for text in sorted(lost):
            yield f"The note {text!r} on {account} is lost."


def _differences(account: str, versions: dict[int, Record], found: Record | None) -> Iterator[str]:
    if found is None:
        yield f"The registration of {account} is lost."
        return
    if (written := sorted(versions)) != list(range(1, found["version"] + 1)):
        yield f"Of {account}, version {found['version']} is stored and {written} were told."
        return
    if _comparable(versions[found["version"]]) != _comparable(found):
        yield f"Version {found['version']} of {account} is not as it was told."


def _comparable(record: Record) -> Record:
    # Staff are not shown the rest, and staff look afterwards.
    form = {
        name: value
        for name, value in record["form"].items()
        if name not in FIELDS_HIDDEN_FROM_STAFF
    }
    return {"status": record["status"], "reference": record["reference"], "form": form}
