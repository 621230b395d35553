"""The texts of pages and the API: plurals, apostrophes, and translations."""

import functools
import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_javascript

from chalicelib.events.event import MinimumAge
from chalicelib.identity.account import Role
from chalicelib.platform import translations
from chalicelib.platform.languages import Language
from chalicelib.registrations import labels
from chalicelib.registrations.enums import STATE_NAMES
from chalicelib.registrations.note import HistoryAction
from chalicelib.registrations.workflow import Status
from tools.translations import KEYWORDS, extract
from web import assets, pages
from web.form_fields import FormFields
from web.labels import ACTIONS, choice_labels

ROOT = Path(__file__).parent.parent.parent / "chalicelib"
SCRIPTS = assets.sources("scripts")
# A number of things: "{count} rows".
COUNTED = re.compile(r"\{(?!name|who|event)\w+\} [a-z]+s\b")
# Limits of lengths.
NEVER_ONE = (
    "Too long: use",
    "Use {longest} characters",
    "Use at least {shortest} characters",
    "Use up to",
)
MODULES = [
    module
    for module in ROOT.glob("*/*.py")
    # Mail and descriptions are written for their own readers; pages say what texts_of_pages has.
    if module.parent.name not in {"pages", "openapi"} and module.stem not in {"emails", "labels"}
]
# Every choice that the form offers, but for states, which have names in STATE_NAMES.
FORM_CHOICES = {
    choice.value
    for group in FormFields(Language.ENGLISH).applicant_form()
    for field in group.fields
    for choice in field.choices
} - STATE_NAMES.keys()


@functools.cache
def texts_of_pages():
    """Return all texts of the pages. Finding them takes a second, so it isn't done to collect."""
    return [message.id for message in extract(assets.FOLDER) if message.id]


def forms(text):
    """Return a text, or the singular and the plural of a text about a number of things."""
    return [text] if isinstance(text, str) else list(text)


def test_number_of_things_has_a_singular_and_a_plural():
    without_plural = [
        text
        for text in texts_of_pages()
        if isinstance(text, str) and not text.startswith(NEVER_ONE)
    ]

    assert [text for text in without_plural if COUNTED.search(text)] == []
    assert len(without_plural) < len(texts_of_pages())


def test_apostrophes_are_typographic():
    texts = [form for text in texts_of_pages() for form in forms(text)]
    texts += [text for language in Language for text in choice_labels(language).values()]

    assert [text for text in texts if "'" in text] == []


@pytest.mark.parametrize("language", Language)
def test_the_status_of_a_registration_and_the_state_of_an_address_have_different_labels(language):
    words = translations.catalog(language)

    assert words.pgettext("address", "State") != words.gettext("Status")
    assert words.gettext("Status") == choice_labels(language)["status"]


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_page_has_every_text_that_its_scripts_show(name):
    """The regular expression of the build finds what Babel's parser finds."""
    file = io.BytesIO(SCRIPTS[name].encode())
    messages = extract_javascript(file, KEYWORDS, [], {"parse_template_string": True})
    expected = {
        "\x04".join(arguments) if function == "pgettext" else forms(arguments)[0]
        for _, function, arguments, _ in messages
    }
    calls = re.findall(r"(?<!const )(?<!function )\b[np]?gettext\(", SCRIPTS[name])

    assert pages.keys_of(SCRIPTS[name]) == expected
    assert len(calls) == len(re.findall(pages._CALL, SCRIPTS[name]))


@pytest.mark.parametrize(
    "choice",
    [*sorted(FORM_CHOICES), *MinimumAge, *Status, *Role],
)
def test_every_choice_has_a_word_in_both_languages(choice):
    assert choice in choice_labels(Language.ENGLISH)
    assert choice in choice_labels(Language("es"))


def test_every_action_in_the_history_of_a_registration_has_a_label():
    assert {action.value for action in HistoryAction} <= ACTIONS.keys()


def test_every_audit_action_has_a_label():
    house = "".join(m.read_text() for m in MODULES if m.stem != "account_events")
    recorded = set(re.findall(r'"(account\.[a-z_]+)"', house))

    assert recorded == {action for action in ACTIONS if action.startswith("account.")}


def test_no_word_is_left_of_a_choice_that_is_gone():
    assert set(labels.CHOICES) == FORM_CHOICES
