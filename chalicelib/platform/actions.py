"""The route table's spine: an action declares once what it is, and everything else is read off.

A view's own signature declares its input and output. The parameters it may have:

- ``request``: the :class:`~chalicelib.platform.request.Request`.
- ``caller``: whom its ``who`` admitted.
- ``body`` and ``query``: schemas of its package's ``schemas`` module, checked before it is called.
- any variable of its path, checked to be an identifier.

Its return annotation is ``Answer[Model]``, ``Download[Model]``, or a kind of answer that needs no
model, such as ``Done`` or ``Page``. Models are named as text and looked up on first use, so that
declaring an action imports none of them.
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

from chalice.app import Blueprint, Response
from chalice.app import Request as ChaliceRequest

from chalicelib.platform import log
from chalicelib.platform import request as requests
from chalicelib.platform.answers import (
    Answer,
    Done,
    Icon,
    Page,
    Redirect,
    Script,
    ScriptedPage,
    Sheet,
    StyleSheet,
    refuse,
    respond,
)
from chalicelib.platform.errors import (
    BadJson,
    CrossSite,
    InternalError,
    InvalidFields,
    MethodNotAllowed,
    NotFound,
    Refusal,
    StaleVersion,
    TooLarge,
    Unavailable,
    UnsupportedMediaType,
)
from chalicelib.platform.identifiers import is_identifier
from chalicelib.platform.log import Event
from chalicelib.platform.origins import refuse_other_sites
from chalicelib.platform.request import Request

if TYPE_CHECKING:
    from chalice.app import HeadersType
    from pydantic import BaseModel

    from chalicelib.platform.schemas import Body, Query

View = Callable[..., Answer[Any]]

LARGEST_BODY = 64 * 1024
# Who somebody is, what they may do, how often: the log tells of each refusal for these reasons.
_RECORDED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
# The WHATWG's Encoding standard calls it both.
_UTF_8 = {"utf-8", "utf8"}
# RFC 9110, 8.4: a body without Content-Encoding is as it is.
_PLAIN = {"", "identity"}
_COMPRESSED = "The body must be sent without Content-Encoding: it is not decompressed here."
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
GET, HEAD = "GET", "HEAD"
_WITHOUT_MODEL: dict[str, type[Answer[Any]]] = {
    kind.__name__: kind
    for kind in (Done, Page, ScriptedPage, Redirect, Sheet, StyleSheet, Script, Icon)
}


@dataclass(frozen=True, slots=True)
class Who:
    """Who may call an action.

    Attributes:
        name: as the route table shows it.
        admit: takes a request, returns the caller behind it, or raises the refusal.
        refusals: what ``admit`` raises.
        privileged: whether it takes more than being somebody, so that the log tells of each act.
    """

    name: str
    admit: Callable[[Request], Any]
    refusals: tuple[type[Refusal], ...] = ()
    privileged: bool = False


@dataclass(frozen=True, slots=True)
class Contract:
    """What an action takes and gives, as its view's annotations say.

    Attributes:
        kind: the kind of its answer.
        body: the model that checks its body; None if it reads none.
        query: the model that checks its query; None if it reads none.
        answer: the model that writes its answer; None if the kind needs none.
    """

    kind: type[Answer[Any]]
    body: "type[Body] | None" = None
    query: "type[Query] | None" = None
    answer: "type[BaseModel] | None" = None


@dataclass(frozen=True)
class Action:
    """One thing that can be asked of the service.

    Attributes:
        room: the room it belongs to.
        method: its HTTP method.
        path: its path below the service's URL, variables in braces.
        view: the function that does it.
        who: who may call it.
        status: the HTTP status of its success.
        own_refusals: what it refuses beyond what follows from the rest.
        creates: whether a success that makes something new is 201, beside ``status``.
        sets_cookie: whether its success may set or empty the session cookie.
        event: what the log calls its success; None where it tells of refusals and faults only.
    """

    room: str
    method: str
    path: str
    view: View
    who: Who
    status: int
    own_refusals: tuple[type[Refusal], ...]
    sets_cookie: bool
    creates: bool
    event: Event | None

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
        return self.contract.kind.is_costly

    @functools.cached_property
    def contract(self) -> Contract:
        """The models behind the view's annotations."""
        kind = _WITHOUT_MODEL.get(self.view.__annotations__["return"], Answer)
        if kind is not Answer and self.takes.isdisjoint({"body", "query"}):
            return Contract(kind)
        schemas = importlib.import_module(f"chalicelib.{self.room}.schemas")
        named = {
            name: hint
            for name, hint in self.view.__annotations__.items()
            if name in {"body", "query", "return"}
        }
        hints = typing.get_type_hints(
            types.SimpleNamespace(__annotations__=named), self.view.__globals__, vars(schemas)
        )
        answers = typing.get_args(hints["return"])
        model = answers[0] if answers else None
        kind = typing.get_origin(hints["return"]) or kind
        return Contract(kind, hints.get("body"), hints.get("query"), model)

    @functools.cached_property
    def takes(self) -> frozenset[str]:
        """The names of the view's parameters."""
        return frozenset(self.view.__annotations__) - {"return"}

    @property
    def refusals(self) -> tuple[type[Refusal], ...]:
        """Everything that it may refuse with, in order of status."""
        found: set[type[Refusal]] = {
            TooLarge,
            InternalError,
            *self.who.refusals,
            *self.own_refusals,
        }
        if self.method in CHANGING:
            found.add(CrossSite)
        if "body" in self.takes:
            found |= {BadJson, UnsupportedMediaType, InvalidFields}
        if "query" in self.takes:
            found.add(InvalidFields)
        if "{" in self.path:
            found.add(NotFound)
        return tuple(sorted(found, key=lambda refusal: (refusal.STATUS_CODE, refusal.code)))

    def perform(self, received: ChaliceRequest, **variables: str) -> Response:
        """Check a request, call the view, write out its response; of HEAD the headers alone."""
        is_head = received.method == HEAD
        if is_head and not self.is_safe:
            response = refuse(MethodNotAllowed())
        else:
            response = self._perform(received, variables)
        if is_head:
            response.body = ""
        return response

    def _perform(self, received: ChaliceRequest, variables: dict[str, str]) -> Response:
        identifier = requests.identifier_of(received)
        log.concern(None)
        try:
            request = requests.from_chalice(received)
            arguments = self._arguments(request, variables)
            if request.method == HEAD and self.is_costly:
                headers: HeadersType = {**self.contract.kind.headers}
                return Response("", status_code=self.status, headers=headers)
            answer = self.view(**arguments)
            response = respond(answer, self.contract.answer, self.status)
            if self.event:
                self._record(self.event, identifier, address=request.address, **variables)
        except Refusal as refusal:
            if isinstance(refusal, Unavailable):
                self._record(Event.UNAVAILABLE, identifier, cause=refusal.cause)
            elif refusal.STATUS_CODE in _RECORDED:
                where = requests.address_of(received)
                self._record(Event.REFUSED, identifier, address=where, code=refusal.code)
            stale = isinstance(refusal, StaleVersion)
            return refuse(refusal, self.contract.answer if stale else None)
        # The last line of defence (OWASP ASVS 5.0 16.5.1): details to the log, none to the caller.
        except Exception:  # noqa: BLE001
            self._record(Event.INTERNAL_ERROR, identifier, traceback=traceback.format_exc())
            return refuse(InternalError())
        else:
            return response

    def _record(self, event: Event, request: str, **facts: str) -> None:
        log.record(event, action=self.view.__name__, requestId=request, **facts)

    def _arguments(self, request: Request, variables: dict[str, str]) -> dict[str, Any]:
        if self.method in CHANGING:
            refuse_other_sites(request)
        if len(request.body) > LARGEST_BODY:
            raise TooLarge
        if not all(map(is_identifier, variables.values())):
            raise NotFound
        given: dict[str, Any] = {"request": request, "caller": self.who.admit(request), **variables}
        if "body" in self.takes or "query" in self.takes:
            given |= self._read(request)
        return {name: given[name] for name in self.takes}

    def _read(self, request: Request) -> dict[str, Any]:
        from chalicelib.platform import schemas  # pydantic: only where there is something to read

        given: dict[str, Any] = {}
        if self.contract.query:
            given["query"] = schemas.read_query(request.query, self.contract.query)
        if model := self.contract.body:
            if request.body or schemas.must_be_there(model):
                refuse_unless_json(request)
                given["body"] = schemas.read_body(request.body, model)
            else:
                given["body"] = model()
        return given


def refuse_unless_json(request: Request) -> None:
    """Hold the Content-Type to ``application/json``, in UTF-8 if it names a charset.

    Raises:
        UnsupportedMediaType: it is missing or another, or the body is compressed.
    """
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding not in _PLAIN:
        raise UnsupportedMediaType(_COMPRESSED)
    kind, *parameters = request.headers.get("content-type", "").lower().split(";")
    charsets = {
        value.strip().strip('"')
        for name, _, value in (parameter.partition("=") for parameter in parameters)
        if name.strip() == "charset"
    }
    if kind.strip() != "application/json" or charsets - _UTF_8:
        raise UnsupportedMediaType


class Room(Blueprint):
    """A room's routes: a Chalice blueprint that remembers what its actions declare."""

    def __init__(self, name: str) -> None:
        """Open the room ``chalicelib.{name}``."""
        super().__init__(f"chalicelib.{name}.routes")
        self.name = name
        self.actions: list[Action] = []

    def action(
        self,
        method: str,
        path: str,
        *,
        who: Who,
        status: int = 200,
        refusals: tuple[type[Refusal], ...] = (),
        sets_cookie: bool = False,
        creates: bool = False,
        event: Event | None = None,
    ) -> Callable[[View], View]:
        """Declare the decorated view as an action; see :class:`Action` for the arguments."""
        told = event or (Event.PRIVILEGED_ACT if who.privileged else None)

        def declare(view: View) -> View:
            action = Action(
                self.name, method, path, view, who, status, refusals, sets_cookie, creates, told
            )
            self.actions.append(action)

            @functools.wraps(view)
            def perform(**variables: str) -> Response:
                response = action.perform(self.current_request, **variables)
                if response.status_code == MethodNotAllowed.STATUS_CODE:
                    response.headers["Allow"] = self._allowed_at(path)  # RFC 9110, 15.5.6
                return response

            # Any Content-Type reaches the action, whose own check is the stricter one.
            self.route(path, methods=[*action.methods], content_types=["*/*"])(perform)
            return view

        return declare

    def _allowed_at(self, path: str) -> str:
        here = [action for action in self.actions if action.path == path]
        heads = [HEAD for action in here if action.is_safe]
        return ", ".join(sorted({*heads, *(action.method for action in here)}))
