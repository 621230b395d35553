"""A suggested password: read whole, written down or copied, in the reader's language."""

import pytest
from playwright.sync_api import expect

from chalicelib.accounts import passphrases
from chalicelib.platform.languages import Language
from tests.browser.conftest import new_client, signed_up
from tests.browser.journeys import field
from tests.support.clients import PASSWORD

SMALL_PHONE = {"width": 320, "height": 568}
BUTTONS = {"en-US": "Suggest a password for me", "es-US": "Sugerirme una contraseña"}


def suggested_on(page, language="en-US"):
    page.get_by_role("button", name=BUTTONS[language]).click()
    suggestion = page.locator(".passphrase")
    expect(suggestion).to_be_visible()
    return suggestion


@pytest.mark.parametrize("language", BUTTONS)
def test_the_whole_suggested_password_is_readable_on_a_small_phone(visit, language):
    phone = visit(viewport=SMALL_PHONE, locale=language)
    phone.page.goto(f"{phone.url}/signup")
    suggestion = suggested_on(phone.page, language)

    expect(suggestion).to_be_in_viewport(ratio=1)
    assert suggestion.inner_text() == field(phone.page, "password").input_value()
    assert suggestion.evaluate("shown => shown.scrollWidth <= shown.clientWidth")
    assert suggestion.evaluate("shown => parseFloat(getComputedStyle(shown).fontSize)") >= 20


@pytest.mark.parametrize(
    ("language", "words"), [("en-US", Language.ENGLISH), ("es-US", Language("es"))]
)
def test_a_page_suggests_words_of_its_own_language(visit, language, words):
    phone = visit(locale=language)
    phone.page.goto(f"{phone.url}/signup")
    suggested = suggested_on(phone.page, language).inner_text().split()

    assert set(suggested) <= set(passphrases.words(words))


def test_the_suggested_password_is_copied(visit):
    phone = visit(permissions=["clipboard-read", "clipboard-write"])
    phone.page.goto(f"{phone.url}/signup")
    suggestion = suggested_on(phone.page)
    phone.page.get_by_role("button", name="Copy").click()
    expect(phone.page.locator("#announcement")).to_have_text("Copied")

    assert phone.page.evaluate("navigator.clipboard.readText()") == suggestion.inner_text()


def test_a_suggested_password_is_selected_where_the_browser_does_not_copy(phone):
    phone.page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error())")
    phone.page.goto(f"{phone.url}/signup")
    suggestion = suggested_on(phone.page)
    phone.page.get_by_role("button", name="Copy").click()
    expect(phone.page.locator("#announcement")).to_contain_text("selected")

    assert phone.page.evaluate("getSelection().toString()").strip() == suggestion.inner_text()


def test_a_suggestion_is_shown_only_while_the_field_holds_it(phone):
    phone.page.goto(f"{phone.url}/signup")
    suggestion = suggested_on(phone.page)
    field(phone.page, "password").fill("a password of my own choice")

    expect(suggestion).to_have_count(0)


def test_a_suggestion_stays_while_the_form_is_rejected(phone):
    phone.expects(422)
    phone.page.goto(f"{phone.url}/signup")
    password = suggested_on(phone.page).inner_text()
    phone.page.locator("form .strong").click()
    expect(phone.page.locator("form .problems")).to_be_focused()

    expect(phone.page.locator(".passphrase")).to_have_text(password)


def test_a_suggestion_is_gone_once_the_password_is_changed(phone, service):
    person = new_client(service)
    signed_up(person)
    phone.become(person)
    phone.page.goto(f"{phone.url}/account", wait_until="networkidle")
    suggestion = suggested_on(phone.page)
    phone.page.locator("#currentPassword").fill(PASSWORD)
    phone.page.locator("#change-password .strong").click()

    expect(phone.page.locator("#announcement")).to_contain_text("Password changed")
    expect(suggestion).to_have_count(0)
