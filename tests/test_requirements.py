"""Packages are locked: each version and each file's hash, the same for every purpose."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ops import install, lock

PROJECT = Path(__file__).parent.parent
PURPOSES = sorted(lock.OUTPUTS)


def locked(purpose):
    """The packages of a lock file, as (name, version, number of hashes)."""
    text = (PROJECT / lock.OUTPUTS[purpose]).read_text()
    for block in re.split(r"(?m)^(?=\w)", text)[1:]:
        pin = Requirement(block.partition(" \\\n")[0])
        [version] = [one.version for one in pin.specifier if one.operator == "=="]
        yield canonicalize_name(pin.name), version, len(re.findall("--hash=sha256:", block))


def chosen(purpose):
    """The packages that a source file names, as (name, version)."""
    for line in (PROJECT / "requirements" / f"{purpose}.in").read_text().splitlines():
        pinned = line.partition("#")[0].strip()
        if pinned and not pinned.startswith("-r "):
            requirement = Requirement(pinned)
            [specifier] = requirement.specifier
            assert specifier.operator == "=="
            yield canonicalize_name(requirement.name), specifier.version


def versions(purpose):
    return {name: version for name, version, _ in locked(purpose)}


@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_package_is_locked_with_hashes(purpose):
    assert all(hashes for _, _, hashes in locked(purpose))


@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_chosen_version_is_the_locked_one(purpose):
    assert set(chosen(purpose)) <= versions(purpose).items()


@pytest.mark.parametrize(("smaller", "larger"), list(pairwise(install.SETS)))
def test_each_set_of_packages_contains_the_smaller_one_in_the_same_versions(smaller, larger):
    assert versions("runtime").items() <= versions(smaller).items() <= versions(larger).items()


def test_nothing_ships_that_lambda_brings_or_signing_out_would_pay_for():
    shipped = versions("runtime").keys()

    assert shipped.isdisjoint({"boto3", "botocore", "cryptography", "chalice", "passlib"})


def test_a_first_start_installs_no_test_tool():
    tools = {"pytest", "playwright", "hypothesis", "mypy", "ruff", "matplotlib", "numpy"}

    assert versions("local").keys().isdisjoint(tools)
