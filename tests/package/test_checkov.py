"""checkov's rules hold for the template, but for exceptions that each have a reason."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cloudformation import translated

# It has a virtual environment of its own, since its requirements contradict ours.
PROGRAM = Path(f"{sys.prefix}-checkov") / "bin" / "checkov"
_OWN_KEY = "AWS encrypts it with a key of its own. A customer's key costs money and can be lost."
EXCEPTIONS = {
    "CKV_AWS_27": _OWN_KEY,
    "CKV_AWS_28": "An item of the outbox lives for a second, and a backup would keep its link.",
    "CKV_AWS_119": _OWN_KEY,
    "CKV_AWS_149": _OWN_KEY,
    "CKV_AWS_158": _OWN_KEY,
    "CKV_AWS_18": "The audit log has each download of an export, and roles can do no other.",
    "CKV_AWS_21": "A deleted export must be gone: an earlier version would keep it.",
    "CKV_AWS_26": "Alarms name no person, and CloudWatch can't publish with AWS's own key.",
    "CKV_AWS_73": "Tracing is a parameter, off unless set: it costs money and time.",
    "CKV_AWS_115": "A schedule runs the waiting-list function once in ten minutes.",
    "CKV_AWS_116": "API Gateway waits for responses, and a scheduled run that fails is repeated.",
    "CKV_AWS_117": "Functions call AWS's public endpoints only. A VPC would add a NAT gateway.",
    "CKV_AWS_120": "Responses are personal or already cached by browsers: no-store says so.",
    "CKV_AWS_173": "The variables are settings. Secrets are in Secrets Manager.",
}


@pytest.fixture(scope="module")
def failed_rules(prod_package, tmp_path_factory):
    """The rules that prod's template breaks, with the resources that break them."""
    if not PROGRAM.exists():
        pytest.skip("checkov isn't installed: run make test.")
    template = json.loads(prod_package.template.read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/deployment.zip"
        elif resource["Type"] == "AWS::Lambda::LayerVersion":
            resource["Properties"]["Content"] = {"S3Bucket": "bucket", "S3Key": "layer.zip"}
    template = translated(template)
    # No rule for CloudFormation reads the API's description, and resolving its references takes
    # four fifths of the time.
    del template["Resources"]["RestAPI"]["Properties"]["Body"]
    file = tmp_path_factory.mktemp("checkov") / "template.json"
    file.write_text(json.dumps(template))
    command = [PROGRAM, "-f", file, "--framework", "cloudformation", "--skip-download"]
    result = subprocess.run(
        [*command, "--output", "json", "--quiet", "--compact", "--soft-fail"],
        capture_output=True,
        text=True,
        check=True,
    )
    failures = {}
    for failure in json.loads(result.stdout)["results"]["failed_checks"]:
        failures.setdefault(failure["check_id"], []).append(failure["resource"])
    return failures


def test_rules_hold_but_for_the_exceptions(failed_rules):
    assert {rule: at for rule, at in failed_rules.items() if rule not in EXCEPTIONS} == {}


def test_every_exception_is_needed(failed_rules):
    assert EXCEPTIONS.keys() - failed_rules.keys() == set()
