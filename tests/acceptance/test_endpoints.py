"""Every endpoint and page works through the gateway, under the role of the function behind it."""

import pytest

from chalicelib.functions import all_endpoints
from tests.acceptance.conftest import Operator
from tests.matrix.scenarios import SCENARIOS
from tests.support.clients import OverHttp
from tests.support.environments import Stage

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", SCENARIOS)
def test_endpoint_works_under_its_functions_role(name: str, deployed: Operator, stage: Stage):
    scenario = SCENARIOS[name]
    person = scenario.begin(stage, OverHttp(deployed.url))

    response = scenario.request(person)

    assert response.status < 400, response.body
    assert scenario.done(response)


def test_every_endpoint_has_a_scenario():
    tried = {scenario.action for scenario in SCENARIOS.values()}

    assert {endpoint.view.__name__ for endpoint in all_endpoints()} == tried
