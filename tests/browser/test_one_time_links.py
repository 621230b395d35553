"""The pages of mailed links: with the token, without it, and with a session or none."""

import pytest
from playwright.sync_api import expect

from tests.browser.journeys import field, problem_of, sign_in

INCOMPLETE = {"en-US": "Your link is incomplete", "es-US": "Su enlace está incompleto"}
PAGES = ["/reset", "/verify"]


@pytest.fixture
def other_applicant(sign_up_applicant, address):
    """An applicant who signed up with an email and has not verified it."""
    return sign_up_applicant(email=address)


def paste(page, link):
    field(page, "link").fill(link)
    page.locator("#whole-link button").click()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("locale", INCOMPLETE)
def test_link_without_its_token_asks_for_the_full_link_and_does_not_call_it_expired(
    visit, path, locale
):
    phone = visit(locale=locale)
    phone.page.goto(f"{phone.url}{path}")

    expect(phone.page.get_by_role("heading", name=INCOMPLETE[locale])).to_be_visible()
    expect(phone.page.locator("[data-part=broken]")).to_be_hidden()


def test_full_link_opened_in_the_tab_of_an_incomplete_one_replaces_the_message(phone):
    phone.page.goto(f"{phone.url}/reset")
    expect(phone.page.get_by_role("heading", name=INCOMPLETE["en-US"])).to_be_visible()
    phone.page.goto(f"{phone.url}/reset#token=another")

    expect(field(phone.page, "newPassword")).to_be_visible()


def test_full_link_that_is_pasted_works_as_if_it_had_been_opened(
    phone, other_applicant, mailed_link, address
):
    phone.become(other_applicant)
    link = mailed_link("verify", address)
    page = phone.page
    page.goto(link.partition("#")[0])
    # As an email program might break it.
    paste(page, f"  {link[:40]}\n{link[40:]} ")

    page.get_by_role("button", name="Confirm email address").click()
    expect(page.get_by_role("heading", name="Email address confirmed")).to_be_visible()
    assert other_applicant.get("/me").json["emailVerified"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "no link at all",
        "{url}{path}",
        "{url}{path}#token=",
        "{url}/forgot#token=abc",
        "https://elsewhere.example{path}#token=abc",
        "javascript:alert(1)#token=abc",
    ],
)
def test_other_text_is_rejected_at_the_field_and_stays_there(phone, path, pasted):
    page = phone.page
    page.goto(f"{phone.url}{path}")
    typed = pasted.format(url=phone.url, path=path)
    paste(page, typed)

    expect(problem_of(page, "link")).to_contain_text("Paste the full link from the email.")
    expect(field(page, "link")).to_have_value(typed)
    assert "token" not in page.url


def test_link_opened_while_signed_out_asks_to_sign_in_and_comes_back_with_its_token(
    phone, other_applicant, mailed_link, address
):
    phone.expects(401)
    page, requests_sent = phone.page, []
    phone.context.on("request", lambda request: requests_sent.append(request.url))
    link = mailed_link("verify", address)
    token = link.partition("#token=")[2]
    page.goto(link)
    expect(page.get_by_text("Sign in to confirm your email address.")).to_be_visible()
    # This link replaces what is behind the #.
    page.locator(".skip").press("Enter")
    sign_in(page, other_applicant.name)
    expect(page.get_by_text(f"You’re signed in as {other_applicant.name}.").first).to_be_visible()
    page.get_by_role("button", name="Confirm email address").click()
    expect(page.get_by_role("heading", name="Email address confirmed")).to_be_visible()

    assert other_applicant.get("/me").json["emailVerified"]
    assert not any(token in url.partition("#")[0] for url in requests_sent)
    assert "token" not in page.url


def test_link_of_another_account_is_rejected_and_names_the_account_that_is_signed_in(
    phone, applicant, other_applicant, mailed_link, address
):
    phone.expects(422)
    phone.become(applicant)
    page = phone.page
    page.goto(mailed_link("verify", address))
    page.get_by_role("button", name="Confirm email address").click()

    expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()
    expect(page.locator("[data-part=broken] .which-account")).to_have_text(
        f"You’re signed in as {applicant.name}."
    )
    assert not other_applicant.get("/me").json["emailVerified"]


def test_button_works_while_the_page_still_asks_whose_account_it_is(
    phone, other_applicant, mailed_link, address
):
    phone.become(other_applicant)
    page = phone.page
    page.route("**/me", lambda _: None)  # never answered
    page.goto(mailed_link("verify", address))
    page.get_by_role("button", name="Confirm email address").click()

    expect(page.get_by_role("heading", name="Email address confirmed")).to_be_visible()


def test_session_that_ends_on_the_page_asks_to_sign_in_and_keeps_the_token(
    phone, other_applicant, mailed_link, address
):
    phone.expects(401)
    phone.become(other_applicant)
    page = phone.page
    page.goto(mailed_link("verify", address))
    expect(page.locator("[data-part=confirm] .which-account")).not_to_be_empty()
    assert other_applicant.delete("/sessions").status == 200
    page.get_by_role("button", name="Confirm email address").click()
    sign_in(page, other_applicant.name)
    page.get_by_role("button", name="Confirm email address").click()

    expect(page.get_by_role("heading", name="Email address confirmed")).to_be_visible()
