"""Staff, and an account for them to manage."""

import pytest

from chalicelib.identity.account import Role
from tests.support.accounts import signed_in_staff


@pytest.fixture
def super_admin(backend, client):
    """A SuperAdmin."""
    return signed_in_staff(client, "sue", Role.SUPER_ADMIN)


@pytest.fixture
def admin(backend, client):
    """An Admin."""
    return signed_in_staff(client, "ada", Role.ADMIN)


@pytest.fixture
def entries(backend):
    """Reads what the audit holds: action, actor, subject and fields of each entry."""

    def read():
        rows = sorted(backend.rows("audit"), key=lambda row: row["id"])
        return [(r["action"], r["actor"], r["subject"], r["fields"]) for r in rows]

    return read
