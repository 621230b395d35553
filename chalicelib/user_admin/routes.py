"""Endpoints with which staff see and manage accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.identity.account import (
    AccountBeingErased,
    AccountBeingMerged,
    AccountsNotMergeable,
    IdentityTaken,
    LastSuperAdmin,
)
from chalicelib.identity.role import Permission
from chalicelib.platform import qr_codes
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import TooManyAttempts
from chalicelib.platform.field_errors import InvalidFields
from chalicelib.platform.responses import MessageResponse, Response
from chalicelib.registrations.registration import RegistrationsClash
from chalicelib.sessions import authentication
from chalicelib.staff.search import find_people
from chalicelib.user_admin.audit_log import audit_log
from chalicelib.user_admin.commands import user_commands
from chalicelib.user_admin.merging import merging
from chalicelib.user_admin.user_listing import UserFilter
from chalicelib.user_admin.user_search import user_search
from chalicelib.user_admin.walk_in import Created, Details, walk_ins

if TYPE_CHECKING:
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import CurrentUser
    from chalicelib.user_admin.bodies import (
        Merge,
        NewPerson,
        NewRole,
    )
    from chalicelib.user_admin.schemas import (
        AuditPage,
        AuditQuery,
        MergePreview,
        MergeQuery,
        PeopleQuery,
        Person,
        PersonPage,
        RegisteredPerson,
        StartedReset,
    )

blueprint = Blueprint("user_admin")

_APPLICANTS = authentication.requires_permission(Permission.MANAGE_APPLICANTS)
_STAFF = authentication.requires_permission(Permission.MANAGE_STAFF)
_AUDIT = authentication.requires_permission(Permission.READ_AUDIT)


@blueprint.endpoint("GET", "/admin/users", access=_APPLICANTS)
def list_people(
    request: Request, current_user: CurrentUser, query: PeopleQuery
) -> Response[PersonPage]:
    """List accounts, or search them by account or registration data."""
    search = user_search(current_user, request.received_at)
    user_filter = UserFilter(query.q, query.role, query.disabled)
    query_text = "" if query.cursor else query.q or ""
    find_others = find_people(query_text, query.limit, request.received_at)
    return Response(search.page_with(user_filter, query.limit, query.cursor, find_others))


@blueprint.endpoint("GET", "/admin/users/{user_id}", access=_APPLICANTS)
def show_person(request: Request, current_user: CurrentUser, user_id: str) -> Response[Person]:
    """Return an account."""
    return Response(user_commands(current_user, request.id, request.received_at).get(user_id))


@blueprint.endpoint(
    "POST",
    "/admin/users",
    access=_APPLICANTS,
    errors=(IdentityTaken, InvalidFields, TooManyAttempts),
    may_return_201=True,
)
def register_person(
    request: Request, current_user: CurrentUser, body: NewPerson
) -> Response[RegisteredPerson]:
    """Create an account for a person at the office, with a link to choose a password."""
    details = Details(body.username, body.email, body.first_name, body.last_name)
    desk = walk_ins(current_user, request)
    walk_in = desk.create(details, body.idempotency_key)
    return Response(_shown(walk_in), created=walk_in.link is not None)


def _shown(made: Created) -> dict[str, object]:
    """Return the fields of a new account, and its link, which is also a QR code."""
    from chalicelib.user_admin.schemas import Person

    fields = {name: getattr(made.account, name) for name in Person.annotations()}
    slip = {"link": made.link, "passphrase": made.passphrase}
    return {**fields, **slip, "link_qr_svg": made.link and qr_codes.svg(made.link)}


@blueprint.endpoint(
    "POST",
    "/admin/users/{user_id}/role",
    access=_STAFF,
    errors=(LastSuperAdmin, AccountBeingMerged, TooManyAttempts),
)
def change_role(
    request: Request, current_user: CurrentUser, body: NewRole, user_id: str
) -> Response[Person]:
    """Change an account's role, from its next request on."""
    commands = user_commands(current_user, request.id, request.received_at)
    return Response(commands.change_role(user_id, body.role))


@blueprint.endpoint(
    "POST",
    "/admin/users/{user_id}/disable",
    access=_APPLICANTS,
    errors=(LastSuperAdmin, TooManyAttempts),
)
def disable_person(request: Request, current_user: CurrentUser, user_id: str) -> Response[Person]:
    """Disable an account and end its sessions. An Admin can disable a User."""
    return Response(user_commands(current_user, request.id, request.received_at).disable(user_id))


@blueprint.endpoint(
    "POST",
    "/admin/users/{user_id}/enable",
    access=_APPLICANTS,
    errors=(AccountBeingMerged, TooManyAttempts),
)
def enable_person(request: Request, current_user: CurrentUser, user_id: str) -> Response[Person]:
    """Enable an account. An Admin can enable a User."""
    return Response(user_commands(current_user, request.id, request.received_at).enable(user_id))


@blueprint.endpoint(
    "POST",
    "/admin/users/{user_id}/password-reset",
    access=_APPLICANTS,
    errors=(TooManyAttempts,),
)
def start_password_reset(
    request: Request, current_user: CurrentUser, user_id: str
) -> Response[StartedReset]:
    """Start a password reset: the link is emailed, or returned for staff to hand over.

    An Admin can do this for a User.
    """
    return Response(
        user_commands(current_user, request.id, request.received_at).start_reset(user_id)
    )


@blueprint.endpoint(
    "POST",
    "/admin/users/{user_id}/mfa/remove",
    access=_STAFF,
    errors=(TooManyAttempts,),
)
def remove_persons_second_factor(
    request: Request, current_user: CurrentUser, user_id: str
) -> Response[Person]:
    """Turn off an account's two-step verification, remove its passkeys, and end its sessions."""
    commands = user_commands(current_user, request.id, request.received_at)
    return Response(commands.remove_second_factor(user_id))


@blueprint.endpoint(
    "GET",
    "/admin/users/{user_id}/merge",
    access=_APPLICANTS,
    errors=(AccountsNotMergeable, AccountBeingErased, AccountBeingMerged),
)
def preview_merge(
    request: Request, current_user: CurrentUser, query: MergeQuery, user_id: str
) -> Response[MergePreview]:
    """Return two accounts and their registrations, to compare them before a merge."""
    service = merging(current_user, request.id, request.received_at)
    return Response(service.preview(user_id, query.from_id))


@blueprint.endpoint(
    "POST",
    "/admin/users/{user_id}/merge",
    access=_APPLICANTS,
    errors=(AccountsNotMergeable, AccountBeingErased, AccountBeingMerged, RegistrationsClash),
)
def merge_people(
    request: Request, current_user: CurrentUser, body: Merge, user_id: str
) -> Response[Person]:
    """Merge another account of the same person into this one, and close it.

    Its registrations move; its sessions end, and its username and email are free again. After a
    failure, send the same request again: it goes on from where it stopped.
    """
    service = merging(current_user, request.id, request.received_at)
    return Response(service.merge(user_id, body.from_id, body.reason))


@blueprint.endpoint(
    "DELETE",
    "/admin/users/{user_id}/sessions",
    access=_APPLICANTS,
    errors=(TooManyAttempts,),
)
def end_persons_sessions(
    request: Request, current_user: CurrentUser, user_id: str
) -> MessageResponse:
    """Sign an account out of all devices. An Admin can do this to a User."""
    user_commands(current_user, request.id, request.received_at).end_sessions(user_id)
    return MessageResponse("Signed out everywhere")


@blueprint.endpoint("GET", "/admin/audit", access=_AUDIT)
def list_audit(
    request: Request, current_user: CurrentUser, query: AuditQuery
) -> Response[AuditPage]:
    """List the changes to an account or an event, newest first."""
    log = audit_log(current_user, request.received_at)
    return Response(log.entries(query.subject, query.limit, query.cursor))
