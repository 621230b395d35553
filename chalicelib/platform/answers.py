"""What a view answers with, and what every answer carries."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import chalice
from chalice.app import CaseInsensitiveMapping, CORSConfig, Response

from chalicelib.platform import settings
from chalicelib.platform.errors import (
    InternalError,
    MethodNotAllowed,
    NotFound,
    Refusal,
    UnsupportedMediaType,
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
    refusal.STATUS_CODE: refusal
    for refusal in (NotFound, MethodNotAllowed, UnsupportedMediaType, InternalError)
}


class Answer(Generic[Model]):
    """A success whose body the declared model writes out, from the object's attributes."""

    def __init__(self, body: object, *, cookie: str | None = None) -> None:
        """Answer with an object that has what the model names, and perhaps a ``Set-Cookie``."""
        self.body = body
        self.cookie = cookie

    def content(self, model: "type[BaseModel] | None") -> str:
        """Write the body as JSON."""
        if model is None:
            raise TypeError("This answer's view is declared without the model that writes it.")
        return model.model_validate(self.body, from_attributes=True).model_dump_json(by_alias=True)


class Done(Answer[None]):
    """A success with nothing to show but a sentence. It needs no model, nor pydantic."""

    def __init__(self, sentence: str, *, cookie: str | None = None) -> None:
        """Answer ``{"msg": sentence}``."""
        super().__init__({"msg": sentence}, cookie=cookie)

    def content(self, model: "type[BaseModel] | None" = None) -> str:  # noqa: ARG002 (it has none)
        """Write the body as JSON."""
        return json.dumps(self.body)


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


def respond(content: str, status: int, cookie: str | None = None) -> Response:
    """Return a success as Chalice sends it."""
    headers: HeadersType = {"Content-Type": JSON}
    if cookie:
        headers["Set-Cookie"] = cookie
    return Response(body=content, status_code=status, headers=headers)


def refuse(refusal: Refusal) -> Response:
    """Return a refusal as Chalice sends it, ``Retry-After`` (RFC 9110, 10.2.3) included."""
    headers: HeadersType = {"Content-Type": JSON}
    if refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
    return Response(json.dumps(refusal.body()), status_code=refusal.STATUS_CODE, headers=headers)


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
