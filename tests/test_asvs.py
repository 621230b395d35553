"""docs/asvs.md answers each requirement of levels 1 and 2 of OWASP ASVS 5.0, and names tests."""

import ast
import functools
import re
from pathlib import Path

from tests.support.removals import REMOVALS

TESTS = Path(__file__).parent
DOCUMENT = (TESTS.parent / "docs" / "asvs.md").read_text()
# The level of each requirement of a section, in order. Those of level 3 come after them.
LEVELS = {
    **{"1.1": "22", "1.2": "111112222", "1.3": "11222222222", "1.4": "222", "1.5": "12"},
    **{"2.1": "122", "2.2": "112", "2.3": "1222", "2.4": "2"},
    **{"3.2": "11", "3.3": "1222", "3.4": "112222", "3.5": "11122", "3.7": "22"},
    **{"4.1": "122", "4.2": "2", "4.3": "22", "4.4": "1222"},
    **{"5.1": "2", "5.2": "112", "5.3": "11", "5.4": "222"},
    **{"6.1": "122", "6.2": "111111112222", "6.3": "1122", "6.4": "1122", "6.5": "22222"},
    **{"6.6": "222", "6.8": "2222"},
    **{"7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "22", "7.6": "22"},
    **{"8.1": "12", "8.2": "112", "8.3": "1", "8.4": "2", "9.1": "111", "9.2": "1222"},
    **{"10.1": "22", "10.2": "22", "10.3": "2222", "10.4": "11111222222", "10.5": "22222"},
    **{"10.6": "22", "10.7": "222"},
    **{"11.1": "22", "11.2": "222", "11.3": "112", "11.4": "1222", "11.5": "2", "11.6": "2"},
    **{"12.1": "122", "12.2": "11", "12.3": "2222"},
    **{"13.1": "2", "13.2": "22222", "13.3": "22", "13.4": "12222"},
    **{"14.1": "22", "14.2": "1222", "14.3": "122"},
    **{"15.1": "122", "15.2": "122", "15.3": "1222222"},
    **{"16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "222"},
    **{"17.1": "2", "17.2": "2222", "17.3": "22"},
}
EXPECTED = [
    (f"{section}.{number}", level)
    for section, levels in LEVELS.items()
    for number, level in enumerate(levels, start=1)
]
ROWS = re.findall(r"(?m)^\| (\d+\.\d+\.\d+) \| ([12]) \| (.*) \|$", DOCUMENT)
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")
TEST = r"`[\w/]+\.py::\w+`"
STATUS = re.compile(rf"met by {TEST}(, {TEST})*|(not applicable|deviation) because \w.{{10,}}")
TESTS_NAMED = {f"tests/{file}::test_{name}" for file, name in NAMED.findall(DOCUMENT)}


@functools.cache
def functions_in(file):
    parsed = ast.parse((TESTS.parent / file).read_text())
    return {node.name for node in parsed.body if isinstance(node, ast.FunctionDef)}


def test_each_requirement_has_a_row_with_its_level():
    assert len(EXPECTED) == 253
    assert [(number, level) for number, level, _ in ROWS] == EXPECTED


def test_each_requirement_is_met_by_tests_or_says_why_not():
    assert [number for number, _, status in ROWS if not STATUS.fullmatch(status)] == []


def test_the_counts_at_the_top_are_those_of_the_rows():
    counts = [
        sum(status.startswith(kind) for _, _, status in ROWS)
        for kind in ("met by", "not applicable", "deviation")
    ]
    text = DOCUMENT.replace("\n", " ")

    assert f"{counts[0]} are met by tests" in text
    assert f"{counts[1]} aren't applicable, and {counts[2]} are deviations" in text


def test_each_test_that_is_named_exists():
    missing = {
        named
        for named in TESTS_NAMED
        if named.partition("::")[2] not in functions_in(named.partition("::")[0])
    }

    assert missing == set()


def test_each_test_that_is_named_is_collected_in_a_run_of_all_tests(request):
    """A run of some tests collects some of them, so then there is nothing to compare."""
    collected = {item.nodeid.partition("[")[0] for item in request.session.items}
    files = {item.partition("::")[0] for item in collected}
    present = {path.relative_to(TESTS.parent).as_posix() for path in TESTS.rglob("test_*.py")}
    only_slow = {file for file in present - files if "slow" in (TESTS.parent / file).read_text()}

    if files >= present - only_slow:
        assert TESTS_NAMED - collected == set()


def test_each_test_of_each_requirement_has_a_removal_that_it_must_notice():
    """``make requirements`` carries them out."""
    named = {
        (number, f"{file}::{name}")
        for number, _, status in ROWS
        if status.startswith("met by")
        for file, name in NAMED.findall(status)
    }
    noticed = {
        (n, test) for removal in REMOVALS for n in removal.requirements for test in removal.tests
    }

    assert named - noticed == set()
    assert {number for number, _ in noticed} == {number for number, _ in named}
