"""The public page of an event: its facts, its preview, and what it must not show."""

import html
import re
from datetime import UTC, datetime

import pytest

from chalicelib.events.event import EventTexts
from chalicelib.platform.languages import Language
from tests.support.events import EVENT, create_event

HOSTILE = '"><script>alert(1)</script>{{base}}{{event_id}} & Söhne'
TEXTS = EventTexts(
    Language("en"), "A fair.\nWith goats.", "$17 an hour", "500 Elm Street", "Monday", "555-0100"
)
SPANISH = {"Accept_Language": "es-US"}


@pytest.fixture
def page(anonymous, backend):
    """Give the HTML of an event's page, with these values."""

    def get(status=200, headers=None, **overrides):
        create_event(**overrides)
        response = anonymous.get(f"/event/{EVENT}", **headers or {})
        assert response.status == status
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        return response.body.decode()

    return get


def preview(page):
    """Return the properties of a link preview (ogp.me)."""
    found = re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}


def visible(page):
    """Return the text of a page without the parts that are hidden."""
    shown = re.sub(r"<(div|p)[^>]* hidden>.*?</\1>", "", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", shown.partition("<main")[2]))


def test_the_page_of_an_event_shows_its_facts_and_how_to_register(page):
    text = visible(html_of := page(texts=(TEXTS,)))

    for fact in (
        *("Harvest Fair", "September 3, 2027 – September 19, 2027", "at least 16", "goats."),
        *("$17 an hour", "500 Elm Street", "Monday", "555-0100", "Animal care", "Retail sales"),
        "Register by August 14, 2027 at 7:00 PM CDT.",
    ):
        assert fact in text
    assert f'href="/signup?next=/register/{EVENT}"' in html_of
    assert f'href="/register/{EVENT}"' in html_of


def test_a_link_to_the_page_has_a_preview(page):
    assert preview(page(texts=(TEXTS,))) == {
        "type": "website",
        "site_name": "Breeze Lakes Point",
        "title": "Harvest Fair",
        "description": "September 3, 2027 – September 19, 2027 · 500 Elm Street · $17 an hour",
    }


def test_the_page_is_in_the_readers_language_with_the_other_languages_texts(page):
    text = visible(page(headers=SPANISH, texts=(TEXTS,)))

    assert "Del 3 de septiembre de 2027 al 19 de septiembre de 2027" in text
    assert "500 Elm Street" in text


def test_parts_without_a_text_are_hidden(page):
    text = visible(page())

    for label in ("Pay", "Office address", "Office hours", "Contact"):
        assert label not in text


def test_every_value_is_escaped_and_none_is_taken_for_a_placeholder(page):
    texts = EventTexts(Language("en"), *[HOSTILE] * 5)
    shown = page(name=HOSTILE, texts=(texts,))

    assert "<script>alert" not in shown
    assert shown.count(html.escape(HOSTILE)) == 12
    assert preview(shown)["title"] == HOSTILE


def test_a_closed_event_says_since_when_and_offers_no_registration(page):
    shown = page(registration_closes_at=datetime(2026, 11, 2, 8, tzinfo=UTC))

    assert "Registration closed November 2, 2026 at 2:00 AM CST." in visible(shown)
    assert '<p class="actions" hidden>' in shown


@pytest.mark.parametrize("hidden", [True, None])
def test_a_hidden_event_and_a_missing_one_are_the_same_page_with_404(anonymous, backend, hidden):
    if hidden:
        create_event(hidden=True, name="Secret Fair")
    response = anonymous.get(f"/event/{EVENT}")

    assert response.status == 404
    assert "Page not found" in response.body.decode()
    assert "Secret" not in response.body.decode()
