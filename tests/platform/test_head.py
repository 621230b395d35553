"""HEAD wherever there is GET (RFC 9110, 9.1): the same response without its body."""

import re

import pytest

from chalicelib.functions import all_endpoints
from tests.matrix.test_authorization import AUTHORIZATION_MATRIX
from tests.pages.addresses import PAGES
from tests.support.events import EVENT, FORM, create_event

GET_ENDPOINTS = [endpoint for endpoint in all_endpoints() if endpoint.method == "GET"]
SIGN_OUT_PATH = "/signout"
# GET has an effect there, so HEAD isn't allowed.
GET_PATHS_WITH_SIDE_EFFECTS = ["/signin/providers/{provider}/callback", SIGN_OUT_PATH]
# Headers whose values are different for each request.
VARYING_HEADERS = {"X-Request-Id", "Content-Length", "Date"}


def comparable_headers(response):
    """A response's headers, without values that differ between requests."""
    return {
        name: re.sub(r"=[^;]*", "", value) if name == "Set-Cookie" else value
        for name, value in response.headers.items()
        if name not in VARYING_HEADERS
    }


@pytest.fixture
def path_variables(applicant):
    """The values of path variables, and an applicant with a registration."""
    create_event()
    assert applicant.request("PUT", f"/registrations/{EVENT}", {"form": FORM}).status == 201
    session = applicant.get("/sessions").json["items"][0]["id"]
    return {
        "event_id": EVENT,
        "user_id": applicant.account["id"],
        "session_id": session,
        "version": "none",
        "name": "page",
        "provider": "example",
    }


@pytest.mark.parametrize("role", ["User", "SuperAdmin"])
@pytest.mark.parametrize("endpoint", GET_ENDPOINTS, ids=lambda endpoint: endpoint.path)
def test_head_responds_as_get_does_without_a_body(
    path_variables, applicant, backend, endpoint, role
):
    backend.change("users", {"id": applicant.account["id"]}, role=role)
    path = endpoint.path.format(**path_variables)
    if endpoint.path == "/admin/audit":
        path += f"?subject={applicant.account['id']}"
    get, head = applicant.get(path), applicant.client_with_copied_token().request("HEAD", path)

    assert head.body == b""
    if endpoint.path in GET_PATHS_WITH_SIDE_EFFECTS:
        return
    assert head.status == get.status
    expected = comparable_headers(get)
    if endpoint.is_download and get.status == 200:
        # These are known only after the work.
        expected = {name: expected[name] for name in expected.keys() - {"Content-Disposition"}}
    assert comparable_headers(head) == expected


def test_head_of_sign_out_is_not_allowed_and_empties_no_cookie(applicant):
    response = applicant.request("HEAD", SIGN_OUT_PATH, Sec_Fetch_Site="same-origin")

    assert (response.status, response.set_cookie, response.body) == (405, None, b"")
    assert response.headers["Allow"] == "GET, POST"
    assert applicant.get("/me").status == 200


def test_head_of_a_missing_resource_returns_404(applicant):
    assert applicant.request("HEAD", "/events/nothing").status == 404
    assert applicant.request("HEAD", "/scripts/none/none").status == 404


@pytest.mark.parametrize(
    ("path", "view"),
    [
        (f"/admin/events/{EVENT}/registrations.csv", "export_event_registrations"),
        ("/me/export", "export_me"),
    ],
)
def test_head_of_an_export_reads_only_the_session_and_its_account(
    path_variables, applicant, backend, aws_calls, capsys, path, view
):
    backend.change("users", {"id": applicant.account["id"]}, role="SuperAdmin")
    applicant.get("/me")
    aws_calls.clear()
    capsys.readouterr()
    response = applicant.request("HEAD", path)

    # The session and its account are read, and nothing else.
    assert response.status == 200
    assert [call.operation for call in aws_calls] == ["BatchGetItem"]
    assert view not in capsys.readouterr().out


def test_head_of_an_export_is_rejected_without_permission(path_variables, anonymous, applicant):
    path = f"/admin/events/{EVENT}/registrations.csv"

    assert anonymous.request("HEAD", path).status == 401
    assert applicant.request("HEAD", path).status == 403
    assert anonymous.request("HEAD", "/me/export").status == 401


def test_head_of_an_export_with_a_wrong_query_is_invalid(path_variables, applicant, backend):
    backend.change("users", {"id": applicant.account["id"]}, role="SuperAdmin")
    response = applicant.request("HEAD", f"/admin/events/{EVENT}/registrations.csv?limit=wrong")

    assert (response.status, response.body) == (422, b"")


def test_every_get_endpoint_also_declares_head():
    assert all(
        ("HEAD" in endpoint.methods) == (endpoint.method == "GET") for endpoint in all_endpoints()
    )
    paths_without_head = [endpoint.path for endpoint in GET_ENDPOINTS if not endpoint.supports_head]
    assert sorted(paths_without_head) == GET_PATHS_WITH_SIDE_EFFECTS
    assert [endpoint.path for endpoint in GET_ENDPOINTS if endpoint.is_download] == [
        "/me/export",
        "/admin/events/{event_id}/registrations.csv",
    ]


def test_every_page_and_every_row_of_the_matrix_has_head():
    paths = {endpoint.path for endpoint in GET_ENDPOINTS}

    assert PAGES.keys() <= paths
    assert {route.split()[1] for route in AUTHORIZATION_MATRIX if route.startswith("GET ")} == paths
