"""Roles: what each permits, and that every role is known wherever roles are listed."""

import pytest

from chalicelib.identity.role import Permission, Role, roles_with_permission
from chalicelib.platform.languages import Language
from tests.support.accounts import signed_in_staff, store_account
from web import labels


def test_applicants_have_no_permission():
    assert not Role.USER.permissions
    assert not Role.USER.is_staff


def test_super_admins_have_every_permission():
    assert Role.SUPER_ADMIN.permissions == set(Permission)


@pytest.mark.parametrize("permission", Permission)
def test_every_permission_belongs_to_a_role(permission):
    assert roles_with_permission(permission)


@pytest.mark.parametrize("role", Role)
def test_a_person_learns_what_their_role_permits(client, role):
    person = signed_in_staff(client, "ada", role)

    assert set(person.get("/me").json["permissions"]) == role.permissions


@pytest.mark.parametrize("role", Role)
def test_accounts_of_every_role_are_in_the_list_of_accounts(client, role):
    store_account("river", role)
    boss = signed_in_staff(client, "sue", Role.SUPER_ADMIN)

    listed = {user["username"]: user["role"] for user in boss.get("/admin/users").json["items"]}

    assert listed["river"] == role


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_label(role, language):
    assert labels.choice_labels(language)[role]


def test_staff_manage_applicants_and_super_admins_manage_everyone():
    assert Role.USER.manages == ()
    assert Role.ADMIN.manages == (Role.USER,)
    assert Role.SUPER_ADMIN.manages == tuple(Role)
