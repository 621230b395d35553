"""Deploys a stage to AWS, and deletes one."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from chalicelib.platform import clock, settings
from chalicelib.platform.aws import aws_client
from chalicelib.platform.errors import ServiceUnavailable
from ops import deployed_settings, package, session_key, smoke_test, tables, vulnerabilities
from ops.confirmation import asking
from ops.environment import use_stage
from ops.stack import Agree, Declined, DeployedTemplate, Stack, StackError, Template
from ops.template import KEPT_STAGE

ACCOUNT_STACK = f"{settings.APPLICATION}-account"
ACCOUNT_TEMPLATE = package.PROJECT / ".chalice" / "account.json"
# Lambda runs the functions on the newest Python that it has and that the tests pass on, and stops
# patching it on this day: docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
RUNTIME = (3, 13)
RUNTIME_ENDS = date(2029, 6, 30)
_WARNING_BEFORE_END = timedelta(days=182)
_PUBLIC_URL = "PublicUrl"
_PACKAGES = "Packages"
_SESSION_KEY_IS_THERE = "SessionKeyIsThere"
_CREDENTIALS_LAYOUT = "CredentialsLayout"


class DeployError(RuntimeError):
    """Nothing was deployed, or it does not work; the message says why."""


def run(
    stage: str,
    given: Mapping[str, str],
    agree: Agree,
    *,
    audited: bool = True,
    guarded: bool = True,
) -> int:
    """Deploy the committed version to a stage, and print its URL.

    Args:
        stage: one of :func:`ops.package.stages`.
        given: parameters of the template; one that is not given stays as it is.
        agree: is shown what would change, and says whether to go on.
        audited: whether to stop if a package that ships has a known vulnerability, or if that can't
            be found out.
        guarded: whether CloudFormation undoes the change if the stack's alarm goes off.

    Returns:
        The exit status.

    Raises:
        DeployError: something is missing, or AWS rejects, or what was deployed does not answer.
        PackageError, SettingsError: there is nothing to deploy.
    """
    _check(sys.version_info[:2], clean=True)
    if warning := runtime_warning(clock.now().date()):
        print(warning, file=sys.stderr)
    if audited:
        _audit()
    return _explain_failures(lambda: _deploy(stage, given, agree, guarded=guarded))


def destroy(stage: str, erase: str | None, agree: Agree) -> int:
    """Take a stage away.

    Args:
        stage: the stage.
        erase: the stage's name once more, where there are data in it.
        agree: is shown what goes, and says whether to go on.

    Returns:
        The exit status.

    Raises:
        DeployError: something is missing, or there are data, or AWS rejects.
    """
    _check(None, clean=False)
    return _explain_failures(lambda: _destroy(stage, erase, agree))


def missing(session: Any, version: tuple[int, int] | None, *, clean: bool) -> Iterator[str]:
    """List the problems that prevent this machine from deploying.

    Args:
        session: boto3's.
        version: this Python's, which chooses the packages that are deployed; None if nothing is.
        clean: whether what is deployed must be what is committed.
    """
    if session.get_credentials() is None:
        yield "no AWS credentials (AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)"
    if session.region_name is None:
        yield "no region (AWS_DEFAULT_REGION)"
    if version and version != RUNTIME:
        how = f"PYTHON=python{RUNTIME[0]}.{RUNTIME[1]}"
        yield f"{_label(version)} instead of {_label(RUNTIME)}, which the functions run on ({how})"
    if clean and (changed := _uncommitted_changes()):
        yield changed


def runtime_warning(today: date) -> str | None:
    """Say that the runtime is near its end or past it; None if it isn't."""
    if today < RUNTIME_ENDS - _WARNING_BEFORE_END:
        return None
    return (
        f"Lambda's support for {_label(RUNTIME)} ends on {RUNTIME_ENDS}. Deploy a version of this "
        "project for a newer Python before then."
    )


def _label(version: tuple[int, int]) -> str:
    return f"Python {version[0]}.{version[1]}"


def _check(version: tuple[int, int] | None, *, clean: bool) -> None:
    """Look whether this machine can deploy at all.

    Raises:
        DeployError: it cannot.
    """
    import boto3

    if problems := list(missing(boto3.Session(), version, clean=clean)):
        raise DeployError(f"No changes were made: {'; '.join(problems)}.")


def _audit() -> None:
    """Look whether the packages that ship have known vulnerabilities.

    Raises:
        DeployError: one has, or the database can't be asked.
    """
    try:
        findings = vulnerabilities.find_known(vulnerabilities.shipped(), vulnerabilities.DATABASE)
    except vulnerabilities.DatabaseUnavailable as error:
        raise DeployError(
            "No changes were made: packages couldn't be checked for known vulnerabilities "
            f"({error}). To deploy without this check, set UNAUDITED=1."
        ) from error
    if findings:
        raise DeployError(
            f"No changes were made: known vulnerabilities: {'; '.join(findings)}. Upgrade these "
            "packages. To deploy with them, set UNAUDITED=1."
        )


def _explain_failures(work: Callable[[], int]) -> int:
    """Run an action that calls AWS, and turn an AWS error into one sentence.

    Raises:
        DeployError: AWS rejects.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return work()
    except Declined:
        print("No changes were made.", file=sys.stderr)
        return 1
    except ServiceUnavailable as error:
        raise DeployError(f"AWS: {error.cause}.") from error
    except (BotoCoreError, ClientError, StackError, session_key.RotationFailed) as cause:
        raise DeployError(f"AWS: {cause}.") from cause


def _deploy(stage: str, given: Mapping[str, str], agree: Agree, *, guarded: bool) -> int:
    import boto3

    built = package.build(stage)
    bucket = _bucket(agree)
    template = _upload(boto3.client("s3"), bucket, stage, built)
    stack = stack_of(stage)
    before = stack.present()
    wanted_parameters = _parameter_values(template, given)
    wanted_parameters |= _derived_parameters(stack, stage, wanted_parameters)
    use_stage(stage)
    warnings = deployed_settings.changes(before.template, template.text) if before else []
    warnings += deployed_settings.domain_warnings(before.parameters if before else {}, given)

    def agree_and_share(changes: list[str]) -> bool:
        # Before the functions are updated: the new ones read a secret that a stage may not have.
        agreed = agree([*changes, *warnings])
        if agreed:
            session_key.share()
        return agreed

    if not stack.change(template, wanted_parameters, agree_and_share, guarded=guarded):
        print("No changes.")
    outputs = stack.outputs()
    # API Gateway says where the service is once it is there. Links need to know.
    url = _public_url() or outputs["Url"]
    if stage == KEPT_STAGE:
        stack.protect(protected=True)
    if stack.parameters().get(_PUBLIC_URL) != url:
        print(f"The service gets its public URL, {url}:")
        stack.change(template, {**wanted_parameters, _PUBLIC_URL: url}, agree, guarded=guarded)
    if session_key.begin(clock.now):
        print("Created the stage's first session key.")
    if target := outputs.get("DomainTarget"):
        print(f"The domain needs a CNAME record for {target}.")
    try:
        _test(outputs)
    except smoke_test.SmokeTestFailed as failed:
        _roll_back(stack, before, bucket, stage)
        after = "was rolled back" if before else "has no previous version to roll back to"
        raise DeployError(f"The smoke test failed: {failed}. {stage} {after}.") from failed
    print(f"{stage} is at {url}")
    return 0


def _test(outputs: Mapping[str, str]) -> None:
    """Run the smoke test where the service is reached.

    With a domain, the API has no other address, and the domain's DNS entry may not exist yet: then
    the test connects to the host that the entry must point to.

    Raises:
        SmokeTestFailed: the service doesn't work.
    """
    if target := outputs.get("DomainTarget"):
        smoke_test.run(outputs["Url"], connect_to=target)
    else:
        smoke_test.run(outputs["EndpointURL"].rstrip("/"))


def _roll_back(stack: Stack, before: DeployedTemplate | None, bucket: str, stage: str) -> None:
    """Deploy the previous package again, with its parameters.

    Raises:
        StackError: CloudFormation fails.
    """
    if before is None:
        return
    import boto3

    print("The smoke test failed. Deploying the previous version again:", file=sys.stderr)
    storage = boto3.client("s3")
    name = _put_object(storage, bucket, stage, before.template.encode(), "json")
    again = Template(before.template, frozenset(before.parameters), _url(storage, bucket, name))
    # The fault that failed the test may have set off the alarm, which would undo this change, too.
    stack.change(again, before.parameters, asking(yes=True), guarded=False)


def _destroy(stage: str, erase: str | None, agree: Agree) -> int:
    stack = stack_of(stage)
    if not stack.exists:
        raise DeployError(f"No stage {stage} is deployed here.")
    use_stage(stage)
    scope = "with all data" if stage != KEPT_STAGE else "except its tables and secrets"
    full = list(_with_data(stage))
    if full and erase != stage:
        raise DeployError(
            f"{stage} has data, in {', '.join(full)}. To delete it, {scope}, repeat its name: "
            f"make destroy STAGE={stage} ERASE={stage}"
        )
    if not agree([f"{stack.name} will be deleted, {scope}."]):
        raise Declined
    if stage == KEPT_STAGE:
        stack.protect(protected=False)
    stack.delete()
    if stage != KEPT_STAGE:
        current = settings.current()
        for name in (current.account_secret_name, current.signing_secret_name):
            # Where it is kept for some days, no other can have its name.
            aws_client("secretsmanager").delete_secret(
                SecretId=name, ForceDeleteWithoutRecovery=True
            )
    print(f"{stage} was deleted, {scope}.")
    return 0


def stack_of(stage: str) -> Stack:
    """Return a stage's stack."""
    import boto3

    tags = {"application": settings.APPLICATION, "stage": stage}
    return Stack(boto3.client("cloudformation"), f"{settings.APPLICATION}-{stage}", tags=tags)


def _bucket(agree: Agree) -> str:
    """Return the bucket of what is deployed, and make what an account has once, if need be."""
    import boto3

    tags = {"application": settings.APPLICATION}
    stack = Stack(boto3.client("cloudformation"), ACCOUNT_STACK, tags=tags)
    # One that failed has none either, and says so when it is to be changed.
    if _PACKAGES not in stack.outputs():
        text = ACCOUNT_TEMPLATE.read_text()
        # A region has one such role for all its APIs, and a role that already exists works too.
        role = boto3.client("apigateway").get_account().get("cloudwatchRoleArn", "")
        stack.change(Template(text, frozenset({"GatewayRole"})), {"GatewayRole": role}, agree)
    return stack.outputs()[_PACKAGES]


def _upload(storage: Any, bucket: str, stage: str, made: package.Package) -> Template:
    """Upload code, layer, and template under names that their content gives them."""
    code = _put_object(storage, bucket, stage, made.code.read_bytes(), "zip")
    layer = _put_object(storage, bucket, stage, made.layer.read_bytes(), "zip")
    template = json.loads(made.template.read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = f"s3://{bucket}/{code}"
        elif resource["Type"] == "AWS::Lambda::LayerVersion":
            resource["Properties"]["Content"] = {"S3Bucket": bucket, "S3Key": layer}
    text = json.dumps(template)
    name = _put_object(storage, bucket, stage, text.encode(), "json")
    return Template(text, frozenset(template["Parameters"]), _url(storage, bucket, name))


def _url(storage: Any, bucket: str, name: str) -> str:
    return f"https://{bucket}.s3.{storage.meta.region_name}.amazonaws.com/{name}"


def _put_object(storage: Any, bucket: str, stage: str, content: bytes, kind: str) -> str:
    name = f"{stage}/{hashlib.sha256(content).hexdigest()}.{kind}"
    storage.put_object(Bucket=bucket, Key=name, Body=content)
    return name


def _parameter_values(template: Template, given: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters that are given, the setting of the public URL among them.

    Raises:
        DeployError: the template has none of such a name.
    """
    if unknown := given.keys() - template.parameters:
        names = ", ".join(sorted(template.parameters))
        raise DeployError(
            f"Unknown parameter {', '.join(sorted(unknown))}. Known parameters: {names}."
        )
    url = _public_url()
    return {**given, **({_PUBLIC_URL: url} if url else {})}


def _derived_parameters(stack: Stack, stage: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters that follow from what the stage is at present."""
    if not stack.exists:
        return {_SESSION_KEY_IS_THERE: "yes"} if _has_session_key(stage) else {}
    if _CREDENTIALS_LAYOUT in {*given, *stack.parameters()}:
        return {}
    # The stage may have to go back to the version that it has, which knows no other layout.
    return {_CREDENTIALS_LAYOUT: settings.IN_USERS}


def _has_session_key(stage: str) -> bool:
    """Say whether there is a session key that no stack has made, or one that is gone.

    CloudFormation takes tables up again that outlived their stack, but no secret.
    """
    import boto3

    vault = boto3.client("secretsmanager")
    try:
        vault.describe_secret(SecretId=settings.Settings(stage=stage).account_secret_name)
    except vault.exceptions.ResourceNotFoundException:
        return False
    return True


def _public_url() -> str | None:
    """Return the public URL that is set on this machine, for a service behind something else."""
    name = f"{settings.PREFIX}PUBLIC_URL"
    return settings.read({name: os.environ.get(name, "")}).public_url


def _with_data(stage: str) -> Iterator[str]:
    """Yield the tables of a stage that have an item."""
    client = aws_client("dynamodb")
    for table in tables.declared(stage):
        try:
            if client.scan(TableName=table["TableName"], Limit=1)["Items"]:
                yield table["TableName"]
        except client.exceptions.ResourceNotFoundException:
            continue


def _uncommitted_changes(project: Path = package.PROJECT) -> str | None:
    """List the uncommitted changes; None if there are none."""
    command = ["git", "-C", str(project), "status", "--porcelain"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        return "this isn't a git repository, so the deployed version would be unknown"
    if not (count := len(result.stdout.splitlines())):
        return None
    return f"{count} {'file is' if count == 1 else 'files are'} not committed"
