"""Whether the service is there, and how it is spoken to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chalicelib.platform import built_files, settings
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.responses import HtmlResponse, Response
from chalicelib.sessions import authentication

if TYPE_CHECKING:
    from chalicelib.openapi.schemas import Description, Health

blueprint = Blueprint("openapi")


@blueprint.endpoint("GET", "/health", access=authentication.ANYONE)
def show_health() -> Response[Health]:
    """Health check: the service responds. It doesn't check the database."""
    return Response({"status": "ok"})


@blueprint.endpoint("GET", "/openapi.json", access=authentication.ANYONE)
def show_description() -> Response[Description]:
    """Return this OpenAPI document."""
    server = settings.current().public_url or "."
    description = json.loads(built_files.read("openapi.json"))
    return Response(description | {"servers": [{"url": server}]})


@blueprint.endpoint("GET", "/docs", access=authentication.ANYONE)
def show_docs() -> HtmlResponse:
    """Show the API documentation as a page."""
    server = settings.current().public_url or "."
    return HtmlResponse(built_files.read("docs.html").replace("{{server}}", server))
