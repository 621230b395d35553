"""Staff members and an event."""

import pytest
from chalice.test import Client

from app import app
from tests.support.clients import Person
from tests.support.events import EVENT, FORM, create_event

STAFF_PATH = f"/admin/events/{EVENT}/registrations"


@pytest.fixture
def event(backend):
    """An open event."""
    return create_event()


@pytest.fixture
def make_staff():
    """Creates a user with a role on a stage."""

    def make(stage, name, role):
        person = Person(Client(app), name)
        assert person.sign_up().status == 201
        stage.change("users", {"id": person.account["id"]}, role=role)
        return person

    return make


@pytest.fixture
def staff(make_staff, backend):
    """Creates a user with a role."""
    return lambda name, role="Admin": make_staff(backend, name, role)


@pytest.fixture
def admin(staff):
    """An Admin."""
    return staff("ada")


@pytest.fixture
def submitted(event, applicant):
    """River's registration, submitted, as the staff's path to it."""
    path = f"/registrations/{EVENT}"
    assert applicant.request("PUT", path, {"form": FORM}).status == 201
    assert applicant.post(f"{path}/submit").status == 200
    return f"{STAFF_PATH}/{applicant.account['id']}"


def audited(backend):
    """Return the subject, the action, and the fields of each audit entry."""
    return [(row["subject"], row["action"], row["fields"]) for row in backend.rows("audit")]
