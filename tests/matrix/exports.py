"""The scenarios of exports, and their steps."""

from tests.matrix import steps
from tests.matrix.scenario import Scenario
from tests.support.clients import Person, Response
from tests.support.environments import Stage
from tests.support.events import EVENT
from tests.support.exports import EXPORT, store_ready_export

PATH = f"/admin/events/{EVENT}/exports"


def with_a_file(stage: Stage, person: Person) -> None:
    steps.as_admin_of_another(stage, person)
    store_ready_export(person.account["id"])


def start(person: Person) -> Response:
    return person.post(f"{PATH}?status=Hired", {"id": "chosen"})


SCENARIOS = {
    "start an export": Scenario("start_export", start, circumstances=steps.as_admin_of_another),
    "list exports": Scenario("list_exports", lambda p: p.get(PATH), circumstances=with_a_file),
    "download an export": Scenario(
        "download_export",
        lambda p: p.post(f"{PATH}/{EXPORT}/download"),
        adds=True,
        circumstances=with_a_file,
    ),
}
