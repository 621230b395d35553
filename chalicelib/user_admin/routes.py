"""Everybody's accounts, as staff see and manage them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from chalicelib.identity.account import (
    BeingErased,
    BeingMerged,
    IdentityTaken,
    LastSuperAdmin,
    NotMergeable,
)
from chalicelib.identity.role import Permission
from chalicelib.platform import qr_codes
from chalicelib.platform.actions import Room
from chalicelib.platform.answers import Answer, Done
from chalicelib.platform.errors import InvalidFields, TooManyAttempts
from chalicelib.registrations.registration import RegistrationsClash
from chalicelib.sessions import guard
from chalicelib.staff.search import people_found
from chalicelib.user_admin.audit_log import trail
from chalicelib.user_admin.merging import merging
from chalicelib.user_admin.people import people
from chalicelib.user_admin.people_listing import Wanted
from chalicelib.user_admin.walk_in import Created, Details, walk_ins

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import Caller
    from chalicelib.user_admin.schemas import (
        AuditPage,
        AuditQuery,
        Merge,
        MergePreview,
        MergeQuery,
        NewPerson,
        NewRole,
        PeopleQuery,
        Person,
        PersonPage,
        RegisteredPerson,
        StartedReset,
    )

room = Room("user_admin")

_APPLICANTS = guard.permitted(Permission.MANAGE_APPLICANTS)
_STAFF = guard.permitted(Permission.MANAGE_STAFF)
_AUDIT = guard.permitted(Permission.READ_AUDIT)


@room.action("GET", "/admin/users", who=_APPLICANTS)
def list_people(request: Request, caller: Caller, query: PeopleQuery) -> Answer[PersonPage]:
    """List accounts, or search them by account or registration data."""
    everybody = people(caller, request.identifier, request.received_at)
    wanted = Wanted(query.q, query.role, query.disabled)
    sought = "" if query.cursor else query.q or ""
    others = people_found(sought, query.limit, request.received_at)
    return Answer(everybody.page_with(wanted, query.limit, query.cursor, others))


@room.action("GET", "/admin/users/{user_id}", who=_APPLICANTS)
def show_person(request: Request, caller: Caller, user_id: str) -> Answer[Person]:
    """Return an account."""
    return Answer(people(caller, request.identifier, request.received_at).get(user_id))


@room.action(
    "POST", "/admin/users", who=_APPLICANTS, refusals=(IdentityTaken, InvalidFields), creates=True
)
def register_person(request: Request, caller: Caller, body: NewPerson) -> Answer[RegisteredPerson]:
    """Create an account for a person at the office, with a link to choose a password."""
    details = Details(body.username, body.email, body.first_name, body.last_name)
    desk = walk_ins(caller, request.identifier, request.received_at)
    made = desk.create(details, body.idempotency_key)
    return Answer(_shown(made), new=made.link is not None)


def _shown(made: Created) -> dict[str, object]:
    """Return the fields of a new account, and its link, which is also a QR code."""
    account = made.account
    derived = {"second_factor": account.second_factor, "permissions": account.permissions}
    link = {"link": made.link, "link_qr_svg": made.link and qr_codes.svg(made.link)}
    return {**asdict(account), **derived, **link}


@room.action(
    "POST",
    "/admin/users/{user_id}/role",
    who=_STAFF,
    refusals=(LastSuperAdmin, BeingMerged),
)
def change_role(request: Request, caller: Caller, body: NewRole, user_id: str) -> Answer[Person]:
    """Change an account's role, from its next request on."""
    everybody = people(caller, request.identifier, request.received_at)
    return Answer(everybody.change_role(user_id, body.role))


@room.action("POST", "/admin/users/{user_id}/disable", who=_APPLICANTS, refusals=(LastSuperAdmin,))
def disable_person(request: Request, caller: Caller, user_id: str) -> Answer[Person]:
    """Disable an account and end its sessions. An Admin can disable a User."""
    return Answer(people(caller, request.identifier, request.received_at).disable(user_id))


@room.action("POST", "/admin/users/{user_id}/enable", who=_APPLICANTS, refusals=(BeingMerged,))
def enable_person(request: Request, caller: Caller, user_id: str) -> Answer[Person]:
    """Enable an account. An Admin can enable a User."""
    return Answer(people(caller, request.identifier, request.received_at).enable(user_id))


@room.action(
    "POST",
    "/admin/users/{user_id}/password-reset",
    who=_APPLICANTS,
    refusals=(TooManyAttempts,),
)
def start_password_reset(request: Request, caller: Caller, user_id: str) -> Answer[StartedReset]:
    """Start a password reset: the link is emailed, or returned for staff to hand over.

    An Admin can do this for a User.
    """
    return Answer(people(caller, request.identifier, request.received_at).start_reset(user_id))


@room.action("POST", "/admin/users/{user_id}/mfa/remove", who=_STAFF)
def remove_persons_second_factor(request: Request, caller: Caller, user_id: str) -> Answer[Person]:
    """Turn off an account's two-step verification and end its sessions."""
    everybody = people(caller, request.identifier, request.received_at)
    return Answer(everybody.remove_second_factor(user_id))


@room.action(
    "GET",
    "/admin/users/{user_id}/merge",
    who=_APPLICANTS,
    refusals=(NotMergeable, BeingErased, BeingMerged),
)
def preview_merge(
    request: Request, caller: Caller, query: MergeQuery, user_id: str
) -> Answer[MergePreview]:
    """Return two accounts and their registrations, to compare them before a merge."""
    own = merging(caller, request.identifier, request.received_at)
    return Answer(own.preview(user_id, query.from_id))


@room.action(
    "POST",
    "/admin/users/{user_id}/merge",
    who=_APPLICANTS,
    refusals=(NotMergeable, BeingErased, BeingMerged, RegistrationsClash),
)
def merge_people(request: Request, caller: Caller, body: Merge, user_id: str) -> Answer[Person]:
    """Merge another account of the same person into this one, and close it.

    Its registrations move; its sessions end, and its username and email are free again. After a
    failure, send the same request again: it goes on from where it stopped.
    """
    own = merging(caller, request.identifier, request.received_at)
    return Answer(own.merge(user_id, body.from_id, body.reason))


@room.action("DELETE", "/admin/users/{user_id}/sessions", who=_APPLICANTS)
def end_persons_sessions(request: Request, caller: Caller, user_id: str) -> Done:
    """Sign an account out of all devices. An Admin can do this to a User."""
    people(caller, request.identifier, request.received_at).end_sessions(user_id)
    return Done("Signed out everywhere")


@room.action("GET", "/admin/audit", who=_AUDIT)
def list_audit(request: Request, caller: Caller, query: AuditQuery) -> Answer[AuditPage]:
    """List the changes to an account or an event, newest first."""
    kept = trail(caller, request.received_at)
    return Answer(kept.about(query.subject, query.limit, query.cursor))
