"""The search field: staff find a registration by any detail that the applicant gives."""

from urllib.parse import quote

import pytest

from chalicelib.platform import settings
from chalicelib.registrations.search_terms import search_terms
from chalicelib.registrations.workflow import Status
from ops.migrations.search_terms import MIGRATION
from tests.staff.conftest import STAFF_PATH
from tests.support.events import EVENT, FORM, create_event, make_registration, store_registrations

PEOPLE = {
    "ana": {"firstName": "Ana", "lastName": "García Hernández", "phone1": "+19524451234"},
    "rosa": {"firstName": "Rosa María", "lastName": "De la Cruz", "phone1": "+16512240001"},
    "minh": {"firstName": "Minh", "lastName": "Đặng", "phone1": "+16512240002"},
    "liv": {"firstName": "Liv", "lastName": "Sørensen", "phone2": "+16512249876"},
    "sean": {"firstName": "Seán", "lastName": "O'Neil", "email": "sean.o@example.com"},
    "lukasz": {"firstName": "Łukasz", "lastName": "Weiß", "preferredName": "Luke"},
    "sukarno": {"firstName": None, "lastName": "Sukarno", "phone1": "+525512345678"},
}


def store_people():
    store_registrations(
        *(
            make_registration(
                number,
                username=f"{name}.{number}",
                reference=f"7KQ2M{number}",
                form={"email": None, "phone1": f"+1763555{number:04}", **form},
            )
            for number, (name, form) in enumerate(PEOPLE.items())
        )
    )


@pytest.fixture
def registered_names(event):
    """Seven people with names as people have them."""
    store_people()


def search_usernames(person, text, more=""):
    response = person.get(f"{STAFF_PATH}?q={quote(text)}{more}")
    assert response.status == 200, response.body
    return sorted(item["username"].partition(".")[0] for item in response.json["items"])


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("hernandez", ["ana"]),
        ("HERNÁNDEZ", ["ana"]),
        ("garcía", ["ana"]),
        ("ana", ["ana"]),
        ("hern ana", ["ana"]),
        ("cruz", ["rosa"]),
        ("de la cruz", ["rosa"]),
        ("delacruz", ["rosa"]),
        ("maria", ["rosa"]),
        ("dang", ["minh"]),
        ("Đặng", ["minh"]),
        ("sorensen", ["liv"]),
        ("Sørensen", ["liv"]),
        ("oneil", ["sean"]),
        ("o'neil", ["sean"]),
        ("neil", ["sean"]),
        ("sean", ["sean"]),
        ("lukasz", ["lukasz"]),
        ("weiss", ["lukasz"]),
        ("luke", ["lukasz"]),
        ("sukarno", ["sukarno"]),
        ("1234", ["ana"]),
        ("445-1234", ["ana"]),
        ("(952) 445-1234", ["ana"]),
        ("+1 952 445 1234", ["ana"]),
        ("9876", ["liv"]),
        ("55 1234 5678", ["sukarno"]),
        ("sean.o@example.com", ["sean"]),
        ("SEAN.O@ex", ["sean"]),
        ("7kq2m3", ["liv"]),
        ("7KQ-2M3", ["liv"]),
        ("minh.2", ["minh"]),
        ("hernandez cruz", []),
        ("sean.o@elsewhere.example", []),
        ("unknown", []),
        ("5678 ", ["sukarno"]),
    ],
)
def test_staff_find_an_applicant_by_any_detail(admin, registered_names, typed, expected):
    assert search_usernames(admin, typed) == expected


def test_the_search_is_the_same_on_either_engine(database_engine, make_staff):
    create_event()
    store_people()
    person = make_staff(database_engine, "ada", "Admin")

    assert search_usernames(person, "hernandez") == ["ana"]
    assert search_usernames(person, "9876") == ["liv"]


@pytest.mark.parametrize("typed", ["-", "@example.com", "…"])
def test_a_query_without_search_terms_is_rejected_at_its_field(admin, registered_names, typed):
    response = admin.get(f"{STAFF_PATH}?q={quote(typed)}")

    assert (response.status, response.fields) == (422, {"q"})


def test_a_search_is_narrowed_by_the_filters(admin, registered_names, backend):
    key = {"userId": "person-00000", "eventId": EVENT}
    backend.change("registrations", key, status="Hired", eventStatus=f"{EVENT}#Hired")

    assert search_usernames(admin, "ana", "&status=Hired") == ["ana"]
    assert search_usernames(admin, "ana", "&status=Submitted") == []
    assert search_usernames(admin, "7KQ2M0", "&status=Submitted") == []


@pytest.mark.parametrize("other", ["lastName=cruz", "reference=7KQ2M1", "phone=9524451234"])
def test_one_search_at_a_time(admin, registered_names, other):
    assert admin.get(f"{STAFF_PATH}?q=ana&{other}").status == 422


def test_old_search_parameters_still_work(admin, registered_names):
    for query in ("lastName=garcia", "reference=7KQ2M0", "phone=9524451234"):
        [item] = admin.get(f"{STAFF_PATH}?{query}").json["items"]
        assert item["reference"] == "7KQ2M0"


def test_a_draft_is_not_found(admin, event, applicant):
    form = FORM | {"lastName": "Zeller"}
    assert applicant.request("PUT", f"/registrations/{EVENT}", {"form": form}).status == 201
    assert search_usernames(admin, "zeller") == []
    assert applicant.post(f"/registrations/{EVENT}/submit").status == 200

    assert search_usernames(admin, "zeller") == ["river"]


def test_a_draft_is_found_by_its_whole_reference_alone_and_that_is_audited(admin, event, backend):
    store_registrations(make_registration(1, status=Status.DRAFT, reference="7KQ2MX"))
    assert [search_usernames(admin, text) for text in ("7KQ2M", "person", "okafor")] == [[], [], []]
    assert backend.rows("audit") == []

    assert search_usernames(admin, "7kq2mx") == ["person"]
    assert [row["action"] for row in backend.rows("audit")] == ["registration.opened"]


def test_a_corrected_name_is_found_and_the_old_one_is_not(admin, applicant, submitted):
    version = admin.get(submitted).json["version"]
    corrected = {"form": {"lastName": "Sørensen"}, "version": version}
    assert admin.request("PATCH", submitted, corrected).status == 200

    assert search_usernames(admin, "sorensen") == ["river"]
    assert search_usernames(admin, "okafor") == []


def test_a_name_that_its_applicant_changes_is_found_and_the_old_one_is_not(
    admin, applicant, submitted
):
    path = f"/registrations/{EVENT}"
    version = applicant.get(path).json["version"]
    body = {"form": FORM | {"lastName": "Dang"}, "version": version}
    assert applicant.request("PUT", path, body).status == 200

    assert search_usernames(admin, "dang") == ["river"]
    assert search_usernames(admin, "okafor") == []


def test_a_correction_of_something_else_writes_no_entries(admin, submitted, aws_calls):
    version = admin.get(submitted).json["version"]
    aws_calls.clear()
    admin.request("PATCH", submitted, {"form": {"city": "Shakopee"}, "version": version})

    [transaction] = [call for call in aws_calls if call.operation == "TransactWriteItems"]
    assert settings.current().table_name("search") not in str(transaction.parameters)


def test_pages_of_a_search_list_each_person_once(admin, event):
    store_registrations(
        *(
            make_registration(number, form={"firstName": "Ana", "lastName": f"Anaya {number}"})
            for number in range(7)
        )
    )
    seen, cursor = [], ""
    while cursor is not None:
        page = admin.get(f"{STAFF_PATH}?q=ana&limit=2{cursor}").json
        seen += [item["userId"] for item in page["items"]]
        cursor = page["cursor"] and f"&cursor={page['cursor']}"

    assert sorted(seen) == [f"person-{number:05}" for number in range(7)]


def test_a_page_has_at_most_as_many_as_its_limit(admin, event):
    store_registrations(
        make_registration(1, reference="ABCDEF", form={"lastName": "Li"}),
        make_registration(2, form={"lastName": "Abcdef"}),
    )
    first = admin.get(f"{STAFF_PATH}?q=abcdef&limit=1").json
    second = admin.get(f"{STAFF_PATH}?q=abcdef&limit=1&cursor={first['cursor']}").json

    assert [item["form"]["lastName"] for item in first["items"]] == ["Li"]
    assert [item["form"]["lastName"] for item in second["items"]] == ["Abcdef"]


def test_another_events_registrations_are_not_found(admin, registered_names):
    create_event(id="other-fair")
    response = admin.get("/admin/events/other-fair/registrations?q=ana")

    assert response.json["items"] == []


def test_people_are_found_by_their_registration_form(admin, applicant, submitted):
    version = admin.get(submitted).json["version"]
    corrected = {"form": {"firstName": "Wren", "phone1": "9524459876"}, "version": version}
    assert admin.request("PATCH", submitted, corrected).status == 200

    for typed in ("wren", "9876", "river"):
        items = admin.get(f"/admin/users?q={typed}").json["items"]
        assert [item["id"] for item in items] == [applicant.account["id"]], typed
    assert admin.get("/admin/users?q=wren&role=Admin").json["items"] == []


def test_people_found_in_several_ways_are_listed_once(admin, applicant, submitted):
    items = admin.get("/admin/users?q=okafor").json["items"]

    assert [item["id"] for item in items] == [applicant.account["id"]]


def test_the_most_words_that_a_form_may_have_fit_into_one_transaction(admin, applicant, submitted):
    for letter in "ab":
        names = " ".join(f"{letter}{number}" for number in range(30))
        version = admin.get(submitted).json["version"]
        form = {
            "lastName": names[:100],
            "firstName": names[:100],
            "phone1": f"952445000{ord(letter) % 10}",
            "phone2": f"952445001{ord(letter) % 10}",
        }
        response = admin.request("PATCH", submitted, {"form": form, "version": version})
        assert response.status == 200, response.body

    assert len(search_terms(form, "river")) <= 22


def test_an_erased_registration_leaves_no_entries(applicant, submitted, backend):
    assert backend.rows("search")
    assert (
        applicant.post("/me/delete", {"currentPassword": "four quiet lakes in May"}).status == 200
    )

    assert backend.rows("search") == []


def test_entries_expire_with_their_registration(submitted, backend):
    [registration] = backend.rows("registrations")

    assert {row["ttl"] for row in backend.rows("search")} == {registration["ttl"]}


def test_a_registration_of_the_version_before_gets_its_entries_by_the_migration(
    admin, submitted, backend
):
    [row] = backend.rows("registrations")
    backend.clear("search")
    key = {"userId": row["userId"], "eventId": row["eventId"]}
    backend.change("registrations", key, searchTerms=[])
    assert search_usernames(admin, "okafor") == []
    [row] = backend.rows("registrations")
    change = MIGRATION.change(row)

    from chalicelib.platform.dynamodb import database

    database().transact(change.extra_writes)
    backend.change("registrations", key, **change.set)
    assert search_usernames(admin, "okafor") == ["river"]
    [row] = backend.rows("registrations")
    assert MIGRATION.change(row) is None


def test_the_migration_leaves_drafts_alone(event, applicant, backend):
    assert applicant.request("PUT", f"/registrations/{EVENT}", {"form": FORM}).status == 201
    [row] = backend.rows("registrations")

    assert MIGRATION.change(row) is None
