"""Builds, once, the packages that the tests inspect and run."""

import json
import os
from unittest import mock

import pytest
from filelock import FileLock

from chalicelib.platform.settings import PREFIX
from ops import layer, package, zip_files

FRONT_END = "https://front.example.com"
PUBLIC_URL = "https://lakes.example.com"
OF_THIS_SHELL = "a-secret-of-the-packaging-shell"


# What Lambda gives a function besides the template's variables.
OF_LAMBDA = {
    "AWS_ACCESS_KEY_ID": os.environ["AWS_ACCESS_KEY_ID"],
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
}


def _build(stage, temporary, architecture, **settings):
    """Make a package, or take the one that another worker made."""
    if not os.environ.get("EVERYTHING"):
        pytest.skip("Packaging takes a package index: run make test, or set EVERYTHING=1.")
    variables = {f"{PREFIX}{name}": value for name, value in settings.items()}
    # An operator's shell doesn't have the settings of the tests' stage.
    clean = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
    clean |= {**variables, "AWS_SECRET_ACCESS_KEY": OF_THIS_SHELL}
    shared = temporary.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else None
    folder = (shared or temporary.getbasetemp()) / f"package-{stage}-{architecture}"
    built = package.Package(folder / "deployment.zip", folder / "sam.json", folder / layer.FILE)
    with FileLock(f"{folder}.lock"), mock.patch.dict(os.environ, clean, clear=True):
        return built if built.template.exists() else package.build(stage, folder, architecture)


@pytest.fixture(scope="session")
def prod_package(tmp_path_factory):
    """What would be deployed as prod, with a front end elsewhere."""
    variables = {"FRONT_END_ORIGIN": FRONT_END, "PUBLIC_URL": PUBLIC_URL}
    return _build("prod", tmp_path_factory, "arm64", **variables)


@pytest.fixture(scope="session")
def dev_package(tmp_path_factory):
    """The dev stage for this machine, without a front end elsewhere."""
    return _build("dev", tmp_path_factory, package.architecture_here())


@pytest.fixture(scope="session")
def files(prod_package):
    """The content of each file in the zip."""
    return zip_files.read(prod_package.code)


@pytest.fixture(scope="session")
def prod(prod_package):
    """The resources of prod's template."""
    return json.loads(prod_package.template.read_text())["Resources"]


@pytest.fixture(scope="session")
def dev(dev_package):
    """The resources of dev's template."""
    return json.loads(dev_package.template.read_text())["Resources"]
