"""Every endpoint and page works through the gateway, under the role of the function behind it."""

import pytest

from chalicelib.functions import all_endpoints
from tests.acceptance.conftest import Operator
from tests.matrix.scenarios import SCENARIOS
from tests.support.clients import OverHttp
from tests.support.environments import Stage

pytestmark = pytest.mark.slow

# The scenarios' provider is in this process, where no deployed function can reach it.
_ASK_A_PROVIDER = {
    "begin_provider_sign_in",
    "take_provider_response",
    "take_posted_provider_response",
}
_WITH_A_PROVIDER = [name for name, one in SCENARIOS.items() if one.action in _ASK_A_PROVIDER]
_WITHOUT_A_PROVIDER = [name for name in SCENARIOS if name not in _WITH_A_PROVIDER]


@pytest.mark.parametrize("name", _WITHOUT_A_PROVIDER)
def test_endpoint_works_under_its_functions_role(name: str, deployed: Operator, stage: Stage):
    scenario = SCENARIOS[name]
    person = scenario.begin(stage, OverHttp(deployed.url))

    response = scenario.request(person)

    assert response.status < 400, response.body
    assert scenario.succeeded(response)


@pytest.mark.parametrize("name", _WITH_A_PROVIDER)
def test_endpoint_answers_that_a_provider_is_out_of_reach(
    name: str, deployed: Operator, stage: Stage
):
    scenario = SCENARIOS[name]
    person = scenario.begin(stage, OverHttp(deployed.url))

    response = scenario.request(person)

    assert (response.status, response.json["code"]) == (503, "unavailable")


def test_every_endpoint_has_a_scenario():
    tried = {scenario.action for scenario in SCENARIOS.values()}

    assert {endpoint.view.__name__ for endpoint in all_endpoints()} == tried
