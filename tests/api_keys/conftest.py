"""A SuperAdmin who creates keys, and what other systems read with them."""

from unittest import mock

import pytest

from chalicelib.identity.role import Role
from chalicelib.platform import clock
from tests.support import api_keys
from tests.support.accounts import signed_in_staff


@pytest.fixture(autouse=True)
def _one_moment():
    """Let no day end during a test."""
    with mock.patch.object(clock, "now", return_value=clock.now()):
        yield


@pytest.fixture
def super_admin(client):
    """A SuperAdmin, signed in."""
    return signed_in_staff(client, "sue", Role.SUPER_ADMIN)


@pytest.fixture
def key(super_admin):
    """A key of that SuperAdmin with all scopes."""
    return api_keys.create_key(super_admin)


@pytest.fixture
def read(client):
    """Sends a request with a key's token."""
    return lambda token, path, **more: api_keys.send(client, token, path, **more)
