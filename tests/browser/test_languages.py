"""Spanish pages: the browser requests Spanish or the user chooses it; no text stays English."""

import functools
import json
import re

import pytest
from playwright.sync_api import expect

from chalicelib.pages.page import LANGUAGE_COOKIE
from chalicelib.platform import translations
from chalicelib.platform.languages import Language
from tests.browser.journeys import (
    field,
    fill_in,
    open_step,
    problem_of,
    saved,
    sign_out,
)
from tests.browser.tour import OPEN, OWN, open_page
from tests.support.clients import PASSWORD
from tests.support.events import EVENT
from tests.support.slow import slow
from tools.translations import extract
from web import assets

SPANISH = Language("es")


def pattern_of(text):
    return ".+".join(map(re.escape, re.split(r"\{\w+\}", text)))


def texts_of_pages():
    """Yield each text of the pages in English and in Spanish, in all plural forms."""
    words = translations.catalog(SPANISH)
    for message in extract(assets.FOLDER):
        match message.id:
            case (singular, plural):
                yield from zip(message.id, words.plural_forms(singular, plural), strict=True)
            case str(text) if text:
                context = message.context
                yield text, words.pgettext(context, text) if context else words.gettext(text)


@functools.cache
def known_texts():
    """The pattern of what differs from its Spanish text, and the Spanish texts.

    To find them takes seconds, which every worker would spend to collect the tests.
    """
    texts = list(texts_of_pages())
    in_english = re.compile("|".join(pattern_of(en) for en, es in texts if en != es))
    return in_english, {es for _, es in texts}


def left_in_english(page):
    """What of a page is an English text of ours, in its lines and in what it names things."""
    texts = page.locator("body").inner_text().splitlines() + page.evaluate(
        "[...document.querySelectorAll('[aria-label]')].map((one) => one.ariaLabel)"
    )
    in_english, in_both = known_texts()
    # The button for a language names it in that language.
    names = page.locator("[data-language]").all_text_contents()
    lines = {line.strip() for line in texts} - in_both - set(names)
    return [line for line in lines if line and in_english.fullmatch(line)]


@pytest.mark.parametrize("path", [OPEN[0], *OWN[:2], *slow(*OPEN[1:], *OWN[2:])])
def test_a_browser_that_asks_for_spanish_gets_it(visit, submitted_data, path):
    asking = visit(locale="es-US")
    page = open_page(asking, submitted_data, path, submitted_data.reader_of(path))

    assert page.locator("html").get_attribute("lang") == SPANISH
    assert left_in_english(page) == []


def test_what_goes_wrong_is_said_in_spanish_too(visit, applicant):
    asking = visit(locale="es-US")
    asking.expects(422)
    asking.become(applicant)
    page = asking.page
    page.goto(f"{asking.url}/register/{EVENT}")
    fill_in(page, {"phone1": "12"})
    expect(saved(page)).to_contain_text("excepto: Número de teléfono")
    open_step(page, "review")
    page.locator("#send").click()
    expect(page.locator("form .problems")).to_be_focused()
    expect(problem_of(page, "phone1")).to_have_text(
        "Escriba un teléfono de Estados Unidos de 10 dígitos, o empiece con + y el código del país."
    )

    assert left_in_english(page) == []
    with asking.offline():
        sign_out(page)
        expect(page.locator("#still-signed-in")).to_contain_text("Su sesión sigue abierta")


def test_a_switch_changes_it_and_it_stays_so(phone, applicant):
    phone.page.goto(f"{phone.url}/signin")
    phone.page.get_by_role("button", name="Español").click()
    expect(phone.page.get_by_role("heading", name="Iniciar sesión")).to_be_visible()
    phone.become(applicant)
    phone.page.goto(f"{phone.url}/account", wait_until="networkidle")

    expect(phone.page.locator("html")).to_have_attribute("lang", SPANISH)
    assert left_in_english(phone.page) == []
    phone.page.get_by_role("button", name="English").click()
    expect(phone.page.get_by_role("heading", name="Your account")).to_be_visible()


def test_errors_are_in_the_language_that_was_chosen_on_the_page(phone):
    phone.expects(401, 422, 429)
    page = phone.page
    page.goto(f"{phone.url}/signup")
    page.get_by_role("button", name="Español").click()
    fill_in(page, {"username": "ab", "password": PASSWORD})
    page.locator("main form button.strong").last.click()
    # From the service, whose answer to this browser would be English by the browser's own setting.
    expect(problem_of(page, "username")).to_contain_text("de 3 a 64 caracteres")

    page.goto(f"{phone.url}/signin")
    fill_in(page, {"username": "river", "password": "wrong"})
    page.locator("main form button.strong").last.click()
    # The service says this in English only, for a front end that compares it.
    expect(page.locator("form .problems")).to_contain_text("son incorrectos")
    gateway = {"error": "Too many requests at once.", "code": "too_many_attempts"}
    throttled_response = {"status": 429, "json": gateway, "headers": {"Retry-After": "2"}}
    phone.context.route("**/signin", lambda route: route.fulfill(**throttled_response))
    page.locator("main form button.strong").last.click()

    expect(page.locator("form .problems")).to_contain_text("Demasiados intentos")


def test_the_language_cookie_is_sent_to_the_service_only(phone):
    def with_another_base(route):
        root, below = (f'<meta name="base" content="{base}">' for base in ("", "/api"))
        html = route.fetch().text()
        assert root in html
        route.fulfill(body=html.replace(root, below), content_type="text/html")

    phone.expects(404)  # there is nothing below /api here, but what is sent there can be seen
    phone.context.route(f"{phone.url}/signin", with_another_base)
    host = phone.url.removeprefix("http://").partition(":")[0]
    older = {"name": LANGUAGE_COOKIE, "value": "en", "domain": host, "path": "/api/"}
    phone.context.add_cookies([older])
    phone.page.goto(f"{phone.url}/signin")
    with phone.page.expect_navigation():
        phone.page.get_by_role("button", name="Español").click()
    for path, is_told in {"/api": True, "/api/account": True, "/apiary": False}.items():
        sent = phone.page.goto(f"{phone.url}{path}").request.all_headers()
        languages_sent = re.findall(rf"{LANGUAGE_COOKIE}=(\w+)", sent.get("cookie", ""))
        assert languages_sent == [SPANISH] * is_told, path


def test_what_was_typed_outlives_the_switch_but_for_a_password(phone):
    page = phone.page
    # What lies in the tab while the page is on its way, and after it has come.
    page.add_init_script("window.lay = JSON.stringify(sessionStorage)")
    page.goto(f"{phone.url}/signup")
    fill_in(page, {"username": "river.okafor", "firstName": "River", "noEmail": True})
    page.get_by_role("button", name="Suggest a password").click()
    expect(field(page, "password")).not_to_be_empty()
    password = field(page, "password").input_value()
    page.get_by_role("button", name="Español").click()

    expect(page.locator("html")).to_have_attribute("lang", SPANISH)
    expect(field(page, "username")).to_have_value("river.okafor")
    expect(field(page, "firstName")).to_have_value("River")
    expect(field(page, "email")).to_be_hidden()
    expect(field(page, "password")).to_have_value("")
    lay = page.evaluate("lay")
    assert "river.okafor" in lay
    assert password not in json.loads(next(iter(json.loads(lay).values()))).values()
    assert page.evaluate("sessionStorage.length") == 0


def test_what_was_typed_over_what_the_service_has_outlives_it_too(phone, applicant):
    phone.become(applicant)
    page = phone.page
    page.goto(f"{phone.url}/account", wait_until="networkidle")
    fill_in(page, {"firstName": "Rivka", "email": "rivka@example.com"})
    field(page, "currentPassword").fill("a password")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Español").click()

    expect(page.locator("html")).to_have_attribute("lang", SPANISH)
    expect(field(page, "email")).to_have_value("rivka@example.com")
    expect(field(page, "firstName")).to_have_value("Rivka")
    expect(field(page, "lastName")).to_have_value("Okafor")
    expect(field(page, "currentPassword")).to_have_value("")


def test_an_english_page_would_show(phone):
    phone.page.goto(f"{phone.url}/signin")

    assert "Forgot your username or password?" in left_in_english(phone.page)
