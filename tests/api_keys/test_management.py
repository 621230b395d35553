"""API keys, as SuperAdmins create, list, and revoke them."""

from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.api_keys import management
from chalicelib.api_keys.api_key import KEPT_AFTER_END
from chalicelib.identity.role import Role
from chalicelib.platform import clock
from tests.support.accounts import signed_in_staff
from tests.support.api_keys import body_of, confirm, create_key


def later(**time):
    return mock.patch.object(clock, "now", return_value=clock.now() + timedelta(**time))


def listed(super_admin):
    return super_admin.get("/admin/api-keys").json["items"]


def entries(super_admin, subject):
    items = super_admin.get(f"/admin/audit?subject={subject}").json["items"]
    return [(entry["action"], entry["actor"], entry["fields"]) for entry in items]


def test_a_key_is_listed_without_its_token(super_admin):
    key = create_key(super_admin, "summary:read", name="Badges", expiresInDays=7)

    token = key.pop("token")
    assert listed(super_admin) == [key]
    assert token.startswith(f"blp_{key['id']}_")
    assert (key["name"], key["scopes"], key["status"]) == ("Badges", ["summary:read"], "active")
    assert (key["createdBy"], key["createdByUsername"]) == (super_admin.account["id"], "sue")
    assert clock.from_text(key["expiresAt"]) - clock.from_text(key["createdAt"]) == timedelta(7)
    assert (key["lastUsedOn"], key["revokedAt"]) == (None, None)


def test_only_a_hash_of_the_secret_is_stored(super_admin, backend):
    secret = create_key(super_admin)["token"].rpartition("_")[2]

    # Neither the secret nor its beginning, without the checksum.
    assert secret[:16] not in str(backend.everything())


def test_creating_a_key_takes_a_confirmation_that_works_once(super_admin):
    body = body_of(confirm(super_admin))

    assert super_admin.post("/admin/api-keys", body_of("none")).code == "confirmation_required"
    assert super_admin.post("/admin/api-keys", body).status == 201
    # As after a lost response.
    assert super_admin.post("/admin/api-keys", body).code == "confirmation_required"
    assert len(listed(super_admin)) == 1


@pytest.mark.parametrize(
    ("fields", "wrong", "code"),
    [
        ({"name": " "}, "name", "required"),
        ({"name": "x" * 65}, "name", "too_long"),
        ({"scopes": []}, "scopes", "too_few"),
        ({"scopes": ["registrations:write"]}, "scopes.0", "not_a_choice"),
        ({"expiresInDays": 0}, "expiresInDays", "too_low"),
        ({"expiresInDays": 366}, "expiresInDays", "too_high"),
        ({"expiresInDays": None}, "expiresInDays", "not_whole_number"),
    ],
)
def test_what_a_key_can_not_be_is_rejected_at_its_field(super_admin, fields, wrong, code):
    response = super_admin.post("/admin/api-keys", body_of("unused", **fields))

    assert (response.status, response.json["fieldCodes"]) == (422, {wrong: code})


def test_there_are_at_most_so_many_keys_that_have_not_ended(super_admin):
    with mock.patch.object(management, "MAX_KEYS", 2):
        first, _ = create_key(super_admin), create_key(super_admin)
        full = super_admin.post("/admin/api-keys", body_of(confirm(super_admin)))
        assert (full.status, full.code) == (409, "too_many_api_keys")
        assert super_admin.delete(f"/admin/api-keys/{first['id']}").status == 200
        create_key(super_admin)


def test_a_super_admin_creates_twenty_keys_an_hour(super_admin):
    window = management.NEW_KEYS_PER_ACCOUNT
    with mock.patch.object(management, "NEW_KEYS_PER_ACCOUNT", mock.Mock(wraps=window)) as limit:
        limit.for_subject.side_effect = lambda key: type(window)(window.name, 1).for_subject(key)
        create_key(super_admin)
        response = super_admin.post("/admin/api-keys", body_of(confirm(super_admin)))

    assert (response.status, response.code) == (429, "too_many_attempts")
    assert len(listed(super_admin)) == 1


def test_a_revoked_key_stays_listed_and_is_revoked_once(super_admin, key, backend):
    path = f"/admin/api-keys/{key['id']}"

    assert super_admin.delete(path).status == 200
    [revoked] = listed(super_admin)
    assert revoked["status"] == "revoked"
    with later(minutes=1):
        assert super_admin.delete(path).status == 200
    assert listed(super_admin) == [revoked]
    [row] = backend.rows("api-keys")
    assert row["ttl"] == (clock.from_text(revoked["revokedAt"]) + KEPT_AFTER_END).timestamp()
    assert super_admin.delete("/admin/api-keys/unknown").status == 404


def test_creation_use_and_revocation_are_in_the_audit_log(super_admin, key, read):
    sue = super_admin.account["id"]
    for _ in range(2):
        assert read(key["token"], "/admin/events").status == 200
    assert super_admin.delete(f"/admin/api-keys/{key['id']}").status == 200

    assert entries(super_admin, key["id"]) == [
        ("api_key.revoked", sue, []),
        ("api_key.used", key["id"], []),
        ("api_key.created", sue, sorted(key["scopes"])),
    ]


def test_the_first_use_of_each_day_is_recorded(super_admin, key, read):
    for days in (0, 0, 1, 1):
        with later(days=days):
            assert read(key["token"], "/admin/events").status == 200

    assert [action for action, *_ in entries(super_admin, key["id"])].count("api_key.used") == 2
    with later(days=1):
        tomorrow = clock.now().date().isoformat()
    assert listed(super_admin)[0]["lastUsedOn"] == tomorrow


def test_the_list_says_which_keys_do_not_work_and_why(client, super_admin, key, backend):
    other = signed_in_staff(client, "sam", Role.SUPER_ADMIN)
    theirs, expired = create_key(other), create_key(super_admin)
    role = f"/admin/users/{other.account['id']}/role"
    assert super_admin.post(role, {"role": "Admin"}).status == 200
    row = {"kind": "apiKey", "id": expired["id"]}
    backend.change("api-keys", row, expiresAt=clock.to_text(clock.now()))

    statuses = {item["id"]: item["status"] for item in listed(super_admin)}

    expected = {key["id"]: "active", theirs["id"]: "suspended", expired["id"]: "expired"}
    assert statuses == expected
