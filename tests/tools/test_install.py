"""How an environment gets the packages of a purpose, and what is said about it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools import announce, install

PACKAGE = "{name}==1.0 \\\n    --hash=sha256:00\n"


@pytest.fixture
def locks(tmp_path, monkeypatch):
    """Lock files of the test's own, which begin without any package."""
    monkeypatch.setattr(install, "PROJECT", tmp_path)
    for purpose in install.SETS:
        install.requirements(purpose).write_text("# none\n")
    return install.requirements


@pytest.fixture
def venv(tmp_path):
    return tmp_path / "venv"


@pytest.fixture
def commands(venv, monkeypatch):
    """The commands that would run, on a machine without uv."""
    ran = []
    venv.mkdir()
    monkeypatch.setattr(install, "_run", ran.append)
    monkeypatch.setattr(install, "_run_pip", lambda pip, *_: ran.append(pip))
    monkeypatch.setattr(install.shutil, "which", lambda _: None)
    return ran


def pretend(venv, purpose):
    """Make an environment look as if a set were installed."""
    (venv / "bin").mkdir(parents=True, exist_ok=True)
    (venv / "bin" / "python").touch()
    stamp = {"set": purpose, "sha256": install._digest(purpose)}
    (venv / install.STAMP).write_text(json.dumps(stamp))


def test_a_new_environment_is_created_and_not_installed_again(locks, venv, monkeypatch, capsys):
    monkeypatch.setattr(install.shutil, "which", lambda _: None)

    install.install(venv, "local")

    output = capsys.readouterr().out
    assert output.startswith(f"Installing 0 packages into {venv}, in about 20 seconds.")
    subprocess.run([venv / "bin" / "python", "-c", "import sys"], check=True)
    install.install(venv, "local")
    assert not capsys.readouterr().out


@pytest.mark.parametrize(
    ("present", "requested", "enough"),
    [("local", "test", False), ("test", "test", True), ("dev", "local", True)],
)
def test_a_larger_set_is_enough_and_a_smaller_one_is_not(locks, venv, present, requested, enough):
    pretend(venv, present)

    assert install.is_installed(venv, requested) is enough


def test_a_larger_set_is_added_to_the_environment(locks, venv, commands):
    pretend(venv, "local")
    install.install(venv, "test")

    assert commands == [[str(venv / "bin" / "python"), "-m", "pip"]]
    assert install.is_installed(venv, "test")


def test_after_a_change_of_the_lock_the_environment_is_created_anew(locks, venv, commands):
    pretend(venv, "dev")
    locks("dev").write_text(PACKAGE.format(name="other"))
    assert not install.is_installed(venv, "local")
    install.install(venv, "dev")

    assert commands[0][:4] == [sys.executable, "-m", "venv", "--clear"]


def test_a_pip_that_cannot_install_elsewhere_is_replaced_by_the_environments(
    locks, venv, commands, monkeypatch
):
    monkeypatch.setattr(install.metadata, "version", lambda _: "22.0.2")
    install.install(venv, "local")

    assert commands == [
        [sys.executable, "-m", "venv", "--clear", str(venv)],
        [str(venv / "bin" / "python"), "-m", "pip"],
    ]


def test_uv_is_used_if_it_is_on_the_path_and_compares_hashes(locks, venv, commands, monkeypatch):
    monkeypatch.setattr(install.shutil, "which", lambda name: f"/opt/{name}")
    install.install(venv, "local")

    creating, installing = commands
    assert creating[:2] == ["/opt/uv", "venv"]
    assert installing[:3] == ["/opt/uv", "pip", "install"]
    assert "--require-hashes" in installing


def test_an_environment_that_was_only_half_installed_is_created_anew(locks, venv, monkeypatch):
    pretend(venv, "local")

    def fail(*_):
        raise subprocess.CalledProcessError(1, "pip")

    monkeypatch.setattr(install.shutil, "which", lambda _: None)
    monkeypatch.setattr(install, "_run_pip", fail)
    with pytest.raises(subprocess.CalledProcessError):
        install.install(venv, "test")

    assert not install.is_installed(venv, "local")


def test_a_package_with_another_hash_is_rejected_in_one_sentence(locks, venv, monkeypatch, capfd):
    wheel = venv.parent / "other-1.0-py3-none-any.whl"
    wheel.write_bytes(b"not what was locked")
    locks("local").write_text(f"other @ {wheel.as_uri()} --hash=sha256:{'0' * 64}\n")
    monkeypatch.setattr(install.shutil, "which", lambda _: None)
    monkeypatch.setattr(sys, "argv", ["install", "local", "--venv", str(venv)])

    assert install.main() == 1
    assert "Packages weren't installed" in capfd.readouterr().err
    assert not install.is_installed(venv, "local")


def test_an_unsupported_python_is_named_with_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["install", "local"])
    monkeypatch.setattr(install, "NEWEST", (3, 10))
    monkeypatch.setattr(install, "OLDEST", (3, 9))

    assert install.main() == 1
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert capsys.readouterr().err == (
        f"This is Python {here}. Use 3.9 to 3.10, such as PYTHON=python3.12.\n"
    )


def test_it_runs_before_anything_is_installed():
    path = f"import sys; sys.path.insert(0, {str(install.PROJECT)!r}); "
    subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"{path}from tools import announce, install, lock"],
        check=True,
    )


def test_what_is_missing_is_announced_with_its_size_and_the_tests_with_their_time(
    locks, venv, monkeypatch
):
    monkeypatch.setattr(announce, "TOOLS", ((lambda: "missing", "A tool, 5 MB"),))

    assert announce.announcement(venv) == (
        "To be installed first, once:\n"
        f"  0 Python packages into {venv}, 80 seconds with pip\n"
        "  A tool, 5 MB\n"
        f"  {announce.CHECKOV}\n"
        "The tests take about 8 minutes on two cores."
    )


def test_nothing_missing_is_not_announced(locks, venv, monkeypatch):
    pretend(venv, "dev")
    checkov = Path(f"{venv}-checkov")
    checkov.mkdir()
    (checkov / "installed").touch()
    monkeypatch.setattr(announce, "TOOLS", ((lambda: None, "A tool, 5 MB"),))

    assert announce.announcement(venv) == "The tests take about 8 minutes on two cores."
