"""People with an app."""

import pytest

from tests.second_factor.apps import set_up


@pytest.fixture
def app(river):
    """River's, set up and in use."""
    return set_up(river)
