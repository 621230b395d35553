"""Creates accounts directly in the tables, and staff who are signed in."""

from dataclasses import replace
from typing import Any

from chalicelib.identity.account import Account, Role
from chalicelib.identity.account_repository import account_repository, new_account
from chalicelib.platform import clock
from tests.support.clients import PASSWORD, Client, OverHttp, Person


def store_account(username: str, role: Role = Role.USER, **overrides: Any) -> Account:
    """Store an account with the password that all test accounts share."""
    names = {n: overrides.pop(n, None) for n in ("email", "first_name", "last_name")}
    created = new_account(username=username, password=PASSWORD, role=role, now=clock.now(), **names)
    account = replace(created, **overrides)
    account_repository().add(account)
    return account


def signed_in_staff(client: Client | OverHttp, username: str, role: Role) -> Person:
    """Return a staff member who is signed in."""
    store_account(username, role)
    person = Person(client, username)
    response = person.sign_in()
    assert response.status == 200
    person.account = response.json
    return person
