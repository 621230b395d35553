"""The lists of an event's registrations, as DynamoDB's indexes keep them.

Three indexes hold an order: ``byFiling``, ``byStatus`` and ``byName``. Three more find the few that
have a phone number or a reference. ``forSummary`` holds what is counted and nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.platform.dynamodb import Database
from chalicelib.platform.items import Item, Query
from chalicelib.platform.sort_keys import sort_prefix
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.registration_item import from_item, waiting_list_key
from chalicelib.registrations.selection import Selection, Sort
from chalicelib.registrations.store import REGISTRATION_KEY_ATTRIBUTES, REGISTRATIONS
from chalicelib.registrations.summary_row import SummaryRow, decode_row, to_row
from chalicelib.registrations.workflow import Status

_FILED, _NAME = "filedAt", "nameKey"
# Few registrations have the same phone number or reference: read at most this many.
_MAX_LOOKUP = 1000
_LOOKUP_ROUND_TRIPS = 2
# The conditions for the attributes of a selection.
_CONDITIONS = {
    "status": "#status = :status",
    "shift": "contains(form.shifts, :shift)",
    "job": "(contains(form.eventJobs, :job) OR contains(form.vendorJobs, :job))",
    # An age that earlier versions do not know is stored outside the form.
    "age": "(ageOnFirstDay = :age OR form.age = :age AND attribute_not_exists(ageOnFirstDay))",
    "work_all": "form.workAll = :work_all",
    "pre_event": "form.preEvent = :pre_event",
    "post_event": "form.postEvent = :post_event",
    "last_name": "begins_with(nameKey, :last_name)",
}


class ListingStore:
    """The indexes of the table ``registrations``; they lag behind it a little."""

    def __init__(self, database: Database) -> None:
        """Use a stage's database."""
        self._database = database

    def select(
        self, event_id: str, selection: Selection, now: datetime, limit: int, after: str | None
    ) -> tuple[list[Registration], str | None]:
        """Return a page of the selected registrations of an event, in order.

        Args:
            event_id: the event ID.
            selection: the filter and the order.
            now: the current time; expired registrations are omitted.
            limit: the largest page size.
            after: the position of the page, as this method returned it; None for the first page.

        Returns:
            The registrations, and the position of the next page; None on the last page. If few
            registrations match, a page may be short although more pages follow.
        """
        if selection.phone or selection.reference:
            return self._look_up(event_id, selection, now, limit, after)
        sort_key = _sort_attribute(selection)
        query = _ordered_query(event_id, selection, now)
        start = _start_key(query, event_id, after) if after else None
        items, next_key = self._database.query(query, limit, start)
        return [from_item(item) for item in items], next_key[sort_key] if next_key else None

    def _look_up(
        self, event_id: str, selection: Selection, now: datetime, limit: int, after: str | None
    ) -> tuple[list[Registration], str | None]:
        """Read all registrations with a phone number or a reference, and sort them in memory."""
        sort_key = _sort_attribute(selection)
        items_by_key: dict[str, Item] = {}
        for query in _lookup_queries(event_id, selection, now):
            items, _ = self._database.query(query, _MAX_LOOKUP, max_pages=_LOOKUP_ROUND_TRIPS)
            items_by_key |= {item[sort_key]: item for item in items}
        descending = selection.order is Sort.LAST_FILED
        keys = sorted(
            (
                key
                for key in items_by_key
                if not after or (key < after if descending else key > after)
            ),
            reverse=descending,
        )
        page = [from_item(items_by_key[key]) for key in keys[:limit]]
        return page, keys[limit - 1] if len(keys) > limit else None

    def drafts(
        self, event_id: str, now: datetime, limit: int, after: str | None
    ) -> tuple[list[Registration], str | None]:
        """Return some drafts for an event, in the order in which they were started.

        Args:
            event_id: the event ID.
            now: the current time; expired drafts are omitted.
            limit: the largest number of drafts.
            after: the position, as this method returned it; None for the first drafts.

        Returns:
            The drafts, and the position of the next ones; None at the end.
        """
        query = _in_status(event_id, Status.DRAFT, now)
        start = _start_key(query, event_id, after) if after else None
        items, next_key = self._database.query(query, limit, start)
        return [from_item(item) for item in items], next_key[_FILED] if next_key else None

    def waiting_list(self, event_id: str, now: datetime) -> Iterator[Registration]:
        """Yield the registrations on an event's waiting list in order, the first in line first."""
        return map(from_item, self._database.query_all(_waiting_list(event_id, now)))

    def count_ahead(self, registration: Registration, now: datetime) -> int | None:
        """Return the number of registrations ahead on the waiting list; None for very many."""
        ahead = _waiting_list(registration.event_id, now, before=waiting_list_key(registration))
        return self._database.count(ahead)

    def summary_rows(self, event_id: str, now: datetime) -> Iterator[SummaryRow]:
        """Yield the summary row of each registration for an event.

        The index has only these attributes, so that a round trip reads a thousand registrations.
        """
        query = _whole_event(event_id, now, "forSummary", REGISTRATION_KEY_ATTRIBUTES)
        for item in self._database.query_all(query):
            yield decode_row(item["status"], item["counted"])

    def dated_summary_rows(self, event_id: str, now: datetime) -> Iterator[SummaryRow]:
        """Yield the same with the dates of submission, which reads whole registrations.

        The index ``forSummary`` has no dates, and DynamoDB can't add an attribute to an index.
        """
        key = (*REGISTRATION_KEY_ATTRIBUTES, _FILED)
        query = _whole_event(event_id, now, "byFiling", key)
        yield from map(to_row, map(from_item, self._database.query_all(query)))


def _whole_event(event_id: str, now: datetime, index: str, key: tuple[str, ...]) -> Query:
    """Return the query of all registrations for an event in an index that it partitions."""
    return Query(
        REGISTRATIONS,
        key_attributes=key,
        index=index,
        key_condition="eventId = :event",
        expression_values={":event": event_id, ":now": int(now.timestamp())},
        filter_expression="#ttl > :now",
        expression_names={"#ttl": "ttl"},
    )


def _waiting_list(event_id: str, now: datetime, before: str | None = None) -> Query:
    """Return an event's waiting list, or the part of it before a place in line."""
    return _in_status(event_id, Status.WAITLISTED, now, before)


def _in_status(event_id: str, status: Status, now: datetime, before: str | None = None) -> Query:
    """Return the registrations for an event in a status, or those before a position."""
    values = {
        ":whole": f"{event_id}#{status.value}",
        ":now": int(now.timestamp()),
        **({":before": before} if before else {}),
    }
    return Query(
        REGISTRATIONS,
        key_attributes=(*REGISTRATION_KEY_ATTRIBUTES, "eventStatus", _FILED),
        index="byStatus",
        key_condition="eventStatus = :whole" + (" AND filedAt < :before" if before else ""),
        expression_values=values,
        filter_expression="#ttl > :now",
        expression_names={"#ttl": "ttl"},
        ascending=True,
    )


def _sort_attribute(selection: Selection) -> str:
    """Return the name of the attribute by which an order sorts."""
    return _NAME if selection.order is Sort.NAME else _FILED


def _ordered_query(event_id: str, selection: Selection, now: datetime) -> Query:
    """Return the query with the requested order that reads the fewest other items."""
    if selection.order is Sort.NAME:
        return _index_query(selection, now, "byName", ("eventId", event_id))
    if selection.status:
        whole = ("eventStatus", f"{event_id}#{selection.status}")
        return _index_query(selection, now, "byStatus", whole)
    return _index_query(selection, now, "byFiling", ("eventId", event_id))


def _lookup_queries(event_id: str, selection: Selection, now: datetime) -> Iterator[Query]:
    """Yield the queries of the registrations with a phone number or a reference."""
    if selection.reference:
        whole = ("eventReference", f"{event_id}#{selection.reference}")
        yield _index_query(selection, now, "byReference", whole)
    else:
        for number in ("1", "2"):
            whole = (f"eventPhone{number}", f"{event_id}#{selection.phone}")
            yield _index_query(selection, now, f"byPhone{number}", whole)


def _index_query(selection: Selection, now: datetime, index: str, whole: tuple[str, str]) -> Query:
    """Return the query of a partition, with a filter for conditions that its key doesn't meet."""
    hash_key, value = whole
    place = _NAME if index == "byName" else _FILED
    parameters = {
        name: text for name, text in _CONDITIONS.items() if getattr(selection, name) is not None
    }
    values = {f":{name}": getattr(selection, name) for name in parameters}
    drafts = _draft_filter(selection)
    if "last_name" in parameters:
        values[":last_name"] = sort_prefix(values[":last_name"])
    condition = f"{hash_key} = :whole"
    if index == "byStatus":
        del parameters["status"], values[":status"]
    if index == "byName" and "last_name" in parameters:
        condition += f" AND {parameters.pop('last_name')}"
    return Query(
        REGISTRATIONS,
        key_attributes=(*REGISTRATION_KEY_ATTRIBUTES, place)
        if hash_key in REGISTRATION_KEY_ATTRIBUTES
        else (*REGISTRATION_KEY_ATTRIBUTES, hash_key, place),
        index=index,
        key_condition=condition,
        expression_values=values | drafts.values | {":whole": value, ":now": int(now.timestamp())},
        filter_expression=" AND ".join(["#ttl > :now", *drafts.condition, *parameters.values()]),
        expression_names={"#ttl": "ttl"}
        | drafts.names
        | ({"#status": "status"} if "status" in parameters else {}),
        ascending=selection.order is not Sort.LAST_FILED,
    )


@dataclass(frozen=True)
class _DraftFilter:
    """Which drafts a list shows: a condition with its values and names; no condition for all."""

    condition: tuple[str, ...] = ()
    values: Item = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def _draft_filter(selection: Selection) -> _DraftFilter:
    """Return the filter for drafts in a list.

    A list shows only the drafts that the staff member started. A search by reference finds every
    draft, because only its applicant can have told the reference.
    """
    if selection.reference:
        return _DraftFilter()
    if selection.status == Status.DRAFT:
        return _DraftFilter(("startedBy = :starter",), {":starter": selection.started_by})
    return _DraftFilter(("#status <> :draft",), {":draft": Status.DRAFT}, {"#status": "status"})


def _start_key(query: Query, event_id: str, after: str) -> Item:
    """Return the key of an item from its sort key, which ends with the owner's account ID."""
    user_id = after.rpartition("#")[2]
    parts = dict.fromkeys(query.key_attributes, after) | {"userId": user_id, "eventId": event_id}
    if "eventStatus" in parts:
        parts["eventStatus"] = query.expression_values[":whole"]
    return parts
