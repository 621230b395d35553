"""The pages out of the zip, below the stage's name."""

import pytest

from tests.browser.journeys import register_without_email
from tests.browser.visits import Visit
from tests.package.conftest import OF_LAMBDA
from tests.support.environments import stage
from tests.support.events import create_event
from tools import chromium, moto_server, rehearsal


@pytest.fixture
def service(dev_package, local_endpoint, tmp_path):
    """The package, served, with two events that are open."""
    with stage(local_endpoint) as behind, moto_server.running() as aws:
        create_event()
        create_event(id="winter-market", name="Winter Market")
        environment = {
            **OF_LAMBDA,
            "AWS_ENDPOINT_URL": aws,
            "AWS_ENDPOINT_URL_DYNAMODB": local_endpoint,
            "BREEZE_LAKES_POINT_STAGE": behind.name,
            "BREEZE_LAKES_POINT_PUBLIC_URL": "http://localhost",
            "BREEZE_LAKES_POINT_BREACHED_PASSWORDS": "off",
        }
        log = tmp_path / "function.log"
        with rehearsal.running(dev_package, environment, processes=2, log=log) as served:
            yield served


def test_from_no_account_to_a_submitted_registration_and_back_again(service):
    if problem := chromium.problem():
        pytest.skip(problem)
    assert service.url.endswith("/api")
    with chromium.running() as browser:
        visit = Visit(browser, service.url)
        visit.expects(401, 422)
        register_without_email(visit, "river.okafor")
        visit.close()
