"""Endpoints with which staff export registrations to a file. None of them accepts an API key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.exports.service import ExportNotReady, export_service
from chalicelib.identity.role import Permission
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import NotFound, TooManyAttempts
from chalicelib.platform.field_errors import InvalidFields
from chalicelib.platform.responses import Response
from chalicelib.sessions import authentication

if TYPE_CHECKING:
    from chalicelib.exports.bodies import StartExport
    from chalicelib.exports.schemas import (
        ExportDownload,
        RegistrationExport,
        RegistrationExportList,
        StartExportQuery,
    )
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import CurrentUser

blueprint = Blueprint("exports")

_STAFF = authentication.requires_permission(Permission.MANAGE_REGISTRATIONS)
EXPORTS_PATH = "/admin/events/{event_id}/exports"


@blueprint.endpoint(
    "POST",
    EXPORTS_PATH,
    access=_STAFF,
    status=201,
    errors=(NotFound, InvalidFields, TooManyAttempts),
)
def start_export(
    request: Request,
    current_user: CurrentUser,
    body: StartExport,
    query: StartExportQuery,
    event_id: str,
) -> Response[RegistrationExport]:
    """Start an export of the list to a CSV file, of any size. The service emails when it's ready.

    With an `id` chosen by the client, it can be sent again safely.
    """
    exports = export_service(current_user, request)
    sign, language = query.separator.sign, query.language.value
    return Response(exports.start(event_id, query.filters(), sign, language, body.id))


@blueprint.endpoint("GET", EXPORTS_PATH, access=_STAFF)
def list_exports(
    request: Request, current_user: CurrentUser, event_id: str
) -> Response[RegistrationExportList]:
    """List your own exports of an event, with their progress."""
    return Response({"items": export_service(current_user, request).list_all(event_id)})


@blueprint.endpoint(
    "POST",
    f"{EXPORTS_PATH}/{{export_id}}/download",
    access=_STAFF,
    errors=(NotFound, ExportNotReady, TooManyAttempts),
)
def download_export(
    request: Request, current_user: CurrentUser, event_id: str, export_id: str
) -> Response[ExportDownload]:
    """Get a URL that downloads the file of your own export for 60 seconds."""
    return Response(export_service(current_user, request).download(event_id, export_id))
