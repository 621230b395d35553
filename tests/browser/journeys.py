"""The steps that users take on the pages."""

import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.visits import Visit
from tests.support.clients import PASSWORD
from tests.support.events import FORM

SAVED = re.compile(r"^Saved at \d{1,2}:\d\d")
REFERENCE = re.compile(r"^[0-9A-HJKMNP-TV-Z]{6}$")


def field(page: Page, name: str) -> Any:
    """The control of this name, or the first of several."""
    return page.locator(f'main [name="{name}"]').first


def open_step(page: Page, step: str) -> None:
    """Show a step of a draft, as Back and Forward do."""
    page.locator("body[data-ready]").wait_for()
    page.evaluate("step => { location.hash = step }", step)
    expect(page.locator(f'[data-step="{step}"]')).to_be_visible()


def reach(page: Page, name: str) -> None:
    """Show the step that has a field, if the page shows the form in steps."""
    step = page.locator(f'[data-step]:has([name="{name}"])')
    if not step.count():
        return
    page.locator("#registration").wait_for()
    if page.locator("#progress").is_visible() and not step.is_visible():
        open_step(page, str(step.get_attribute("data-step")))


def submit(page: Page) -> None:
    """Press the button that submits a draft, where the answers are reviewed."""
    open_step(page, "review")
    page.get_by_role("button", name="Submit registration", exact=True).click()


def problem_of(page: Page, name: str) -> Any:
    """Return the error next to a field."""
    return page.locator(f'.field:has([name="{name}"]) .problem')


def fill_in(page: Page, form: Mapping[str, Any]) -> None:
    """Fill in some of a form's fields, as they are called on the wire."""
    for name, value in form.items():
        reach(page, name)
        for option in value if isinstance(value, list) else [value]:
            control = field(page, name)
            text = str(option).lower() if isinstance(option, bool) else option
            kind = control.get_attribute("type")
            if kind in {"radio", "checkbox"}:
                page.locator(f'main [name="{name}"][value="{text}"]').check()
            elif control.evaluate("control => control.tagName") == "SELECT":
                control.select_option(text)
            else:
                control.fill(text)


def fill_in_whole(page: Page) -> None:
    """Fill in all that a registration takes, a phone number as people write it."""
    fill_in(page, FORM | {"phone1": "(952) 445-1234"})


def saved(page: Page) -> Any:
    """The line that says whether a draft is saved."""
    return page.locator("#saved")


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Sign in where the form is."""
    field(page, "username").fill(username)
    field(page, "password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def through_the_menu(page: Page, link: str) -> None:
    """Follow a link of the menu."""
    _open_the_menu(page)
    page.locator("#menu").get_by_role("link", name=link).click()


def sign_out(page: Page) -> None:
    """Press Sign Out, which is in the menu, too."""
    _open_the_menu(page)
    page.locator("#sign-out button").click()


def _open_the_menu(page: Page) -> None:
    """On a phone it has to be; elsewhere it lies open."""
    page.locator("body[data-ready]").wait_for()
    if not page.locator("#menu").is_visible():
        page.locator("#menu-button").click()


def shows_no_personal_data(page: Page, *personal: str) -> None:
    """Assert that a page is the sign-in page, and shows no personal data of the user."""
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    for text in personal:
        expect(page.locator("body")).not_to_contain_text(text)


def register_without_email(visit: Visit, username: str, event: str = "Harvest Fair") -> str:
    """Go the first journey, from no account to a submitted registration and back again.

    Args:
        visit: a browser that expects 401 and 422, in English.
        username: a new one.
        event: the name of one that is open, and not the only one.

    Returns:
        The registration's reference.
    """
    page = visit.page
    password = _makes_an_account(visit, username)
    page.locator(".card", has_text=event).get_by_role("link", name="Register").click()
    _survives_a_reload_and_a_lost_connection(visit)
    reference = _submits_with_things_missing_then_whole(page)
    _leaves_nothing_behind(visit, reference)

    sign_in(page, username, password)
    through_the_menu(page, "Your registrations")
    card = page.locator(".card", has_text=event)
    expect(card).to_contain_text("Submitted")
    expect(card).to_contain_text(reference)
    return reference


def _makes_an_account(visit: Visit, username: str) -> str:
    page = visit.page
    page.goto(f"{visit.url}/signup")
    field(page, "username").fill(username)
    page.get_by_label("I don’t have an email address").check()
    expect(field(page, "email")).to_be_hidden()
    field(page, "password").fill("summer")
    page.get_by_role("button", name="Create account", exact=True).click()
    expect(problem_of(page, "password")).to_contain_text("at least 15 characters")
    summary = page.locator("form .problems")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name=re.compile("^Password")).click()
    expect(field(page, "password")).to_be_focused()

    page.get_by_role("button", name="Suggest a password").click()
    expect(field(page, "password")).to_have_value(re.compile(r"^\w+(\W\w+){4}$"))
    password = field(page, "password").input_value()
    page.get_by_role("button", name="Create account", exact=True).click()
    expect(page.get_by_role("heading", name="Register for an event")).to_be_visible()
    return password


def _survives_a_reload_and_a_lost_connection(visit: Visit) -> None:
    page = visit.page
    expect(page.locator("#step")).to_have_text("1 of 5 · About you")
    fill_in(page, {"firstName": "River"})
    expect(saved(page)).to_have_text(SAVED)
    page.reload()
    expect(field(page, "firstName")).to_have_value("River")

    with visit.offline():
        fill_in(page, {"lastName": "Okafor"})
        expect(saved(page)).to_contain_text("Not saved yet: we can’t reach the service")
    expect(saved(page)).to_have_text(SAVED)
    page.reload()
    expect(field(page, "lastName")).to_have_value("Okafor")


def _submits_with_things_missing_then_whole(page: Page) -> str:
    fill_in(page, {"phone1": "12"})
    submit(page)
    expect(page.locator("form .problems")).to_be_focused()
    expect(problem_of(page, "phone1")).to_contain_text("Enter a 10-digit U.S. phone number")
    missing = ("age", "streetAddress", "city", "state", "zipCode", "workAll", "regAck")
    expect(page.locator("form .problems li")).to_have_count(1 + len(missing))
    page.locator("form .problems").get_by_role("link", name="Enter your city.").click()
    expect(field(page, "city")).to_be_focused()
    for name in missing:
        reach(page, name)
        expect(problem_of(page, name)).to_be_visible()

    fill_in_whole(page)
    submit(page)
    expect(page.locator("#status")).to_have_text("Submitted")
    expect(page.locator("#reference")).to_have_text(REFERENCE)
    expect(page.locator("#answers")).to_contain_text("(952) 445-1234")
    return str(page.locator("#reference").text_content())


def _leaves_nothing_behind(visit: Visit, reference: str) -> None:
    page = visit.page
    sign_out(page)
    shows_no_personal_data(page, "River", reference)
    page.go_back()
    shows_no_personal_data(page, "River", reference)
