"""The layer: packages that only some functions have."""

import json
import os
import re
import subprocess
import sys

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from chalicelib.functions import FUNCTIONS, NEED_CRYPTOGRAPHY
from ops import functions, layer, package, zip_files
from tools.rehearsal import declared_functions, unpacked

# Verifies a signature with the layer's packages, as a function with a layer would.
VERIFY = """
import fido2.server
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
key = ec.generate_private_key(ec.SECP256R1())
ES256.from_cryptography_key(key.public_key()).verify(
    b"signed", key.sign(b"signed", ec.ECDSA(hashes.SHA256()))
)
print(fido2.server.__file__)
"""


@pytest.fixture(scope="module")
def layer_files(prod_package):
    """The content of each file in the layer, without its folder."""
    return {
        name.removeprefix(layer.FOLDER): content
        for name, content in zip_files.read(prod_package.layer).items()
    }


def test_only_functions_that_need_the_layer_have_it(prod):
    with_layer = {function for function in FUNCTIONS if "Layers" in declared(prod, function)}

    assert with_layer == NEED_CRYPTOGRAPHY
    for function in with_layer:
        assert declared(prod, function)["Layers"] == [{"Ref": layer.LOGICAL_NAME}]


def declared(resources, function):
    return declared_functions({"Resources": resources})[functions.logical_name(function)]


def test_the_layers_packages_are_not_in_the_zip_and_the_zips_not_in_the_layer(files, layer_files):
    assert {"fido2", "cryptography"} <= {name.partition("/")[0] for name in layer_files}
    assert layer_files.keys().isdisjoint(files)
    assert not [name for name in files if re.match("(fido2|cryptography)[-./]", name)]
    assert not [name for name in layer_files if name.startswith(("app.", "chalicelib", "bin/"))]


def test_the_layer_has_no_fault_and_is_for_the_right_machine(layer_files):
    assert list(package.layer_problems_of(layer_files, "arm64")) == []
    assert list(package.layer_problems_of(layer_files, "x86_64")) != []


def test_what_requests_load_of_the_layer_ships_compiled(layer_files):
    assert {"fido2/server.pyc", "cryptography/hazmat/primitives/asymmetric/ec.pyc"} <= set(
        layer_files
    )
    assert not [name for name in layer_files if f"{name}c" in layer_files]


def test_the_layer_is_far_from_what_lambda_rejects(prod_package):
    assert prod_package.layer.stat().st_size < 6_000_000


def test_the_layers_bill_of_materials_lists_its_packages_with_their_hashes(prod_package):
    bill = prod_package.layers_bill_of_materials.read_text()

    components = {component["name"]: component for component in json.loads(bill)["components"]}
    assert {name: component["version"] for name, component in components.items()} == {
        package.name: package.version for package in layer.packages()
    }
    assert all(component["externalReferences"] for component in components.values())
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None


def test_functions_find_the_layers_packages_without_any_that_is_installed_here(
    dev_package, tmp_path
):
    code = unpacked(dev_package.code, tmp_path / "task")
    folder = unpacked(dev_package.layer, tmp_path / "layer") / layer.FOLDER

    result = subprocess.run(
        [sys.executable, "-S", "-c", VERIFY],
        cwd=code,
        env={"PYTHONPATH": os.pathsep.join([str(code), str(folder)])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stderr
    assert str(folder) in result.stdout
