"""The walk-in page after a lost response: one account, and a link that staff ask for."""

import re

import pytest
from playwright.sync_api import expect

from chalicelib.platform.identifiers import new_identifier
from tests.browser.journeys import fill_in
from tests.browser.visits import DESKTOP

LINK = re.compile(r".*/reset#token=[A-Za-z0-9_-]{43}")


@pytest.fixture
def surname():
    return f"Walker{new_identifier()}"


@pytest.fixture
def lost_walk_in(visit, super_admin, surname):
    """A walk-in whose account was created, and whose response reached no one."""

    def go_there():
        desk = visit(viewport=DESKTOP)
        desk.become(super_admin)
        page = desk.page
        page.goto(f"{desk.url}/staff/walk-in", wait_until="networkidle")
        fill_in(page, {"firstName": "Will", "lastName": surname})

        def lose_the_response(route):
            assert route.fetch().status == 201
            route.abort()

        desk.loses("**/admin/users")
        desk.context.route("**/admin/users", lose_the_response, times=1)
        create(page)
        expect(page.locator("#person .problems")).to_be_visible()
        desk.context.unroute("**/admin/users")
        return desk

    return go_there


def create(page):
    page.locator("#person button[value=account]").click()


def accounts(super_admin, surname):
    return super_admin.get(f"/admin/users?q={surname}").json["items"]


def test_a_walk_in_that_is_tried_again_after_a_lost_response_gets_one_account(
    lost_walk_in, super_admin, surname
):
    page = lost_walk_in().page
    create(page)

    expect(page.locator("#again")).to_contain_text("The earlier attempt created this account.")
    expect(page.get_by_label("One-time password link")).to_have_count(0)
    [account] = accounts(super_admin, surname)
    expect(page.locator("#made")).to_have_text(account["username"])
    page.get_by_role("button", name="Create link").click()
    expect(page.locator("#link input")).to_have_value(LINK)
    expect(page.locator("#again")).to_be_hidden()
    assert len(accounts(super_admin, surname)) == 1


def test_the_same_happens_after_the_language_was_changed_in_between(
    lost_walk_in, super_admin, surname
):
    page = lost_walk_in().page
    page.locator("[data-language=es]").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("#lastName")).to_have_value(surname)
    create(page)

    expect(page.locator("#again")).to_contain_text("El intento anterior creó esta cuenta.")
    assert len(accounts(super_admin, surname)) == 1


def test_other_details_after_a_lost_response_are_rejected_once_and_nothing_is_lost(
    lost_walk_in, super_admin, surname
):
    desk = lost_walk_in()
    desk.expects(422)
    page = desk.page
    fill_in(page, {"firstName": "Willa"})
    create(page)

    expect(page.locator("#person .problems")).to_contain_text("An account was already created")
    expect(page.locator("#firstName")).to_have_value("Willa")
    expect(page.locator("#lastName")).to_have_value(surname)
    create(page)
    expect(page.locator("#link input")).to_have_value(LINK)
    assert sorted(user["firstName"] for user in accounts(super_admin, surname)) == ["Will", "Willa"]


def test_a_walk_in_without_a_lost_response_shows_its_link_at_once(visit, super_admin, surname):
    desk = visit(viewport=DESKTOP)
    desk.become(super_admin)
    desk.page.goto(f"{desk.url}/staff/walk-in", wait_until="networkidle")
    fill_in(desk.page, {"firstName": "Will", "lastName": surname})
    create(desk.page)

    expect(desk.page.locator("#link input")).to_have_value(LINK)
    expect(desk.page.locator("#again")).to_be_hidden()
