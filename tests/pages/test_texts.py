"""The texts of pages and the API: plurals, apostrophes, and translations."""

import ast
import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_javascript

from chalicelib.events.event import MinimumAge
from chalicelib.identity import password_strength
from chalicelib.identity.account import Role
from chalicelib.pages.texts import (
    MESSAGES_IN_SPANISH,
    messages,
)
from chalicelib.platform import translations
from chalicelib.platform.languages import Language
from chalicelib.registrations import labels
from chalicelib.registrations.note import HistoryAction
from chalicelib.registrations.workflow import Status
from tools.translations import KEYWORDS, extract
from web import assets, pages
from web.labels import ACTIONS, choice_labels

ROOT = Path(__file__).parent.parent.parent / "chalicelib"
SCRIPTS = assets.sources("scripts")
TEXTS = [message for message in extract(assets.FOLDER) if message.id]
# A number of things: "{count} rows".
COUNTED = re.compile(r"\{(?!name|who|event)\w+\} [a-z]+s\b")
# Limits of lengths.
NEVER_ONE = (
    "Too long: use",
    "Use {longest} characters",
    "Use at least {shortest} characters",
    "Use up to",
)
NUMBER = re.compile(r"\d+|\{\w+\}")
A_SENTENCE = re.compile(r"[A-Z].* .*[.@]", re.DOTALL)
# Said to programs and to operators, or where a page has a text of its own for it.
NOT_FOR_PEOPLE = {
    "A key has # to # letters, digits, hyphens, or underscores.",
    "This note was already saved.",
    "An email header must be one line.",
    "DynamoDB is not given # here.",
    "An error message for each invalid field, by its path.",
    "Give this link to the account’s owner. It’s shown once, works once, and expires in # hour.",
    ("If that account has a confirmed email address, we sent a password reset link to it."),
    "If your email address isn’t confirmed yet, we sent a confirmation link to it.",
    "Password changed. Sign in with your new password.",
    'The body has the field "#" twice.',
    "The body must be a JSON object.",
    "The body must be sent as application/json.",
    "The body must be sent without Content-Encoding: it is not decompressed here.",
    "The ids of those events.",
    "The record as it is now, in the format of this endpoint’s success response.",
    "The view of this response declares no schema for it.",
    "Input should be #.",
    "The waiting lists of some events weren't settled. The next run does it.",
    "This address doesn’t accept that kind of request.",
    "This list has changed. Reload the page.",
    "We sent an email to that address. It says how to create an account.",
    "Wrong settings (#…): #.",
    "Your account was deleted.",
    # Its middle differs: test_every_weakness_is_explained_in_spanish.
    "Easy to guess because #. Add another word or two.",
}
MODULES = [
    module
    for module in ROOT.glob("*/*.py")
    # Mail and descriptions are written for their own readers; pages say what TEXTS has.
    if module.parent.name not in {"pages", "openapi"} and module.stem not in {"emails", "labels"}
]


def forms(text):
    """Return a text, or the singular and the plural of a text about a number of things."""
    return [text] if isinstance(text, str) else list(text)


def said_in(module):
    """Return every sentence in a module that users may see, with # for the variable parts."""
    tree = ast.parse(module.read_text())
    aside = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            aside.add(node.value)
        elif isinstance(node, ast.keyword) and node.arg in {
            "description",
            "title",
            "summary",
            "examples",
        }:
            aside |= set(ast.walk(node.value))
        elif isinstance(node, ast.JoinedStr):
            aside |= set(node.values)
    for node in set(ast.walk(tree)) - aside:
        if isinstance(node, ast.JoinedStr):
            text = "".join(
                getattr(part, "value", "#") if isinstance(part, ast.Constant) else "#"
                for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        text = NUMBER.sub("#", text)
        if A_SENTENCE.fullmatch(text):
            yield text


@pytest.mark.parametrize("message", TEXTS, ids=lambda message: repr(message.id)[:60])
def test_number_of_things_has_a_singular_and_a_plural(message):
    if isinstance(message.id, str) and not message.id.startswith(NEVER_ONE):
        assert not COUNTED.search(message.id)


def test_apostrophes_are_typographic():
    said = [text for message in TEXTS for text in forms(message.id)]
    said += [text for pair in MESSAGES_IN_SPANISH.items() for text in pair]
    said += [text for language in Language for text in choice_labels(language).values()]

    assert [text for text in said if "'" in text] == []


@pytest.mark.parametrize("language", Language)
def test_the_status_of_a_registration_and_the_state_of_an_address_have_different_labels(language):
    words = translations.catalog(language)

    assert words.pgettext("address", "State") != words.gettext("Status")
    assert words.gettext("Status") == choice_labels(language)["status"]


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_page_has_every_text_that_its_scripts_show(name):
    """The regular expression of the build finds what Babel's parser finds."""
    file = io.BytesIO(SCRIPTS[name].encode())
    found = extract_javascript(file, KEYWORDS, [], {"parse_template_string": True})
    expected = {
        "\x04".join(given) if function == "pgettext" else forms(given)[0]
        for _, function, given, _ in found
    }
    calls = re.findall(r"(?<!const )(?<!function )\b[np]?gettext\(", SCRIPTS[name])

    assert pages.keys_of(SCRIPTS[name]) == expected
    assert len(calls) == len(re.findall(pages._CALL, SCRIPTS[name]))


@pytest.mark.parametrize("module", MODULES, ids=lambda one: f"{one.parent.name}/{one.stem}")
def test_every_message_has_a_spanish_translation(module):
    assert set(said_in(module)) - MESSAGES_IN_SPANISH.keys() - NOT_FOR_PEOPLE == set()


def test_every_translation_belongs_to_a_message():
    said = {text for module in MODULES for text in said_in(module)}
    weak = {text for text in MESSAGES_IN_SPANISH if text.startswith("Easy to guess")}

    known = MESSAGES_IN_SPANISH.keys() - weak
    without_an_end = {"Username or Password is incorrect", "Not authorized"}
    assert known - said == {one for one in known if one in without_an_end}
    assert NOT_FOR_PEOPLE - said == set()


@pytest.mark.parametrize(
    "why",
    [
        *password_strength._WHY.values(),
        password_strength._WORDS,
        password_strength._COMMON,
        password_strength._OWN,
    ],
)
def test_every_weakness_is_explained_in_spanish(why):
    said = f"Easy to guess because {why}. Add another word or two."

    assert NUMBER.sub("#", said) in MESSAGES_IN_SPANISH


@pytest.mark.parametrize(("english", "spanish"), MESSAGES_IN_SPANISH.items())
def test_a_translation_has_the_numbers_of_its_sentence(english, spanish):
    """A sentence of sizes may leave them out, as long as it does not ask for more."""
    assert spanish.count("#") in {0, english.count("#")}


@pytest.mark.parametrize(
    "choice",
    [*labels.form_choices(), *MinimumAge, *Status, *Role, "true", "false"],
)
def test_every_choice_has_a_word_in_both_languages(choice):
    assert choice in choice_labels(Language.ENGLISH)
    assert choice in choice_labels(Language("es"))


def test_every_action_in_the_history_of_a_registration_has_a_label():
    assert {action.value for action in HistoryAction} <= ACTIONS.keys()


def test_every_audit_action_has_a_label():
    house = "".join(module.read_text() for module in MODULES)
    recorded = set(re.findall(r'"(account\.[a-z_]+)"', house))

    assert recorded == {action for action in ACTIONS if action.startswith("account.")}


def test_no_word_is_left_of_a_choice_that_is_gone():
    assert set(labels.CHOICES) == {*labels.form_choices(), "true", "false"}


def test_pages_reword_in_english_only_the_sentences_that_clients_compare():
    assert set(messages(Language.ENGLISH)) == {
        "Not authorized",
        "Username or Password is incorrect",
    }
