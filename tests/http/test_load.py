"""The simulated users of the load test, one of each kind, on their own service."""

from random import Random

import pytest

from tests.http.servers import serving
from tools.load import crowd, run
from tools.load.ledger import Ledger
from tools.load.people import EVENING, Person


@pytest.fixture(scope="module")
def service(tmp_path_factory, local_endpoint):
    """Kept by DynamoDB Local, of which ``local_endpoint`` says whether it is to be had."""
    with serving(tmp_path_factory.mktemp("load"), "--database", "dynamodb-local") as running:
        yield running


@pytest.fixture(scope="module")
def url(service):
    return service.url


@pytest.fixture(scope="module")
def super_admin(service):
    described = service.described["superAdmin"]
    return described["username"], described["password"]


@pytest.fixture(scope="module")
def ledger(url, super_admin):
    """The responses to each kind of user, sequentially and then concurrently."""
    ledger = Ledger()
    [admin, dee] = run.desk(url, super_admin, 2)
    for doings, staff in (
        ((Person.register, Person.come_back, Person.look_around), None),
        ((Person.sit_at_the_desk,) * 5, admin),
        ((Person.manage,), super_admin),
    ):
        person = Person(url, Random(1), lambda: None, staff)  # noqa: S311 (to be repeated)
        for doing in doings:
            doing(person)
        person.close()
        ledger.add(person.ledger)
    few = dict.fromkeys(EVENING, 1)
    played = crowd.play(url, [dee, super_admin], seconds=2, mean_pause=0.1, seed=1, evening=few)
    assert played.timings.surprises == []
    assert played.answers > len(few)
    ledger.add(played.ledger)
    return ledger


def test_all_that_people_are_told_is_found(ledger, url, super_admin):
    assert run.lost(url, super_admin, ledger) == []
    assert ledger.accounts
    assert ledger.registrations
    assert ledger.notes
    assert ledger.event


def test_what_is_not_there_is_missed(ledger, url, super_admin):
    also = Ledger(accounts={"01M82TAX65NYRCFAP3K5E0RG9T"})
    also.add(ledger)

    assert run.lost(url, super_admin, also) == ["Account 01M82TAX65NYRCFAP3K5E0RG9T is gone."]
