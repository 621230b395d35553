"""User search: a search lists each matching account once, and only staff may search."""

from urllib.parse import quote

import pytest
from chalice.test import Client

from app import app
from chalicelib.identity import store
from chalicelib.identity.account import Role
from chalicelib.platform import attributes
from tests.support.accounts import signed_in_staff, store_account
from tests.support.clients import Person


def pages(person, query="", limit=25):
    """Every page of a list, as usernames."""
    cursor, users = "", []
    while True:
        response = person.get(f"/admin/users?limit={limit}{query}{cursor}")
        assert response.status == 200, response
        assert len(response.json["items"]) <= limit
        users.append([item["username"] for item in response.json["items"]])
        if response.json["cursor"] is None:
            return users
        cursor = f"&cursor={response.json['cursor']}"


def names(person, query="", limit=25):
    return [name for page in pages(person, query, limit) for name in page]


@pytest.fixture
def accounts(database_engine):
    """Many people whose names begin alike, in every way that one can be found."""
    store_account("okapi", first_name="Ann", last_name="Zorn")
    store_account("b", email="okay@example.com", last_name="Abt")
    store_account("okra@example.com", last_name="Okafor")
    store_account("okeefe", email="ok@example.com", last_name="O'Keefe")
    store_account("c", last_name="O Keefe", first_name="Bo")
    store_account("d", Role.ADMIN, last_name="Okafor", first_name="Dee", email="d@example.com")
    store_account("e", Role.SUPER_ADMIN, last_name="ÓKAFOR", first_name="Eve")
    store_account("f", last_name="Okafor", disabled=True)
    store_account("g", last_name="Nkosi", email="g@example.com")
    store_account("h")


@pytest.fixture
def staff(database_engine, accounts):
    """A member of staff, without a last name."""
    return signed_in_staff(Client(app), "yan", Role.ADMIN)


LIMITS = (1, 2, 3, 7, 100)
ALL_NAMES = ["e", "yan", "d", "h", "b", "g", "okra@example.com", "f", "okeefe", "c", "okapi"]


def test_without_a_query_all_users_are_listed_by_role_and_name(staff):
    listed = names(staff)

    assert sorted(listed) == sorted(ALL_NAMES)
    assert listed[:3] == ["e", "yan", "d"]
    assert listed[3:6] == ["h", "b", "g"]


def test_pages_list_each_user_once(staff):
    for limit in LIMITS:
        assert sorted(names(staff, limit=limit)) == sorted(ALL_NAMES)


OK = ["okapi", "okeefe", "okra@example.com", "b", "e", "d", "f", "c"]


def test_the_start_of_a_username_email_or_last_name_finds_each_person_once(staff):
    for limit in LIMITS:
        assert sorted(names(staff, "&q=OK", limit)) == sorted(OK)


def test_matches_by_username_come_before_emails_and_emails_before_last_names(staff):
    assert names(staff, "&q=ok")[:4] == ["okapi", "okeefe", "okra@example.com", "b"]


def test_names_match_regardless_of_case_and_accents(staff):
    for text, expected in {
        "okafor": ["e", "d", "f", "okra@example.com"],
        "Ókafor": ["e", "d", "f", "okra@example.com"],
        "O'Kee": ["okeefe", "c"],
        "o kee": ["okeefe", "c"],
        "okay@EX": ["b"],
        "OKRA@": ["okra@example.com"],
        "afor": [],
        "Ann": [],
        "#super": [],
        "super-admins": [],
        "": ALL_NAMES,
        "   ": ALL_NAMES,
    }.items():
        assert sorted(names(staff, f"&q={quote(text)}")) == sorted(expected), text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dee Okafor", ["d"]),
        ("okafor, dee", ["d"]),
        ("OKAFOR DE", ["d"]),
        ("eve oka", ["e"]),
        ("Bo O'Keefe", ["c"]),
        ("o keefe bo", ["c"]),
        ("ann zorn", ["okapi"]),
        ("Ann Okafor", []),
        ("dee", []),
        ("dee okafor of the lakes", []),
    ],
)
def test_a_full_name_finds_a_person_without_a_registration(staff, text, expected):
    for limit in (1, 100):
        assert names(staff, f"&q={quote(text)}", limit) == expected


def test_filters_apply_to_full_names(staff):
    assert names(staff, "&q=dee%20okafor&role=User") == []
    assert names(staff, "&q=dee%20okafor&role=Admin&disabled=false") == ["d"]
    assert names(staff, "&q=dee%20okafor&disabled=true") == []


def test_a_full_name_is_found_among_many_of_the_same_last_name(admin, backend):
    for number in range(300):
        store_account(f"p{number:03}", last_name="Garcia", first_name=f"Ben{number}")
    store_account("ana", last_name="García Hernández", first_name="Ana María")

    assert names(admin, "&q=ana%20garcia") == ["ana"]


def test_signs_are_plain_text(staff):
    signs = [
        "%",
        "*",
        "_",
        "ok%",
        "ok*",
        "'",
        '"',
        "' OR '1'='1",
        "\\",
        "o.*",
        "#",
        ":start",
        "$ne",
    ]
    for text in [*signs, "{}"]:
        # Signs do not count in last names: what is left of them may be a start.
        usernames = names(staff, f"&q={quote(text)}")

        assert set(usernames) <= set(OK), text
        assert usernames == [] or any(map(str.isalnum, text)), text


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_filters_hold(staff, limit):
    for filters, expected in {
        "&role=SuperAdmin": ["e"],
        "&role=Admin": ["yan", "d"],
        "&role=Admin&q=ok": ["d"],
        "&role=User&q=ok": ["okapi", "okeefe", "okra@example.com", "b", "f", "c"],
        "&disabled=true": ["f"],
        "&disabled=true&q=ok": ["f"],
        "&disabled=false&q=okaf": ["e", "d", "okra@example.com"],
        "&disabled=true&role=Admin": [],
        "&disabled=false": [name for name in ALL_NAMES if name != "f"],
    }.items():
        assert sorted(names(staff, filters, limit)) == sorted(expected), filters


def test_stale_index_entries_are_checked_against_the_account(staff, database_engine):
    row = next(r for r in database_engine.rows("users") if r.get("username") == "f")
    database_engine.remove("users", {"id": row["id"]})

    assert names(staff, "&q=f") == []


def test_a_name_that_grows_when_it_is_compared_can_be_kept_and_found(staff):
    long = "\ufdfa" * 100
    store_account("grown", last_name=long, first_name=long)

    assert names(staff, f"&q={quote(long)}") == ["grown"]


@pytest.mark.parametrize("letter", ["\ufdfa", "\U00010400", "\u0950"])
def test_a_list_continues_after_the_longest_names(staff, letter):
    for number in range(3):
        store_account(f"long-{number}", last_name=letter * 100, first_name=letter * 100)

    assert sorted(names(staff, f"&q={quote(letter)}", 1)) == ["long-0", "long-1", "long-2"]


def test_an_entry_shows_an_account_and_whether_it_is_disabled_and_no_more(admin):
    store_account("river", email="r@e.co", first_name="River", last_name="Okafor", disabled=True)

    [item] = admin.get("/admin/users?q=river").json["items"]
    assert item.keys() == admin.get("/me").json.keys() - {"recoveryCodesLeft"} | {"disabled"}
    assert (item["username"], item["disabled"]) == ("river", True)
    assert admin.get(f"/admin/users/{item['id']}").json == item


@pytest.mark.parametrize("subject", ["unknown", "01KAPZ5J8QV6M3T9XW2RDN4C7E"])
def test_an_unknown_account_is_not_found(admin, subject):
    assert admin.get(f"/admin/users/{subject}").status == 404


@pytest.mark.parametrize("subject", ["%23super-admins", "a.b", "a" * 65])
def test_an_invalid_identifier_is_not_found(admin, subject):
    assert admin.get(f"/admin/users/{subject}").status == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=101", "limit"),
        ("limit=abc", "limit"),
        (f"q={'a' * 10_000}", "q"),
        ("q=%00", "q"),
        ("q=a&q=b", "q"),
        ("role=Owner", "role"),
        ("role=", "role"),
        ("disabled=yes", "disabled"),
        ("disabled=1", "disabled"),
        ("cursor=", "cursor"),
        ("cursor=made-up", "cursor"),
        ("name=river", "name"),
    ],
    ids=lambda text: text[:20],
)
def test_an_invalid_query_is_reported(admin, query, field):
    response = admin.get(f"/admin/users?{query}")

    assert (response.status, response.fields) == (422, {field})


def _with_another_end(cursor):
    return cursor[:-1] + ("A" if cursor[-1] != "A" else "B")


def test_a_cursor_works_for_its_own_question_and_person_only(super_admin, admin):
    for number in range(3):
        store_account(f"river-{number}")
    cursor = admin.get("/admin/users?limit=1&q=river").json["cursor"]

    def search(person, query):
        return person.get(f"/admin/users?limit=1{query}").status

    assert search(admin, f"&q=river&cursor={cursor}") == 200
    assert search(super_admin, f"&q=river&cursor={cursor}") == 422
    assert search(admin, f"&q=rive&cursor={cursor}") == 422
    assert search(admin, f"&cursor={cursor}") == 422
    assert search(admin, f"&q=river&role=User&cursor={cursor}") == 422
    assert search(admin, f"&q=river&disabled=false&cursor={cursor}") == 422
    assert search(admin, f"&q=river&cursor={_with_another_end(cursor)}") == 422
    assert admin.get(f"/sessions?cursor={cursor}").status == 422


def test_many_who_are_enabled_do_not_hide_the_one_who_is_not(admin, backend):
    account = store_account("aaa", last_name="A")
    for number in range(120):
        row = store.to_item(account) | {"id": f"id-{number}", "nameKey": f"b#{number:04}"}
        backend.client.put_item(
            TableName="breeze-lakes-point-test-users", Item=attributes.to_attributes(row)
        )
    store_account("zzz", last_name="Z", disabled=True)

    assert pages(admin, "&disabled=true", limit=1) == [["zzz"]]


def test_an_applicant_cannot_search_for_users(applicant):
    assert applicant.get("/admin/users").status == 403
    assert applicant.get(f"/admin/users/{applicant.account['id']}").status == 403


def test_a_client_without_a_session_cannot_search_for_users(client, backend):
    assert Person(client).get("/admin/users").status == 401
