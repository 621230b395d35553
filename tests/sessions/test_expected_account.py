"""A client names the account that it expects to be signed in to (``Expected-Account``)."""

import re

import pytest

from chalicelib.functions import all_endpoints
from chalicelib.platform.errors import Unauthenticated
from tests.test_costs import operations

GUARDED = [endpoint for endpoint in all_endpoints() if Unauthenticated in endpoint.access.errors]


def rejection(response):
    return response.status, response.code, response.set_cookies


def test_the_expected_account_gets_the_usual_response(applicant, aws_calls):
    response = applicant.get("/me", Expected_Account=applicant.account["id"])

    assert (response.status, response.json) == (200, applicant.get("/me").json)
    assert operations(aws_calls) == ["BatchGetItem", "BatchGetItem"]


def test_a_different_account_is_rejected_at_every_route_without_aws_calls(
    applicant, other_applicant, aws_calls
):
    assert len(GUARDED) > 20
    for endpoint in GUARDED:
        path = re.sub(r"{\w+}", "harvest-fair", endpoint.path)
        response = applicant.request(
            endpoint.method, path, Expected_Account=other_applicant.account["id"]
        )
        assert rejection(response) == (401, "not_signed_in", []), endpoint
    assert aws_calls == []

    assert applicant.get("/me").status == 200


def test_the_response_is_the_same_as_for_an_ended_session(applicant, other_applicant):
    other = applicant.get("/me", Expected_Account=other_applicant.account["id"])
    applicant.delete("/sessions/current")
    ended = applicant.get("/me")

    assert (other.status, other.body) == (ended.status, ended.body)


@pytest.mark.parametrize("change", [str.swapcase, lambda _: "", lambda own: f"{own},{own}"])
def test_an_invalid_expected_account_is_rejected(applicant, change):
    assert applicant.get("/me", Expected_Account=change(applicant.account["id"])).status == 401


def test_the_header_alone_does_not_authenticate(applicant, other_applicant, anonymous):
    for client_with_copied_token in (anonymous, applicant):
        assert (
            client_with_copied_token.get(
                "/me", Expected_Account=other_applicant.account["id"]
            ).status
            == 401
        )


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/events", 200), ("GET", "/password/suggestion", 200), ("POST", "/signout", 200)],
)
def test_a_public_endpoint_responds_to_any_expected_account(
    applicant, other_applicant, method, path, status
):
    assert (
        applicant.request(method, path, Expected_Account=other_applicant.account["id"]).status
        == status
    )
