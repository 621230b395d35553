"""Random stories of registrations, held against a model of a few lines."""

from dataclasses import dataclass, field

import pytest
from chalice.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chalicelib.registrations.registration_item import from_item
from tests.support.clients import Person
from tests.support.events import EVENT, FORM, create_event

REGISTRATION_PATH = f"/registrations/{EVENT}"
PARTIAL = {"firstName": "River"}
CAPACITY = 1
FURTHER = {"Submitted": "InReview", "InReview": "Interview", "Interview": "Hired"}
TAKING = {"Submitted", "InReview", "Interview", "Hired"}

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["save", "save half", "submit", "withdraw", "delete", "staff go on"]),
        st.integers(0, 2),
    ),
    max_size=14,
)


@dataclass
class Model:
    """What each of three people has: nothing, or status, whether complete, and version."""

    have: dict[int, list] = field(default_factory=dict)

    @property
    def taken(self):
        return sum(status in TAKING for status, *_ in self.have.values())

    def save(self, index, whole):
        if index not in self.have:
            self.have[index] = ["Draft", whole, 1]
            return 201
        status, complete, _ = self.have[index]
        if whole == complete:
            return 200
        if status not in {"Draft", "Submitted", "Waitlisted", "Withdrawn"}:
            return 409
        if not whole and status in {"Submitted", "Waitlisted"}:
            return 422
        return self._change(index, complete=whole)

    def submit(self, index):
        status, complete, _ = self.have.get(index, [None, None, None])
        if status in {None, "Submitted", "Waitlisted"}:
            return 404 if status is None else 200
        if status not in {"Draft", "Withdrawn"}:
            return 409
        if not complete:
            return 422
        return self._change(index, "Submitted" if self.taken < CAPACITY else "Waitlisted")

    def withdraw(self, index):
        status = self.have.get(index, [None])[0]
        if status in {None, "Withdrawn"}:
            return 404 if status is None else 200
        if status not in {"Submitted", "InReview", "Interview", "Waitlisted"}:
            return 409
        return self._change(index, "Withdrawn")

    def delete(self, index):
        status = self.have.get(index, [None])[0]
        if status != "Draft":
            return 404 if status is None else 409
        del self.have[index]
        return 200

    def _change(self, index, status=None, complete=None):
        was, had, version = self.have[index]
        self.have[index] = [status or was, had if complete is None else complete, version + 1]
        return 200


def act(stage, people, model, action, index):
    """Do one step to the service and to the model; return what each of them answers."""
    person, seen = people[index], {}
    if index in model.have:
        seen = {"version": model.have[index][2]}
    if action.startswith("save"):
        whole = action == "save"
        body = {"form": FORM if whole else PARTIAL} | seen
        return person.request("PUT", REGISTRATION_PATH, body).status, model.save(index, whole)
    if action == "staff go on":
        status = model.have.get(index, [None])[0]
        if status in FURTHER:
            model.have[index][0] = FURTHER[status]
            key = {"userId": person.account["id"], "eventId": EVENT}
            stage.change("registrations", key, status=FURTHER[status])
        return None, None
    if action == "delete":
        return person.delete(REGISTRATION_PATH).status, model.delete(index)
    return person.post(f"{REGISTRATION_PATH}/{action}").status, getattr(model, action)(index)


@pytest.fixture
def people(database_engine):
    from app import app

    people = [Person(Client(app), name) for name in ("river", "sky", "storm")]
    for person in people:
        assert person.sign_up().status == 201
    return people


@pytest.mark.parametrize("database_engine", ["dynamodb-local"], indirect=True)
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
# Random actions seldom lead two people as far as the last place.
@example(
    steps=[
        *[("save", 0), ("withdraw", 0), ("submit", 0), ("save", 1), ("submit", 1), ("submit", 0)],
        *[("withdraw", 0), ("submit", 0), ("staff go on", 0), ("submit", 0), ("delete", 1)],
        *[("save half", 2), ("submit", 2), ("save", 2), ("submit", 2), ("withdraw", 1)],
    ]
)
def test_after_random_actions_the_service_matches_the_model(database_engine, people, steps):
    for table in ("registrations", "history", "events"):
        database_engine.clear(table)
    create_event(capacity=CAPACITY)
    model = Model()

    for action, index in steps:
        answered, expected = act(database_engine, people, model, action, index)
        assert answered == expected, (action, index, model)

    stored = {row["userId"]: row for row in database_engine.rows("registrations")}
    for index, person in enumerate(people):
        row = stored.get(person.account["id"])
        have = model.have.get(index)
        assert (row and [row["status"], from_item(row).form == FORM, row["version"]]) == have
    [places] = [row for row in database_engine.rows("events") if "taken" in row]
    assert places["taken"] == model.taken
