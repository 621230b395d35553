"""Declarations of endpoints, and the handler of last resort."""

from __future__ import annotations

import json
from unittest import mock

import pytest

from chalicelib.platform import request as request_parsing
from chalicelib.platform.endpoints import Blueprint
from chalicelib.sessions.authentication import ANYONE


def without_annotation(request):
    pass


def unknown_response_type(request) -> HttpResponse:  # noqa: F821 (the mistake)
    pass


def unknown_parameter(request: Request, event: str) -> MessageResponse:  # noqa: F821
    pass


@pytest.mark.parametrize("view", [without_annotation, unknown_response_type, unknown_parameter])
def test_a_view_with_an_unsupported_signature_is_rejected_at_its_declaration(view):
    declare = Blueprint("pages").endpoint("GET", "/{name}", access=ANYONE)

    with pytest.raises(TypeError, match=view.__name__):
        declare(view)


def test_a_view_may_have_a_parameter_for_each_variable_of_its_path():
    blueprint = Blueprint("pages")

    @blueprint.endpoint("GET", "/{name}", access=ANYONE)
    def view(request: Request, name: str) -> Response[Page]:  # noqa: F821 (resolved by name)
        pass

    assert [endpoint.path for endpoint in blueprint.endpoints] == ["/{name}"]


def test_an_unreadable_request_id_returns_500_in_the_format_of_errors(client, capsys):
    with mock.patch.object(request_parsing, "request_id", side_effect=AttributeError("odd event")):
        response = client.http.get("/health")

    assert (response.status_code, response.json_body["code"]) == (500, "internal_error")
    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in logged] == ["internal_error"]
