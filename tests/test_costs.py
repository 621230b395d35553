"""The AWS calls of each endpoint: round trips and items do not grow with the stored data."""

from datetime import timedelta
from unittest import mock

import pytest

from chalicelib.identity import store
from chalicelib.identity.account import Role
from chalicelib.identity.account_repository import account_repository
from chalicelib.platform import attributes, clock, settings
from tests.second_factor.apps import set_up, sign_in
from tests.support.accounts import signed_in_staff, store_account
from tests.support.aws_calls import recorded_calls
from tests.support.clients import PASSWORD, Person
from tests.support.credentials import layout
from tests.support.events import EVENT, FORM, create_event, make_registration, store_registrations


def operations(calls):
    return [call.operation for call in calls]


def test_signing_out_asks_nothing(applicant, aws_calls):
    applicant.post("/signout")
    applicant.get("/signout")

    assert operations(aws_calls) == []


def test_signing_up_is_one_transaction_after_it_was_counted(new_client, aws_calls):
    assert new_client("river").sign_up(email="storm@example.com").status == 201

    operations = [call.operation for call in aws_calls if call.service == "dynamodb"]
    assert operations == ["UpdateItem", "TransactWriteItems"]


def test_a_guarded_request_reads_two_items_in_one_round_trip(applicant, aws_calls):
    applicant.get("/me")

    [call] = aws_calls
    assert call.operation == "BatchGetItem"
    reads = call.parameters["RequestItems"].values()
    assert sum(len(table["Keys"]) for table in reads) == 2
    assert all(table["ConsistentRead"] for table in reads)


# The name, then account and counter, then the claim.
CLAIMING = ["GetItem", "BatchGetItem", "TransactWriteItems"]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(4, ["BatchGetItem"]), (6, ["BatchGetItem", "UpdateItem"])],
    ids=["a moment ago", "a while ago"],
)
def test_only_staff_activity_is_recorded_and_only_now_and_then(
    applicant, other_applicant, backend, minutes, expected
):
    backend.change("users", {"id": applicant.account["id"]}, role="Admin")
    for row in backend.rows("sessions"):
        began = clock.to_text(clock.now() - timedelta(minutes=minutes))
        backend.change("sessions", {"userId": row["userId"], "id": row["id"]}, startedAt=began)
    with recorded_calls() as calls:
        applicant.get("/me")
    assert operations(calls) == expected

    with recorded_calls() as calls:
        applicant.get("/me")
        other_applicant.get("/me")
    assert operations(calls) == ["BatchGetItem", "BatchGetItem"]


@pytest.mark.parametrize(
    ("name", "password", "expected"),
    [
        ("river", PASSWORD, [*CLAIMING, "TransactWriteItems"]),
        ("river", "wrong", CLAIMING),
        ("unknown", PASSWORD, CLAIMING),
    ],
)
@pytest.mark.parametrize("where", ["on the known device", "elsewhere"])
@pytest.mark.parametrize("failures", [0, 3])
def test_signing_in_takes_four_round_trips_at_most(
    applicant, aws_calls, name, password, expected, where, failures
):
    person = applicant if where == "on the known device" else applicant.other_client()
    for _ in range(failures):
        person.sign_in(name, "wrong")
    aws_calls.clear()
    person.sign_in(name, password)

    assert operations(aws_calls) == expected


@pytest.mark.parametrize(
    ("where", "read", "claimed"),
    # The account and its credentials, then the counters of the account, address, and device.
    [("elsewhere", 4, 2), ("on a known device", 5, 1), ("on one that was known before", 5, 2)],
)
@pytest.mark.parametrize("failures", [0, 3])
def test_a_device_that_was_known_costs_one_item_more_and_no_round_trip(
    applicant, aws_calls, where, read, claimed, failures
):
    person = applicant.other_client()
    if where != "elsewhere":
        person.sign_in()
    if where == "on one that was known before":
        body = {"currentPassword": PASSWORD, "newPassword": PASSWORD}
        assert applicant.post("/password/change", body).status == 200
    for _ in range(failures):
        person.sign_in(password="wrong")
    aws_calls.clear()
    assert person.sign_in().status == 200

    assert operations(aws_calls) == [*CLAIMING, "TransactWriteItems"]
    _, reading, claiming, _ = aws_calls
    assert (cost([reading])[1], cost([claiming])[1]) == (read, claimed)


@pytest.mark.parametrize("layout_name", ["separate", "moving", "in-users"])
def test_sign_in_with_a_code_takes_six_round_trips_in_every_layout(
    applicant, aws_calls, layout_name
):
    with layout(layout_name):
        app = set_up(applicant)
        aws_calls.clear()
        assert sign_in(applicant.other_client(), app.code()).status == 200

    operations = [call.operation for call in aws_calls if call.service == "dynamodb"]
    counted = ["BatchGetItem", "TransactWriteItems"]
    assert operations == ["GetItem", *counted, *counted, "TransactWriteItems"]


def test_a_try_that_has_to_wait_costs_no_write(applicant, aws_calls):
    with mock.patch.object(clock, "now", return_value=clock.now()):
        for _ in range(5):
            applicant.sign_in(password="wrong")
        aws_calls.clear()
        assert applicant.sign_in().status == 429

    assert operations(aws_calls) == ["GetItem", "BatchGetItem"]


def test_listing_sessions_takes_one_query(applicant, aws_calls):
    applicant.get("/sessions")

    assert operations(aws_calls) == ["BatchGetItem", "Query"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/sessions/current", ["BatchGetItem", "DeleteItem"]),
        ("/sessions", ["BatchGetItem", "UpdateItem"]),
    ],
)
def test_ending_sessions_takes_one_write_however_many_there_are(
    applicant, aws_calls, path, expected
):
    for _ in range(5):
        applicant.other_client().sign_in()
    aws_calls.clear()
    applicant.delete(path)

    assert operations(aws_calls) == expected


def test_a_stranger_costs_nothing(anonymous, aws_calls):
    anonymous.get("/me")
    anonymous.delete("/sessions")

    assert operations(aws_calls) == []


def test_an_identifier_that_can_be_none_costs_nothing(applicant, aws_calls):
    applicant.delete("/sessions/a.b")

    assert operations(aws_calls) == []


def test_nothing_is_ever_scanned(applicant, aws_calls):
    for send in (
        applicant.sign_in,
        lambda: applicant.get("/sessions"),
        lambda: applicant.delete("/sessions"),
    ):
        send()

    assert "Scan" not in operations(aws_calls)


def fill(backend, count):
    """Write registrations of other people, past every rule."""
    name = settings.current().table_name("registrations")
    for first in range(0, count, 25):
        puts = [
            {"PutRequest": {"Item": {"userId": {"S": f"other-{number}"}, "eventId": {"S": EVENT}}}}
            for number in range(first, min(first + 25, count))
        ]
        backend.client.batch_write_item(RequestItems={name: puts})


def cost(calls):
    """Round trips, and how many items they asked for."""
    items = 0
    for call in calls:
        for table in call.parameters.get("RequestItems", {}).values():
            items += len(table["Keys"])
        items += len(call.parameters.get("TransactItems", []))
    return operations(calls), items


@pytest.mark.parametrize("others", [10, 2000])
def test_registering_costs_the_same_however_many_have_registered(
    applicant, backend, aws_calls, others
):
    create_event()
    fill(backend, others)
    path, costs = f"/registrations/{EVENT}", {}
    for name, send in {
        "save": lambda: applicant.request("PUT", path, {"form": FORM}),
        "show": lambda: applicant.get(path),
        "list": lambda: applicant.get("/registrations"),
        "submit": lambda: applicant.post(f"{path}/submit"),
        "withdraw": lambda: applicant.post(f"{path}/withdraw"),
    }.items():
        aws_calls.clear()
        assert send().status in {200, 201}
        costs[name] = cost(aws_calls)

    change = ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    assert costs == {
        # Each new status counts the registration in the summary, and the one before no longer.
        "save": (change, 11),
        "show": (["BatchGetItem", "BatchGetItem"], 6),
        "list": (["BatchGetItem", "Query"], 2),
        # With two index entries for each of its three terms, by which staff find it.
        "submit": (change, 19),
        "withdraw": (change, 13),
    }


def test_events_are_shown_to_all_for_one_round_trip(anonymous, backend, aws_calls):
    create_event()
    anonymous.get("/events")
    aws_calls.clear()
    anonymous.get("/events")
    anonymous.get(f"/events/{EVENT}")

    assert operations(aws_calls) == ["Query", "GetItem"]


@pytest.mark.parametrize("others", [10, 60])
def test_staff_pay_the_same_however_many_have_registered(applicant, backend, aws_calls, others):
    create_event()
    fill_lists(others)
    backend.change("users", {"id": applicant.account["id"]}, role="Admin")
    list_path = f"/admin/events/{EVENT}/registrations"
    record_path, costs = f"{list_path}/person-00000", {}
    same = f"/admin/events/{EVENT}/duplicates?firstName=River"
    moved = {"status": "InReview", "version": 2}
    for name, send in {
        "list": lambda: applicant.get(f"{list_path}?limit=5"),
        "by name": lambda: applicant.get(f"{list_path}?limit=5&sort=lastName"),
        "by status": lambda: applicant.get(f"{list_path}?limit=5&status=Submitted"),
        "name": lambda: applicant.get(f"{list_path}?lastName=okafor001"),
        "reference": lambda: applicant.get(f"{list_path}?reference=000001"),
        "phone": lambda: applicant.get(f"{list_path}?phone=9524450001"),
        "search": lambda: applicant.get(f"{list_path}?q=okafor001"),
        "sheet": lambda: applicant.get(f"{list_path}.csv?limit=5"),
        "same person": lambda: applicant.get(f"{same}&phone1=9524450001"),
        "same person, two phones": lambda: applicant.get(
            f"{same}&phone1=9524450001&phone2=9524450002"
        ),
        "one": lambda: applicant.get(record_path),
        "history": lambda: applicant.get(f"{record_path}/history"),
        "correct": lambda: applicant.request(
            "PATCH", record_path, {"form": {"city": "Eagan"}, "version": 1}
        ),
        "move": lambda: applicant.post(f"{record_path}/status", moved),
        "move with a note": lambda: applicant.post(
            f"{record_path}/status", moved | {"note": "Came by."}
        ),
        "note": lambda: applicant.post(f"{record_path}/notes", {"text": "Came by."}),
    }.items():
        aws_calls.clear()
        assert send().status in {200, 201}
        read = sum(c.answer["ScannedCount"] for c in aws_calls if c.operation == "Query")
        costs[name] = (*operations(aws_calls)[1:], read)

    # The last read is of the usernames that the applicants have now.
    listing, named = ("GetItem", "Query"), "BatchGetItem"
    change = ("BatchGetItem", "TransactWriteItems", 0)
    assert costs == {
        "list": (*listing, named, 6),
        "by name": (*listing, named, 6),
        "by status": (*listing, named, 6),
        "name": (*listing, named, 1),
        "reference": (*listing, named, 1),
        "phone": (*listing, "Query", named, 1),
        # The entries, the registrations found, and the exact username, which no account has.
        "search": ("GetItem", "GetItem", "Query", "BatchGetItem", named, 1),
        "sheet": ("UpdateItem", *listing, named, 6),
        "same person": (*listing, "BatchGetItem", 1),
        "same person, two phones": (*listing, "BatchGetItem", "Query", "BatchGetItem", 2),
        "one": ("BatchGetItem", "Query", 0),
        "history": ("BatchGetItem", "Query", "BatchGetItem", 1),
        "correct": change,
        "move": change,
        "move with a note": ("BatchGetItem", *change),
        "note": change,
    }


def test_usernames_of_250_accounts_take_three_round_trips(backend, aws_calls):
    applicant, ids = store_account("river"), [f"other-{number}" for number in range(249)]
    aws_calls.clear()

    assert account_repository().usernames([applicant.id, *ids]) == {applicant.id: "river"}
    assert operations(aws_calls) == ["BatchGetItem"] * 3


def fill_lists(count):
    """Write registrations of different people, past every rule."""
    for number in range(count):
        form = {"lastName": f"Okafor{number:03}", "phone1": f"+1952445{number:04}"}
        store_registrations(make_registration(number, form=form))


def fill_users(backend, count):
    """Write other people, alike in all but their identifiers, past every rule."""
    name, account = (
        settings.current().table_name("users"),
        store_account("okapi", last_name="Okafor"),
    )
    row = attributes.to_attributes(store.to_item(account))
    for first in range(0, count, 25):
        puts = [
            {"PutRequest": {"Item": row | {"id": {"S": f"id-{n}"}, "nameKey": {"S": f"oka#{n}"}}}}
            for n in range(first, min(first + 25, count))
        ]
        backend.client.batch_write_item(RequestItems={name: puts})


@pytest.mark.parametrize("others", [10, 1000])
@pytest.mark.parametrize(
    ("query", "queries"),
    [
        ("", len(Role)),
        ("q=ok", 2 * len(Role)),
        ("q=ok&disabled=true", 2 * len(Role)),
        ("disabled=true", 2 * len(Role) - 1),
        ("role=User", 1),
    ],
)
def test_a_page_of_people_takes_two_queries_for_each_role_and_one_read_however_many_there_are(
    client, backend, aws_calls, others, query, queries
):
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    fill_users(backend, others)
    aws_calls.clear()
    assert admin.get(f"/admin/users?limit=25&{query}").status == 200

    guard, *query_calls = operations(aws_calls)
    assert guard == "BatchGetItem"
    assert query_calls.count("Query") <= queries
    assert [operation for operation in query_calls if operation != "Query"] in (
        [],
        ["BatchGetItem"],
    )


def test_acting_on_an_account_takes_one_read_and_one_transaction(client, backend, aws_calls):
    super_admin, other_account = (
        signed_in_staff(client, "sue", Role.SUPER_ADMIN),
        store_account("someone"),
    )
    them, costs = f"/admin/users/{other_account.id}", []
    for send in (
        lambda: super_admin.get(them),
        lambda: super_admin.post(f"{them}/role", {"role": "Admin"}),
        lambda: super_admin.post(f"{them}/disable"),
        lambda: super_admin.delete(f"{them}/sessions"),
        lambda: super_admin.post(f"{them}/password-reset"),
        lambda: super_admin.post("/admin/users", {"firstName": "New", "lastName": "Comer"}),
        lambda: super_admin.get(f"/admin/audit?subject={other_account.id}"),
    ):
        aws_calls.clear()
        assert send().status in {200, 201}
        costs.append(operations(aws_calls)[1:])

    act = ["BatchGetItem", "TransactWriteItems"]
    assert costs == [["BatchGetItem"], act, act, act, act, ["TransactWriteItems"], ["Query"]]


def test_being_erased_takes_a_few_round_trips_for_each_event(applicant, backend, aws_calls):
    costs = []
    for number in range(2):
        create_event(id=f"event-{number}")
    for events in (0, 1):
        person = applicant if events == 0 else Person(applicant.client, "sky")
        person.sign_up()
        for number in range(events):
            path = f"/registrations/event-{number}"
            assert person.request("PUT", path, {"form": FORM}).status == 201
        aws_calls.clear()
        assert person.post("/me/delete", {"currentPassword": PASSWORD}).status == 200
        costs.append(operations(aws_calls))

    guard, claim, mark = (
        "BatchGetItem",
        ["BatchGetItem", "TransactWriteItems"],
        "TransactWriteItems",
    )
    # What there is, then the events, then the notes and the history of each; then the sessions.
    found = ["Query"] * 2
    empty_queries = ["Query"] * 2
    assert costs[0] == [guard, *claim, mark, *found, *empty_queries, *empty_queries, "Query", mark]
    expected = ["Query", "TransactWriteItems", "Query"]
    traces = ["Query", "Query", "BatchWriteItem"]
    assert costs[1] == [guard, *claim, mark, *expected, *traces, *empty_queries, "Query", mark]


def test_merging_takes_a_few_round_trips_for_each_registration_and_event(client, aws_calls):
    admin = signed_in_staff(client, "ada", Role.ADMIN)
    costs = []
    for number in range(2):
        create_event(id=f"event-{number}")
    for registrations in (0, 1):
        target, merged = (Person(client, f"{name}-{registrations}") for name in ("kept", "merged"))
        for person in (target, merged):
            person.sign_up()
        for number in range(registrations):
            path = f"/registrations/event-{number}"
            assert merged.request("PUT", path, {"form": FORM}).status == 201
        aws_calls.clear()
        body = {"from": merged.account["id"], "reason": "Signed up twice."}
        assert admin.post(f"/admin/users/{target.account['id']}/merge", body).status == 200
        costs.append(operations(aws_calls))

    guard, found, both = "BatchGetItem", "BatchGetItem", ["Query", "Query"]
    act, events, empty_queries = "TransactWriteItems", "Query", ["Query", "Query"]
    # What there is before both are marked, and again afterwards.
    beginning = [guard, found, *both, act, *both]
    assert costs[0] == [*beginning, events, *empty_queries, *empty_queries, act]
    # Drafts of the account that stays for that event; then notes and history of each.
    moving, traces = ["Query", act], ["Query", "Query", act]
    assert sorted(costs[1]) == sorted([*beginning, *moving, events, *traces, *empty_queries, act])


def test_a_data_export_takes_a_query_for_each_event_three_others_and_one_read(applicant, aws_calls):
    for number in range(2):
        create_event(id=f"event-{number}")
    aws_calls.clear()
    applicant.get("/me/export")

    # The limit of exports is counted first.
    expected = ["BatchGetItem", "UpdateItem", *["Query"] * (2 + 3 + 1), "GetItem"]
    assert operations(aws_calls) == expected


def test_changing_an_account_takes_one_transaction_after_the_rate_limits(
    other_applicant, aws_calls
):
    costs = []
    for send in (
        lambda: other_applicant.request("PATCH", "/me", {"firstName": "Sky"}),
        lambda: other_applicant.post(
            "/password/change", {"currentPassword": PASSWORD, "newPassword": PASSWORD}
        ),
        lambda: other_applicant.request(
            "PATCH", "/me", {"email": "s@e.co", "currentPassword": PASSWORD}
        ),
        lambda: other_applicant.post("/email/verification"),
    ):
        aws_calls.clear()
        assert send().status in {200, 202}
        costs.append([call.operation for call in aws_calls if call.service == "dynamodb"][1:])

    claiming = ["BatchGetItem", "TransactWriteItems"]
    assert costs == [
        ["TransactWriteItems"],
        [*claiming, "TransactWriteItems"],
        # The two reads find out which account holds the new address, and whether it verified it.
        [*claiming, "TransactWriteItems", "GetItem", "GetItem", "TransactWriteItems"],
        ["TransactWriteItems", "TransactWriteItems"],
    ]


def test_an_unknown_one_time_token_costs_one_read(anonymous, aws_calls):
    anonymous.post("/password/reset", {"token": "unknown", "newPassword": PASSWORD})

    assert operations(aws_calls) == ["GetItem"]
