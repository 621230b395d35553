"""The running service conforms to its own OpenAPI description, signed out and as each role."""

import pytest

from tools.fuzz.description import examine
from tools.fuzz.service import ROLES, serving

pytestmark = pytest.mark.slow

# Staff's part takes as long as all the rest, and is closed to others: the authorization matrix
# holds that. To staff the rest is what it is to all.
# `make fuzz` asks everything in each role.
_STAFFS = "^/admin"
PART = {
    "anonymous": ("--exclude-path-regex", _STAFFS),
    "User": ("--exclude-path-regex", _STAFFS),
    "Admin": ("--include-path-regex", _STAFFS),
    "SuperAdmin": ("--include-path-regex", _STAFFS),
}


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("service"), "moto") as running:
        yield running


@pytest.mark.parametrize("role", ROLES)
def test_the_service_answers_as_described_to(role, service):
    examined = examine(service.url, service.folder, service.new_user(role), *PART[role])

    assert examined.passed, examined.said
    assert examined.cases > 0
