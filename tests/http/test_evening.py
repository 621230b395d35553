"""The last evening: everyone registers at once, on DynamoDB Local."""

import datetime

import boto3
import pytest
import requests

from chalicelib.platform.identifiers import new_identifier
from tests.http.test_rush import at_once
from tests.support.clients import PASSWORD
from tests.support.events import EVENT_BODY, FORM


@pytest.fixture
def url(dynamodb_local_service):
    return dynamodb_local_service.url


@pytest.fixture
def table(dynamodb_local_service):
    endpoint = dynamodb_local_service.described["dynamodb"]
    resource = boto3.resource("dynamodb", endpoint_url=endpoint)
    return lambda name: resource.Table(f"breeze-lakes-point-local-{name}")


@pytest.fixture
def event(dynamodb_local_service, url):
    """Makes an event with so many places."""
    super_admin = requests.Session()
    assert super_admin.post(f"{url}/signin", json=dynamodb_local_service.described["superAdmin"]).ok

    def hold(capacity):
        name = f"fair-{new_identifier()}"
        opens_at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
        body = EVENT_BODY | {"capacity": capacity, "registrationOpensAt": opens_at.isoformat()}
        assert super_admin.put(f"{url}/admin/events/{name}", json=body).status_code == 201
        return name

    yield hold
    super_admin.close()


@pytest.fixture
def applicant(url):
    """Creates a user with an account."""
    people = []

    def sign_up():
        people.append(requests.Session())
        fields = {"username": f"river-{new_identifier()}", "password": PASSWORD}
        assert people[-1].post(f"{url}/signup", json=fields).status_code == 201
        return people[-1]

    yield sign_up
    for person in people:
        person.close()


@pytest.mark.parametrize("many", [20, pytest.param(200, marks=pytest.mark.slow)])
def test_of_many_who_submit_at_once_ten_get_the_last_ten_places(url, table, event, applicant, many):
    name = event(10)
    people = [applicant() for _ in range(many)]
    for person in people:
        assert person.put(f"{url}/registrations/{name}", json={"form": FORM}).status_code == 201

    def submit(number):
        for _ in range(10):
            answer = people[number].post(f"{url}/registrations/{name}/submit")
            if answer.status_code != 503:
                return answer
        return answer

    answers = at_once(many, submit)

    assert {answer.status_code for answer in answers} == {200}
    statuses = sorted(answer.json()["status"] for answer in answers)
    assert statuses == ["Submitted"] * 10 + ["Waitlisted"] * (many - 10)
    assert table("events").get_item(Key={"id": f"{name}#places"})["Item"]["taken"] == 10


def test_of_fifty_saves_of_one_draft_at_once_the_version_counts_the_accepted_ones(
    url, table, event, applicant
):
    name, person = event(10), applicant()
    cookies = person.cookies.get_dict()

    def save(number):
        body = {"form": {"firstName": f"River {number}"}}
        return requests.put(f"{url}/registrations/{name}", json=body, cookies=cookies)

    first = at_once(50, save)
    assert sorted(a.status_code for a in first) == [201] + [409] * 49
    assert {a.json()["current"]["version"] for a in first if a.status_code == 409} == {1}

    def save_again(number):
        body = {"form": {"firstName": f"Again {number}"}, "version": 1}
        return requests.put(f"{url}/registrations/{name}", json=body, cookies=cookies)

    again = at_once(50, save_again)
    accepted = [a for a in first + again if a.ok]
    draft = person.get(f"{url}/registrations/{name}").json()
    assert draft["version"] == len(accepted) == 2
    assert draft["form"] == accepted[-1].json()["form"]


def test_of_fifty_same_saves_at_once_one_is_new_and_the_others_say_so(url, event, applicant):
    name, person = event(10), applicant()
    cookies = person.cookies.get_dict()

    def save(_):
        return requests.put(f"{url}/registrations/{name}", json={"form": FORM}, cookies=cookies)

    answers = at_once(50, save)

    assert sorted(a.status_code for a in answers) == [200] * 49 + [201]
    assert {a.json()["version"] for a in answers} == {1}
