"""Users with an authenticator app."""

import pytest

from tests.second_factor.apps import set_up
from tests.support.accounts import store_account
from tests.support.clients import Person


@pytest.fixture
def app(applicant):
    """River's, set up and in use."""
    return set_up(applicant)


@pytest.fixture
def verified_applicant(client):
    """An applicant with a verified email, signed in."""
    store_account("lane", email="lane@example.com", email_verified=True)
    person = Person(client, "lane")
    assert person.sign_in().status == 200
    person.account = person.get("/me").json
    return person
