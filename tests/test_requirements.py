"""Packages are locked: each version and each file's hash, the same for every purpose."""

import re
from importlib import metadata
from itertools import pairwise
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import install, lock

PROJECT = Path(__file__).parent.parent
PURPOSES = sorted(lock.OUTPUTS)


def pins(purpose):
    """The packages of a lock file, as (requirement, number of hashes)."""
    text = (PROJECT / lock.OUTPUTS[purpose]).read_text()
    for block in re.split(r"(?m)^(?=\w)", text)[1:]:
        yield Requirement(block.partition(" \\\n")[0]), block.count("--hash=sha256:")


def locked(purpose):
    """The packages of a lock file, as (name, version, number of hashes)."""
    for pin, hashes in pins(purpose):
        [version] = [specifier.version for specifier in pin.specifier if specifier.operator == "=="]
        yield canonicalize_name(pin.name), version, hashes


def direct_packages(purpose):
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
    assert set(direct_packages(purpose)) <= versions(purpose).items()


def required(pin):
    """What an installed package needs with the extras that its pin names."""
    for line in metadata.requires(pin.name) or []:
        requirement = Requirement(line)
        marker = requirement.marker
        if not marker or any(marker.evaluate({"extra": extra}) for extra in ["", *pin.extras]):
            yield requirement


@pytest.mark.parametrize("purpose", ["local", "test"])
def test_every_extra_that_a_package_needs_is_locked(purpose):
    extras = {canonicalize_name(pin.name): pin.extras for pin, _ in pins(purpose)}
    installed = [pin for pin, _ in pins(purpose) if not pin.marker or pin.marker.evaluate()]
    needed = [requirement for pin in installed for requirement in required(pin)]

    assert [
        needed_requirement
        for needed_requirement in needed
        if not needed_requirement.extras <= extras[canonicalize_name(needed_requirement.name)]
    ] == []


@pytest.mark.parametrize("purpose", install.SETS)
def test_every_package_of_a_set_is_counted(purpose):
    assert install.count(purpose) == len(list(pins(purpose)))


@pytest.mark.parametrize(("smaller", "larger"), list(pairwise(install.SETS)))
def test_each_set_of_packages_contains_the_smaller_one_in_the_same_versions(smaller, larger):
    assert versions("runtime").items() <= versions(smaller).items() <= versions(larger).items()


def test_nothing_ships_that_lambda_brings_or_signing_out_would_pay_for():
    shipped = versions("runtime").keys()

    assert shipped.isdisjoint({"boto3", "botocore", "cryptography", "chalice", "passlib"})


def test_a_first_start_installs_no_test_tool():
    tools = {"pytest", "playwright", "hypothesis", "mypy", "ruff", "matplotlib", "numpy"}

    assert versions("local").keys().isdisjoint(tools)
