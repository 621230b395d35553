"""A note about a registration, and an entry of its history, as items of DynamoDB, and back.

The names of the stored attributes are short and partly old. They stay, because earlier versions of
the service read them. Both tables have the registration as their partition key.
"""

from datetime import datetime

from chalicelib.platform import clock
from chalicelib.platform.identifiers import new_identifier
from chalicelib.platform.items import Item
from chalicelib.registrations.note import HistoryAction, HistoryEntry, Note
from chalicelib.registrations.registration import Registration

# The attributes of a note.
_TEXT = "said"
_CREATED_AT = "at"
# The sort key of the index that lists notes by time.
SORT_KEY_BY_TIME = "place"


def note_to_item(registration: Registration, note: Note) -> Item:
    """Return a note as its item, which expires with its registration."""
    created_at = clock.to_text(note.at)
    return {
        "registration": registration_partition_key(registration.event_id, registration.user_id),
        "id": note.id,
        _TEXT: note.text,
        "author": note.author,
        _CREATED_AT: created_at,
        SORT_KEY_BY_TIME: f"{created_at}#{note.id}",
        "ttl": int(registration.expires_at.timestamp()),
    }


def note_from_item(item: Item) -> Note:
    """Read a note from its item."""
    return Note(item["id"], item[_TEXT], item["author"], clock.from_text(item[_CREATED_AT]))


def new_history_item(
    registration: Registration, actor: str, action: HistoryAction, at: datetime, changes: Item
) -> Item:
    """Return a new history entry as its item, which expires with its registration."""
    return {
        "registration": registration_partition_key(registration.event_id, registration.user_id),
        "id": new_identifier(),
        "at": clock.to_text(at),
        "actor": actor,
        "action": action.value,
        "changes": changes,
        "ttl": int(registration.expires_at.timestamp()),
    }


def history_entry_from_item(item: Item) -> HistoryEntry:
    """Read a history entry from its item."""
    return HistoryEntry(clock.from_text(item["at"]), item["actor"], item["action"], item["changes"])


def registration_partition_key(event_id: str, user_id: str) -> str:
    """Return the partition key of a registration's notes and history."""
    return f"{event_id}#{user_id}"
