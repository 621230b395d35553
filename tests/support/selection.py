"""Which tests plain ``pytest`` runs: those that need neither Java, nor a browser, nor packages.

``make test`` runs all of them, and so does ``pytest`` with the path of a file or folder. A test
that needs a tool says so by a fixture, so there is no list of tests to keep. What takes long is
marked ``slow``: ``pyproject.toml`` leaves it out, and ``make prove`` runs it with ``-m slow``.
"""

import contextlib
import os
from collections import Counter
from importlib import import_module
from typing import Any

import pytest

# What a test needs, by the fixture that provides it.
NEEDS = {
    "local_endpoint": "Java (DynamoDB Local)",
    "browser": "a browser (Chromium)",
    "prod_package": "a package index (the deployment package)",
    "dev_package": "a package index (the deployment package)",
    "dev_packages": "the development packages (requirements-dev.txt)",
}
# The parameter of this fixture chooses the engine.
ENGINE_FIXTURE, ENGINE = "database_engine", "dynamodb-local"
_ONLY_FAST = "only_fast"
# Whose files take longest, or wait: the many short ones fill the workers' time to the end.
FIRST = ("package", "browser", "matrix", "ops", "tools", "http")
# Each worker imports everything, which takes seconds.
MAX_WORKERS = 8
_not_run: Counter[str] = Counter()


def need(item: Any) -> str | None:
    """Return the program that a test needs; None if Python's packages are enough."""
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    if parameters.get(ENGINE_FIXTURE) == ENGINE:
        return NEEDS["local_endpoint"]
    return next((NEEDS[name] for name in item.fixturenames if name in NEEDS), None)


def pytest_configure(config: pytest.Config) -> None:
    """Decide once. A worker of xdist is told, because it's always given paths."""
    told = getattr(config, "workerinput", {}).get(_ONLY_FAST)
    config.stash[_KEY] = told if told is not None else _is_plain(config)


def _is_plain(config: pytest.Config) -> bool:
    """Say whether only the tests run that need nothing but Python packages."""
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return is_whole and "EVERYTHING" not in os.environ


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many tests run at a time; tests in a browser often wait for it."""
    processors = os.cpu_count() or 1
    return min(MAX_WORKERS, processors + 1 if _is_plain(config) else 2 * processors)


_KEY = pytest.StashKey[bool]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of xdist."""
    node.workerinput[_ONLY_FAST] = node.config.stash[_KEY]


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Have a worker of xdist import its share of the test modules first.

    Without byte code, as in a fresh clone, each worker compiles its share and leaves the byte code
    to the others. Otherwise, each would compile all modules, and all at the same time.
    """
    worker = getattr(session.config, "workerinput", None)
    if worker is None:
        return
    number, count = int(worker["workerid"].removeprefix("gw")), worker["workercount"]
    for module in _modules(session.config)[number::count]:
        # The collection of tests imports it again, and reports what is wrong.
        with contextlib.suppress(Exception, pytest.skip.Exception):
            import_module(module)


def _modules(config: pytest.Config) -> list[str]:
    """Return the names of the test modules in the folders to collect, as far as in packages."""
    folders = [config.rootpath / argument for argument in config.args]
    files = sorted(file for folder in folders for file in folder.rglob("test_*.py"))
    return [
        ".".join(file.relative_to(config.rootpath).with_suffix("").parts)
        for file in files
        if (file.parent / "__init__.py").exists() and file.is_relative_to(config.rootpath)
    ]


# Last, so that slow tests, which make test leaves out too, are not counted.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest. Take out the tests that need something, and count them."""
    items.sort(key=_order)
    if not config.stash[_KEY]:
        return
    needed = [(item, need(item)) for item in items]
    _not_run.update(reason for _, reason in needed if reason)
    config.hook.pytest_deselected(items=[item for item, reason in needed if reason])
    items[:] = [item for item, reason in needed if not reason]


def _order(item: pytest.Item) -> int:
    """Return how many folders' tests come before this one."""
    return next(
        (n for n, folder in enumerate(FIRST) if folder in item.nodeid.split("/")), len(FIRST)
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Have a worker of xdist report its counts."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[_ONLY_FAST] = dict(_not_run)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take the counts of a worker: every worker collects the same tests."""
    _not_run.update(Counter(getattr(node, "workeroutput", {}).get(_ONLY_FAST, {})) - _not_run)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how many tests weren't run, and why."""
    if _not_run:
        terminalreporter.section("not run: tests that need more than Python packages")
        for reason, count in sorted(_not_run.items()):
            terminalreporter.write_line(f"{count} test{'' if count == 1 else 's'}: {reason}")
        terminalreporter.write_line("make test runs them too.")
