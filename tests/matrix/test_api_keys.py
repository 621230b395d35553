"""The authorization matrix of API keys: each endpoint, called with keys of each scope."""

import pytest

from chalicelib.api_keys.access import session_or_api_key
from chalicelib.api_keys.scope import Scope
from chalicelib.functions import all_endpoints
from chalicelib.identity.role import Permission, Role
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.responses import MessageResponse
from tests.support.accounts import signed_in_staff
from tests.support.api_keys import create_key, send
from tests.support.events import EVENT, create_event, make_registration, store_registrations

# Every other endpoint accepts no key.
SCOPES = {
    "GET /admin/events": Scope.EVENTS,
    "GET /admin/events/{event_id}": Scope.EVENTS,
    "GET /admin/events/{event_id}/registrations": Scope.REGISTRATIONS,
    "GET /admin/events/{event_id}/registrations/{user_id}": Scope.REGISTRATIONS,
    "GET /admin/events/{event_id}/summary": Scope.SUMMARY,
    "GET /admin/events/{event_id}/places": Scope.SUMMARY,
}
CHANGING = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def super_admin(client):
    """A SuperAdmin of an event with a registration."""
    create_event()
    store_registrations(make_registration(0))
    return signed_in_staff(client, "sue", Role.SUPER_ADMIN)


def url(path):
    names = ("session_id", "version", "name", "identity_id", "passkey_id", "key_id", "export_id")
    values = dict.fromkeys(names, "anything") | {"provider": "example"}
    return path.format(event_id=EVENT, user_id="person-00000", **values)


def test_no_other_endpoint_accepts_a_key_and_none_reads_it(client, super_admin, aws_calls):
    token = create_key(super_admin)["token"]
    aws_calls.clear()

    for endpoint in all_endpoints():
        route = f"{endpoint.method} {endpoint.path}"
        if route not in SCOPES:
            response = send(client, token, url(endpoint.path), endpoint.method, {})
            assert (response.status, response.code) == (403, "api_key_not_accepted"), route
    assert aws_calls == []


@pytest.mark.parametrize("scope", Scope)
def test_a_key_opens_the_endpoints_of_its_scope(client, super_admin, scope):
    token = create_key(super_admin, scope)["token"]

    for route, needed in SCOPES.items():
        method, path = route.split()
        response = send(client, token, url(path), method)
        assert response.status == (200 if needed is scope else 403), route


def test_no_method_that_changes_data_accepts_a_key(client, super_admin, backend):
    token = create_key(super_admin)["token"]
    before = backend.everything()

    for path in sorted({endpoint.path for endpoint in all_endpoints()}):
        for method in CHANGING:
            response = send(client, token, url(path), method, {})
            assert response.status in {403, 405}, (method, path)
    assert backend.everything() == before


def test_an_endpoint_that_changes_data_cannot_be_declared_to_accept_keys():
    def change() -> "MessageResponse":
        """Change something."""

    access = session_or_api_key(Permission.MANAGE_REGISTRATIONS, Scope.EVENTS)
    with pytest.raises(TypeError, match="accepts API keys, which only read"):
        Blueprint("staff").endpoint("POST", "/admin/changes", access=access)(change)
