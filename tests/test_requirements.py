"""What is installed is what was chosen."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
FILES = ["requirements.txt", "requirements-dev.txt", "requirements-fuzz.txt"]
# It installs into an environment of its own, where other versions may be needed.
APART = ["requirements-acceptance.txt"]


def lines(file):
    for line in (PROJECT / file).read_text().splitlines():
        if line and not line.startswith(("#", "-r ")):
            yield line.partition("#")[0].strip()


@pytest.mark.parametrize("file", [*FILES, *APART])
def test_everything_is_pinned(file):
    for line in lines(file):
        assert re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==[\w.]+", line), line


def test_nothing_ships_that_lambda_brings_or_signing_out_would_pay_for():
    shipped = {line.partition("==")[0].lower() for line in lines("requirements.txt")}

    assert shipped.isdisjoint({"boto3", "botocore", "cryptography", "chalice", "passlib"})


def test_each_package_is_pinned_once():
    names = [re.split(r"[\[=]", line)[0].lower() for file in FILES for line in lines(file)]

    assert len(names) == len(set(names))
