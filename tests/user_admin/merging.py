"""Two accounts of one person, and staff who merge them."""

import json

from tests.support.environments import deliver
from tests.support.events import EVENT, FORM

STAFF_PATH = f"/admin/events/{EVENT}/registrations"
REGISTRATION_PATH = f"/registrations/{EVENT}"
REASON = "Signed up twice. Showed a driver's license."


def merge(staff, target, merged, reason=REASON):
    """Ask to merge one account into another."""
    body = {"from": merged.account["id"], "reason": reason}
    return staff.post(f"/admin/users/{target.account['id']}/merge", body)


def preview(staff, target, merged):
    return staff.get(f"/admin/users/{target.account['id']}/merge?from={merged.account['id']}")


def save(person, event=EVENT, **overrides):
    form = {"form": FORM | overrides}
    assert person.request("PUT", f"/registrations/{event}", form).status == 201


def submit(person, event=EVENT, **overrides):
    save(person, event, **overrides)
    response = person.post(f"/registrations/{event}/submit")
    assert response.status == 200
    return response.json


# The function in which staff merge accounts may not delete credentials. They go when the owner of
# the account that stays signs in, or deletes it.
LEFT = {"credentials"}


def belonging_to(stage, person):
    """The tables that name a person, without the audit, and sessions, which end by themselves."""
    deliver()
    account_id, stored = person.account["id"], stage.everything()
    excluded_tables = {"audit", "sessions"}
    tables = {table for table, rows in stored.items() if account_id in json.dumps(rows)}
    # An account remembers which others were merged into it.
    remembered = [row.pop("mergedAccounts", None) for row in stored["users"]]
    if any(remembered) and account_id not in json.dumps(stored["users"]):
        tables -= {"users"}
    return tables - excluded_tables


def taken_offered_waiting(stage, event=EVENT):
    """How many places of an event are in use, offered, and waited for."""
    [row] = [row for row in stage.rows("events") if row["id"] == f"{event}#places"]
    return tuple(row.get(name, 0) for name in ("taken", "offered", "waiting"))
