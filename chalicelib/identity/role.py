"""Roles, and what each permits: the one table that decides who may do what.

Endpoints name the permission they need, ``GET /me`` returns those of the account, and the pages
show what they permit. To add a role, add a line to :class:`Role`, and a label in each language.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Self


class Permission(StrEnum):
    """One kind of work that a role may permit."""

    MANAGE_REGISTRATIONS = "manageRegistrations"
    MANAGE_APPLICANTS = "manageApplicants"
    MANAGE_STAFF = "manageStaff"
    MANAGE_EVENTS = "manageEvents"
    READ_AUDIT = "readAudit"


class Role(StrEnum):
    """A role of an account.

    Attributes:
        permissions: what the role permits beyond an applicant's own account and registrations.
    """

    permissions: frozenset[Permission]

    USER = "User", ()
    ADMIN = "Admin", (Permission.MANAGE_REGISTRATIONS, Permission.MANAGE_APPLICANTS)
    SUPER_ADMIN = "SuperAdmin", tuple(Permission)

    def __new__(cls, value: str, permissions: Iterable[Permission] = ()) -> Self:
        """Create a member, or find one by its value alone."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.permissions = frozenset(permissions)
        return member

    @property
    def is_staff(self) -> bool:
        """Whether the role permits anything that concerns other people."""
        return bool(self.permissions)

    @property
    def manages(self) -> tuple["Role", ...]:
        """The roles of the accounts that staff with this role may change."""
        if self.permits(Permission.MANAGE_STAFF):
            return tuple(Role)
        if self.permits(Permission.MANAGE_APPLICANTS):
            return tuple(role for role in Role if not role.is_staff)
        return ()

    def permits(self, permission: Permission) -> bool:
        """Return whether the role permits a kind of work."""
        return permission in self.permissions


def roles_with_permission(permission: Permission) -> tuple[Role, ...]:
    """Return the roles that permit a kind of work."""
    return tuple(role for role in Role if role.permits(permission))
