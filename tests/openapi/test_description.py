"""The OpenAPI description: its content, and that it covers the whole API."""

import re

import jsonschema_rs
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

import chalicelib
from app import app
from chalicelib.functions import all_endpoints
from tests.support.clients import COOKIE, PASSWORD
from tests.support.environments import environment
from web.openapi.examples import NoExample, example_of


@pytest.fixture
def description(anonymous):
    return anonymous.get("/openapi.json").json


def _operations(description):
    return {
        (method.upper(), path): operation
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }


def _in_camel_case(path):
    return re.sub(r"_(\w)", lambda found: found[1].upper(), path)


def _resolved(part, description):
    while "$ref" in part:
        _, _, kind, name = part["$ref"].split("/")
        part = description["components"][kind][name]
    return part


def _media(description):
    """Return all request and response fields, with their locations."""
    for (method, path), operation in _operations(description).items():
        taken = operation.get("requestBody")
        answers = operation["responses"].items()
        parts = [*([("body", taken)] if taken else []), *answers]
        for name, part in parts:
            for media in _resolved(part, description)["content"].items():
                yield f"{method} {path} {name}", *media


def test_the_document_is_valid_openapi_3_1(description):
    assert description["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(description).validate()


def test_the_document_describes_exactly_the_served_endpoints(description):
    # HEAD goes without saying where GET is.
    served = {
        (method, _in_camel_case(path))
        for path, methods in app.routes.items()
        for method in methods.keys() - {"HEAD"}
    }

    assert _operations(description).keys() == served


def test_every_error_has_its_code_under_its_status(description):
    operations = _operations(description)

    for endpoint in all_endpoints():
        answers = operations[endpoint.method, _in_camel_case(endpoint.path)]["responses"]
        for error in endpoint.errors:
            answer = _resolved(answers[str(error.STATUS_CODE)], description)
            assert error.code in answer["content"]["application/json"]["examples"]


def test_every_json_body_has_an_example_that_matches_its_schema(description):
    for where, kind, media in _media(description):
        if kind != "application/json":
            continue
        examples = [each["value"] for each in media.get("examples", {}).values()]
        examples += [media["example"]] if "example" in media else []
        schema = {**media["schema"], "components": description["components"]}
        assert examples, where
        for example in examples:
            jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(example)


def test_the_example_of_signing_up_signs_up(anonymous, description):
    body = description["paths"]["/signup"]["post"]["requestBody"]["content"]["application/json"]

    assert anonymous.post("/signup", body["example"]).status == 201


def test_a_schema_without_examples_is_an_error():
    with pytest.raises(NoExample):
        example_of({"type": "object", "properties": {"name": {"type": "string"}}}, {})


def test_the_cookie_is_the_security_scheme_of_what_needs_a_session(description):
    scheme = description["components"]["securitySchemes"]["cookieAuth"]
    operations = _operations(description)

    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "cookie", COOKIE)
    assert operations["GET", "/me"]["security"] == [{"cookieAuth": []}]
    assert operations["POST", "/signin"]["security"] == []


def test_every_response_documents_its_headers(description):
    for operation in _operations(description).values():
        for answer in operation["responses"].values():
            assert _resolved(answer, description)["headers"].keys() >= {
                "Cache-Control",
                "X-Content-Type-Options",
                "X-Request-Id",
            }


def test_unavailable_responses_document_retry_after(description):
    assert "Retry-After" in description["components"]["responses"]["Unavailable"]["headers"]


def test_only_endpoints_that_set_cookies_document_them(description):
    setting = {
        route
        for route, operation in _operations(description).items()
        for status, answer in operation["responses"].items()
        if "Set-Cookie" in _resolved(answer, description)["headers"]
    }

    assert setting == {
        ("POST", "/signup"),
        ("PATCH", "/me"),
        ("POST", "/password/change"),
        ("POST", "/signin"),
        ("POST", "/signin/email"),
        ("POST", "/signin/email/code"),
        ("POST", "/signin/providers/{provider}"),
        ("GET", "/signin/providers/{provider}/callback"),
        ("POST", "/signin/providers/{provider}/callback"),
        ("POST", "/signin/proof"),
        ("POST", "/signup/proof"),
        ("POST", "/signin/passkey/options"),
        ("POST", "/signin/passkey"),
        ("POST", "/signup/passkey/options"),
        ("POST", "/signup/passkey"),
        ("POST", "/password/remove"),
        ("POST", "/signout"),
        ("GET", "/signout"),
        ("POST", "/me/delete"),
        ("POST", "/mfa/totp/confirm"),
        ("PATCH", "/me"),
        ("POST", "/password/change"),
        ("DELETE", "/sessions"),
        ("DELETE", "/sessions/{sessionId}"),
    }


def test_a_page_is_described_as_html(description):
    assert description["paths"]["/docs"]["get"]["responses"]["200"]["content"].keys() == {
        "text/html"
    }


def test_the_document_has_the_project_version(description):
    assert description["info"]["version"] == chalicelib.__version__


def test_the_shortest_password_is_the_setting(anonymous):
    with environment(MINIMUM_PASSWORD_LENGTH="20"):
        schemas = anonymous.get("/openapi.json").json["components"]["schemas"]

    assert schemas["SignUp"]["properties"]["password"]["anyOf"][0]["minLength"] == 20
    assert len(PASSWORD) >= 20


def test_the_server_is_the_public_url(anonymous):
    with environment(PUBLIC_URL="https://lakes.example.com/api"):
        servers = anonymous.get("/openapi.json").json["servers"]

    assert servers == [{"url": "https://lakes.example.com/api"}]
