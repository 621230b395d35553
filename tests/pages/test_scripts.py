"""Scripts, as TypeScript's compiler reads them."""

import shutil

import pytest

from tests.http.servers import PROJECT
from tools import typescript

SCRIPTS = PROJECT / "web" / "scripts"
# What lies beside them, to see that it is told.
MISTAKES = {
    "missing": ("fnid('#form');", "Cannot find name 'fnid'"),
    "misspelt": ("import { getJsno } from './service'; getJsno();", "no exported member 'getJsno'"),
    "unused": (
        "import { get } from './service';",
        "'get' is declared but its value is never",
    ),
    "too-many": ("import { get } from './service'; get(1, 2);", "arguments, but got 2"),
}


@pytest.fixture(scope="module")
def compiler_messages(tmp_path_factory):
    """What the compiler says of scripts and mistakes, line by line; it takes seconds to start."""
    if problem := typescript.problem():
        pytest.skip(problem)
    folder = tmp_path_factory.mktemp("scripts")
    shutil.copytree(SCRIPTS, folder, dirs_exist_ok=True)
    for name, (mistake, _) in MISTAKES.items():
        (folder / f"{name}.js").write_text(f"{mistake}\nexport {{}};\n")
    return typescript.said_of(folder).splitlines()


def test_no_name_is_missing_and_nothing_is_left_over(compiler_messages):
    mistaken = tuple(f"{name}.js(" for name in MISTAKES)

    assert [line for line in compiler_messages if not line.startswith(mistaken)] == []


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told(compiler_messages, name):
    [message] = [line for line in compiler_messages if line.startswith(f"{name}.js(")]

    assert MISTAKES[name][1] in message
