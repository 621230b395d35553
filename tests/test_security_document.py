"""docs/security.md lists every requirement, and names tests that exist."""

import ast
import functools
import re
from pathlib import Path

import pytest

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


@pytest.mark.parametrize(("number", "tests"), ROWS, ids=[f"line {row[0]}" for row in ROWS])
def test_every_line_is_held_by_a_test(number, tests):
    assert tests


@pytest.mark.parametrize(("file", "name"), HELD_BY, ids=[f"{f}::{n}" for f, n in HELD_BY])
def test_every_test_that_is_named_is_there(file, name):
    assert f"test_{name}" in there_in(file)


@pytest.mark.parametrize("file", sorted(set(re.findall(r"`([\w/]+\.py)\b", DOCUMENT))))
def test_every_file_that_is_named_is_there(file):
    assert (TESTS / file).is_file()
