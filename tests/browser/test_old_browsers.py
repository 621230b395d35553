"""Browsers as old as Safari 15, browsers that are older, and browsers that block cookies."""

import pytest
from playwright.sync_api import expect

from tests.browser.journeys import field, sign_in, sign_out
from tests.browser.tour import OPEN
from tests.support.events import EVENT, FORM
from tests.support.slow import slow

# What came with Safari 15.4 or later.
OLD = """
delete AbortSignal.timeout;
delete AbortSignal.any;
delete window.BroadcastChannel;
delete window.structuredClone;
delete Crypto.prototype.randomUUID;
delete HTMLFormElement.prototype.requestSubmit;
delete SubmitEvent.prototype.submitter;
delete HTMLDialogElement.prototype.showModal;
delete HTMLDialogElement.prototype.show;
delete Intl.supportedValuesOf;
for (const kind of [Array, String, Object.getPrototypeOf(Int8Array)]) delete kind.prototype.at;
for (const name of ["findLast", "findLastIndex", "toSorted", "toReversed", "toSpliced", "with"])
  delete Array.prototype[name];
for (const name of ["hasOwn", "groupBy"]) delete Object[name];
for (const name of ["withResolvers", "try"]) delete Promise[name];
"""
BLOCKED = """
const refuse = () => { throw new DOMException("Access is denied.", "SecurityError"); };
Object.defineProperty(Navigator.prototype, "cookieEnabled", { get: () => false });
Object.defineProperty(Document.prototype, "cookie", { get: refuse, set: refuse });
for (const name of ["sessionStorage", "localStorage"])
  Object.defineProperty(window, name, { get: refuse });
"""
MESSAGES = {"en-US": "Your browser blocks cookies", "es-US": "Su navegador bloquea las cookies"}


@pytest.fixture
def old_browser(phone):
    phone.context.add_init_script(OLD)
    return phone


def test_a_browser_like_safari_15_signs_in_registers_and_signs_out(old_browser, sign_up_applicant):
    applicant = sign_up_applicant(firstName="River", lastName="Okafor")
    assert applicant.request("PUT", f"/registrations/{EVENT}", {"form": FORM}).status == 201
    old_browser.expects(401)
    page = old_browser.page
    page.goto(f"{old_browser.url}/register/{EVENT}")
    sign_in(page, applicant.name)
    expect(field(page, "city")).to_have_value(FORM["city"])
    page.locator("#send").click()
    expect(page.locator("#status")).to_have_text("Submitted")
    page.locator("#withdraw").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button").first.click()
    expect(page.locator("#status")).to_have_text("Withdrawn")
    sign_out(page)
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_a_question_can_be_answered_with_no_without_dialogs(old_browser, applicant):
    old_browser.become(applicant)
    page = old_browser.page
    page.goto(f"{old_browser.url}/account", wait_until="networkidle")
    page.locator("#everywhere").click()
    page.get_by_role("dialog").get_by_role("button").last.click()

    expect(page.get_by_role("dialog")).to_have_count(0)
    assert applicant.get("/me").status == 200


@pytest.mark.parametrize("locale", MESSAGES)
def test_a_browser_that_cannot_run_the_page_names_the_supported_ones(visit, locale):
    browser = visit(locale=locale)
    browser.context.route(
        "**/scripts/*/signin",
        lambda route: route.fulfill(body="", content_type="text/javascript"),
    )
    page = browser.page
    page.goto(f"{browser.url}/signin")

    expect(page.locator("#unsupported")).to_contain_text("Safari 15")


def test_a_browser_that_runs_the_page_is_told_nothing(phone):
    phone.page.goto(f"{phone.url}/signin", wait_until="networkidle")

    expect(phone.page.locator("#unsupported")).to_be_hidden()
    expect(phone.page.locator("#cookies-blocked")).to_have_count(0)


@pytest.mark.parametrize("locale", MESSAGES)
@pytest.mark.parametrize("path", [OPEN[0], f"/register/{EVENT}", *slow(*OPEN[1:], "/account", "/")])
def test_a_browser_that_blocks_cookies_is_told_so_and_nothing_breaks(visit, path, locale):
    browser = visit(locale=locale)
    browser.context.add_init_script(BLOCKED)
    if path not in OPEN:
        browser.expects(401)
    page = browser.page
    page.goto(f"{browser.url}{path}{'#token=none' if path in {'/reset', '/verify'} else ''}")

    expect(page.locator("#cookies-blocked")).to_contain_text(MESSAGES[locale])
