"""The documents: their links lead somewhere, and the README stays short."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
MOST_LINES_OF_THE_README = 150
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


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


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_leads_to_a_file_and_a_heading(document):
    for link, target, anchor in links(document):
        assert target.exists(), f"{name_of(document)} links to {link}"
        assert not anchor or anchor in anchors(target), f"{name_of(document)} links to {link}"


def test_the_readme_has_at_most_150_lines():
    lines = (PROJECT / "README.md").read_text().splitlines()

    assert len(lines) <= MOST_LINES_OF_THE_README
