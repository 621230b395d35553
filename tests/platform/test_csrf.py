"""Which pages may change something."""

import pytest

from tests.support.environments import environment

OWN, FRONT_END = "https://lakes.example", "https://front.example"
PASSED, REFUSED = 200, 403


@pytest.fixture(autouse=True)
def _origins(client):
    from chalicelib.platform import settings

    stage = settings.current().stage
    with environment(STAGE=stage, PUBLIC_URL=f"{OWN}/api", FRONT_END_ORIGIN=FRONT_END):
        yield


def browser_headers(site=None, origin=None):
    sent = {"Sec_Fetch_Site": site, "Origin": origin}
    return {name: value for name, value in sent.items() if value is not None}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (browser_headers(), PASSED),
        (browser_headers(site="same-origin"), PASSED),
        (browser_headers(site="none"), PASSED),
        (browser_headers(site="same-origin", origin=OWN), PASSED),
        (browser_headers(site="same-site", origin=OWN), PASSED),
        (browser_headers(site="cross-site", origin=FRONT_END), PASSED),
        (browser_headers(site="same-site", origin=FRONT_END), PASSED),
        (browser_headers(origin=OWN), PASSED),
        (browser_headers(origin=FRONT_END), PASSED),
        (browser_headers(site="cross-site"), REFUSED),
        (browser_headers(site="same-site"), REFUSED),
        (browser_headers(site=""), REFUSED),
        (browser_headers(site="SAME-ORIGIN"), REFUSED),
        (browser_headers(site="cross-site", origin="https://evil.example"), REFUSED),
        (browser_headers(site="same-site", origin="https://sibling.lakes.example"), REFUSED),
        (browser_headers(origin="https://evil.example"), REFUSED),
        (browser_headers(origin="null"), REFUSED),
        (browser_headers(origin=""), REFUSED),
        (browser_headers(origin="https://lakes.example.evil.example"), REFUSED),
        (browser_headers(origin="https://lakes.example:444"), REFUSED),
        (browser_headers(origin="http://lakes.example"), REFUSED),
        (browser_headers(origin="https://lakes.example/api"), REFUSED),
    ],
    ids=str,
)
def test_a_change_passes_from_our_pages_the_front_end_and_no_browser_at_all(
    applicant, sent, status
):
    response = applicant.post("/signout", **sent)

    assert response.status == status
    if status == REFUSED:
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
def test_every_change_is_rejected_from_elsewhere(applicant, backend, method, path):
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
        browser_headers(origin=FRONT_END),
    ):
        assert applicant.get(path, **headers).code != "cross_site"
