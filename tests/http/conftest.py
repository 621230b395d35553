"""One server for all tests that do not change its state."""

import pytest

from tests.http.servers import serving


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    """The service on moto, with a front end at https://front.example."""
    folder = tmp_path_factory.mktemp("served")
    with serving(folder, BREEZE_LAKES_POINT_FRONT_END_ORIGIN="https://front.example") as running:
        yield running


@pytest.fixture(scope="session")
def dynamodb_local_service(tmp_path_factory, local_endpoint):
    """The service on DynamoDB Local, of which ``local_endpoint`` says whether it is to be had."""
    with serving(tmp_path_factory.mktemp("kept"), "--database", "dynamodb-local") as running:
        yield running
