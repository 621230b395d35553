"""The zip, run by AWS's own runtime client behind what plays API Gateway."""

import itertools

import boto3
import pytest
import requests

from chalicelib.functions import SCHEDULES
from chalicelib.platform import clock
from chalicelib.sessions import keys
from ops import tables
from ops.functions import logical_name
from tests.package.conftest import OF_LAMBDA
from tests.support.clients import COOKIE, PASSWORD
from tools import moto_server, rehearsal, stage_secrets

STAGE = "rehearsed"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def service(dev_package, local_endpoint, tmp_path_factory):
    """The package, served."""
    log = tmp_path_factory.mktemp("log") / "function.log"
    with moto_server.running() as aws:
        tables.create_missing(boto3.client("dynamodb", endpoint_url=local_endpoint), STAGE)
        vault = boto3.client("secretsmanager", endpoint_url=aws)
        stage_secrets.store(vault, STAGE, keys.new_secret(clock.now()))
        environment = {
            **OF_LAMBDA,
            "AWS_ENDPOINT_URL": aws,
            "AWS_ENDPOINT_URL_DYNAMODB": local_endpoint,
            "BREEZE_LAKES_POINT_STAGE": STAGE,
            "BREEZE_LAKES_POINT_PUBLIC_URL": "http://localhost",
            "BREEZE_LAKES_POINT_BREACHED_PASSWORDS": "off",
        }
        with rehearsal.running(dev_package, environment, log=log) as served:
            yield served
        assert "must not contact" not in log.read_text()


@pytest.fixture
def applicant(service):
    """A user who has signed up, with a browser's cookie jar."""
    with requests.Session() as browser:
        body = {"username": f"river{next(_numbers)}", "password": PASSWORD}
        assert browser.post(f"{service.url}/signup", json=body).status_code == 201
        yield browser


def test_signing_up_makes_an_account_and_a_cookie(service):
    body = {"username": "sky", "password": PASSWORD, "firstName": "Ská"}
    with requests.Session() as browser:
        response = browser.post(f"{service.url}/signup", json=body)

        assert response.status_code == 201
        assert response.json()["firstName"] == "Ská"
        assert browser.cookies[COOKIE]


def test_each_schedules_handler_runs_from_the_zip(service):
    for function in SCHEDULES:
        event = b'{"source": "aws.events", "detail-type": "Scheduled Event"}'

        assert service.invoke(logical_name(function), event) == b"null"


def test_a_user_who_signed_up_has_a_session(service, applicant):
    response = applicant.get(f"{service.url}/me")

    assert response.status_code == 200
    assert response.json()["username"].startswith("river")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/me", 200), ("/events", 200), ("/signout", 405), ("/nowhere", 404)],
)
def test_head_is_answered_as_get_is_without_a_body(service, applicant, path, status):
    head = applicant.head(f"{service.url}{path}")

    assert (head.status_code, head.content) == (status, b"")
    assert COOKIE in applicant.cookies


def test_a_password_manager_is_led_below_the_stage(service, applicant):
    response = applicant.get(f"{service.url}/.well-known/change-password", allow_redirects=False)

    assert (response.status_code, response.headers["Location"]) == (302, "/api/account")


def test_signing_out_empties_the_cookie_and_the_browser_drops_it(service, applicant):
    response = applicant.post(f"{service.url}/signout")

    assert response.status_code == 200
    assert response.json() == {"msg": "Logout complete"}
    assert response.headers["Set-Cookie"].startswith(f"{COOKIE}=;")
    assert "Max-Age=0" in response.headers["Set-Cookie"]
    assert COOKIE not in applicant.cookies


def test_a_user_who_signed_out_has_no_session(service, applicant):
    applicant.post(f"{service.url}/signout")

    response = applicant.get(f"{service.url}/me")

    assert response.status_code == 401
    assert response.json()["code"] == "not_signed_in"


def test_a_session_that_its_owner_ended_is_good_for_nothing(service, applicant):
    copied = {COOKIE: applicant.cookies[COOKIE]}
    assert requests.get(f"{service.url}/me", cookies=copied).status_code == 200

    assert applicant.delete(f"{service.url}/sessions/current").status_code == 200

    assert requests.get(f"{service.url}/me", cookies=copied).status_code == 401


def test_an_unknown_path_is_not_found_in_our_shape(service):
    response = requests.get(f"{service.url}/nowhere")

    assert response.status_code == 404
    assert response.json() == {
        "error": ("We couldn’t find this. It may have been removed."),
        "code": "not_found",
    }


def test_an_unknown_method_is_not_found_in_our_shape(service):
    response = requests.put(f"{service.url}/me", json={})

    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


def test_answers_carry_the_request_id_that_the_gateway_gave(service):
    response = requests.get(f"{service.url}/health")

    assert response.json() == {"status": "ok"}
    assert response.headers["X-Request-Id"] == response.headers["x-amzn-RequestId"]
