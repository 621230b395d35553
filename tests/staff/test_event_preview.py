"""The preview of an event's public page: the same page, for staff alone, also of a hidden event."""

import re

import pytest

from tests.support.events import EVENT, create_event

PATH = f"/admin/events/{EVENT}/preview"
NOTICE = r'<p class="notice"( hidden)?>This is a preview'


@pytest.mark.parametrize("hidden", [True, False])
def test_preview_is_the_public_page_and_says_what_it_is(admin, anonymous, backend, hidden):
    create_event(hidden=hidden)
    preview = admin.get(PATH)
    backend.change("events", {"id": EVENT}, hidden=False)
    public = anonymous.get(f"/event/{EVENT}").body.decode()

    assert preview.status == 200
    html = preview.body.decode()
    assert re.search(NOTICE, html)[1] is None
    assert re.search(NOTICE, public)[1] == " hidden"
    assert re.sub(NOTICE, "", html) == re.sub(NOTICE, "", public)


def test_hidden_event_stays_unknown_to_everyone_else(anonymous, applicant, admin):
    create_event(hidden=True)

    assert admin.get(PATH).status == 200
    assert [one.get(PATH).status for one in (anonymous, applicant)] == [401, 403]
    assert [one.get(f"/event/{EVENT}").status for one in (anonymous, applicant, admin)] == [404] * 3


def test_preview_has_the_policy_of_pages_and_is_not_kept(admin, event):
    headers = admin.get(PATH).headers

    assert "require-trusted-types-for 'script'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_preview_of_an_unknown_event_is_not_found(admin):
    assert admin.get("/admin/events/unknown/preview").status == 404
