"""Which origins may send requests that change data."""

import pytest

from tests.support.environments import environment

OWN_ORIGIN, FRONT_END_ORIGIN = "https://lakes.example", "https://front.example"
ACCEPTED, REJECTED = 200, 403


@pytest.fixture(autouse=True)
def _configured_origins(client):
    from chalicelib.platform import settings

    stage = settings.current().stage
    with environment(
        STAGE=stage, PUBLIC_URL=f"{OWN_ORIGIN}/api", FRONT_END_ORIGIN=FRONT_END_ORIGIN
    ):
        yield


def browser_headers(site=None, origin=None):
    request_headers = {"Sec_Fetch_Site": site, "Origin": origin}
    return {name: value for name, value in request_headers.items() if value is not None}


@pytest.mark.parametrize(
    ("request_headers", "status"),
    [
        (browser_headers(), ACCEPTED),
        (browser_headers(site="same-origin"), ACCEPTED),
        (browser_headers(site="none"), ACCEPTED),
        (browser_headers(site="same-origin", origin=OWN_ORIGIN), ACCEPTED),
        (browser_headers(site="same-site", origin=OWN_ORIGIN), ACCEPTED),
        (browser_headers(site="cross-site", origin=FRONT_END_ORIGIN), ACCEPTED),
        (browser_headers(site="same-site", origin=FRONT_END_ORIGIN), ACCEPTED),
        (browser_headers(origin=OWN_ORIGIN), ACCEPTED),
        (browser_headers(origin=FRONT_END_ORIGIN), ACCEPTED),
        (browser_headers(site="cross-site"), REJECTED),
        (browser_headers(site="same-site"), REJECTED),
        (browser_headers(site=""), REJECTED),
        (browser_headers(site="SAME-ORIGIN"), REJECTED),
        (browser_headers(site="cross-site", origin="https://evil.example"), REJECTED),
        (browser_headers(site="same-site", origin="https://sibling.lakes.example"), REJECTED),
        (browser_headers(origin="https://evil.example"), REJECTED),
        (browser_headers(origin="null"), REJECTED),
        (browser_headers(origin=""), REJECTED),
        (browser_headers(origin="https://lakes.example.evil.example"), REJECTED),
        (browser_headers(origin="https://lakes.example:444"), REJECTED),
        (browser_headers(origin="http://lakes.example"), REJECTED),
        (browser_headers(origin="https://lakes.example/api"), REJECTED),
    ],
    ids=str,
)
def test_changes_are_accepted_from_own_origins_and_without_a_browser(
    applicant, request_headers, status
):
    response = applicant.post("/signout", **request_headers)

    assert response.status == status
    if status == REJECTED:
        assert (response.code, response.set_cookie) == ("cross_site", None)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/signup"),
        ("POST", "/signin"),
        ("DELETE", "/sessions"),
        ("DELETE", "/sessions/current"),
    ],
)
def test_every_change_is_rejected_from_other_sites(applicant, backend, method, path):
    before = backend.everything()

    for content_type in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
        response = applicant.request(
            method,
            path,
            raw=b'{"username": "sky", "password": "four quiet lakes in May"}',
            content_type=content_type,
            **browser_headers(site="cross-site", origin="https://evil.example"),
        )
        assert (response.status, response.code, response.set_cookie) == (403, "cross_site", None)
    assert backend.everything() == before


def test_cross_origin_reads_get_no_cors_headers(applicant):
    response = applicant.get(
        "/me", **browser_headers(site="cross-site", origin="https://evil.example")
    )

    assert response.status == 200
    assert response.headers.get("Access-Control-Allow-Origin") != "https://evil.example"


@pytest.mark.parametrize("path", ["/admin/events/harvest-fair/registrations.csv", "/me/export"])
def test_downloads_reject_requests_from_other_sites(applicant, path):
    """A link on any page would put a list of applicants into the folder of a staff member."""
    for rejected_headers in (
        browser_headers(site="cross-site"),
        browser_headers(site="same-site"),
        browser_headers(origin="null"),
    ):
        assert applicant.get(path, **rejected_headers).code == "cross_site"
    for headers in (
        browser_headers(),
        browser_headers(site="same-origin"),
        browser_headers(site="none"),
        browser_headers(origin=FRONT_END_ORIGIN),
    ):
        assert applicant.get(path, **headers).code != "cross_site"
