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


def came(site=None, origin=None):
    sent = {"Sec_Fetch_Site": site, "Origin": origin}
    return {name: value for name, value in sent.items() if value is not None}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (came(), PASSED),
        (came(site="same-origin"), PASSED),
        (came(site="none"), PASSED),
        (came(site="same-origin", origin=OWN), PASSED),
        (came(site="same-site", origin=OWN), PASSED),
        (came(site="cross-site", origin=FRONT_END), PASSED),
        (came(site="same-site", origin=FRONT_END), PASSED),
        (came(origin=OWN), PASSED),
        (came(origin=FRONT_END), PASSED),
        (came(site="cross-site"), REFUSED),
        (came(site="same-site"), REFUSED),
        (came(site=""), REFUSED),
        (came(site="SAME-ORIGIN"), REFUSED),
        (came(site="cross-site", origin="https://evil.example"), REFUSED),
        (came(site="same-site", origin="https://sibling.lakes.example"), REFUSED),
        (came(origin="https://evil.example"), REFUSED),
        (came(origin="null"), REFUSED),
        (came(origin=""), REFUSED),
        (came(origin="https://lakes.example.evil.example"), REFUSED),
        (came(origin="https://lakes.example:444"), REFUSED),
        (came(origin="http://lakes.example"), REFUSED),
        (came(origin="https://lakes.example/api"), REFUSED),
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
            **came(site="cross-site", origin="https://evil.example"),
        )
        assert (response.status, response.code, response.set_cookie) == (403, "cross_site", None)
    assert backend.everything() == before


def test_cross_origin_reads_get_no_cors_headers(applicant):
    response = applicant.get("/me", **came(site="cross-site", origin="https://evil.example"))

    assert response.status == 200
    assert response.headers.get("Access-Control-Allow-Origin") != "https://evil.example"


@pytest.mark.parametrize("path", ["/admin/events/harvest-fair/registrations.csv", "/me/export"])
def test_downloads_reject_requests_from_other_sites(applicant, path):
    """A link on any page would put a list of applicants into the folder of a staff member."""
    for other_client in (came(site="cross-site"), came(site="same-site"), came(origin="null")):
        assert applicant.get(path, **other_client).code == "cross_site"
    for headers in (came(), came(site="same-origin"), came(site="none"), came(origin=FRONT_END)):
        assert applicant.get(path, **headers).code != "cross_site"
