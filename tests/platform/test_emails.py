"""Letters: in two languages, as text and as HTML, with nothing in them that could run."""

import re
import string

import pytest

from chalicelib.identity import emails as of_accounts
from chalicelib.platform import emails
from chalicelib.platform.languages import Language
from chalicelib.registrations import emails as of_registrations
from chalicelib.registrations.workflow import Status

WORDINGS = [*of_accounts.all_templates(), of_registrations.RECEIPT, of_registrations.STATUS_CHANGED]


def named(paragraphs):
    """The facts that paragraphs name."""
    return {name for said in paragraphs for _, name, _, _ in string.Formatter().parse(said) if name}


@pytest.mark.parametrize("template", WORDINGS, ids=lambda template: template[Language.ENGLISH][0])
def test_an_email_says_as_much_in_each_language(template):
    assert set(template) == set(Language)
    assert len({len(said) for said in template.values()}) == 1
    assert len({frozenset(named(said)) for said in template.values()}) == 1
    assert not any(named(said[:1]) for said in template.values())


@pytest.mark.parametrize("language", Language)
def test_every_status_has_its_words(language):
    assert set(of_registrations.STATUSES[language]) == set(Status)
    assert set(of_registrations.NEXT_STEPS[language]) == set(Status)


def written(language=None, event="The Fair"):
    return emails.render(
        "river@e.co",
        language,
        of_registrations.RECEIPT,
        link="https://lakes.example/reset#token=a&b",
        event=event,
        reference="ABC123",
        status="submitted",
        next_step="Come to the office.",
        closes="August 14",
    )


def test_text_and_html_say_the_same():
    message = written()
    shown = re.sub(r"<[^>]+>", "\n", message.html.partition("<body>")[2])

    assert shown.replace("&amp;", "&").split() == message.text.split()
    assert "https://lakes.example/reset#token=a&b" in message.text.splitlines()


@pytest.mark.parametrize(
    ("language", "subject", "tag"),
    [
        (None, "We got your registration", "en"),
        (Language.ENGLISH, "We got your registration", "en"),
        (Language("es"), "Recibimos su inscripción", "es"),
    ],
)
def test_an_email_is_in_the_readers_language(language, subject, tag):
    message = written(language)

    assert message.subject == subject
    assert f'<html lang="{tag}">' in message.html


def test_what_an_email_tells_of_is_text_and_no_markup():
    message = written(event='<img src="https://evil.example/x"> {reference}')

    assert "<img" not in message.html
    assert "{reference}" in message.text


def test_an_email_fetches_nothing_from_anywhere():
    assert set(re.findall(r"<(\w+)", written().html)) == {
        *("html", "head", "meta", "title", "body", "p", "a"),
    }
