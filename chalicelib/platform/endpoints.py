"""The route table's spine: an action declares once what it is, and everything else is read off.

A view's own signature declares its input and output. The parameters it may have:

- ``request``: the :class:`~chalicelib.platform.request.Request`.
- ``caller``: whom its ``access`` admitted.
- ``body`` and ``query``: schemas of its package's ``schemas`` module, checked before it is called.
- any variable of its path, checked to be an identifier.

Its return annotation is ``Response[Model]``, ``DownloadResponse[Model]``, or a kind of answer that
needs no model, such as ``MessageResponse`` or ``HtmlResponse``. Models are named as text and looked
up on first use, so that declaring an action imports none of them.
"""

import functools
import importlib
import traceback
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint as ChaliceBlueprint
from chalice.app import Request as ChaliceRequest
from chalice.app import Response as ChaliceResponse

from chalicelib.platform import log
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
    from pydantic import BaseModel

    from chalicelib.platform.schemas import QueryParams, RequestBody

View = Callable[..., Response[Any]]

MAX_BODY_BYTES = 64 * 1024
# Who somebody is, what they may do, how often: the log tells of each error for these reasons.
_LOGGED_STATUSES = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
# The WHATWG's Encoding standard calls it both.
_UTF_8 = {"utf-8", "utf8"}
# RFC 9110, 8.4: a body without Content-Encoding is as it is.
_NO_ENCODING = {"", "identity"}
_COMPRESSED_BODY = "The body must be sent without Content-Encoding: it is not decompressed here."
UNSAFE_METHODS = {"POST", "PUT", "PATCH", "DELETE"}
GET, HEAD = "GET", "HEAD"
_RESPONSES_WITHOUT_MODEL: dict[str, type[Response[Any]]] = {
    response_type.__name__: response_type
    for response_type in (
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


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call an action.

    Attributes:
        name: as the route table shows it.
        authorize: takes a request, returns the caller behind it, or raises the error.
        errors: what ``authorize`` raises.
        privileged: whether it takes more than being somebody, so that the log tells of each act.
    """

    name: str
    authorize: Callable[[Request], Any]
    errors: tuple[type[ApiError], ...] = ()
    privileged: bool = False


@dataclass(frozen=True, slots=True)
class Contract:
    """What an action takes and gives, as its view's annotations say.

    Attributes:
        response_type: the kind of its answer.
        body: the model that checks its body; None if it reads none.
        query: the model that checks its query; None if it reads none.
        response: the model that writes its answer; None if the kind needs none.
    """

    response_type: type[Response[Any]]
    body: "type[RequestBody] | None" = None
    query: "type[QueryParams] | None" = None
    response: "type[BaseModel] | None" = None


@dataclass(frozen=True)
class Endpoint:
    """One thing that can be asked of the service.

    Attributes:
        package: the room it belongs to.
        method: its HTTP method.
        path: its path below the service's URL, variables in braces.
        view: the function that does it.
        access: who may call it.
        status: the HTTP status of its success.
        declared_errors: what it rejects beyond what follows from the rest.
        may_create: whether a success that makes something new is 201, beside ``status``.
        sets_cookie: whether its success may set or empty the session cookie.
        event: what the log calls its success; None where it tells of errors and faults only.
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
        """The methods that its path takes because of it: HEAD wherever GET (RFC 9110, 9.1)."""
        return (GET, HEAD) if self.method == GET else (self.method,)

    @property
    def is_safe(self) -> bool:
        """Whether it changes nothing (RFC 9110, 9.2.1). A GET that sets a cookie is none."""
        return self.method == GET and not self.sets_cookie

    @property
    def is_costly(self) -> bool:
        """Whether HEAD leaves its work out: then it checks who asks for what, and no more."""
        return self.contract.response_type.is_costly

    @functools.cached_property
    def contract(self) -> Contract:
        """The models behind the view's annotations."""
        response_type = _RESPONSES_WITHOUT_MODEL.get(self.view.__annotations__["return"], Response)
        if response_type is not Response and self.parameters.isdisjoint({"body", "query"}):
            return Contract(response_type)
        schemas = importlib.import_module(f"chalicelib.{self.package}.schemas")
        named = {
            name: hint
            for name, hint in self.view.__annotations__.items()
            if name in {"body", "query", "return"}
        }
        hints = typing.get_type_hints(
            types.SimpleNamespace(__annotations__=named), self.view.__globals__, vars(schemas)
        )
        arguments = typing.get_args(hints["return"])
        model = arguments[0] if arguments else None
        response_type = typing.get_origin(hints["return"]) or response_type
        return Contract(response_type, hints.get("body"), hints.get("query"), model)

    @functools.cached_property
    def parameters(self) -> frozenset[str]:
        """The names of the view's parameters."""
        return frozenset(self.view.__annotations__) - {"return"}

    @property
    def errors(self) -> tuple[type[ApiError], ...]:
        """Everything that it may reject with, in order of status."""
        errors: set[type[ApiError]] = {
            PayloadTooLarge,
            InternalError,
            *self.access.errors,
            *self.declared_errors,
        }
        if self.method in UNSAFE_METHODS:
            errors.add(CsrfRejected)
        if "body" in self.parameters:
            errors |= {BadJson, UnsupportedMediaType, InvalidFields}
        if "query" in self.parameters:
            errors.add(InvalidFields)
        if "{" in self.path:
            errors.add(NotFound)
        return tuple(sorted(errors, key=lambda error: (error.STATUS_CODE, error.code)))

    def handle(self, chalice_request: ChaliceRequest, **variables: str) -> ChaliceResponse:
        """Check a request, call the view, write out its response; of HEAD the headers alone."""
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
            stale = isinstance(error, VersionConflict)
            return render_error(error, self.contract.response if stale else None)
        # The last line of defence (OWASP ASVS 5.0 16.5.1): details to the log, none to the caller.
        except Exception:  # noqa: BLE001
            self._log(LogEvent.INTERNAL_ERROR, request_id, traceback=traceback.format_exc())
            return render_error(InternalError())
        else:
            return response

    def _log(self, event: LogEvent, request: str, **facts: str) -> None:
        log.emit(event, action=self.view.__name__, requestId=request, **facts)

    def _arguments(self, request: Request, variables: dict[str, str]) -> dict[str, Any]:
        if self.method in UNSAFE_METHODS:
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
        if "body" in self.parameters or "query" in self.parameters:
            arguments |= self._read(request)
        return {name: arguments[name] for name in self.parameters}

    def _read(self, request: Request) -> dict[str, Any]:
        from chalicelib.platform import schemas  # pydantic: only where there is something to read

        arguments: dict[str, Any] = {}
        if self.contract.query:
            arguments["query"] = schemas.parse_query(request.query, self.contract.query)
        if model := self.contract.body:
            if request.body or schemas.is_required(model):
                require_json(request)
                arguments["body"] = schemas.parse_body(request.body, model)
            else:
                arguments["body"] = model()
        return arguments


def require_json(request: Request) -> None:
    """Hold the Content-Type to ``application/json``, in UTF-8 if it names a charset.

    Raises:
        UnsupportedMediaType: it is missing or another, or the body is compressed.
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
    """A room's routes: a Chalice blueprint that remembers what its actions declare."""

    def __init__(self, name: str) -> None:
        """Open the room ``chalicelib.{name}``."""
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
        """Declare the decorated view as an action; see :class:`Endpoint` for the arguments."""
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

            # Any Content-Type reaches the action, whose own check is the stricter one.
            self.route(path, methods=[*endpoint.methods], content_types=["*/*"])(perform)
            return view

        return declare

    def _allowed_at(self, path: str) -> str:
        here = [endpoint for endpoint in self.endpoints if endpoint.path == path]
        heads = [HEAD for endpoint in here if endpoint.is_safe]
        return ", ".join(sorted({*heads, *(endpoint.method for endpoint in here)}))
