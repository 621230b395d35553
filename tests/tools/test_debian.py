"""LibreOffice and Chromium: installed with apt as root, otherwise requested from the user."""

import subprocess
from unittest import mock

import pytest

from tools import __main__ as command_line
from tools import chromium, libreoffice
from tools.downloads import NotAvailable

# By what each is known to be there.
PROGRAMS = {libreoffice: "soffice", chromium: "chromium-headless-shell"}
# The programs that the developer has to install.
NEEDED = {libreoffice: libreoffice.PACKAGE, chromium: "chromium-headless-shell or chromium"}


@pytest.fixture(params=PROGRAMS, ids=lambda program: program.__name__)
def program(request):
    return request.param


@pytest.fixture
def machine():
    """A machine with neither of them: which programs it has, who one is, how apt-get ends."""
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


def test_what_is_there_is_not_installed(program, machine):
    machine.has.add(PROGRAMS[program])
    program.install()

    assert machine.ran == []


def test_root_on_a_debian_installs_it(program, machine):
    program.install()

    assert machine.ran == ["install"]


def test_lists_of_packages_are_fetched_where_there_are_none(program, machine):
    machine.ends.append(100)
    program.install()

    assert machine.ran == ["install", "update", "install"]


def test_an_apt_that_does_not_do_it_is_quoted(program, machine):
    machine.ends += [100, 0, 100] * 2

    with pytest.raises(NotAvailable, match=rf"{NEEDED[program]}.* No such package\."):
        program.install()


def test_others_are_asked_to_install_it(program, machine):
    machine.user.return_value = 1000

    with pytest.raises(NotAvailable, match=f"install {NEEDED[program]}"):
        program.install()
    assert machine.ran == []


def test_so_is_who_has_no_apt(program, machine):
    machine.has.clear()

    with pytest.raises(NotAvailable, match="is missing"):
        program.install()


def test_chromium_itself_is_installed_where_there_is_no_shell(machine):
    machine.ends += [100, 0, 100]
    chromium.install()

    assert machine.ran == ["install", "update", "install", "install"]


def test_an_installed_chromium_is_used_where_the_shell_cannot_be_installed(machine):
    machine.has.add("chromium")
    machine.user.return_value = 1000
    chromium.install()

    assert chromium.program() == "chromium"
    assert machine.ran == []


def test_what_is_missing_keeps_no_other_test_from_running(program, machine, capsys):
    machine.has.clear()
    name = program.__name__.rpartition(".")[2]
    with mock.patch("sys.argv", ["tools", f"install-{name}"]):
        assert command_line.main() == 0

    assert "is missing" in capsys.readouterr().err
