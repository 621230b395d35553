"""LibreOffice, when it fails."""

import subprocess
from unittest import mock

import pytest

from tools import libreoffice
from tools.libreoffice import NotAvailable


def test_what_is_missing_opens_nothing(tmp_path):
    with (
        mock.patch("shutil.which", return_value=None),
        pytest.raises(NotAvailable, match="LibreOffice is missing"),
    ):
        libreoffice.opened(tmp_path / "any.csv", tmp_path)


def test_what_it_does_not_open_is_named(tmp_path):
    result = subprocess.CompletedProcess("soffice", 0, "", "")
    with (
        mock.patch("shutil.which", return_value="soffice"),
        mock.patch("subprocess.run", return_value=result),
        pytest.raises(NotAvailable, match=r"does not open .*any\.csv"),
    ):
        libreoffice.opened(tmp_path / "any.csv", tmp_path)
