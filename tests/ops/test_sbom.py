"""The bill of materials beside the deployment zip."""

import hashlib
import json

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from ops import distributions, sbom
from ops.distributions import Distribution

CODE = b"a zip"
DIGEST = "ab" * 32
LIBRARY = Distribution("fast-lib", "1.2", (DIGEST,), "MIT")


def test_each_package_has_its_version_license_and_the_hashes_of_its_files():
    [component] = json.loads(sbom.compose(CODE, [LIBRARY]))["components"]

    assert component["purl"] == "pkg:pypi/fast-lib@1.2"
    assert component["licenses"] == [{"expression": "MIT"}]
    [source] = component["externalReferences"]
    assert source["hashes"] == [{"alg": "SHA-256", "content": DIGEST}]


def test_the_bill_names_the_zip_that_it_describes():
    bill = json.loads(sbom.compose(CODE, []))

    [digest] = bill["metadata"]["component"]["hashes"]
    assert digest["content"] == hashlib.sha256(CODE).hexdigest()


def test_the_bill_is_valid_cyclonedx():
    bill = sbom.compose(CODE, [LIBRARY, Distribution("slow-lib", "2")])

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None


def test_a_lock_has_the_hashes_of_each_package(tmp_path):
    lock = tmp_path / "requirements.txt"
    lock.write_text(
        f"Fast_Lib==1.2 \\\n    --hash=sha256:{DIGEST} \\\n    --hash=sha256:{DIGEST[::-1]}\n"
        "    # via something\nslow-lib==2 ; sys_platform == 'win32' \\\n    --hash=sha256:"
        f"{'cd' * 32}\n"
    )

    assert distributions.locked(lock) == {
        "fast-lib": Distribution("fast-lib", "1.2", (DIGEST, DIGEST[::-1])),
        "slow-lib": Distribution("slow-lib", "2", ("cd" * 32,)),
    }
