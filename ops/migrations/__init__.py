"""The migrations of stored data, in the order in which ``python -m ops migrate`` runs them.

To add a migration:

1. Add a module to this package. In it, write a function that takes a stored item (plain values, as
   the stores see them) and returns a ``Change`` with what the item needs, a ``Finding`` for the
   operator to read, or None. Next to it, declare the ``Migration``::

       def _add_time_zone(item: Item) -> Change | None:
           if item["id"].startswith("#") or "timeZone" in item:
               return None
           return Change(set={"timeZone": "America/Chicago"})

       MIGRATION = Migration(
           name="event-time-zones",
           summary="Give each event a time zone.",
           table="events",
           change=_add_time_zone,
       )

2. Append its ``MIGRATION`` to ``MIGRATIONS`` below.
3. Test it: ``tests/ops/test_migrate.py`` shows how.

What a migration must hold to:

- The function returns None for an item that it has changed already, and for items of another kind
  in the same table (counters, for example, whose ids begin with ``#``).
- It only reads the item. It doesn't depend on the time, on a setting, or on other items.
- It adds. An operator may roll back, so the version before must still be able to read the item:
  don't remove or rename what that version needs. A migration that does belongs to ``FINISHING``.
- The service reads both forms, before, while, and after the migration runs.
- A migration whose function returns only findings changes nothing: it is a report.
"""

from ops.migrations import account_names, credentials, event_time_zones, search_terms, waiting_lists
from ops.migrations.migration import Change, Finding, Migration

__all__ = ["FINISHING", "MIGRATIONS", "Change", "Finding", "Migration"]

MIGRATIONS: tuple[Migration, ...] = (
    event_time_zones.MIGRATION,
    account_names.MIGRATION,
    *waiting_lists.MIGRATIONS,
    search_terms.MIGRATION,
)

# They take away what the version before needs: ``--finish`` runs them, too.
FINISHING: tuple[Migration, ...] = (credentials.MIGRATION,)
