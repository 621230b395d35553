"""The store of registrations, on a fake database."""

from unittest import mock

from chalicelib.registrations.registration_item import to_item
from chalicelib.registrations.store import RegistrationStore
from tests.support.events import make_registration


def test_all_registrations_of_an_account_are_returned_however_many_there_are():
    items = [to_item(make_registration(number)) for number in range(1001)]
    database = mock.Mock()
    database.query.return_value = items[:1000], {"userId": "u", "eventId": "e"}
    database.query_all.return_value = iter(items)

    assert len(RegistrationStore(database).registrations_of_user("u")) == 1001
