"""The providers of the tests, and a browser."""

import pytest

from tests.support import oidc_provider
from tests.support.oidc_provider import EXAMPLE_ISSUER


@pytest.fixture
def internet(backend):
    """The providers that this process reaches."""
    with oidc_provider.connected() as internet:
        yield internet


@pytest.fixture
def provider(internet):
    """The provider named “example”, honest until the test changes it."""
    return internet.providers[EXAMPLE_ISSUER]


@pytest.fixture
def browser(new_client):
    """The browser of a person without an account."""
    return new_client("river")
