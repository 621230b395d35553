"""Pages show user input as plain text, even if it contains markup.

A browser that rendered the markup would request its image or violate the content security policy.
Every visit detects both.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import new_client, signed_up
from tests.browser.desk import STORED, create_event
from tests.browser.tour import STAFF, SubmittedData, open_page
from tests.support.clients import PASSWORD
from tests.support.events import FORM
from tests.support.slow import slow

# As an address it is a program, in an attribute it ends that, in text it is a picture and a script.
HOSTILE = 'javascript:hurt=1//"><img src=x onerror=hurt=1><script>hurt=1</script>'
EVENT = "hostile"
# The free-text fields of a form, which accept any text.
FREE = ["firstName", "lastName", "preferredName", "streetAddress", "aptSuite", "city"]
FILLED = [*FREE, "middleName"]
HELD_TO_A_FORM = ["phone1", "phone2", "email", "state", "zipCode", "age", "pronoun"]
HURT = """() => typeof hurt !== "undefined"
  || document.querySelector("img:not(.brand > img), iframe, object, embed, body script,"
    + "[href^='javascript:'], [onerror], [onload], [onclick]") !== null"""


@pytest.fixture(scope="module")
def hostile_data(service, super_admin):
    """An event, an applicant and a registration with it wherever it can be written."""
    create_event(super_admin, EVENT, name=HOSTILE)
    mallory = new_client(service)
    signed_up(mallory, firstName=HOSTILE, lastName=HOSTILE)
    form = {name: value for name, value in FORM.items() if name != "noMiddleName"}
    form |= dict.fromkeys(FILLED, HOSTILE)
    path = f"/registrations/{EVENT}"
    assert mallory.request("PUT", path, {"form": form}).status in STORED
    assert mallory.post(f"{path}/submit").status == 200
    record = f"/admin/events/{EVENT}/registrations/{mallory.account['id']}"
    assert super_admin.post(f"{record}/notes", {"text": HOSTILE}).status == 201
    version = mallory.get(path).json["version"]
    correction = {"form": {"city": f"{HOSTILE} Falls"}, "version": version}
    assert super_admin.request("PATCH", record, correction).status == 200
    return SubmittedData(EVENT, mallory, super_admin)


@pytest.mark.parametrize("path", ["/", "/register", "/register/{event_id}", "/account"])
def test_to_an_applicant_it_is_text(phone, hostile_data, path):
    page = open_page(phone, hostile_data, path, hostile_data.applicant)

    expect(page.locator("body")).to_contain_text(HOSTILE)
    assert not page.evaluate(HURT)


def test_to_a_form_it_is_a_value(phone, hostile_data):
    page = open_page(phone, hostile_data, "/register/{event_id}", hostile_data.applicant)
    page.get_by_role("button", name="Edit my answers").click()

    for name in FREE[:-1]:
        expect(page.locator(f'[name="{name}"]')).to_have_value(HOSTILE)
    assert not page.evaluate(HURT)


@pytest.mark.parametrize("path", [*STAFF[:3], *slow(*STAFF[3:])])
def test_to_staff_it_is_text(desktop, hostile_data, path):
    page = open_page(desktop, hostile_data, path, hostile_data.staff)
    if path == "/staff/people":
        # It shows fifty at first, and other tests have made more.
        page.goto(f"{page.url}?q={hostile_data.applicant.name}")

    expect(page.locator("body")).to_contain_text(HOSTILE)
    assert not page.evaluate(HURT)


def test_what_is_held_to_a_form_takes_none_of_it(applicant):
    draft = {"form": dict.fromkeys(HELD_TO_A_FORM, HOSTILE)}
    account = {"username": HOSTILE, "email": HOSTILE, "password": PASSWORD}

    response = applicant.request("PUT", "/registrations/harvest-fair", draft)
    assert response.fields == {f"form.{name}" for name in HELD_TO_A_FORM}
    assert applicant.other_client().post("/signup", account).fields == {"username", "email"}


@pytest.mark.parametrize("path", ["/signin?next=", "/staff?event=", "/reset#token="])
def test_nor_does_an_address_bring_anything_to_life(phone, hostile_data, path):
    phone.become(hostile_data.staff)
    phone.page.goto(f"{phone.url}{path}{HOSTILE}", wait_until="networkidle")

    assert not phone.page.evaluate(HURT)
