"""Downloads with npm: complete or absent, and only once."""

import subprocess
from unittest import mock

import pytest

from tools import downloads, dynamodb_local, typescript

FETCHED = [dynamodb_local, typescript]


@pytest.fixture(autouse=True)
def npm(tmp_path, monkeypatch):
    """A machine on which nothing has been fetched yet, with an npm that a test has answer."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("shutil.which", lambda name: name)
    with mock.patch("subprocess.run") as run:
        yield run


def installs(command, *, cwd, **_):
    (cwd / "node_modules").mkdir()


@pytest.mark.parametrize("tool", FETCHED, ids=lambda tool: tool.__name__)
def test_before_it_is_fetched_it_says_how(tool):
    assert "has not been fetched: run make" in tool.problem()


@pytest.mark.parametrize("tool", FETCHED, ids=lambda tool: tool.__name__)
def test_without_npm_it_says_what_is_missing(tool, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None if name == "npm" else name)

    with pytest.raises(downloads.NotAvailable, match="fetched with npm"):
        tool.fetch()


def test_what_is_fetched_is_kept_and_not_fetched_again(npm):
    npm.side_effect = installs
    typescript.fetch()
    typescript.fetch()

    assert npm.call_count == 1
    assert typescript.problem() is None


def test_a_fetch_that_breaks_off_leaves_nothing(npm, tmp_path):
    def breaks_off(command, **options):
        installs(command, **options)
        raise subprocess.CalledProcessError(1, command)

    npm.side_effect = breaks_off
    with pytest.raises(subprocess.CalledProcessError):
        typescript.fetch()

    assert not typescript.modules().exists()
    assert list((tmp_path / "breeze-lakes-point").iterdir()) == []


def test_what_is_not_as_it_was_chosen_is_not_kept(npm):
    npm.side_effect = lambda *_, cwd, **__: (cwd / "another.tgz").write_bytes(b"")

    with pytest.raises(downloads.NotAvailable, match="not what it was"):
        dynamodb_local.fetch()

    assert dynamodb_local.problem()
