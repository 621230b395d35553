"""Runs the service behind a socket, as an attacker reaches it. Every test's clients use it."""

import pytest

from chalicelib.identity.account import Role
from tests.security.crowds import behind_a_socket
from tests.support.accounts import signed_in_staff
from tests.support.clients import OverHttp
from tests.support.events import create_event


@pytest.fixture
def url(backend):
    """The URL of a service on moto in this process, so that tests can read its tables."""
    with behind_a_socket() as listening:
        yield listening


@pytest.fixture
def client(url):
    """In place of the one that calls the app directly."""
    return OverHttp(url)


@pytest.fixture
def event(backend):
    return create_event()


@pytest.fixture
def super_admin(client):
    """A SuperAdmin."""
    return signed_in_staff(client, "sue", Role.SUPER_ADMIN)


@pytest.fixture
def admin(client):
    """An Admin."""
    return signed_in_staff(client, "ada", Role.ADMIN)
