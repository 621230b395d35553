"""Signing in with an OpenID Connect provider, and linking one, in a browser."""

import json
from contextlib import closing

import pytest
from playwright.sync_api import expect

from chalicelib.platform.identifiers import new_identifier
from tests.browser.axe import expect_accessible
from tests.browser.journeys import field, sign_out
from tests.browser.visits import Visit
from tests.http.servers import serving
from tests.support.clients import PASSWORD, OverHttp, Person
from tests.support.oidc_provider import CLIENT_ID, SECRET, TestProvider, over_http

pytestmark = pytest.mark.slow  # another service and a provider
CONTINUE = "Continue with Example"


@pytest.fixture(scope="module")
def provider():
    """A provider on this machine, at which the person is signed in already."""
    person = TestProvider("")
    with over_http(person):
        yield person


@pytest.fixture(scope="module")
def service_with_provider(tmp_path_factory, provider):
    entry = {"name": "example", "label": "Example", "clientId": CLIENT_ID}
    with serving(
        tmp_path_factory.mktemp("with_provider"),
        BREEZE_LAKES_POINT_AWS_CLIENT="boto3",
        BREEZE_LAKES_POINT_OIDC_PROVIDERS=json.dumps([{**entry, "issuer": provider.issuer}]),
        OIDC_CLIENT_SECRETS=json.dumps({"example": SECRET}),
    ) as running:
        yield running


@pytest.fixture(scope="module")
def service(service_with_provider):
    """The service whose mail is read."""
    return service_with_provider


@pytest.fixture
def phone(browser, service_with_provider, provider):
    """A phone of a person whom the provider knows."""
    provider.subject, provider.response = new_identifier(), {}
    provider.claims = {"email": f"{provider.subject}@example.com"}
    with closing(Visit(browser, service_with_provider.url)) as opened:
        opened.goes_to(provider.issuer)
        yield opened


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def test_a_new_person_creates_an_account_without_a_password_and_returns_in_one_press(
    phone, browser, service_with_provider, provider
):
    page = phone.page
    phone.expects(409)
    page.goto(f"{phone.url}/signin?next=/account")
    press(page, CONTINUE)
    expect(page.get_by_role("heading", name="Create account")).to_be_visible()
    expect_accessible(page)
    expect(field(page, "firstName")).to_have_value("River")
    press(page, "Create account")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    expect(page.locator("#identities")).to_contain_text("Example")
    expect(page.locator("#no-password")).to_be_visible()

    with closing(Visit(browser, service_with_provider.url)) as later:
        later.goes_to(provider.issuer)
        later.page.goto(f"{later.url}/signin?next=/account")
        press(later.page, CONTINUE)
        expect(later.page.get_by_role("heading", name="Your account")).to_be_visible()


def test_a_provider_takes_5_taps_from_sign_up_to_the_second_visit(phone, taps):
    page = phone.page
    phone.expects(409)
    page.goto(f"{phone.url}/signin?next=/account")
    press(page, CONTINUE)
    press(page, "Create account")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    first = len(taps)
    sign_out(page)
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    page.goto(f"{phone.url}/signin?next=/account")
    taps.clear()
    press(page, CONTINUE)
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()

    at_the_provider = 1
    assert (first + at_the_provider, len(taps) + at_the_provider) == (3, 2)


def test_a_person_without_a_password_confirms_the_deletion_by_an_emailed_code(
    phone, provider, mailed_link
):
    page = phone.page
    phone.expects(409)
    page.goto(f"{phone.url}/signin?next=/account")
    press(page, CONTINUE)
    press(page, "Create account")
    expect(page.locator("#no-password")).to_be_visible()
    expect(page.locator("#passkey-password")).to_be_hidden()
    press(page, "Delete my account")
    page.get_by_role("dialog").get_by_role("button", name="Delete my account").click()
    code = page.get_by_role("dialog").get_by_label("Code from the email")
    expect(code).to_be_visible()
    expect_accessible(page)
    code.fill(mailed_link("signin/email", provider.claims["email"]).partition("#code=")[2])
    press(page, "Confirm")

    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_a_person_links_a_provider_to_their_account_and_removes_it(phone, provider):
    person = Person(OverHttp(phone.url), f"river.{provider.subject}".lower())
    assert person.sign_up().status == 201
    phone.become(person)
    page = phone.page
    page.goto(f"{phone.url}/account")
    press(page, CONTINUE)
    expect(page.locator("#link-who")).to_contain_text("Example")
    page.locator("#link-password").fill(PASSWORD)
    press(page, "Add this way to sign in")
    expect(page.locator("#identities li")).to_have_count(1)
    expect_accessible(page)

    page.locator("#identities").get_by_role("button", name="Remove").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Current password").fill(PASSWORD)
    dialog.get_by_role("button", name="Remove").click()
    expect(page.locator("#identities li")).to_have_count(0)


def test_a_person_who_declines_at_the_provider_chooses_another_way(phone, provider):
    provider.response = {"error": "access_denied", "code": None}
    page = phone.page
    page.goto(f"{phone.url}/signin?next=/account")
    press(page, CONTINUE)

    expect(page.get_by_text("You canceled the sign-in.")).to_be_visible()
    page.get_by_role("link", name="Choose another way to sign in").click()
    page.wait_for_url(f"{phone.url}/signin?next=%2Faccount")
