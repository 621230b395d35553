"""The CI role has exactly the permissions to deploy; only jobs of one environment assume it."""

import json
import subprocess
import sys
from pathlib import Path

from ops import package

TEMPLATE = package.PROJECT / ".chalice" / "deployer.json"
RESOURCES = json.loads(TEMPLATE.read_text())["Resources"]


def statements():
    return RESOURCES["DeployerPolicy"]["Properties"]["PolicyDocument"]["Statement"]


def test_template_is_valid():
    lint = Path(sys.executable).with_name("cfn-lint")

    result = subprocess.run([lint, TEMPLATE], capture_output=True, text=True, check=False)

    assert (result.returncode, result.stdout) == (0, "")


def test_only_jobs_of_the_repositorys_environment_can_assume_the_role():
    [trust] = RESOURCES["Deployer"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    # StringEquals, not StringLike: a wildcard would let pull requests in.
    assert trust["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": {
                "Fn::Sub": "repo:${Repository}:environment:${Environment}"
            },
        }
    }


def test_no_action_has_a_wildcard():
    actions = [
        action for statement in statements() for action in statement["Action"] if "*" in action
    ]

    assert actions == []


def test_everything_that_can_be_named_is_this_applications():
    unnamed = {
        statement["Sid"]
        for statement in statements()
        if "breeze-lakes-point-" not in json.dumps(statement)
    }

    # API Gateway gives an API an identifier that no policy can know.
    assert unnamed == {"ManageApis", "ReadWhatHasNoNameOfItsOwn"}


def test_role_cannot_change_its_own_rights():
    [roles] = [
        statement for statement in statements() if statement["Sid"] == "ManageTheRolesOfFunctions"
    ]

    name = RESOURCES["Deployer"]["Properties"]["RoleName"]
    stages = {
        statement["Fn::Sub"].rpartition("/")[2].removesuffix("*") for statement in roles["Resource"]
    }
    assert stages == {f"breeze-lakes-point-{stage}-" for stage in ("account", *package.stages())}
    assert not [stage for stage in stages if name.startswith(stage)]


def test_roles_are_passed_to_the_gateway_and_to_functions_only():
    [passing] = [statement for statement in statements() if statement["Action"] == "iam:PassRole"]

    assert passing["Condition"]["StringEquals"]["iam:PassedToService"] == [
        "apigateway.amazonaws.com",
        "lambda.amazonaws.com",
    ]
