"""Endpoints: a view's declaration is the only source for its route, access, errors, and schemas.

The signature of a view declares its input and output. It may have these parameters:

- ``request``: the :class:`~chalicelib.platform.request.Request`.
- ``current_user``: the user that the endpoint's access policy returns for the request.
- ``body`` and ``query``: validated before the call. Their schemas are in the package's ``schemas``
  module, or in its ``bodies`` module, which is imported only for requests with a body.
- each variable of its path, validated as an identifier.

The return annotation is ``Response[Schema]``, ``DownloadResponse[Schema]``, or a response type
without a schema, such as ``MessageResponse`` or ``HtmlResponse``. Annotations are text, resolved on
first use, so that declaring an endpoint imports no schemas.
"""

import functools
import importlib
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint as ChaliceBlueprint
from chalice.app import Request as ChaliceRequest
from chalice.app import Response as ChaliceResponse

from chalicelib.platform import log, probes
from chalicelib.platform import request as request_parsing
from chalicelib.platform.access import AccessPolicy, ApiKeyNotAccepted
from chalicelib.platform.csrf import reject_cross_site
from chalicelib.platform.errors import (
    COMPRESSED_BODY_MESSAGE,
    MAX_BODY_BYTES,
    ApiError,
    CrossSiteRequest,
    InternalError,
    InvalidJson,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    ServiceUnavailable,
    UnsupportedMediaType,
    VersionConflict,
)
from chalicelib.platform.identifiers import is_identifier
from chalicelib.platform.log import LogEvent
from chalicelib.platform.request import Request
from chalicelib.platform.responses import (
    CssResponse,
    CsvResponse,
    DownloadResponse,
    HtmlResponse,
    JavaScriptResponse,
    ManifestResponse,
    MessageResponse,
    RedirectResponse,
    Response,
    ScriptedHtmlResponse,
    SessionResponse,
    SvgResponse,
    render,
    render_error,
)

if TYPE_CHECKING:
    from chalice.app import HeadersType

    from chalicelib.platform.request_schema import BodySchema, QuerySchema
    from chalicelib.platform.response_schema import ResponseSchema

View = Callable[..., Response[Any]]
# Besides these, a view may have a parameter for each variable of its path.
_VIEW_PARAMETERS = frozenset({"request", "current_user", "body", "query"})

# Errors of authentication, authorization, and rate limiting are logged.
_LOGGED_STATUSES = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
# Both labels are valid in the WHATWG's Encoding Standard.
_UTF_8_LABELS = {"utf-8", "utf8"}
# RFC 9110, 8.4: a body without Content-Encoding is not compressed.
_IDENTITY_ENCODINGS = {"", "identity"}
UNSAFE_METHODS = {"POST", "PUT", "PATCH", "DELETE"}
GET, HEAD = "GET", "HEAD"
_RESPONSE_TYPES: dict[str, type[Response[Any]]] = {
    response_type.__name__: response_type
    for response_type in (
        *(Response, SessionResponse, DownloadResponse, MessageResponse),
        *(HtmlResponse, ScriptedHtmlResponse, RedirectResponse, CsvResponse),
        *(CssResponse, JavaScriptResponse, SvgResponse, ManifestResponse),
    )
}
_DOWNLOAD_RESPONSES = {CsvResponse.__name__, DownloadResponse.__name__}


@dataclass(frozen=True, slots=True)
class EndpointSchemas:
    """The input and output of an endpoint, from its view's annotations.

    Attributes:
        response_type: the type of the response.
        body: the schema that validates the body; None without a body.
        query: the schema that validates the query string; None without parameters.
        response: the schema that writes the response; None if its type needs none.
    """

    response_type: type[Response[Any]]
    body: "type[BodySchema] | None" = None
    query: "type[QuerySchema] | None" = None
    response: "type[ResponseSchema] | None" = None


@dataclass(frozen=True)
class Endpoint:
    """One method of one path: what a client may send, who may call it, and what it returns.

    Attributes:
        package: the package that declares it.
        method: the HTTP method.
        path: the path below the service's base path, with variables in braces.
        view: the function that handles its requests.
        access: the access that it requires.
        status: the HTTP status of a success.
        view_errors: the errors that its view raises; more follow from the other attributes.
        may_return_201: whether the status is 201 instead if the request created a resource.
        sets_cookie: whether a success may set or delete the session cookie.
        event: the log event of a success; None if only errors are logged.
    """

    package: str
    method: str
    path: str
    view: View
    access: AccessPolicy
    status: int
    view_errors: tuple[type[ApiError], ...]
    sets_cookie: bool
    may_return_201: bool
    event: LogEvent | None

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that it handles: an endpoint for GET also handles HEAD (RFC 9110, 9.1)."""
        return (GET, HEAD) if self.method == GET else (self.method,)

    @property
    def supports_head(self) -> bool:
        """Whether it supports HEAD: a GET that sets a cookie isn't safe (RFC 9110, 9.2.1)."""
        return self.method == GET and not self.sets_cookie

    @property
    def is_download(self) -> bool:
        """Whether its response is a file that is expensive to build.

        If so, HEAD validates and authorizes the request without calling the view, and requests from
        other sites are rejected.
        """
        name: str = self.view.__annotations__["return"]
        return name.partition("[")[0] in _DOWNLOAD_RESPONSES

    @property
    def rejects_cross_site_requests(self) -> bool:
        """Whether it rejects cross-site requests, as changes and downloads do."""
        is_exempt = self.access.allows_cross_site_posts
        return (self.method in UNSAFE_METHODS and not is_exempt) or self.is_download

    @functools.cached_property
    def schemas(self) -> EndpointSchemas:
        """The schemas in the view's annotations."""
        annotations = self.view.__annotations__
        response_type, _, response = annotations["return"].rstrip("]").partition("[")
        return EndpointSchemas(
            _RESPONSE_TYPES[response_type],
            body=self._import_schema(annotations.get("body", "")),
            query=self._import_schema(annotations.get("query", "")),
            response=self._import_schema(response),
        )

    def _import_schema(self, name: str) -> Any:
        """Return a schema of the package by its name; None without a name."""
        if not name:
            return None
        schemas = importlib.import_module(f"chalicelib.{self.package}.schemas")
        if hasattr(schemas, name):
            return getattr(schemas, name)
        return getattr(importlib.import_module(f"chalicelib.{self.package}.bodies"), name)

    def validate_view_signature(self) -> None:
        """Check that the endpoint can pass each parameter of the view, and render its response.

        Raises:
            TypeError: a parameter is unknown, the return annotation is missing or unknown, or an
                endpoint that may change data accepts API keys.
        """
        view_name = f"{self.view.__module__}.{self.view.__qualname__}"
        response_type = str(self.view.__annotations__.get("return", "")).partition("[")[0]
        if response_type not in _RESPONSE_TYPES:
            raise TypeError(f"{view_name} must return a registered response type")
        path_variables = re.findall(r"{(\w+)}", self.path)
        if unknown := self.parameters.difference(_VIEW_PARAMETERS, path_variables):
            raise TypeError(f"{view_name} has unknown parameters: {', '.join(sorted(unknown))}")
        if self.access.scope and self.method != GET:
            raise TypeError(f"{view_name} accepts API keys, which only read")

    @functools.cached_property
    def parameters(self) -> frozenset[str]:
        """The names of the view's parameters."""
        return frozenset(self.view.__annotations__) - {"return"}

    @property
    def errors(self) -> tuple[type[ApiError], ...]:
        """All errors that it may respond with, ordered by status."""
        from chalicelib.platform.field_errors import InvalidFields  # only to describe the API

        errors: set[type[ApiError]] = {
            PayloadTooLarge,
            InternalError,
            *self.access.errors,
            *self.view_errors,
        }
        if self.rejects_cross_site_requests:
            errors.add(CrossSiteRequest)
        if "body" in self.parameters:
            errors |= {InvalidJson, UnsupportedMediaType, InvalidFields}
        if "query" in self.parameters:
            errors.add(InvalidFields)
        if "{" in self.path:
            errors.add(NotFound)
        if not self.access.scope:
            errors.add(ApiKeyNotAccepted)
        return tuple(sorted(errors, key=lambda error: (error.STATUS_CODE, error.code)))

    def handle(self, chalice_request: ChaliceRequest, **path_variables: str) -> ChaliceResponse:
        """Validate a request, call the view, and render the response; without a body for HEAD."""
        is_head = chalice_request.method == HEAD
        if is_head and not self.supports_head:
            response = render_error(MethodNotAllowed(), request_parsing.language(chalice_request))
        else:
            response = self._respond(chalice_request, path_variables)
        if is_head:
            response.body = ""
        return response

    def _respond(
        self, chalice_request: ChaliceRequest, path_variables: dict[str, str]
    ) -> ChaliceResponse:
        request_id = ""
        try:
            request_id = request_parsing.request_id(chalice_request)
            log.bind_account(None)
            request = request_parsing.from_chalice(chalice_request)
            arguments = self._authorize_and_parse(request, path_variables)
            if request.method == HEAD and self.is_download:
                headers: HeadersType = {**self.schemas.response_type.headers}
                return ChaliceResponse("", status_code=self.status, headers=headers)
            result = self.view(**arguments)
            response = render(result, self.schemas.response, self.status)
            if self.event:
                self._log(self.event, request_id, address=request.address, **path_variables)
        except ApiError as error:
            address = request_parsing.client_address(chalice_request)
            if isinstance(error, ServiceUnavailable):
                self._log(LogEvent.UNAVAILABLE, request_id, cause=error.cause)
            elif error.STATUS_CODE in _LOGGED_STATUSES:
                self._log(
                    LogEvent.REQUEST_REJECTED, request_id, address=address, **error.log_fields
                )
            elif reason := probes.probe_reason(error, path_variables):
                self._log(LogEvent.PROBE_DETECTED, request_id, address=address, code=reason)
            schema = self.schemas.response if isinstance(error, VersionConflict) else None
            return render_error(error, request_parsing.language(chalice_request), schema)
        # OWASP ASVS 5.0 16.5.4: a last-resort handler. Only the log gets the details.
        except Exception:  # noqa: BLE001
            self._log(LogEvent.INTERNAL_ERROR, request_id, traceback=traceback.format_exc())
            return render_error(InternalError(), request_parsing.language(chalice_request))
        else:
            return response

    def _log(self, event: LogEvent, request_id: str, **fields: str) -> None:
        log.emit(event, action=self.view.__name__, requestId=request_id, **fields)

    def _authorize_and_parse(
        self, request: Request, path_variables: dict[str, str]
    ) -> dict[str, Any]:
        if self.rejects_cross_site_requests:
            reject_cross_site(request)
        if len(request.body) > MAX_BODY_BYTES:
            raise PayloadTooLarge
        if not all(map(is_identifier, path_variables.values())):
            raise NotFound
        arguments: dict[str, Any] = {
            "request": request,
            "current_user": self.access.current_user(request),
            **path_variables,
        }
        arguments |= self._parse_input(request)
        return {name: arguments[name] for name in self.parameters}

    def _parse_input(self, request: Request) -> dict[str, Any]:
        arguments: dict[str, Any] = {}
        if query := self.schemas.query:
            arguments["query"] = query.parse(request.query)
        if body := self.schemas.body:
            if request.body or body.is_required():
                require_json(request)
                arguments["body"] = body.parse(request.body)
            else:
                arguments["body"] = body.parse(b"{}")
        return arguments


def require_json(request: Request) -> None:
    """Require the Content-Type ``application/json``, in UTF-8 if it names a charset.

    Raises:
        UnsupportedMediaType: the header is missing or different, or the body is compressed.
    """
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding not in _IDENTITY_ENCODINGS:
        raise UnsupportedMediaType(COMPRESSED_BODY_MESSAGE)
    media_type, *parameters = request.headers.get("content-type", "").lower().split(";")
    charsets = {
        value.strip().strip('"')
        for name, _, value in (parameter.partition("=") for parameter in parameters)
        if name.strip() == "charset"
    }
    if media_type.strip() != "application/json" or charsets - _UTF_8_LABELS:
        raise UnsupportedMediaType


class Blueprint(ChaliceBlueprint):
    """The endpoints of a package: a Chalice blueprint with the list of their declarations."""

    def __init__(self, name: str) -> None:
        """Create the blueprint of the package ``chalicelib.{name}``."""
        super().__init__(f"chalicelib.{name}.routes")
        self.name = name
        self.endpoints: list[Endpoint] = []

    def endpoint(
        self,
        method: str,
        path: str,
        *,
        access: AccessPolicy,
        status: int = 200,
        errors: tuple[type[ApiError], ...] = (),
        sets_cookie: bool = False,
        may_return_201: bool = False,
        event: LogEvent | None = None,
    ) -> Callable[[View], View]:
        """Declare the decorated view as an endpoint; see :class:`Endpoint` for the arguments."""
        success_event = event or (LogEvent.PRIVILEGED_ACTION if access.requires_role else None)

        def register(view: View) -> View:
            endpoint = Endpoint(
                package=self.name,
                method=method,
                path=path,
                view=view,
                access=access,
                status=status,
                view_errors=errors,
                sets_cookie=sets_cookie,
                may_return_201=may_return_201,
                event=success_event,
            )
            endpoint.validate_view_signature()
            self.endpoints.append(endpoint)

            @functools.wraps(view)
            def chalice_view(**path_variables: str) -> ChaliceResponse:
                response = endpoint.handle(self.current_request, **path_variables)
                if response.status_code == MethodNotAllowed.STATUS_CODE:
                    response.headers["Allow"] = self._allowed_methods(path)  # RFC 9110, 15.5.6
                return response

            # Chalice accepts any Content-Type, since the endpoint's own check is stricter.
            self.route(path, methods=[*endpoint.methods], content_types=["*/*"])(chalice_view)
            return view

        return register

    def _allowed_methods(self, path: str) -> str:
        """Return the value of the ``Allow`` header for a path."""
        same_path = [endpoint for endpoint in self.endpoints if endpoint.path == path]
        head_methods = [HEAD for endpoint in same_path if endpoint.supports_head]
        return ", ".join(sorted({*head_methods, *(endpoint.method for endpoint in same_path)}))
