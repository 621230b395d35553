"""Staff who export the registrations of an event, and the files in the bucket."""

import csv
import io
from unittest import mock

import pytest
from chalice.test import Client
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from app import app
from chalicelib.exports import files
from chalicelib.identity.role import Role
from chalicelib.platform import settings
from tests.support.accounts import signed_in_staff, store_account
from tests.support.clients import Person
from tests.support.environments import deliver
from tests.support.events import EVENT, create_event, make_registration, store_registrations

PATH = f"/admin/events/{EVENT}/exports"
# moto, like S3, takes smaller parts only at the end.
SMALL_PART = 2_000


@pytest.fixture(autouse=True)
def _empty_bucket(backend):
    """Delete the files of other tests, and let parts be small."""
    held = bucket()
    held.keys.clear()
    held.multiparts.clear()
    with (
        mock.patch("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", 1),
        mock.patch.object(files, "PART_BYTES", SMALL_PART),
    ):
        yield


@pytest.fixture
def event(backend):
    """An open event."""
    return create_event()


@pytest.fixture
def admin(backend):
    """An Admin."""
    return signed_in_staff(Client(app), "ada", Role.ADMIN)


@pytest.fixture
def reachable_admin(backend):
    """An Admin with a verified email address."""
    person = Person(Client(app), "grace")
    store_account("grace", Role.ADMIN, email="grace@e.co", email_verified=True)
    person.account = person.sign_in().json
    return person


@pytest.fixture
def thirty_registrations(event):
    """Thirty people."""
    store_registrations(*(make_registration(number) for number in range(30)))


def bucket():
    """What moto holds in the bucket of exports."""
    return s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[settings.current().exports_bucket]


def start(person, query="", **body):
    """Start an export; return the response."""
    return person.post(f"{PATH}?{query}" if query else PATH, body)


def written(person, query="", **body):
    """Start an export, and write it; return it as it's listed."""
    assert start(person, query, **body).status == 201
    deliver()
    return person.get(PATH).json["items"][0]


def rows_of(text):
    """The rows of a file."""
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def only_file():
    """The text of the only file in the bucket."""
    [key] = bucket().keys.values()
    return key.value.decode()
