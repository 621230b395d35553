"""Many concurrent clients, on DynamoDB Local."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import boto3
import pytest
import requests
from passlib.hash import argon2

from chalicelib.platform.identifiers import new_identifier
from tests.support.clients import COOKIE, DEVICE_COOKIE, PASSWORD

# So many at once; more with make crowds.
at_once_with = pytest.mark.parametrize("many", [20, pytest.param(100, marks=pytest.mark.slow)])


@pytest.fixture
def url(dynamodb_local_service):
    return dynamodb_local_service.url


@pytest.fixture
def table(dynamodb_local_service):
    resource = boto3.resource("dynamodb", endpoint_url=dynamodb_local_service.described["dynamodb"])
    return lambda name: resource.Table(f"breeze-lakes-point-local-{name}")


def at_once(times, send):
    """Run this many concurrent calls, and return their results."""
    start = Barrier(times)

    def wait_and_ask(number):
        start.wait()
        return send(number)

    with ThreadPoolExecutor(times) as crowd:
        return list(crowd.map(wait_and_ask, range(times)))


def rows(table, **where):
    [(name, value)] = where.items()
    items = table.scan(ConsistentRead=True)["Items"]
    return [row for row in items if row.get(name) in value]


@at_once_with
def test_of_many_who_want_one_name_one_gets_it(url, table, many):
    name = f"river-{new_identifier()}".lower()
    forms = [name, name.upper(), name.title()]
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isalpha() else c for c in name)

    def sign_up(number):
        fields = {"username": [*forms, wide][number % 4], "password": PASSWORD}
        return requests.post(f"{url}/signup", json=fields)

    answers = at_once(many, sign_up)

    codes = [a.json()["code"] for a in answers if a.status_code == 409]
    assert sorted(a.status_code for a in answers) == [201] + [409] * (many - 1)
    assert codes == ["identity_taken"] * (many - 1)
    assert len(rows(table("users"), username={*forms, wide})) == 1
    assert len(rows(table("identities"), identity={name})) == 1


@at_once_with
def test_of_many_who_want_one_address_under_two_usernames_one_gets_it(url, table, many):
    first_name, other = (f"{prefix}-{new_identifier()}".lower() for prefix in ("a", "b"))
    email = f"{first_name}@example.com"

    def sign_up(number):
        username = first_name if number % 2 else other
        fields = {"username": username, "email": email, "password": PASSWORD}
        return requests.post(f"{url}/signup", json=fields).status_code

    assert sorted(at_once(many, sign_up)) == [201] + [409] * (many - 1)
    owners = {
        row["userId"] for row in rows(table("identities"), identity={first_name, other, email})
    }
    assert len(owners) == len(rows(table("users"), username={first_name, other})) == 1


def known_devices(url, person, count):
    """Sign a user in on this many devices; return the cookies. Each device has its own limit."""
    answers = [requests.post(f"{url}/signin", json=person) for _ in range(count)]
    return [{DEVICE_COOKIE: answer.cookies[DEVICE_COOKIE]} for answer in answers]


def test_thirty_sign_ins_at_once_with_a_weak_hash_all_succeed_and_replace_it_once(url, table):
    applicant = {"username": f"river-{new_identifier()}", "password": PASSWORD}
    account = requests.post(f"{url}/signup", json=applicant).json()
    devices = known_devices(url, applicant, 30)
    weak = argon2.using(type="ID", memory_cost=8192, time_cost=1).hash(PASSWORD)
    table("credentials").update_item(
        Key={"userId": account["id"]},
        UpdateExpression="SET passwordHash = :weak",
        ExpressionAttributeValues={":weak": weak},
    )

    def sign_in(number):
        return requests.post(f"{url}/signin", json=applicant, cookies=devices[number])

    answers = at_once(30, sign_in)

    assert {a.status_code for a in answers} == {200}
    assert len({a.cookies[COOKIE] for a in answers}) == 30
    [row] = rows(table("credentials"), userId={account["id"]})
    assert row["passwordHash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_signing_in_during_a_sign_out_everywhere_never_causes_a_fault(url):
    applicant = {"username": f"river-{new_identifier()}", "password": PASSWORD}
    session = requests.Session()
    session.post(f"{url}/signup", json=applicant)
    token = {COOKIE: session.cookies[COOKIE]}
    devices = known_devices(url, applicant, 40)

    def send(number):
        if number % 4 == 0:
            return requests.delete(f"{url}/sessions", cookies=token).status_code
        return requests.post(f"{url}/signin", json=applicant, cookies=devices[number]).status_code

    assert set(at_once(40, send)) <= {200, 401}
    assert session.get(f"{url}/me").status_code == 401


def test_of_a_hundred_guesses_at_once_five_have_a_result_and_the_owner_gets_in(url):
    applicant = {"username": f"river-{new_identifier()}", "password": PASSWORD}
    [device] = (requests.post(f"{url}/signup", json=applicant).cookies,)

    def guess(number):
        if number % 25 == 24:
            return requests.post(f"{url}/signin", json=applicant, cookies=device).status_code
        return requests.post(f"{url}/signin", json=applicant | {"password": "a guess"}).status_code

    began = time.monotonic()
    outcomes = Counter(at_once(100, guess))
    seconds = time.monotonic() - began

    assert outcomes[200] == 4
    # Waits of 1, 2, 4 … s, by a clock of whole seconds, let one more through each as they pass.
    waited = sum(2**number - number - 1 <= seconds for number in range(1, 10))
    assert 5 <= outcomes[401] <= 5 + waited
    assert outcomes[200] + outcomes[401] + outcomes[429] == 100


@at_once_with
def test_many_people_sign_up_at_once_and_none_is_rejected(url, many):
    def sign_up(number):
        fields = {"username": f"crowd-{number}-{new_identifier()}", "password": PASSWORD}
        return requests.post(f"{url}/signup", json=fields).status_code

    with ThreadPoolExecutor(20) as crowd:
        assert set(crowd.map(sign_up, range(many))) == {201}
