"""Emails: in each language, as text and as HTML, with nothing in them that loads or runs."""

import re
from pathlib import Path

import pytest

from chalicelib.platform import emails, settings
from chalicelib.platform.languages import Language
from chalicelib.platform.outbox import Email
from chalicelib.registrations import emails as of_registrations
from chalicelib.registrations.workflow import Status
from tests.support.environments import SETTINGS, environment
from web import emails as templates

FACT = re.compile(r"\{(\w+)\}")
KNOWN_FACTS = {
    *("username", "link", "code", "event", "reference", "status", "next_step", "closes", "until"),
}
ROOT = Path(emails.__file__).parent.parent
RENDERED = [(name, language) for name in templates.names() for language in Language]


@pytest.mark.parametrize(("name", "language"), RENDERED)
def test_an_email_has_the_same_facts_in_text_and_html_and_none_in_the_subject(name, language):
    email = templates.render(name, language)

    assert email["subject"].isprintable()
    assert not FACT.search(email["subject"])
    assert set(FACT.findall(email["text"])) == set(FACT.findall(email["html"])) <= KNOWN_FACTS


def test_every_notice_has_a_template():
    counted = {settings.RECOVERY_CODES_LOW, settings.SIGNED_UP}

    assert set(settings.NOTICES) - counted <= set(templates.names())


def test_every_template_is_an_email():
    sources = "".join(path.read_text() for path in ROOT.glob("*/emails.py"))

    template_names = set(settings.NOTICES) | set(re.findall(r'"([a-z0-9-]+)"', sources))
    assert set(templates.names()) <= template_names


def test_every_status_has_its_words():
    assert set(of_registrations.STATUSES) == set(of_registrations.NEXT_STEPS) == set(Status)


def rendered_email(language=None, event="The Fair"):
    facts = {
        "event": event,
        "reference": "ABC123",
        "status": "submitted",
        "next_step": "Come to the office.",
        "closes": "August 14",
    }
    return emails.render(
        Email("river@e.co", language, "registration-submitted", template_values=facts)
    )


@pytest.fixture(autouse=True)
def _site():
    with environment(**SETTINGS):
        yield


def with_link(username="river", link="https://lakes.example/reset#token=a&b"):
    return emails.render(Email("river@e.co", None, "forgotten", link, {"username": username}))


def visible_text(html):
    """The text that a program shows of an HTML body."""
    return re.sub(r"<[^>]+>", "\n", html.partition("</head>")[2]).replace("&amp;", "&")


def test_text_and_html_say_the_same():
    message = rendered_email()

    assert visible_text(message.html).split() == message.text.split()


def test_link_is_a_button_and_a_url_in_html_and_a_line_in_text():
    message = with_link()

    assert "https://lakes.example/reset#token=a&b" in message.text.splitlines()
    lines = visible_text(message.html).splitlines()
    assert {"Choose a new password", "https://lakes.example/reset#token=a&b"} <= set(lines)
    targets = set(re.findall(r'href="([^"]+)"', message.html))
    assert targets == {"https://lakes.example/reset#token=a&amp;b"}


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/reset",
        "https://lakes.example.evil.example/",
        "javascript:alert(1)",
    ],
)
def test_link_to_another_site_is_not_rendered(link):
    with pytest.raises(emails.ForeignLink):
        with_link(link=link)


@pytest.mark.parametrize(
    "username", ["evil.example.com", "a@evil.example", "Fair https://evil.example/x"]
)
def test_name_that_looks_like_a_url_or_an_address_is_no_link(username):
    message = with_link(username)

    for text in (message.text, visible_text(message.html)):
        assert username not in text
        assert not re.search(r"evil\.\w|@\w|https://evil", text.replace("https://lakes", ""))
        assert username in text.replace("\u2060", "")


@pytest.mark.parametrize(
    ("language", "subject", "tag"),
    [
        (None, "We got your registration", "en"),
        (Language.ENGLISH, "We got your registration", "en"),
        (Language("es"), "Recibimos su inscripción", "es"),
    ],
)
def test_an_email_is_in_the_readers_language(language, subject, tag):
    message = rendered_email(language)

    assert message.subject == subject
    assert f'<html lang="{tag}">' in message.html


def test_what_an_email_tells_of_is_text_and_no_markup():
    message = rendered_email(event='<img src="https://evil.example/x"> {reference}')

    assert "<img" not in message.html
    assert "{reference}" in message.text


@pytest.mark.parametrize("name", templates.names())
def test_an_email_fetches_nothing_from_anywhere(name):
    html = templates.render(name, Language.ENGLISH)["html"]

    assert not re.search(r"\bsrc\b|url\(|@import|@font-face|<(link|script|img)\b", html)
    assert set(re.findall(r'href="([^"]+)"', html)) <= {"{link}"}


def test_an_email_is_600_pixels_wide_at_most_and_has_dark_colors():
    html = rendered_email().html

    assert 'width="600"' in html
    assert "max-width: 600px" in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "prefers-color-scheme: dark" in html
