"""docs/security.md lists every requirement, and names tests that exist."""

import ast
import functools
import re
from pathlib import Path

TESTS = Path(__file__).parent
LINES = 25
DOCUMENT = (TESTS.parent / "docs" / "security.md").read_text()
NAMED = re.compile(r"`([\w/.]+)::(\w+)`")
ROWS = [
    (int(found[1]), NAMED.findall(found[0]))
    for found in re.finditer(r"^\| (\d+) \|.*$", DOCUMENT, re.MULTILINE)
]
# In the rows, and in the details below them.
HELD_BY = sorted(set(NAMED.findall(DOCUMENT)))


@functools.cache
def there_in(file):
    parsed = ast.parse((TESTS / file).read_text())
    return {node.name for node in parsed.body if isinstance(node, ast.FunctionDef)}


def test_every_line_has_one_row_in_order():
    assert [number for number, _ in ROWS] == list(range(1, LINES + 1))


def test_every_line_is_held_by_a_test():
    assert [number for number, tests in ROWS if not tests] == []


def test_every_test_that_is_named_is_there():
    missing = [f"{file}::{name}" for file, name in HELD_BY if f"test_{name}" not in there_in(file)]

    assert HELD_BY
    assert missing == []


def test_every_file_that_is_named_is_there():
    named = sorted(set(re.findall(r"`([\w/]+\.py)\b", DOCUMENT)))

    assert named
    assert [file for file in named if not (TESTS / file).is_file()] == []


def test_each_technique_of_an_attacker_has_one_row():
    """Two people who add to the same row leave both."""
    table = DOCUMENT.partition("\n| technique | works in | because |\n")[2].partition("\n\n")[0]
    techniques = [row.partition(" | ")[0] for row in table.splitlines()]

    assert len(techniques) > 50
    assert {name for name in techniques if techniques.count(name) > 1} == set()
