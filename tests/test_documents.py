"""The documents: their links, their words, the README's length, and the lists in them."""

import dataclasses
import json
import re
from pathlib import Path

import pytest

from chalicelib import PACKAGES
from chalicelib.functions import FUNCTIONS
from chalicelib.identity.role import Role
from chalicelib.platform import settings

PROJECT = Path(__file__).parents[1]
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
MOST_LINES_OF_THE_README = 150
DECISIONS = PROJECT / "docs" / "adr"
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


# Words that stand in for a client, a caller, an applicant, or a value. Name that instead.
BANNED = (
    *("whoever", "whomever", "whosever", "whatever", "whichever"),
    *("somebody", "anybody", "nobody", "everybody"),
    *("one's", "of one's own", "oneself", "none of which"),
)


def name_of(document):
    return str(document.relative_to(PROJECT))


def anchors(document):
    """Return the anchors of a document's headings, as GitHub makes them."""
    text = _FENCED.sub("", document.read_text())
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(document):
    for link in _LINK.findall(_FENCED.sub("", document.read_text())):
        if "://" not in link:
            path, _, anchor = link.partition("#")
            yield link, (document.parent / path if path else document), anchor


def test_every_link_leads_to_a_file_and_a_heading():
    wrong = [
        f"{name_of(document)} links to {link}"
        for document in DOCUMENTS
        for link, target, anchor in links(document)
        if not target.exists() or (anchor and anchor not in anchors(target))
    ]

    assert wrong == []


def test_the_readme_has_at_most_150_lines():
    lines = (PROJECT / "README.md").read_text().splitlines()

    assert len(lines) <= MOST_LINES_OF_THE_README


def test_the_index_of_decisions_lists_every_file_in_order_with_its_title():
    listed = re.findall(
        r"^\| (\d{4}) \| \[([^\]]*)\]\((\d{4}-.*\.md)\)",
        (DECISIONS / "README.md").read_text(),
        re.MULTILINE,
    )

    files = sorted(DECISIONS.glob("[0-9]*.md"))
    assert [name for _, _, name in listed] == [file.name for file in files]
    for (number, title, name), file in zip(listed, files, strict=True):
        assert name.startswith(f"{number}-")
        assert file.read_text().startswith(f"# {number}. {title}\n")


def test_a_decision_has_a_status_and_the_four_sections():
    status = r"^Status: (accepted|superseded by \d{4}) · Date: \d{4}-\d{2}-\d{2}$"
    for file in sorted(DECISIONS.glob("[0-9]*.md")):
        text = file.read_text()

        assert re.search(status, text, re.MULTILINE), file.stem
        headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
        assert headings == ["Context", "Options", "Decision", "Consequences"], file.stem


ARCHITECTURE = (PROJECT / "docs" / "architecture.md").read_text()


def first_cells(heading):
    """Return the first cells of the table under a heading of the architecture."""
    section = ARCHITECTURE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([\w-]+)` \|", section, re.MULTILINE)


def test_the_architecture_lists_every_package_in_order():
    assert first_cells("Packages") == list(PACKAGES)
    section = ARCHITECTURE.partition("\n## Packages\n")[2]
    order = re.search(r"^    platform →.*?\n\n", section, re.MULTILINE | re.DOTALL)[0]
    assert re.findall(r"\w+", order) == list(PACKAGES)


def test_the_architecture_lists_every_function():
    assert sorted(first_cells("Functions")) == sorted(FUNCTIONS)


def test_the_architecture_lists_every_table():
    resources = json.loads((PROJECT / ".chalice" / "resources.json").read_text())["Resources"]
    tables = [
        resource["Properties"]["TableName"]["Fn::Sub"].removeprefix("breeze-lakes-point-${Stage}-")
        for resource in resources.values()
        if resource.get("Type") == "AWS::DynamoDB::Table"
    ]

    assert sorted(first_cells("Tables")) == sorted(tables)


def prose_of(document):
    """Return a document's text without code. Of the changelog, only what is not released yet."""
    text = document.read_text()
    if document.name == "CHANGELOG.md":
        text = text.partition("## Unreleased")[2].partition("\n## ")[0]
    return re.sub(r"`[^`]*`", "", _FENCED.sub("", text)).replace("’", "'")


def test_no_document_has_a_word_that_hides_who_acts():
    words = re.compile(rf"\b({'|'.join(map(re.escape, BANNED))})\b", re.IGNORECASE)
    findings = [
        f"{name_of(document)}: …{' '.join(line.split())[:100]}…"
        for document in DOCUMENTS
        for line in prose_of(document).splitlines()
        if words.search(line)
    ]

    assert not findings, "\n".join(findings)


_PATH = re.compile(
    r"`((?:chalicelib|docs|ops|requirements|tests|tools|\.chalice|\.ci)/[\w./-]*)(?:::\w+)?`"
)
_CODE = re.compile(r"```.*?```|`[^`]+`|^ {4}[^\n]*$", re.MULTILINE | re.DOTALL)
_MAKE = re.compile(r"^[` ]*make ([a-z][a-z-]*)", re.MULTILINE)
TARGETS = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))


def test_every_path_that_a_document_names_exists():
    # docs/security.md names tests by their path below tests/.
    missing = [
        f"{name_of(document)} names {path}"
        for document in DOCUMENTS
        for path in _PATH.findall(document.read_text())
        if not (PROJECT / path).exists() and not (PROJECT / "tests" / path).exists()
    ]

    assert missing == []


def test_every_make_target_that_a_document_names_exists():
    missing = [
        f"{name_of(document)} names make {target}"
        for document in DOCUMENTS
        for target in _MAKE.findall("\n".join(_CODE.findall(document.read_text())))
        if target not in TARGETS
    ]

    assert missing == []


OPERATIONS = (PROJECT / "docs" / "operations.md").read_text()


@pytest.mark.parametrize("field", dataclasses.fields(settings.Settings), ids=lambda f: f.name)
def test_the_operators_guide_lists_every_setting(field):
    assert f"| `{settings.PREFIX}{field.name.upper()}` |" in OPERATIONS


@pytest.mark.parametrize("notice", settings.NOTICES)
def test_the_operators_guide_lists_every_notice(notice):
    [row] = re.findall(rf"^\| `{settings.PREFIX}MAIL_NOTICES` .*$", OPERATIONS, re.MULTILINE)

    assert f"`{notice}`" in row


def test_the_operators_guide_says_what_every_role_may_do():
    section = OPERATIONS.partition("\n## Give a person a role\n")[2].partition("\n## ")[0]

    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(Role)


def test_the_operators_guide_lists_every_role_that_an_import_knows():
    section = OPERATIONS.partition("\n## Import accounts")[2].partition("\n## ")[0]
    [names] = re.findall(r"`role` \(([^)]+)\)", section)

    assert re.findall(r"`(\w+)`", names) == list(Role)


def test_every_command_in_the_operators_guide_names_its_python_and_its_stage():
    commands = re.findall(r"\S*python -m ops [^`\n]*", OPERATIONS)

    assert commands
    incomplete = [
        command
        for command in commands
        if not command.lstrip("`").startswith(".venv/bin/python -m ops ")
        or not re.search(r" --(stage|url) ", command)
    ]
    assert incomplete == []
