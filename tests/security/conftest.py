"""Runs the service behind a socket, as an attacker reaches it. Every test's clients use it."""

import pytest

from chalicelib.identity.account import Role
from tests.security.crowds import behind_a_socket
from tests.support.accounts import at_work
from tests.support.clients import OverHttp
from tests.support.events import hold_event


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
    return hold_event()


@pytest.fixture
def sue(client):
    """A SuperAdmin."""
    return at_work(client, "sue", Role.SUPER_ADMIN)


@pytest.fixture
def ada(client):
    """An Admin."""
    return at_work(client, "ada", Role.ADMIN)
