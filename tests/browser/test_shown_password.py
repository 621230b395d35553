"""A password is shown and hidden again; the button says which of both it does."""

import pytest
from playwright.sync_api import expect

from tests.browser.journeys import field

WORDS = {
    "en-US": ("Show", "Show password", "Hide", "Hide password"),
    "es-US": ("Mostrar", "Mostrar contraseña", "Ocultar", "Ocultar contraseña"),
}


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("path", ["/signin", "/signup"])
def test_the_button_that_shows_a_password_hides_it_again(visit, path, language):
    phone = visit(locale=language)
    phone.page.goto(f"{phone.url}{path}")
    show, show_label, hide, hide_label = WORDS[language]
    password = field(phone.page, "password")
    password.fill("four quiet lakes in May")
    button = phone.page.locator("[data-reveals=password]")
    for text, label, kind in (
        (show, show_label, "password"),
        (hide, hide_label, "text"),
        (show, show_label, "password"),
    ):
        expect(button).to_have_text(text)
        expect(button).to_have_accessible_name(label)
        expect(password).to_have_attribute("type", kind)
        button.click()
    expect(password).to_have_value("four quiet lakes in May")


def test_a_suggested_password_is_shown_and_can_be_hidden(phone):
    phone.page.goto(f"{phone.url}/signup")
    phone.page.get_by_role("button", name="Suggest a password for me").click()
    phone.page.get_by_role("button", name="Hide password").click()

    expect(field(phone.page, "password")).to_have_attribute("type", "password")


def test_a_shown_password_is_hidden_when_it_is_sent(phone):
    phone.expects(422)
    phone.page.goto(f"{phone.url}/signup")
    field(phone.page, "password").fill("short")
    phone.page.get_by_role("button", name="Show password").click()
    phone.page.locator("form button.strong").click()

    expect(phone.page.get_by_role("button", name="Show password")).to_be_visible()
    expect(field(phone.page, "password")).to_have_attribute("type", "password")
