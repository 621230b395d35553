"""The authorisation matrix: every route, asked by everybody."""

import pytest

from app import ROOMS
from tests.people import PASSWORD, Person

ACTIONS = [action for room in ROOMS for action in room.actions]
WHO = ("nobody", "a person", "another person", "an Admin", "a SuperAdmin", "someone disabled")

# What each of them is answered. Where a path names something, it is the person's own.
MATRIX = {
    "POST /signup": (201, 201, 201, 201, 201, 201),
    "GET /me": (401, 200, 200, 200, 200, 401),
    "POST /signin": (200, 200, 200, 200, 200, 200),
    "POST /signout": (200, 200, 200, 200, 200, 200),
    "GET /signout": (200, 200, 200, 200, 200, 200),
    "GET /sessions": (401, 200, 200, 200, 200, 401),
    "DELETE /sessions/{session_id}": (401, 200, 404, 404, 404, 401),
    "DELETE /sessions": (401, 200, 200, 200, 200, 401),
    "GET /health": (200, 200, 200, 200, 200, 200),
    "GET /openapi.json": (200, 200, 200, 200, 200, 200),
    "GET /docs": (200, 200, 200, 200, 200, 200),
    "GET /docs.css": (200, 200, 200, 200, 200, 200),
}
# Bodies that are in order, whoever sends them.
BODIES = {
    "POST /signup": {"username": "newcomer", "password": PASSWORD},
    "POST /signin": {"username": "river", "password": PASSWORD},
}


@pytest.fixture
def everybody(backend, client):
    """One of each, signed in where they can be."""

    def signed_up(name, **attributes):
        person = Person(client, name)
        person.sign_up()
        if attributes:
            backend.change("users", {"id": person.account["id"]}, **attributes)
        return person

    return {
        "nobody": Person(client, "nobody"),
        "a person": signed_up("river"),
        "another person": signed_up("sky"),
        "an Admin": signed_up("ada", role="Admin"),
        "a SuperAdmin": signed_up("sue", role="SuperAdmin"),
        "someone disabled": signed_up("dan", disabled=True),
    }


def test_every_route_has_a_row():
    assert MATRIX.keys() == {f"{action.method} {action.path}" for action in ACTIONS}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("route", MATRIX)
def test_everybody_gets_what_is_theirs(everybody, route, who):
    own = everybody["a person"].get("/sessions").json["items"][0]["id"]
    method, path = route.replace("{session_id}", own).split()

    reply = everybody[who].ask(method, path, BODIES.get(route))

    assert reply.status == MATRIX[route][WHO.index(who)]


@pytest.mark.parametrize("route", [route for route, row in MATRIX.items() if row[0] == 401])
def test_nobody_learns_nothing_from_a_wrong_request(everybody, route, aws_calls):
    method, path = route.replace("{session_id}", "anything").split()

    reply = everybody["nobody"].ask(method, f"{path}?limit=wrong", {"wrong": 1})

    assert (reply.status, reply.code) == (401, "not_signed_in")
    assert aws_calls == []
