"""Staff search, correct, annotate, count, and export registrations, and change their status."""

import pytest
from playwright.sync_api import expect

from chalicelib.staff.views import DELETED_USER
from tests.browser.axe import expect_accessible
from tests.browser.desk import announced, at, names
from tests.browser.journeys import field, fill_in, problem_of, shows_no_personal_data
from tests.browser.visits import DESKTOP
from tests.support.clients import COOKIE
from tests.support.slow import slow

# The list.


@pytest.mark.parametrize(
    "typed", ["garcia ana", *slow("9876", "hernandez", "ana", "(952) 445-9876")]
)
def test_one_search_field_finds_names_and_phone_numbers(fair, super_admin_browser, typed):
    fair.register(firstName="Ana", lastName="García Hernández", phone1="+19524459876")
    fair.register(lastName="Okafor")
    page = at(super_admin_browser, f"/staff?event={fair.event}")
    expect(names(page)).to_have_count(2)
    field(page, "q").fill(typed)
    page.get_by_role("button", name="Search", exact=True).click()

    expect(names(page)).to_have_text(["Ana García Hernández"])
    assert "q=" in page.url


def test_a_url_of_an_earlier_version_still_finds_a_registration(fair, super_admin_browser):
    fair.register(lastName="Zeller")
    fair.register(lastName="Okafor")
    page = at(super_admin_browser, f"/staff?event={fair.event}&lastName=zel")

    expect(names(page)).to_have_text(["River Zeller"])
    expect(field(page, "q")).to_have_value("zel")


def test_a_search_without_anything_to_look_for_is_an_error_at_the_field(fair, super_admin_browser):
    super_admin_browser.expects(422)
    page = at(super_admin_browser, f"/staff?event={fair.event}&q=-")

    expect(problem_of(page, "q")).to_contain_text("Type a name")


def test_filters_stand_in_the_address_and_back_works(fair, super_admin_browser):
    fair.register(lastName="Early", shifts=["morning"])
    fair.register(lastName="Late", shifts=["overnight"])
    page = at(super_admin_browser, f"/staff?event={fair.event}")
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Shift", exact=True).select_option("morning")
    page.get_by_role("button", name="Search", exact=True).click()

    expect(names(page)).to_have_text(["River Early"])
    assert page.url.endswith(f"/staff?event={fair.event}&shift=morning")
    page.go_back()
    expect(names(page)).to_have_count(2)
    expect(page.locator("#shift")).to_have_value("")


def test_a_short_page_goes_on_by_itself_and_then_on_request(fair, super_admin_browser):
    for _ in range(6):
        fair.register()
    # As if the service had found one each time that it was asked for many.
    super_admin_browser.context.route(
        f"**{fair.all}?*",
        lambda route: route.continue_(url=route.request.url.replace("limit=50", "limit=1")),
    )
    page = at(super_admin_browser, f"/staff?event={fair.event}")
    expect(names(page)).to_have_count(5)
    expect(page.locator("#found")).to_have_text("Showing the first 5. There are more.")
    page.get_by_role("button", name="More").click()

    expect(names(page)).to_have_count(6)
    expect(page.locator("#found")).to_have_text("6 registrations")
    expect(page.locator("#more")).to_be_hidden()


@pytest.mark.parametrize("width", [320, *slow(900, 1160, 1280)])
def test_the_longest_name_fits_on_any_screen(fair, super_admin_browser, width):
    fair.register(lastName="x" * 100)
    page = at(super_admin_browser, f"/staff?event={fair.event}")
    page.set_viewport_size({"width": width, "height": 800})

    expect(names(page)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_spreadsheet_is_the_apis_own_put_together(fair, super_admin, super_admin_browser):
    for name in ("=1+1", "Ümit", "O'Brien", "Okafor"):
        fair.register(lastName=name)
    page = at(super_admin_browser, f"/staff?event={fair.event}&shift=day")
    # Parts of three rows, where the page asks for as many as there may be.
    parts = []

    def in_small_parts(route):
        url = route.request.url
        parts.append(url)
        # The link to the next part asks for as many again.
        route.continue_(url=url if "limit=" in url else f"{url}&limit=3")

    super_admin_browser.context.route("**/registrations.csv?*", in_small_parts)
    page.locator("#sheet-options summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download spreadsheet (CSV)").click()

    assert download.value.suggested_filename == f"registrations-{fair.event}.csv"
    whole = super_admin.get(f"{fair.all}.csv?shift=day").body
    assert whole.count(b"\r\n") == 5
    assert download.value.path().read_bytes() == whole
    assert len(parts) == 2


# One record.


def test_a_record_shows_all_fields_that_staff_may_see(fair, super_admin_browser):
    applicant = fair.register(ethnicity="White", city="White Bear Lake")
    page = at(super_admin_browser, fair.page_of(applicant))

    expect(page.locator("#answers")).to_contain_text("White Bear Lake")
    expect(page.locator("#answers")).not_to_contain_text("ethnicity")
    page.get_by_role("button", name="Edit answers").click()
    assert page.locator("[name=ethnicity]").count() == 0


def test_a_name_that_could_be_a_choice_is_not_translated(visit, fair, super_admin):
    applicant = fair.register(lastName="White", city="Other", pronoun="Other")
    browser = visit(viewport=DESKTOP, locale="es-US")
    browser.become(super_admin)
    page = at(browser, fair.page_of(applicant))

    expect(page.locator("#answers")).to_contain_text("Apellido o apellidosWhite")
    expect(page.locator("#answers")).to_contain_text("CiudadOther")
    expect(page.locator("#answers")).to_contain_text("PronombresOtro")


def test_a_correction_sends_what_has_changed_and_nothing_else(fair, super_admin_browser):
    applicant = fair.register()
    page = at(super_admin_browser, fair.page_of(applicant))
    page.get_by_role("button", name="Edit answers").click()
    field(page, "city").fill("Shakopee")
    field(page, "pronoun").select_option("")
    with page.expect_request(lambda request: request.method == "PATCH") as sent:
        page.get_by_role("button", name="Save changes").click()

    expect(announced(page)).to_have_text("Changes saved")
    assert sent.value.post_data_json["form"] == {"city": "Shakopee", "pronoun": None}
    expect(page.locator("#history li").first).to_contain_text("St. Paul → Shakopee")


def test_two_staff_members_on_one_record_lose_no_input(fair, super_admin_browser):
    super_admin_browser.expects(409)
    applicant = fair.register()
    page = at(super_admin_browser, fair.page_of(applicant))
    page.get_by_role("button", name="Edit answers").click()
    field(page, "city").fill("Shakopee")
    field(page, "aptSuite").fill("4 B")
    fair.correct(applicant, city="Duluth", zipCode="55802")
    page.get_by_role("button", name="Save changes").click()

    expect(page.locator("#changed-by-others")).to_be_focused()
    expect(page.locator("#changed-by-others")).to_contain_text("St. Paul → Duluth")
    expect(page.locator(".contested")).to_contain_text("“Duluth”")
    expect(field(page, "city")).to_have_value("Shakopee")
    expect(field(page, "zipCode")).to_have_value("55802")
    page.get_by_role("button", name="Save changes").click()

    expect(announced(page)).to_have_text("Changes saved")
    form = fair.record(applicant)["form"]
    assert (form["city"], form["aptSuite"], form["zipCode"]) == ("Shakopee", "4 B", "55802")


def test_a_correction_outlives_a_lost_connection_and_a_reload(fair, super_admin_browser):
    applicant = fair.register()
    page = at(super_admin_browser, fair.page_of(applicant))
    page.get_by_role("button", name="Edit answers").click()
    field(page, "city").fill("Shakopee")
    with super_admin_browser.offline():
        page.get_by_role("button", name="Save changes").click()
        expect(page.locator("#correction .problems")).to_contain_text("can’t reach the service")
    page.reload()

    expect(field(page, "city")).to_have_value("Shakopee")
    page.get_by_role("button", name="Save changes").click()
    expect(announced(page)).to_have_text("Changes saved")
    assert fair.record(applicant)["form"]["city"] == "Shakopee"


NOTE = "Called back.\nComes on Tuesday."


def add_unanswered(visit, text=None, *, arrives=True):
    """Send a note, but lose the response; return the note's identifier."""
    page = visit.page
    sent = []

    def lose_the_answer(route):
        if arrives:
            assert route.fetch().status == 201
        sent.append(route.request.post_data_json["id"])
        route.abort()

    visit.loses("**/notes")
    visit.context.route("**/notes", lose_the_answer, times=1)
    if text:
        page.get_by_label("Add a note").fill(text)
    page.get_by_role("button", name="Save note").click()
    expect(page.locator("#note .problems")).to_contain_text("can’t reach the service")
    visit.context.unroute("**/notes")
    return sent[0]


def test_a_note_that_is_sent_again_is_written_once(fair, super_admin_browser):
    applicant = fair.register()
    page = at(super_admin_browser, fair.page_of(applicant))
    lost = add_unanswered(super_admin_browser, NOTE, arrives=False)
    page.reload()
    expect(page.get_by_label("Add a note")).to_have_value(NOTE)
    assert add_unanswered(super_admin_browser) == lost
    page.get_by_role("button", name="Save note").click()

    expect(announced(page)).to_have_text("Note saved")
    page.reload()
    expect(page.locator("#notes li")).to_have_count(1)
    expect(page.locator("#notes .written")).to_have_text(NOTE)


def test_author_whose_account_was_deleted_is_named_by_the_page(fair, super_admin_browser):
    applicant = fair.register()

    def delete_author(route):
        response = route.fetch()
        note = {"id": "n1", "author": DELETED_USER, "at": "2027-08-01T12:00:00Z", "text": NOTE}
        route.fulfill(response=response, json=response.json() | {"notes": [note]})

    super_admin_browser.context.route(
        f"**/registrations/{applicant.account['id']}?*", delete_author
    )

    expect(at(super_admin_browser, fair.page_of(applicant)).locator("#notes li")).to_contain_text(
        "a deleted account"
    )


@pytest.mark.parametrize("is_reloaded", [True, False])
def test_a_note_that_has_come_may_be_written_a_second_time(fair, super_admin_browser, is_reloaded):
    applicant = fair.register()
    page = at(super_admin_browser, fair.page_of(applicant))
    add_unanswered(super_admin_browser, NOTE)
    if is_reloaded:
        page.reload()
        expect(page.locator("#notes .written")).to_have_text(NOTE)
        expect(page.get_by_label("Add a note")).to_have_value("")
    else:
        page.get_by_label("Add a note").fill("")
    page.get_by_label("Add a note").fill(NOTE)
    page.get_by_role("button", name="Save note").click()

    expect(announced(page)).to_have_text("Note saved")
    assert [note["text"] for note in fair.record(applicant)["notes"]] == [NOTE, NOTE]


def test_input_next_to_a_record_survives_an_ended_session_for_the_same_user_only(
    fair, super_admin, super_admin_browser, admin
):
    super_admin_browser.expects(401)
    applicant, noa = fair.register(), fair.register()
    page = at(super_admin_browser, fair.page_of(applicant))
    page.locator("#reason summary").click()
    page.get_by_label("Reason").fill("Looks good.")
    page.get_by_label("Add a note").fill("Called back.")
    super_admin_browser.context.clear_cookies(name=COOKIE)
    page.get_by_role("button", name="Save note").click()
    shows_no_personal_data(page, "Called back.")

    super_admin_browser.become(super_admin)
    expect(at(super_admin_browser, fair.page_of(noa)).get_by_label("Add a note")).to_have_value("")
    page = at(super_admin_browser, fair.page_of(applicant))
    expect(page.get_by_label("Add a note")).to_have_value("Called back.")
    page.get_by_role("button", name="Save note").click()
    expect(page.locator("#notes .written")).to_have_text("Called back.")
    page.reload(wait_until="networkidle")
    expect(page.get_by_label("Add a note")).to_have_value("")
    expect(page.get_by_label("Reason")).to_have_value("Looks good.")

    super_admin_browser.become(admin)
    page = at(super_admin_browser, fair.page_of(applicant))
    expect(page.get_by_label("Reason")).to_have_value("")
    assert "Looks good." not in page.evaluate("JSON.stringify(sessionStorage)")


def test_a_record_that_is_not_there_is_told_without_asking_for_it(super_admin_browser):
    page = at(super_admin_browser, "/staff/registration?event=../../me&user=..")

    expect(page.locator("main")).to_contain_text("We couldn’t find that registration.")


def test_a_record_is_printed_without_what_only_a_screen_needs(fair, super_admin_browser):
    page = at(super_admin_browser, fair.page_of(fair.register()))
    page.emulate_media(media="print")

    expect(page.locator("#answers")).to_be_visible()
    for part in ("#menu", "#move", "#note", "#edit"):
        expect(page.locator(part)).to_be_hidden()


# For all staff.


def unfold_filters_and_choose(page):
    page.locator("#filters summary").click()
    page.locator("#all").check()
    expect(page.locator("#bulk")).to_be_visible()


def open_the_correction(page):
    page.get_by_role("button", name="Edit answers").click()


def make_an_account(page):
    fill_in(page, {"firstName": "Will", "lastName": "Walker"})
    page.get_by_role("button", name="Create account", exact=True).click()
    expect(page.locator("#link input")).to_be_visible()


def unfold_a_person_and_start_a_reset(page):
    page.get_by_text("Manage account").click()
    page.get_by_text("Account activity").click()
    page.get_by_role("button", name="Create password reset link").click()
    page.get_by_role("dialog").get_by_role("button", name="Link").click()
    expect(page.locator(".handed-over input")).to_be_visible()


def open_an_event(page):
    page.get_by_role("button", name="Edit event").first.click()


@pytest.mark.parametrize(
    ("path", "unfold"),
    [
        ("/staff?event={event}", unfold_filters_and_choose),
        ("/staff/registration?event={event}&user={user}", open_the_correction),
        *slow(
            ("/staff/walk-in?event={event}", make_an_account),
            ("/staff/people?q={name}", unfold_a_person_and_start_a_reset),
            ("/staff/events", open_an_event),
        ),
    ],
)
def test_expanded_sections_are_accessible(open_with_axe, fair, super_admin, path, unfold):
    applicant = fair.register()
    browser = open_with_axe()
    browser.become(super_admin)
    page = at(
        browser, path.format(event=fair.event, user=applicant.account["id"], name=applicant.name)
    )
    unfold(page)

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        expect_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# For whom these pages are not.


def test_an_applicant_is_told_that_it_is_for_staff(phone, applicant):
    phone.become(applicant)

    expect(at(phone, "/staff").locator("main")).to_contain_text("Staff only")
