"""The scenarios of API keys, and their steps."""

from tests.matrix import steps
from tests.matrix.scenario import Scenario
from tests.support import api_keys
from tests.support.clients import Person, Response
from tests.support.environments import Stage


def with_a_confirmation(stage: Stage, person: Person) -> None:
    steps.as_super_admin_of_one(stage, person)
    person.account["confirmation"] = api_keys.confirm(person)


def with_a_key(stage: Stage, person: Person) -> None:
    steps.as_super_admin_of_one(stage, person)
    person.account["key"] = api_keys.create_key(person)


def create(person: Person) -> Response:
    return person.post("/admin/api-keys", api_keys.body_of(person.account["confirmation"]))


def read(person: Person) -> Response:
    return api_keys.send(person.client, person.account["key"]["token"], "/admin/events")


SCENARIOS = {
    "list API keys": Scenario(
        "list_api_keys", lambda p: p.get("/admin/api-keys"), circumstances=with_a_key
    ),
    "create an API key": Scenario("create_api_key", create, circumstances=with_a_confirmation),
    "revoke an API key": Scenario(
        "revoke_api_key",
        lambda p: p.delete(f"/admin/api-keys/{p.account['key']['id']}"),
        circumstances=with_a_key,
    ),
    "read with an API key": Scenario(
        "list_all_events", read, counts_twice=True, circumstances=with_a_key
    ),
}
