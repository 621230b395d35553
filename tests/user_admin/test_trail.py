"""A SuperAdmin reads the audit log."""

import pytest

from chalicelib.platform import audit, clock
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import ServiceUnavailable
from tests.support.accounts import store_account


def read_audit(person, subject, **query):
    rest = "".join(f"&{name}={value}" for name, value in query.items())
    return person.get(f"/admin/audit?subject={subject}{rest}")


def acts(response):
    return [item["action"] for item in response.json["items"]]


@pytest.fixture
def river_id(super_admin):
    """The ID of an account with four audit entries."""
    account = store_account("river")
    for action in ("disable", "enable", "password-reset"):
        assert super_admin.post(f"/admin/users/{account.id}/{action}").status == 200
    assert super_admin.post(f"/admin/users/{account.id}/role", {"role": "Admin"}).status == 200
    return account.id


NEWEST_FIRST = [
    *("account.role_changed", "account.reset_started", "account.enabled", "account.disabled"),
]


def test_entries_have_actor_action_and_subject_newest_first(super_admin, river_id):
    response = read_audit(super_admin, river_id)

    assert acts(response) == NEWEST_FIRST
    first = response.json["items"][0]
    attributes = {"at", "actor", "action", "subject", "fields", "requestId"}
    assert first.keys() == attributes | {"related", "reason"}
    assert (first["related"], first["reason"]) == (None, None)
    assert (first["actor"], first["subject"]) == (super_admin.account["id"], river_id)
    assert first["fields"] == ["role"]


def test_an_entry_has_the_request_id_of_the_response(super_admin):
    account = store_account("river")
    response = super_admin.post(f"/admin/users/{account.id}/disable")

    [entry] = read_audit(super_admin, account.id).json["items"]
    assert entry["requestId"] == response.headers["X-Request-Id"]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_page_by_page_every_entry_is_there_once(super_admin, river_id, limit):
    entries, more = [], {}
    while True:
        response = read_audit(super_admin, river_id, limit=limit, **more)
        entries += acts(response)
        if response.json["cursor"] is None:
            break
        more = {"cursor": response.json["cursor"]}

    assert entries == NEWEST_FIRST


def test_a_subject_without_entries_returns_an_empty_list(super_admin):
    assert read_audit(super_admin, "unknown").json == {"items": [], "cursor": None}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "subject"),
        ("subject=", "subject"),
        ("subject=a.b", "subject"),
        (f"subject={'a' * 65}", "subject"),
        ("subject=a&limit=0", "limit"),
        ("subject=a&cursor=made-up", "cursor"),
        ("subject=a&actor=b", "actor"),
    ],
    ids=lambda text: text[:20],
)
def test_an_invalid_query_is_reported(super_admin, query, field):
    response = super_admin.get(f"/admin/audit?{query}")

    assert (response.status, response.fields) == (422, {field})


def test_a_cursor_works_for_its_own_subject_only(super_admin, river_id):
    cursor = read_audit(super_admin, river_id, limit=1).json["cursor"]

    assert read_audit(super_admin, "unknown", limit=1, cursor=cursor).status == 422
    assert super_admin.get(f"/admin/users?cursor={cursor}").status == 422


def test_an_admin_does_not_read_it(admin):
    assert read_audit(admin, "unknown").status == 403


def test_an_entry_that_exists_is_not_overwritten(backend, monkeypatch):
    monkeypatch.setattr(audit, "new_identifier", lambda: "the-only-one")

    def write(action):
        fields = {"subject": "river", "actor": "sue", "fields": [], "request_id": "request"}
        database().transact([audit.entry_write(action=action, now=clock.now(), **fields)])

    write("account.disabled")
    with pytest.raises(ServiceUnavailable):
        write("account.enabled")

    assert [row["action"] for row in backend.rows("audit")] == ["account.disabled"]
