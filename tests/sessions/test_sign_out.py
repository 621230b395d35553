"""Signing out clears the cookie, and changes nothing else."""

import json
import subprocess
import sys
from unittest import mock

import pytest

from tests.support.clients import COOKIE
from tests.support.environments import environment

DELETED_COOKIE = f"{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"


def test_the_session_cookie_is_deleted(applicant):
    response = applicant.post("/signout")

    assert (response.status, response.json) == (200, {"msg": "Logout complete"})
    assert response.set_cookie == DELETED_COOKIE
    assert applicant.token is None


def test_the_cookie_is_deleted_with_the_attributes_of_the_sign_in(anonymous):
    attributes_when_set = anonymous.sign_up().set_cookie.split("; ")[1:]
    attributes_when_deleted = anonymous.post("/signout").set_cookie.split("; ")[1:]

    assert [a for a in attributes_when_set if "Max-Age" not in a] == [
        a for a in attributes_when_deleted if "Max-Age" not in a
    ]


@pytest.mark.parametrize(
    "cookie",
    ["", f"{COOKIE}=", f"{COOKIE}=forged.forged.forged", f"{COOKIE}=a; {COOKIE}=b", "=;;=, \x01"],
)
def test_signing_out_responds_the_same_to_every_cookie(anonymous, cookie):
    assert anonymous.post("/signout", Cookie=cookie).set_cookie == DELETED_COOKIE


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/xml", "a;;,\x7f"])
@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\0", b"[" * 10_000, b"a" * 65_536])
def test_body_and_content_type_are_ignored(anonymous, raw, content_type):
    assert anonymous.post("/signout", raw=raw, content_type=content_type).status == 200


def test_a_body_over_64_kib_is_rejected(anonymous):
    response = anonymous.post("/signout", raw=b"a" * 65_537)

    assert (response.status, response.code, response.set_cookie) == (413, "too_large", None)


def test_signing_out_twice_has_the_same_response(applicant):
    first, second = applicant.post("/signout"), applicant.post("/signout")

    assert (first.status, first.body, first.set_cookie) == (
        second.status,
        second.body,
        second.set_cookie,
    )


def test_sign_out_makes_no_aws_calls(applicant, aws_calls):
    applicant.post("/signout")

    assert aws_calls == []


def test_sign_out_works_without_stage_database_or_key(anonymous):
    with (
        environment(STAGE=None),
        mock.patch("botocore.session.Session.create_client", side_effect=AssertionError),
    ):
        assert anonymous.post("/signout").set_cookie == DELETED_COOKIE


def test_stateless_sign_out_does_not_revoke_a_copied_token(applicant):
    client_with_copied_token = applicant.client_with_copied_token()
    applicant.post("/signout")

    assert client_with_copied_token.get("/me").status == 200


def test_the_cookie_name_is_configurable(anonymous):
    with environment(COOKIE_NAME="__Host-session"):
        assert anonymous.post("/signout").set_cookie.startswith("__Host-session=;")


# Called as Lambda calls it: Chalice's test client would import botocore itself.
SIGN_OUT_SCRIPT = """
import sys
from app import app

event = {
    "requestContext": {"httpMethod": "POST", "resourcePath": "/signout", "identity": {}},
    "headers": {"cookie": "BREEZE_LAKES_POINT_ACCESS_TOKEN=a.b.c"},
    "multiValueQueryStringParameters": None, "pathParameters": None, "stageVariables": None,
    "body": None, "isBase64Encoded": False,
}
heavy_modules = {"boto3", "botocore", "passlib", "argon2", "jwt", "pydantic"}
assert app(event, None)["statusCode"] == 200
print(*sorted(heavy_modules & set(sys.modules)), sep=",", file=sys.stderr)
"""


def test_sign_out_imports_no_heavy_modules():
    result = subprocess.run(
        [sys.executable, "-c", SIGN_OUT_SCRIPT], capture_output=True, text=True, check=True
    )

    assert result.stderr.strip() == ""
    assert json.loads(result.stdout)["event"] == "signed_out"


@pytest.mark.parametrize(
    "fetch_metadata_headers",
    [
        {},
        {"Sec_Fetch_Mode": "cors", "Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Mode": "same-origin", "Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Mode": "cors"},
    ],
)
def test_a_same_origin_script_may_sign_out_by_get(applicant, fetch_metadata_headers):
    response = applicant.get("/signout", **fetch_metadata_headers)

    assert (response.json, response.set_cookie) == ({"msg": "Logout complete"}, DELETED_COOKIE)


@pytest.mark.parametrize(
    "fetch_metadata_headers",
    [
        {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Site": "none"},
        {"Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Mode": "cors", "Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Mode": "cors", "Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Mode": "cors", "Sec_Fetch_Site": "none"},
        {"Sec_Fetch_Site": "cross-site"},
    ],
)
def test_sign_out_by_get_rejects_links_images_and_other_sites(applicant, fetch_metadata_headers):
    response = applicant.get("/signout", **fetch_metadata_headers)

    assert (response.status, response.code, response.set_cookie) == (403, "cross_site", None)
