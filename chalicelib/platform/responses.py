"""Responses: what a view returns, and how Chalice sends it."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import chalice
from chalice.app import Response as ChaliceResponse

from chalicelib.platform import log, security_headers
from chalicelib.platform import request as request_parsing
from chalicelib.platform.errors import (
    ApiError,
    InternalError,
    MethodNotAllowed,
    ServiceUnavailable,
    VersionConflict,
)
from chalicelib.platform.languages import Language

if TYPE_CHECKING:
    from chalice.app import HeadersType

    from chalicelib.platform.response_schema import ResponseSchema

Schema = TypeVar("Schema")

JSON_CONTENT_TYPE = "application/json; charset=utf-8"
_CHALICE_ERRORS: dict[int, type[ApiError]] = {
    error.STATUS_CODE: error for error in (MethodNotAllowed, InternalError)
}


class Response(Generic[Schema]):
    """A successful response. The view's schema selects the attributes of the object that are sent.

    Attributes:
        headers: headers that replace the defaults for this type of response.
        optional_headers: names of headers that differ between responses and may be missing.
        extra_headers: values of the optional headers of this response.
    """

    headers: ClassVar[Mapping[str, str]] = {"Content-Type": JSON_CONTENT_TYPE}
    optional_headers: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, body: object, *, cookie: str | tuple[str, ...] | None = None, created: bool = False
    ) -> None:
        """Create the response.

        Args:
            body: the object whose attributes are sent.
            cookie: one or several ``Set-Cookie`` values.
            created: whether the request created the object: the status is then 201.
        """
        self.body = body
        self.cookie = cookie
        self.created = created
        self.status: HTTPStatus | None = None
        self.extra_headers: Mapping[str, str] = {}

    def render(self, schema: "type[ResponseSchema] | None") -> str:
        """Return the body as JSON.

        Args:
            schema: the schema in the view's return annotation.

        Raises:
            TypeError: the view declares no schema.
        """
        if schema is None:
            raise TypeError("The view declares no response schema.")
        return schema.to_json(self.body)


class SessionResponse(Response[Schema]):
    """A response that says when the session of the request ends."""

    optional_headers: ClassVar[tuple[str, ...]] = ("Session-Ends-In", "Session-Idle-Limit")

    def __init__(self, body: object, *, ends_in: int, idle_limit: int | None) -> None:
        """Return an object with the attributes that the schema names.

        Args:
            body: the object.
            ends_in: the seconds until the session ends, however active it is.
            idle_limit: the seconds without a request until it ends; None if it doesn't end so.
        """
        super().__init__(body)
        idle = {} if idle_limit is None else {"Session-Idle-Limit": str(idle_limit)}
        self.extra_headers = {"Session-Ends-In": str(ends_in), **idle}


class DownloadResponse(Response[Schema]):
    """A response that is expensive to build."""


class MessageResponse(Response[None]):
    """A response with only a message. It needs no schema."""

    def __init__(self, message: str, *, cookie: str | tuple[str, ...] | None = None) -> None:
        """Return ``{"msg": message}``."""
        super().__init__({"msg": message}, cookie=cookie)

    def render(self, schema: "type[ResponseSchema] | None" = None) -> str:  # noqa: ARG002 (it has none)
        """Return the body as JSON."""
        return json.dumps(self.body)


class TextResponse(Response[None]):
    """A response whose body is text. It needs no schema."""

    def __init__(self, body: str, *, cookie: str | None = None) -> None:
        """Return a text."""
        super().__init__(body, cookie=cookie)

    def render(self, schema: "type[ResponseSchema] | None" = None) -> str:  # noqa: ARG002 (it has none)
        """Return the text."""
        return str(self.body)


class HtmlResponse(TextResponse):
    """HTML without scripts: it loads our own style sheets and nothing else."""

    headers: ClassVar[Mapping[str, str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": security_headers.HTML_POLICY,
    }


class ScriptedHtmlResponse(HtmlResponse):
    """HTML with our own scripts, which call only this service and write text, never markup."""

    headers: ClassVar[Mapping[str, str]] = {
        **HtmlResponse.headers,
        "Content-Security-Policy": security_headers.SCRIPTED_HTML_POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Vary": "Accept-Language, Cookie",
    }

    def __init__(self, body: str, *, status: HTTPStatus | None = None) -> None:
        """Return a page.

        Args:
            body: its HTML.
            status: if it isn't the endpoint's own: a page can say that nothing is here.
        """
        super().__init__(body)
        self.status = status
        self.extra_headers = {"Content-Security-Policy": security_headers.policy_of_pages()}


class AssetResponse(TextResponse):
    """A static file of the pages. Its URL contains a version, which changes with its content."""

    headers: ClassVar[Mapping[str, str]] = {
        # RFC 8246: a browser never revalidates an immutable response.
        "Cache-Control": "public, max-age=31536000, immutable",
    }

    def __init__(self, body: str, *, is_immutable: bool = True) -> None:
        """Return a static file.

        Args:
            body: its content.
            is_immutable: whether browsers may cache it; false if the URL names another version.
        """
        super().__init__(body)
        if not is_immutable:
            self.extra_headers = {"Cache-Control": "no-store"}


class CssResponse(AssetResponse):
    """A style sheet of the pages."""

    headers: ClassVar[Mapping[str, str]] = {
        **AssetResponse.headers,
        "Content-Type": "text/css; charset=utf-8",
    }


class JavaScriptResponse(AssetResponse):
    """A JavaScript module of the pages."""

    headers: ClassVar[Mapping[str, str]] = {
        **AssetResponse.headers,
        "Content-Type": "text/javascript; charset=utf-8",
    }


class SvgResponse(AssetResponse):
    """An SVG icon of the pages."""

    headers: ClassVar[Mapping[str, str]] = {
        **AssetResponse.headers,
        "Content-Type": "image/svg+xml; charset=utf-8",
    }


class ManifestResponse(AssetResponse):
    """A web app manifest of the pages."""

    headers: ClassVar[Mapping[str, str]] = {
        **AssetResponse.headers,
        "Content-Type": "application/manifest+json; charset=utf-8",
    }


class CsvResponse(TextResponse):
    """A table as comma-separated values (RFC 4180), which browsers save as a file."""

    headers: ClassVar[Mapping[str, str]] = {"Content-Type": "text/csv; charset=utf-8"}
    optional_headers: ClassVar[tuple[str, ...]] = ("Content-Disposition", "Link")

    def __init__(self, body: str, *, filename: str, next_url: str | None) -> None:
        """Return one page of a table.

        Args:
            body: the rows.
            filename: the name of the file: letters, digits, dots, hyphens, and underscores.
            next_url: the URL of the next page, relative to this one (RFC 8288); None for the last.
        """
        super().__init__(body)
        link = {"Link": f'<{next_url}>; rel="next"'} if next_url else {}
        self.extra_headers = {"Content-Disposition": f'attachment; filename="{filename}"', **link}


class RedirectResponse(TextResponse):
    """A redirect to another path."""

    headers: ClassVar[Mapping[str, str]] = {"Content-Type": "text/plain; charset=utf-8"}
    optional_headers: ClassVar[tuple[str, ...]] = ("Location",)

    def __init__(self, path: str, *, cookie: tuple[str, ...] | None = None) -> None:
        """Redirect to a path of this service, its base path included, or to its front end."""
        super().__init__("")
        self.cookie = cookie
        self.extra_headers = {"Location": path}


def render(
    response: Response[Any], schema: "type[ResponseSchema] | None", status: int
) -> ChaliceResponse:
    """Return a response as Chalice sends it.

    Args:
        response: what the view returned.
        schema: the schema of its body; None if its type needs none.
        status: the HTTP status, unless the request created something.
    """
    headers: HeadersType = {**response.headers, **response.extra_headers}
    if response.cookie:
        cookie = response.cookie
        headers["Set-Cookie"] = cookie if isinstance(cookie, str) else list(cookie)
    own = HTTPStatus.CREATED if response.created else response.status
    return ChaliceResponse(body=response.render(schema), status_code=own or status, headers=headers)


def render_error(
    error: ApiError,
    language: Language = Language.ENGLISH,
    schema: "type[ResponseSchema] | None" = None,
) -> ChaliceResponse:
    """Return an error as Chalice sends it, with ``Retry-After`` (RFC 9110, 10.2.3) if it has one.

    Args:
        error: the error.
        language: the client's language.
        schema: the schema of the endpoint's responses, for the record of a VersionConflict.
    """
    headers: HeadersType = {
        "Content-Type": JSON_CONTENT_TYPE,
        "Content-Language": error.response_language(language),
        "Vary": "Accept-Language",
    }
    if error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    body = error.body(language)
    if isinstance(error, VersionConflict) and schema is not None:
        body["current"] = json.loads(schema.to_json(error.current))
    return ChaliceResponse(json.dumps(body), status_code=error.STATUS_CODE, headers=headers)


def complete_response(
    request: chalice.app.Request | None, get_response: Callable[[Any], ChaliceResponse]
) -> ChaliceResponse:
    """Add the default headers, and replace Chalice's own errors: a Chalice middleware."""
    response = get_response(request)
    if isinstance(response.body, Mapping) and {"Code", "Message"} == response.body.keys():
        error = render_error(_replace_chalice_error(response), request_parsing.language(request))
        response.status_code, response.body = error.status_code, error.body
        response.headers.update(error.headers)
    names = {name.lower() for name in response.headers}
    for name, value in security_headers.for_response(request).items():
        if name.lower() not in names:
            response.headers[name] = value
    return response


def _replace_chalice_error(response: ChaliceResponse) -> ApiError:
    """Return the error to send instead of one of Chalice's own error responses.

    While a deployment moves a route to another Lambda function, the gateway may send its requests
    to a function that doesn't have the route. Chalice then responds with 405 and an empty ``Allow``
    header. The client gets 503 instead, so that it sends the request again. The function logs this,
    and removes the header.
    """
    if response.headers.get("Allow") == "":
        del response.headers["Allow"]
        error = ServiceUnavailable(cause="this function doesn't serve the path")
        log.emit(log.LogEvent.UNAVAILABLE, cause=error.cause)
        return error
    return _CHALICE_ERRORS.get(response.status_code, InternalError)()
