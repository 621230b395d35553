"""The content of the deployment zip."""

import importlib.util
import json
import re
from importlib import metadata

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from chalicelib.platform import po_files
from ops import aws_data, distributions, package, sbom
from tests.package.conftest import OF_THIS_SHELL
from web import build

# Shapes that secrets have: AWS access keys, PEM private keys, JWTs, our own keys' JSON.
# Without word boundaries: in compiled code, a letter may come before and after a text.
SECRETS = re.compile(
    rb"(AKIA|ASIA)[A-Z0-9]{16}|PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}"
    rb"|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.|\"signsFrom\": ?\"\d"
)


def test_the_app_and_all_its_packages_ship(files):
    packaged_files = {n.replace(".pyc", ".py") for n in files if n.startswith("chalicelib/")}

    expected = {
        path.relative_to(package.PROJECT).as_posix()
        for path in (package.PROJECT / "chalicelib").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".po"
    } - {"chalicelib/platform/po_files.py"}
    expected |= {f"chalicelib/built/{path}" for path in build.paths()}
    catalogs = {name for name in packaged_files if name.startswith("chalicelib/translations/")}
    assert packaged_files - catalogs == expected
    assert "app.pyc" in files


def test_catalogs_of_translations_ship_compiled(files):
    compiled = {
        f"chalicelib/translations/{path.stem}.json": po_files.parse(path.read_text("utf-8"))
        for path in (package.PROJECT / "chalicelib" / "translations").iterdir()
    }

    shipped = {n: files[n] for n in files if n.startswith("chalicelib/translations/")}
    assert {name: json.loads(content) for name, content in shipped.items()} == compiled


@pytest.mark.parametrize(
    "folder", ["tests", "ops", "tools", "web", "docs", ".chalice", ".venv", ".git", ".local"]
)
def test_what_is_for_developing_stays_here(files, folder):
    assert not [name for name in files if name.startswith(f"{folder}/")]


@pytest.mark.parametrize(
    "name",
    [
        *("boto3", "botocore", "cryptography", "moto", "pytest", "awslambdaric", "pip", "fido2"),
        *("jinja2", "markupsafe", "babel", "pydantic", "pydantic_core"),
    ],
)
def test_packages_that_lambda_provides_or_does_not_need_do_not_ship(files, name):
    assert not [path for path in files if re.match(rf"{name}[-./]", path)]


def test_what_requests_load_ships_compiled_and_is_not_looked_at_again(files):
    modules = [content for name, content in files.items() if name.endswith(".pyc")]
    unchecked_hash = b"\1\0\0\0"  # PEP 552

    assert {content[:8] for content in modules} == {importlib.util.MAGIC_NUMBER + unchecked_hash}
    assert {"app.pyc", "jwt/__init__.pyc", "zxcvbn/__init__.pyc"} <= set(files)


def test_no_module_of_ours_is_left_to_be_compiled_at_a_cold_start(files):
    sources = [name for name in files if name.endswith(".py")]

    assert not [name for name in sources if name.startswith(("app.py", "chalicelib/", "chalice/"))]


def test_of_what_botocore_knows_of_aws_what_is_asked_ships(files):
    assert {name: files[name] for name in files if name.startswith("aws-data/")} == aws_data.files()


def test_no_module_ships_twice(files):
    assert not [name for name in files if f"{name}c" in files]


def test_of_chalice_only_what_runs_there_ships(files):
    packaged_files = {name for name in files if name.startswith("chalice/")}

    assert packaged_files == {"chalice/__init__.pyc", "chalice/app.pyc"}


def test_every_library_is_for_the_right_machine(files):
    libraries = [content for content in files.values() if content.startswith(b"\x7fELF")]

    assert len(libraries) >= 3
    assert {content[18:20] for content in libraries} == {b"\xb7\x00"}


def test_the_bill_of_materials_lists_each_package_in_the_zip_with_its_hashes(files, prod_package):
    bill = prod_package.bill_of_materials.read_text()
    components = {component["name"]: component for component in json.loads(bill)["components"]}
    shipped = {component.name: component.version for component in distributions.packaged(files)}
    hashes = {name for name, component in components.items() if component.get("externalReferences")}

    assert len(shipped) > 10
    assert {name: component["version"] for name, component in components.items()} == shipped | {
        name: metadata.version(name) for name in sbom.PARTS
    }
    assert hashes == shipped.keys()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None


def test_neither_our_files_nor_the_template_hold_a_secret(files, prod_package):
    own_files = {
        n: content for n, content in files.items() if n.startswith(("app.py", "chalicelib/"))
    }
    own_files["sam.json"] = prod_package.template.read_bytes()

    assert len(own_files) > 20
    assert not [name for name, content in own_files.items() if SECRETS.search(content)]


def test_the_package_does_not_contain_the_operators_credentials(files, prod_package):
    contents = [*files.values(), prod_package.template.read_bytes()]

    assert not [content for content in contents if OF_THIS_SHELL.encode() in content]


def test_the_zip_is_far_from_what_lambda_rejects(prod_package):
    # Lambda rejects 50 MB. Time zones and international domains take 0.3 MB, rendered pages 0.2 MB.
    # A function loads only the modules that it uses, so what is for staff makes no other function
    # start later.
    assert prod_package.code.stat().st_size < 4_000_000
