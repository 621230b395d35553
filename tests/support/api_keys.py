"""API keys: created through the API, and used by another system."""

from typing import Any

from tests.support.clients import PASSWORD, Person, Response

ALL_SCOPES = ("events:read", "registrations:read", "summary:read")


def confirm(person: Person) -> str:
    """Return a confirmation that a signed-in person has proved the password."""
    response = person.post("/me/confirmation", {"currentPassword": PASSWORD})
    assert response.status == 200, response.body
    return str(response.json["confirmation"])


def body_of(confirmation: str, **fields: Any) -> dict[str, Any]:
    """Return the body that creates a key."""
    fields = {"name": "Payroll", "scopes": list(ALL_SCOPES), "expiresInDays": 90, **fields}
    return {"confirmation": confirmation, **fields}


def create_key(super_admin: Person, *scopes: str, **fields: Any) -> dict[str, Any]:
    """Create a key, with all scopes unless some are named; return it with its token."""
    fields = {"scopes": list(scopes or ALL_SCOPES), **fields}
    response = super_admin.post("/admin/api-keys", body_of(confirm(super_admin), **fields))
    assert response.status == 201, response.body
    key: dict[str, Any] = response.json
    return key


def send(client: Any, token: str, path: str, method: str = "GET", body: Any = None) -> Response:
    """Send a request with a key, from a system without cookies."""
    return Person(client).request(method, path, body, Authorization=f"Bearer {token}")
