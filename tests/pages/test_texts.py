"""What pages say: in both languages, no more and no less than is said."""

import ast
import re
from pathlib import Path

import pytest

from chalicelib.events.event import MinimumAge
from chalicelib.identity import password_strength
from chalicelib.identity.account import Role
from chalicelib.pages.texts import (
    ACTIONS,
    MESSAGES_IN_SPANISH,
    TEXTS,
    choice_labels,
    messages,
    text,
)
from chalicelib.platform.fields import to_camel
from chalicelib.platform.languages import Language
from chalicelib.registrations import labels
from chalicelib.registrations.form import RegistrationForm
from chalicelib.registrations.workflow import Status
from chalicelib.staff.schemas import RegistrationListQuery
from web import assets, form_fields, pages

ROOT = Path(__file__).parent.parent.parent / "chalicelib"
SCRIPTS = assets.current("scripts")
TEMPLATES = "".join(file.read_text() for file in pages.TEMPLATES.rglob("*.html"))
FACT = re.compile(r"\{\w+\}")
# A number of things: "{count} rows".
COUNTED = re.compile(r"\{(?!name|who)\w+\} [a-z]+s\b")
# Limits of lengths.
NEVER_ONE = {"tooLong", "adviceEmpty", "adviceTooLong"}
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


def names_used():
    used = set(re.findall(r"""\btext\(["']([\w.-]+)["']\)""", TEMPLATES))
    used |= pages.text_names("".join(SCRIPTS.values()))
    fields = RegistrationForm.model_json_schema()["properties"]
    used |= {f"{kind}.{one}" for kind in ("form", "hint") for one in fields}
    used |= {f"filter.{to_camel(one)}" for one in RegistrationListQuery.annotations()}
    python = Path(form_fields.__file__).read_text()
    used |= set(re.findall(r'\b_text\(\s*"([\w.-]+)"', python))
    beginnings = re.findall(r'\b_text\(\s*f"([\w.-]+)\{', python)
    beginnings += re.findall(r'\btext\("([\w.-]+)" ~', TEMPLATES)
    for beginning in beginnings:
        used |= {one for one in TEXTS if one.startswith(beginning)}
    return used


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_says_the_same_facts_in_both_languages(name):
    english, spanish = TEXTS[name]

    assert english.strip()
    assert spanish.strip()
    assert set(FACT.findall(english)) == set(FACT.findall(spanish))


@pytest.mark.parametrize(
    "name", [one for one in TEXTS if COUNTED.search(TEXTS[one][0]) and one not in NEVER_ONE]
)
def test_number_of_things_is_said_in_the_plural(name):
    assert name.endswith(".other")


@pytest.mark.parametrize("name", [one for one in TEXTS if one.endswith((".one", ".other"))])
def test_number_of_things_has_a_singular_and_a_plural_with_the_same_facts(name):
    noun = name.rpartition(".")[0]
    one, other = TEXTS[f"{noun}.one"], TEXTS[f"{noun}.other"]

    assert one != other
    for singular, plural in zip(one, other, strict=True):
        assert FACT.findall(singular) == FACT.findall(plural)


def test_apostrophes_are_typographic():
    said = [*TEXTS.values(), *ACTIONS.values(), *MESSAGES_IN_SPANISH.items()]
    said += [choice_labels(language).values() for language in Language]

    assert [text for texts in said for text in texts if "'" in text] == []


@pytest.mark.parametrize("language", Language)
def test_the_status_of_a_registration_and_the_state_of_an_address_have_different_labels(language):
    state = text("form.state", language)

    assert state not in {text("filter.status", language), choice_labels(language)["status"]}


def test_every_text_is_used():
    assert set(TEXTS) - names_used() == set()


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_names_what_it_says_where_it_says_it(name):
    """Else the page would come without it: its texts are found by their names in ``say("…")``."""
    wanted = re.findall(r"(?<!function )\bsay(?:Count)?\(([^)]{0,30})", SCRIPTS[name])

    assert [one for one in wanted if not re.match(r'\s*"', one)] == []
    assert pages.text_names(SCRIPTS[name]) <= set(TEXTS)


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


def test_every_audit_action_has_a_label():
    house = "".join(module.read_text() for module in MODULES)
    recorded = set(re.findall(r'"(account\.[a-z_]+)"', house))

    assert recorded == {action for action in ACTIONS if action.startswith("account.")}


def test_no_word_is_left_of_a_choice_that_is_gone():
    assert set(labels.CHOICES_IN_SPANISH) == {*labels.form_choices(), "true", "false"}


def test_pages_reword_in_english_only_the_sentences_that_clients_compare():
    assert set(messages(Language.ENGLISH)) == {
        "Not authorized",
        "Username or Password is incorrect",
    }
