"""Endpoints: each one declares its route, access, and errors once, and everything else derives.

The signature of a view declares its input and output. It may have these parameters:

- ``request``: the :class:`~chalicelib.platform.request.Request`.
- ``caller``: what ``authorize`` of its ``access`` returned.
- ``body`` and ``query``: validated before the call. Models of bodies that need pydantic are in the
  package's ``bodies`` module, all other schemas in its ``schemas`` module.
- each variable of its path, validated as an identifier.

The return annotation is ``Response[Schema]``, ``DownloadResponse[Schema]``, or a response type
without a schema, such as ``MessageResponse`` or ``HtmlResponse``. Annotations are text, resolved on
first use, so that declaring an endpoint imports no schemas.
"""

import functools
import importlib
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint as ChaliceBlueprint
from chalice.app import Request as ChaliceRequest
from chalice.app import Response as ChaliceResponse

from chalicelib.platform import log, probes
from chalicelib.platform import request as requests
from chalicelib.platform.csrf import reject_cross_site
from chalicelib.platform.errors import (
    ApiError,
    BadJson,
    CsrfRejected,
    InternalError,
    InvalidFields,
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
    MessageResponse,
    RedirectResponse,
    Response,
    ScriptedHtmlResponse,
    SvgResponse,
    render,
    render_error,
)

if TYPE_CHECKING:
    from chalice.app import HeadersType

    from chalicelib.platform.bodies import RequestBody
    from chalicelib.platform.request_schema import BodySchema, QuerySchema
    from chalicelib.platform.response_schema import ResponseSchema

View = Callable[..., Response[Any]]

MAX_BODY_BYTES = 64 * 1024
# Errors of authentication, authorization, and rate limiting are logged.
_LOGGED_STATUSES = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
# The WHATWG's Encoding standard calls it both.
_UTF_8 = {"utf-8", "utf8"}
# RFC 9110, 8.4: a body without Content-Encoding is not compressed.
_NO_ENCODING = {"", "identity"}
_COMPRESSED_BODY = "The body must be sent without Content-Encoding: it is not decompressed here."
UNSAFE_METHODS = {"POST", "PUT", "PATCH", "DELETE"}
GET, HEAD = "GET", "HEAD"
_RESPONSE_TYPES: dict[str, type[Response[Any]]] = {
    response_type.__name__: response_type
    for response_type in (
        Response,
        DownloadResponse,
        MessageResponse,
        HtmlResponse,
        ScriptedHtmlResponse,
        RedirectResponse,
        CsvResponse,
        CssResponse,
        JavaScriptResponse,
        SvgResponse,
    )
}
_COSTLY_RESPONSES = {CsvResponse.__name__, DownloadResponse.__name__}


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call an endpoint.

    Attributes:
        name: its name in the API reference.
        authorize: returns the caller of a request, or raises one of the errors.
        errors: what ``authorize`` raises.
        privileged: whether it requires a role, so that each success is logged.
    """

    name: str
    authorize: Callable[[Request], Any]
    errors: tuple[type[ApiError], ...] = ()
    privileged: bool = False


@dataclass(frozen=True, slots=True)
class Contract:
    """The input and output of an endpoint, from its view's annotations.

    Attributes:
        response_type: the type of the response.
        body: the schema or pydantic model that validates the body; None without a body.
        query: the schema that validates the query string; None without parameters.
        response: the schema that writes the response; None if its type needs none.
    """

    response_type: type[Response[Any]]
    body: "type[BodySchema] | type[RequestBody] | None" = None
    query: "type[QuerySchema] | None" = None
    response: "type[ResponseSchema] | None" = None


@dataclass(frozen=True)
class Endpoint:
    """One method of one path.

    Attributes:
        package: the package that declares it.
        method: its HTTP method.
        path: its path below the service's base path, with variables in braces.
        view: the function that handles it.
        access: who may call it.
        status: the HTTP status of a success.
        declared_errors: its errors beyond those that its other attributes imply.
        may_create: whether the status of a success is 201 if it created something.
        sets_cookie: whether a success may set or clear the session cookie.
        event: the log event of a success; None if only errors are logged.
    """

    package: str
    method: str
    path: str
    view: View
    access: Access
    status: int
    declared_errors: tuple[type[ApiError], ...]
    sets_cookie: bool
    may_create: bool
    event: LogEvent | None

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that it serves: HEAD together with GET (RFC 9110, 9.1)."""
        return (GET, HEAD) if self.method == GET else (self.method,)

    @property
    def is_safe(self) -> bool:
        """Whether it changes nothing (RFC 9110, 9.2.1). A GET that sets a cookie isn't safe."""
        return self.method == GET and not self.sets_cookie

    @property
    def is_costly(self) -> bool:
        """Whether its body is a file that takes long to build.

        HEAD validates and authorizes the request but doesn't call the view, and other sites can't
        start it. It's found by name, which needs no schemas.
        """
        name: str = self.view.__annotations__["return"]
        return name.partition("[")[0] in _COSTLY_RESPONSES

    @property
    def rejects_other_sites(self) -> bool:
        """Whether it rejects browsers' requests from other sites: changes and downloads do."""
        return self.method in UNSAFE_METHODS or self.is_costly

    @functools.cached_property
    def contract(self) -> Contract:
        """The schemas in the view's annotations."""
        annotations = self.view.__annotations__
        response_type, _, response = annotations["return"].rstrip("]").partition("[")
        return Contract(
            _RESPONSE_TYPES[response_type],
            body=self._schema(annotations.get("body", "")),
            query=self._schema(annotations.get("query", "")),
            response=self._schema(response),
        )

    def _schema(self, name: str) -> Any:
        """Return a schema of the package by its name; None without a name."""
        if not name:
            return None
        schemas = importlib.import_module(f"chalicelib.{self.package}.schemas")
        if hasattr(schemas, name):
            return getattr(schemas, name)
        return getattr(importlib.import_module(f"chalicelib.{self.package}.bodies"), name)

    @functools.cached_property
    def parameters(self) -> frozenset[str]:
        """The names of the view's parameters."""
        return frozenset(self.view.__annotations__) - {"return"}

    @property
    def errors(self) -> tuple[type[ApiError], ...]:
        """All errors that it may raise, ordered by status."""
        errors: set[type[ApiError]] = {
            PayloadTooLarge,
            InternalError,
            *self.access.errors,
            *self.declared_errors,
        }
        if self.rejects_other_sites:
            errors.add(CsrfRejected)
        if "body" in self.parameters:
            errors |= {BadJson, UnsupportedMediaType, InvalidFields}
        if "query" in self.parameters:
            errors.add(InvalidFields)
        if "{" in self.path:
            errors.add(NotFound)
        return tuple(sorted(errors, key=lambda error: (error.STATUS_CODE, error.code)))

    def handle(self, chalice_request: ChaliceRequest, **variables: str) -> ChaliceResponse:
        """Validate a request, call the view, and render its response; only the headers for HEAD."""
        is_head = chalice_request.method == HEAD
        if is_head and not self.is_safe:
            response = render_error(MethodNotAllowed())
        else:
            response = self._handle(chalice_request, variables)
        if is_head:
            response.body = ""
        return response

    def _handle(
        self, chalice_request: ChaliceRequest, variables: dict[str, str]
    ) -> ChaliceResponse:
        request_id = requests.request_id(chalice_request)
        log.bind_account(None)
        try:
            request = requests.from_chalice(chalice_request)
            arguments = self._arguments(request, variables)
            if request.method == HEAD and self.is_costly:
                headers: HeadersType = {**self.contract.response_type.headers}
                return ChaliceResponse("", status_code=self.status, headers=headers)
            result = self.view(**arguments)
            response = render(result, self.contract.response, self.status)
            if self.event:
                self._log(self.event, request_id, address=request.address, **variables)
        except ApiError as error:
            if isinstance(error, ServiceUnavailable):
                self._log(LogEvent.UNAVAILABLE, request_id, cause=error.cause)
            elif error.STATUS_CODE in _LOGGED_STATUSES:
                where = requests.client_address(chalice_request)
                self._log(LogEvent.REFUSED, request_id, address=where, code=error.code)
            elif why := probes.reason(error, variables):
                where = requests.client_address(chalice_request)
                self._log(LogEvent.PROBE, request_id, address=where, code=why)
            stale = isinstance(error, VersionConflict)
            return render_error(error, self.contract.response if stale else None)
        # The last line of defense (OWASP ASVS 5.0 16.5.1): the log gets the details, the client
        # doesn't.
        except Exception:  # noqa: BLE001
            self._log(LogEvent.INTERNAL_ERROR, request_id, traceback=traceback.format_exc())
            return render_error(InternalError())
        else:
            return response

    def _log(self, event: LogEvent, request: str, **facts: str) -> None:
        log.emit(event, action=self.view.__name__, requestId=request, **facts)

    def _arguments(self, request: Request, variables: dict[str, str]) -> dict[str, Any]:
        if self.rejects_other_sites:
            reject_cross_site(request)
        if len(request.body) > MAX_BODY_BYTES:
            raise PayloadTooLarge
        if not all(map(is_identifier, variables.values())):
            raise NotFound
        arguments: dict[str, Any] = {
            "request": request,
            "caller": self.access.authorize(request),
            **variables,
        }
        arguments |= self._read(request)
        return {name: arguments[name] for name in self.parameters}

    def _read(self, request: Request) -> dict[str, Any]:
        arguments: dict[str, Any] = {}
        if query := self.contract.query:
            arguments["query"] = query.parse(request.query)
        if body := self.contract.body:
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
    if encoding not in _NO_ENCODING:
        raise UnsupportedMediaType(_COMPRESSED_BODY)
    response_type, *parameters = request.headers.get("content-type", "").lower().split(";")
    charsets = {
        value.strip().strip('"')
        for name, _, value in (parameter.partition("=") for parameter in parameters)
        if name.strip() == "charset"
    }
    if response_type.strip() != "application/json" or charsets - _UTF_8:
        raise UnsupportedMediaType


class Blueprint(ChaliceBlueprint):
    """The endpoints of a package: a Chalice blueprint that keeps their declarations."""

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
        access: Access,
        status: int = 200,
        errors: tuple[type[ApiError], ...] = (),
        sets_cookie: bool = False,
        may_create: bool = False,
        event: LogEvent | None = None,
    ) -> Callable[[View], View]:
        """Declare the decorated view as an endpoint; see :class:`Endpoint` for the arguments."""
        success_event = event or (LogEvent.PRIVILEGED_ACT if access.privileged else None)

        def declare(view: View) -> View:
            endpoint = Endpoint(
                self.name,
                method,
                path,
                view,
                access,
                status,
                errors,
                sets_cookie,
                may_create,
                success_event,
            )
            self.endpoints.append(endpoint)

            @functools.wraps(view)
            def perform(**variables: str) -> ChaliceResponse:
                response = endpoint.handle(self.current_request, **variables)
                if response.status_code == MethodNotAllowed.STATUS_CODE:
                    response.headers["Allow"] = self._allowed_at(path)  # RFC 9110, 15.5.6
                return response

            # Chalice accepts any Content-Type, since the endpoint's own check is stricter.
            self.route(path, methods=[*endpoint.methods], content_types=["*/*"])(perform)
            return view

        return declare

    def _allowed_at(self, path: str) -> str:
        here = [endpoint for endpoint in self.endpoints if endpoint.path == path]
        heads = [HEAD for endpoint in here if endpoint.is_safe]
        return ", ".join(sorted({*heads, *(endpoint.method for endpoint in here)}))
