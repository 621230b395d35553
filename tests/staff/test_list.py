"""Staff's lists of registrations: filters, pages, and permissions."""

from urllib.parse import quote

import pytest

from chalicelib.registrations.workflow import Status
from tests.staff.conftest import STAFF_PATH
from tests.support.events import EVENT, FORM, create_event, make_registration, store_registrations

NAMES = ["O'Neil", "-Jones", "García", "Okafor", "okonkwo", "de la Cruz", "Li"]


@pytest.fixture
def seven_registrations(event):
    """Seven people, each different."""
    store_seven()


@pytest.fixture
def staff_on_either_engine(database_engine, make_staff):
    """An Admin who looks at the seven, in moto and again in DynamoDB Local."""
    create_event()
    store_seven()
    return make_staff(database_engine, "ada", "Admin")


def store_seven():
    statuses = [*Status][1:]
    store_registrations(
        *(
            make_registration(
                number,
                reference=f"7KQ2M{number}",
                status=statuses[number],
                form={
                    "lastName": name,
                    "phone1": f"+1952445123{number}",
                    "phone2": "+16514455555" if number % 2 else None,
                    "shifts": ["morning"] if number < 3 else ["day", "overnight"],
                    "eventJobs": ["cleaning"] if number == 1 else None,
                    "vendorJobs": ["cooking"] if number == 2 else ["retailSales"],
                    "age": "TwentyonePlus" if number > 4 else "EighteenToTwenty",
                    "workAll": number == 0,
                    "preEvent": number == 3 or None,
                    "postEvent": number == 4 or None,
                },
            )
            for number, name in enumerate(NAMES)
        )
    )


def names(response):
    assert response.status == 200, response.body
    return [item["form"]["lastName"] for item in response.json["items"]]


def every_page(person, query, limit=2):
    """Everything that the pages of a list show, and how many pages there are."""
    page = person.get(f"{STAFF_PATH}?limit={limit}{query}")
    items, pages = names(page), 1
    while cursor := page.json["cursor"]:
        page = person.get(f"{STAFF_PATH}?limit={limit}{query}&cursor={cursor}")
        items += names(page)
        pages += 1
    return items, pages


@pytest.mark.parametrize("letter", ["\ufdfa", "\U00020000", "a"], ids=["18", "wide", "plain"])
def test_a_list_continues_after_the_longest_names(admin, event, applicant, letter):
    long = {"lastName": letter * 100, "firstName": letter * 100}
    path = f"/registrations/{EVENT}"
    assert applicant.request("PUT", path, {"form": FORM | long}).status == 201
    assert applicant.post(f"{path}/submit").status == 200
    store_registrations(*(make_registration(number, form=long) for number in range(2)))

    assert every_page(admin, "&sort=lastName", 1) == ([letter * 100] * 3, 3)
    query = f"&lastName={quote(letter * 100)}"
    assert every_page(admin, query, 1) == ([letter * 100] * 3, 3)


def test_the_newest_registrations_are_first(admin, seven_registrations):
    assert names(admin.get(STAFF_PATH)) == NAMES[::-1]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("submittedAt", NAMES),
        ("-submittedAt", NAMES[::-1]),
        ("lastName", ["de la Cruz", "García", "-Jones", "Li", "Okafor", "okonkwo", "O'Neil"]),
    ],
)
def test_each_order_continues_over_pages(admin, seven_registrations, sort, expected):
    assert every_page(admin, f"&sort={sort}") == (expected, 4)


# The filters, and the registrations that match each.
FILTERS = [
    ("status=Hired", {"okonkwo"}),
    ("shift=morning", {"O'Neil", "-Jones", "García"}),
    ("shift=evening", set()),
    ("job=cleaning", {"-Jones"}),
    ("job=cooking", {"García"}),
    ("job=retailSales", {*NAMES} - {"García"}),
    ("age=TwentyonePlus", {"de la Cruz", "Li"}),
    ("workAll=true", {"O'Neil"}),
    ("workAll=false", {*NAMES} - {"O'Neil"}),
    ("preEvent=true", {"Okafor"}),
    ("postEvent=true", {"okonkwo"}),
    ("lastName=ok", {"Okafor", "okonkwo"}),
    ("lastName=ONEIL", {"O'Neil"}),
    ("lastName=o%27n", {"O'Neil"}),
    ("lastName=garcia", {"García"}),
    ("lastName=Jones", {"-Jones"}),
    ("lastName=De+La", {"de la Cruz"}),
    ("lastName=neil", set()),
    ("phone=952.445.1233", {"Okafor"}),
    ("phone=%2B1(651)+445-5555", {"-Jones", "Okafor", "de la Cruz"}),
    ("reference=7KQ2M4", {"okonkwo"}),
    ("reference=7kq-2m+o", {"O'Neil"}),
    ("reference=7kq2mi", {"-Jones"}),
    ("lastName=ok&shift=day&job=retailSales&age=EighteenToTwenty", {"Okafor", "okonkwo"}),
    ("lastName=ok&status=Hired", {"okonkwo"}),
    ("status=Hired&shift=morning", set()),
    ("phone=6514455555&age=TwentyonePlus&workAll=false", {"de la Cruz"}),
    ("reference=7KQ2M4&status=Draft", set()),
    ("status=&shift=&lastName=ok&reference=", {"Okafor", "okonkwo"}),
]


@pytest.mark.parametrize("sort", ["", "&sort=submittedAt", "&sort=-submittedAt", "&sort=lastName"])
def test_filters_combine_with_each_other_and_with_every_sort(staff_on_either_engine, sort):
    for query, expected in FILTERS:
        items, _ = every_page(staff_on_either_engine, f"&{query}{sort}", limit=1)

        assert set(items) == expected, query
        assert len(items) == len(expected), query


@pytest.mark.parametrize("sort", ["submittedAt", "-submittedAt", "lastName"])
def test_a_phone_of_many_is_paged_in_order(admin, seven_registrations, sort):
    everyone, _ = every_page(admin, f"&sort={sort}")
    items, pages = every_page(admin, f"&phone=6514455555&sort={sort}", limit=1)

    assert items == [name for name in everyone if name in {"-Jones", "Okafor", "de la Cruz"}]
    assert pages == 3


def test_names_are_searched_in_order_of_names_unless_told_otherwise(admin, seven_registrations):
    assert names(admin.get(f"{STAFF_PATH}?lastName=o")) == ["Okafor", "okonkwo", "O'Neil"]
    assert names(admin.get(f"{STAFF_PATH}?lastName=o&sort=submittedAt")) == [
        "O'Neil",
        "Okafor",
        "okonkwo",
    ]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("limit=0", {"limit"}),
        ("limit=-1", {"limit"}),
        ("limit=101", {"limit"}),
        ("limit=abc", {"limit"}),
        ("limit=1e1", {"limit"}),
        ("status=hired", {"status"}),
        ("shift=night", {"shift"}),
        ("job=dataEntry", {"job"}),
        ("age=17", {"age"}),
        ("workAll=yes", {"workAll"}),
        ("preEvent=1", {"preEvent"}),
        ("sort=age", {"sort"}),
        ("lastName=%25", {"lastName"}),
        ("lastName=%27+--", {"lastName"}),
        (f"lastName={'a' * 10_000}", {"lastName"}),
        ("phone=12", {"phone"}),
        ("reference=7KQ2M", {"reference"}),
        ("reference=7KQ2MU", {"reference"}),
        ("lastName=ok&reference=7KQ2M4", {"reference"}),
        ("lastName=ok&phone=9524451233", {"phone"}),
        ("phone=9524451233&reference=7KQ2M4", {"reference"}),
        ("status=Hired&status=Draft", {"status"}),
        ("ethnicity=White", {"ethnicity"}),
        ("cursor=", {"cursor"}),
        ("cursor=nonsense", {"cursor"}),
    ],
)
def test_an_invalid_query_is_reported(admin, seven_registrations, query, wrong):
    response = admin.get(f"{STAFF_PATH}?{query}")

    assert (response.status, response.code) == (422, "invalid_fields")
    assert {at.partition(".")[0] for at in response.fields} == wrong


@pytest.mark.parametrize("last_name", ["x' OR 1=1 --", "a%25", "a_", "\\", "*", '"a'])
def test_a_name_is_letters_and_no_language(admin, seven_registrations, last_name):
    response = admin.get(f"{STAFF_PATH}?lastName=q{last_name.replace(' ', '+')}")

    assert names(response) == []


def test_a_cursor_is_valid_for_its_own_list_only(admin, seven_registrations, staff):
    create_event(id="other-fair")
    cursor = admin.get(f"{STAFF_PATH}?limit=2&status=&lastName=o").json["cursor"]
    assert cursor
    others = [
        (admin, f"{STAFF_PATH}?cursor={cursor}"),
        (admin, f"{STAFF_PATH}?lastName=ok&cursor={cursor}"),
        (admin, f"{STAFF_PATH}?lastName=o&sort=-submittedAt&cursor={cursor}"),
        (admin, f"/admin/events/other-fair/registrations?lastName=o&cursor={cursor}"),
        (admin, f"{STAFF_PATH}?lastName=o&cursor={cursor[:-1]}{'A' if cursor[-1] != 'A' else 'B'}"),
        (staff("sue", "SuperAdmin"), f"{STAFF_PATH}?lastName=o&cursor={cursor}"),
        (admin, f"/sessions?cursor={cursor}"),
    ]

    assert admin.get(f"{STAFF_PATH}?lastName=o&cursor={cursor}").status == 200
    for person, path in others:
        response = person.get(path)
        assert (response.status, response.json.get("fields", {}).keys()) == (422, {"cursor"}), path


def test_an_event_that_there_is_not_is_not_found(admin, event):
    for path in ("registrations", "registrations.csv", "summary"):
        assert admin.get(f"/admin/events/no-such-fair/{path}").status == 404


def test_ethnicity_is_in_no_list_and_no_record(admin, seven_registrations):
    [first, *_] = admin.get(STAFF_PATH).json["items"]
    record = admin.get(f"{STAFF_PATH}/{first['userId']}")

    assert b"thnicity" not in admin.get(STAFF_PATH).body + record.body
    assert first["username"] == "person.6"


def test_expired_registrations_are_not_listed(admin, seven_registrations, backend):
    for number in range(3):
        key = {"userId": f"person-{number:05}", "eventId": EVENT}
        backend.change("registrations", key, ttl=1)

    for query in ("", "&sort=lastName", "&phone=6514455555", "&lastName=o"):
        assert {*NAMES[:3]}.isdisjoint(every_page(admin, query)[0])


def test_concurrent_changes_do_not_repeat_a_registration_in_the_list(admin, seven_registrations):
    first = admin.get(f"{STAFF_PATH}?sort=submittedAt&limit=3")
    store_registrations(make_registration(-1, form={"lastName": "Early"}))
    store_registrations(make_registration(9, form={"lastName": "Late"}))
    moved = admin.post(f"{STAFF_PATH}/person-00005/status", {"status": "Withdrawn", "version": 1})
    rest = admin.get(f"{STAFF_PATH}?sort=submittedAt&limit=9&cursor={first.json['cursor']}")

    assert moved.status == 409
    assert names(first) + names(rest) == [*NAMES, "Late"]
