"""Fields never truncate pasted text; a text that is too long gets an error at its field."""

import pytest
from playwright.sync_api import expect

from tests.browser.journeys import field, problem_of
from tests.browser.tour import open_page
from tests.pages.addresses import PAGES
from tests.support.slow import slow

PASTED = "quiet lake " * 300
# Pastes into every field of the page, those of parts that are not shown yet included; gives the
# names of those that hold less than was pasted.
PASTE_EVERYWHERE = """(pasted) => {
  const unhide = () => {
    for (const part of document.querySelectorAll("[hidden]")) part.hidden = false;
  };
  unhide();
  for (const part of document.querySelectorAll("details")) part.open = true;
  const kinds = ["text", "search", "email", "tel", "password", "url", "textarea"];
  const fields = [...document.querySelectorAll("input, textarea")].filter(
    (one) => kinds.includes(one.type) && !one.readOnly);
  const cut = [];
  for (const one of fields) {
    unhide();  // what was typed into another field may hide this one again
    one.focus();
    one.select();
    document.execCommand("insertText", false, pasted);
    if (one.value.length < pasted.trim().length) cut.push(one.id || one.name);
  }
  return { cut, count: fields.length };
}"""


# Elsewhere, tests/pages/test_field_lengths.py asserts that neither pages nor scripts set a limit.
CHECKED = ("/account", "/register/{event_id}", "/staff/people")
OTHERS = [path for path in PAGES if path not in CHECKED]


@pytest.mark.parametrize("path", [*CHECKED, *slow(*OTHERS)])
def test_no_field_of_a_page_cuts_what_is_pasted(desktop, submitted_data, path):
    page = open_page(desktop, submitted_data, path, submitted_data.reader_of(path))
    with desktop.offline():
        cut_fields = page.evaluate(PASTE_EVERYWHERE, PASTED)
        # Back online, a page that saves by itself would send what is too long.
        page.close()

    assert cut_fields["cut"] == []
    without_fields = {"/", "/register", "/staff/summary", "/staff/waiting-list"}
    assert (cut_fields["count"] == 0) == (path in without_fields)


@pytest.mark.parametrize(
    ("locale", "expected_message"),
    [
        ("en-US", "Use 128 characters or fewer. You entered 160."),
        ("es-US", "Use 128 caracteres o menos. Usted escribió 160."),
    ],
)
def test_a_password_of_160_characters_is_an_error_at_its_field_before_it_is_sent(
    visit, locale, expected_message
):
    visitor = visit(locale=locale)
    page, sent = visitor.page, []
    page.on("request", lambda request: sent.append(request.method))
    page.goto(f"{visitor.url}/signup")
    password = ("walnut ferry " * 20)[:160]
    field(page, "username").fill("river.okafor")
    field(page, "password").fill(password)
    page.locator("form .actions button.strong").click()

    expect(problem_of(page, "password")).to_have_text(expected_message)
    expect(page.locator("form .problems")).to_be_focused()
    expect(field(page, "password")).to_have_value(password)
    expect(field(page, "username")).to_have_value("river.okafor")
    assert "POST" not in sent


def test_a_username_of_80_characters_is_an_error_at_its_field_and_creates_no_account(phone):
    page, sent = phone.page, []
    page.on("request", lambda request: sent.append(request.method))
    page.goto(f"{phone.url}/signup")
    field(page, "username").fill(f"{'r' * 68}@example.com")
    field(page, "password").fill("four quiet lakes in May")
    page.locator("form .actions button.strong").click()

    expect(problem_of(page, "username")).to_have_text("Use 64 characters or fewer. You entered 80.")
    assert "POST" not in sent
