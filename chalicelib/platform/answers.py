"""What a view answers with, and what every answer carries."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import chalice
from chalice.app import CaseInsensitiveMapping, CORSConfig, Response

from chalicelib.platform import settings
from chalicelib.platform.errors import (
    InternalError,
    MethodNotAllowed,
    Refusal,
    StaleVersion,
)
from chalicelib.platform.request import identifier_of

if TYPE_CHECKING:
    from chalice.app import HeadersType
    from pydantic import BaseModel

Model = TypeVar("Model")

JSON = "application/json; charset=utf-8"
ON_EVERY_ANSWER = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# OWASP ASVS 5.0 3.4.1: a year. Browsers ignore it on plain HTTP (RFC 6797, 8.1).
STRICT_TRANSPORT_SECURITY = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
_CHALICE_REFUSALS: dict[int, type[Refusal]] = {
    refusal.STATUS_CODE: refusal for refusal in (MethodNotAllowed, InternalError)
}


class Answer(Generic[Model]):
    """A success whose body the declared model writes out, from the object's attributes.

    Attributes:
        headers: what this kind of answer says of its body, in place of what every answer does.
        own_headers: the names of those that differ from answer to answer, and may be missing.
        given_headers: their values in this answer.
        is_costly: whether it takes long to put together, so that HEAD does without it.
    """

    is_costly: ClassVar[bool] = False
    headers: ClassVar[Mapping[str, str]] = {"Content-Type": JSON}
    own_headers: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, body: object, *, cookie: str | tuple[str, ...] | None = None, new: bool = False
    ) -> None:
        """Answer with an object that has what the model names.

        Args:
            body: the object.
            cookie: a ``Set-Cookie`` value to send along, or several.
            new: whether it has just come to be, in an action that may also find it there.
        """
        self.body = body
        self.cookie = cookie
        self.new = new
        self.given_headers: Mapping[str, str] = {}

    def content(self, model: "type[BaseModel] | None") -> str:
        """Write the body as JSON."""
        if model is None:
            raise TypeError("This answer's view is declared without the model that writes it.")
        return model.model_validate(self.body, from_attributes=True).model_dump_json(by_alias=True)


class Download(Answer[Model]):
    """A success with so much in it that it takes long to put together."""

    is_costly: ClassVar[bool] = True


class Done(Answer[None]):
    """A success with nothing to show but a sentence. It needs no model, nor pydantic."""

    def __init__(self, sentence: str, *, cookie: str | tuple[str, ...] | None = None) -> None:
        """Answer ``{"msg": sentence}``."""
        super().__init__({"msg": sentence}, cookie=cookie)

    def content(self, model: "type[BaseModel] | None" = None) -> str:  # noqa: ARG002 (it has none)
        """Write the body as JSON."""
        return json.dumps(self.body)


class Text(Answer[None]):
    """A success whose body is written already. It needs no model, nor pydantic."""

    def __init__(self, body: str, *, cookie: str | None = None) -> None:
        """Answer with a text."""
        super().__init__(body, cookie=cookie)

    def content(self, model: "type[BaseModel] | None" = None) -> str:  # noqa: ARG002 (it has none)
        """Return the text."""
        return str(self.body)


class Page(Text):
    """HTML for a browser: no script, no style but our own sheets, nothing from anywhere else."""

    headers: ClassVar[Mapping[str, str]] = {
        "Content-Type": "text/html; charset=utf-8",
        # OWASP ASVS 5.0 3.4.3.
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'",
    }


class ScriptedPage(Page):
    """HTML with our own scripts, which speak to this service alone and write text, never markup."""

    headers: ClassVar[Mapping[str, str]] = {
        **Page.headers,
        # OWASP ASVS 5.0 3.4.3. A form posts to its own address where no script is there to send it.
        # Trusted Types (www.w3.org/TR/trusted-types) take from scripts what makes markup of text.
        "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Vary": "Accept-Language, Cookie",
    }


class Asset(Text):
    """What pages are made with: it lies under a name that changes with its content."""

    headers: ClassVar[Mapping[str, str]] = {
        # RFC 8246: a browser that has it need not ask again.
        "Cache-Control": "public, max-age=31536000, immutable",
    }

    def __init__(self, body: str, *, is_lasting: bool = True) -> None:
        """Return an asset.

        Args:
            body: its content.
            is_lasting: whether browsers may keep it: not if its address names another version.
        """
        super().__init__(body)
        if not is_lasting:
            self.given_headers = {"Cache-Control": "no-store"}


class StyleSheet(Asset):
    """CSS for our pages."""

    headers: ClassVar[Mapping[str, str]] = {
        **Asset.headers,
        "Content-Type": "text/css; charset=utf-8",
    }


class Script(Asset):
    """A module of JavaScript for our pages."""

    headers: ClassVar[Mapping[str, str]] = {
        **Asset.headers,
        "Content-Type": "text/javascript; charset=utf-8",
    }


class Icon(Asset):
    """A picture made of lines, for our pages."""

    headers: ClassVar[Mapping[str, str]] = {
        **Asset.headers,
        "Content-Type": "image/svg+xml; charset=utf-8",
    }


class Sheet(Text):
    """A table for a spreadsheet: comma-separated values (RFC 4180), to be kept as a file."""

    is_costly: ClassVar[bool] = True
    headers: ClassVar[Mapping[str, str]] = {"Content-Type": "text/csv; charset=utf-8"}
    own_headers: ClassVar[tuple[str, ...]] = ("Content-Disposition", "Link")

    def __init__(self, body: str, *, name: str, following: str | None) -> None:
        """Answer with some rows of a table.

        Args:
            body: the rows.
            name: what the file is to be called, of letters, digits, dots, hyphens and underscores.
            following: where the next rows are, relative to these (RFC 8288); None after the last.
        """
        super().__init__(body)
        link = {"Link": f'<{following}>; rel="next"'} if following else {}
        self.given_headers = {"Content-Disposition": f'attachment; filename="{name}"', **link}


class Redirect(Text):
    """Where to go instead."""

    headers: ClassVar[Mapping[str, str]] = {"Content-Type": "text/plain; charset=utf-8"}
    own_headers: ClassVar[tuple[str, ...]] = ("Location",)

    def __init__(self, path: str) -> None:
        """Lead to another path of this service, its base included."""
        super().__init__("")
        self.given_headers = {"Location": path}


def cross_origin() -> CORSConfig | bool:
    """Return what browsers are told about other origins: the front end's may call, no other."""
    origin = settings.current().front_end_origin
    return allowing(origin) if origin else False


def allowing(origin: str) -> CORSConfig:
    """Return what lets one other origin's pages call, cookies included.

    It is named, never reflected (OWASP ASVS 5.0 3.4.2).
    """
    return CORSConfig(
        allow_origin=origin,
        allow_headers=["Content-Type"],
        expose_headers=["X-Request-Id", "Link", "Retry-After"],
        max_age=600,
        allow_credentials=True,
    )


def respond(answer: Answer[Any], model: "type[BaseModel] | None", status: int) -> Response:
    """Return a success as Chalice sends it; the model is the one that writes its body, if any."""
    headers: HeadersType = {**answer.headers, **answer.given_headers}
    if answer.cookie:
        cookie = answer.cookie
        headers["Set-Cookie"] = cookie if isinstance(cookie, str) else list(cookie)
    created = HTTPStatus.CREATED if answer.new else status
    return Response(body=answer.content(model), status_code=created, headers=headers)


def refuse(refusal: Refusal, model: "type[BaseModel] | None" = None) -> Response:
    """Return a refusal as Chalice sends it, ``Retry-After`` (RFC 9110, 10.2.3) included.

    Args:
        refusal: what to refuse with.
        model: the model of the action's success, which writes the record of a StaleVersion.
    """
    headers: HeadersType = {"Content-Type": JSON}
    if refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
    body = refusal.body()
    if isinstance(refusal, StaleVersion) and model is not None:
        body["current"] = json.loads(Answer(refusal.current).content(model))
    return Response(json.dumps(body), status_code=refusal.STATUS_CODE, headers=headers)


def finish(
    request: chalice.app.Request | None, get_response: Callable[[Any], Response]
) -> Response:
    """Chalice middleware: give every answer our headers, and Chalice's own refusals our shape."""
    response = get_response(request)
    if isinstance(response.body, Mapping) and {"Code", "Message"} == response.body.keys():
        refusal = refuse(_CHALICE_REFUSALS.get(response.status_code, InternalError)())
        response.status_code, response.body = refusal.status_code, refusal.body
        response.headers.update(refusal.headers)
    given = CaseInsensitiveMapping(response.headers)
    for name, value in _headers(request).items():
        if name not in given:
            response.headers[name] = value
    return response


def _headers(request: chalice.app.Request | None) -> dict[str, str]:
    headers = dict(ON_EVERY_ANSWER)
    if settings.current().secure_cookies:
        headers |= STRICT_TRANSPORT_SECURITY
    if request is not None:
        headers["X-Request-Id"] = identifier_of(request)
    return headers
