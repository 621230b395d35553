"""LibreOffice: installed where that may be done, asked for elsewhere."""

import subprocess
from unittest import mock

import pytest

from ops import __main__ as command_line
from ops import libreoffice
from ops.libreoffice import NotAvailable


@pytest.fixture
def machine():
    """A machine without LibreOffice: which programs it has, who one is, how apt-get ends."""
    has, ran, ends = {"apt-get"}, [], []

    def run(command, **_):
        ran.append(command[1])
        code = ends.pop(0) if ends else 0
        return subprocess.CompletedProcess(command, code, "", "No such package.\n")

    with (
        mock.patch("shutil.which", side_effect=lambda name: name if name in has else None),
        mock.patch("os.geteuid", return_value=0) as user,
        mock.patch("subprocess.run", run),
    ):
        yield mock.Mock(has=has, ran=ran, ends=ends, user=user)


def test_what_is_there_is_not_installed(machine):
    machine.has.add("soffice")
    libreoffice.install()

    assert machine.ran == []


def test_root_on_a_debian_installs_it(machine):
    libreoffice.install()

    assert machine.ran == ["install"]


def test_lists_of_packages_are_fetched_where_there_are_none(machine):
    machine.ends.append(100)
    libreoffice.install()

    assert machine.ran == ["install", "update", "install"]


def test_an_apt_that_does_not_do_it_is_quoted(machine):
    machine.ends += [100, 0, 100]

    with pytest.raises(NotAvailable, match=r"libreoffice-calc-nogui.* No such package\."):
        libreoffice.install()


def test_others_are_asked_to_install_it(machine):
    machine.user.return_value = 1000

    with pytest.raises(NotAvailable, match="install libreoffice-calc-nogui"):
        libreoffice.install()
    assert machine.ran == []


def test_so_is_who_has_no_apt(machine):
    machine.has.clear()

    with pytest.raises(NotAvailable, match="LibreOffice is missing"):
        libreoffice.install()


def test_what_is_missing_keeps_no_other_test_from_running(machine, capsys):
    machine.has.clear()
    with mock.patch("sys.argv", ["ops", "install-libreoffice"]):
        assert command_line.main() == 0

    assert "LibreOffice is missing" in capsys.readouterr().err


def test_what_is_missing_opens_nothing(machine, tmp_path):
    with pytest.raises(NotAvailable, match="LibreOffice is missing"):
        libreoffice.opened(tmp_path / "any.csv", tmp_path)


def test_what_it_does_not_open_is_named(machine, tmp_path):
    machine.has.add("soffice")

    with pytest.raises(NotAvailable, match=r"does not open .*any\.csv"):
        libreoffice.opened(tmp_path / "any.csv", tmp_path)
