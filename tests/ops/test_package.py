"""The checks of the deployment zip."""

import base64
import hashlib
import os
from pathlib import Path

import chalice
import pytest

from ops import layer, package, zip_files

APP, LIBRARY = b"app = 1\n", b"\x7fELF".ljust(18, b"\0") + b"\x3e\0" + b"machine code"


def _recorded(path, content):
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
    return f"{path},sha256={digest},{len(content)}\n".encode()


@pytest.fixture
def project(tmp_path):
    (tmp_path / "chalicelib").mkdir()
    (tmp_path / "app.py").write_bytes(APP)
    (tmp_path / "chalicelib" / "__init__.py").write_bytes(b"")
    (tmp_path / "requirements.txt").write_text("# pinned\nFast_Lib==1.2  # reason\n")
    return tmp_path


CHALICE = Path(chalice.__file__).parent


@pytest.fixture
def files():
    """What a zip for this project should hold."""
    info = "fast_lib-1.2.dist-info"
    record = _recorded("fast_lib.so", LIBRARY) + f"{info}/METADATA,,\n{info}/RECORD,,\n".encode()
    return {
        "app.py": APP,
        "chalicelib/__init__.py": b"",
        **{f"chalice/{name}": (CHALICE / name).read_bytes() for name in ("__init__.py", "app.py")},
        "fast_lib.so": LIBRARY,
        f"{info}/METADATA": b"",
        f"{info}/RECORD": record,
    }


def _problems(files, project, architecture="x86_64"):
    return list(package.problems_of(files, project, architecture))


def test_a_zip_of_what_must_ship_is_right(files, project):
    assert _problems(files, project) == []


def test_a_package_that_could_not_be_had_is_an_error(files, project):
    remaining_files = {
        name: content for name, content in files.items() if not name.startswith("fast_lib")
    }

    assert _problems(remaining_files, project) == ["fast-lib: 1.2 is pinned, none was packaged"]


def test_an_unpinned_package_is_an_error(files, project):
    info = "boto3-1.0.dist-info"
    record = f"{info}/METADATA,,\n{info}/RECORD,,\n".encode()
    files |= {f"{info}/METADATA": b"", f"{info}/RECORD": record}

    assert _problems(files, project) == ["boto3: none is pinned, 1.0 was packaged"]


def test_a_library_for_another_machine_is_an_error(files, project):
    assert _problems(files, project, "arm64") == ["fast_lib.so is for x86_64, not arm64"]


def test_an_altered_file_of_a_package_is_an_error(files, project):
    files["fast_lib.so"] += b"!"

    assert _problems(files, project) == ["fast_lib.so is not what it should be"]


@pytest.mark.parametrize("name", ["app.py", "chalicelib/__init__.py", "chalice/app.py"])
def test_an_altered_file_of_the_app_or_of_chalice_is_an_error(files, project, name):
    files[name] += b"!"

    assert _problems(files, project) == [f"{name} is not what it should be"]


@pytest.mark.parametrize("name", ["tests/test_me.py", ".env", "chalicelib/__pycache__/a.pyc"])
def test_a_file_that_belongs_to_nothing_is_an_error(files, project, name):
    assert _problems({**files, name: b""}, project) == [f"{name} belongs to nothing that ships"]


def test_a_module_left_behind_is_an_error(files, project):
    (project / "chalicelib" / "module.py").write_text("")

    assert _problems(files, project) == ["chalicelib/module.py is missing"]


def test_what_requests_load_is_compiled_and_what_nothing_loads_is_left_out(files):
    more = {
        "jwt/__init__.py": b"x = 1",
        "jwt/unused.py": b"x = 2",
        "cffi/api.py": b"x = 3",
        "chalicelib/words.txt": b"words",
    }

    compiled_files = zip_files.compiled({**files, **more})

    assert {"app.pyc", "chalicelib/__init__.pyc", "chalice/app.pyc", "jwt/__init__.pyc"} <= set(
        compiled_files
    )
    assert not {"app.py", "chalice/app.py", "jwt/__init__.py", "cffi/api.py"} & set(compiled_files)
    assert not [name for name in compiled_files if name.endswith("RECORD")]
    assert compiled_files["jwt/unused.py"] == b"x = 2"
    assert compiled_files["chalicelib/words.txt"] == b"words"


def test_the_same_files_make_the_same_zip(files, tmp_path):
    zip_files.write(files, tmp_path / "one.zip")
    zip_files.write(dict(reversed(files.items())), tmp_path / "other.zip")

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()
    assert zip_files.read(tmp_path / "one.zip") == files


def test_only_a_known_stage_can_be_packaged(tmp_path):
    with pytest.raises(package.PackageError, match="No stage nowhere"):
        package.build("nowhere", tmp_path)


def test_a_machine_that_lambda_has_not_is_an_error(monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "riscv64")

    with pytest.raises(package.PackageError, match="riscv64"):
        package.architecture_here()


def test_what_chalice_says_of_a_failure_is_passed_on(tmp_path, monkeypatch):
    # Without a package index, pip cannot download the packages.
    nowhere = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
    for name, value in nowhere.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(package.PackageError, match="Chalice could not package"):
        package.build("dev", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_layer_has_the_locked_packages_for_the_machine():
    files = {"fast_lib.so": LIBRARY, "fido2-1.0.dist-info/METADATA": b""}

    problems = list(package.layer_problems_of(files, "arm64"))

    versions = {pinned.name: pinned.version for pinned in layer.packages()}
    assert problems == [
        f"cryptography: {versions['cryptography']} is pinned, none was packaged",
        f"fido2: {versions['fido2']} is pinned, 1.0 was packaged",
        "fast_lib.so is for x86_64, not arm64",
    ]


def test_what_pip_says_of_a_layer_that_it_cannot_download_is_passed_on(monkeypatch):
    nowhere = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
    for name, value in nowhere.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(layer.LayerError, match="cryptography"):
        layer.fetch("arm64")
