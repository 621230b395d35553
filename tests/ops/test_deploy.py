"""The checks before and after a deployment."""

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest

from ops import confirmation, deploy, monitoring, package

PROJECT = Path(__file__).parents[2]


def session(*, credentials="some", region="us-east-2"):
    return SimpleNamespace(get_credentials=lambda: credentials, region_name=region)


def test_a_machine_with_all_that_it_takes_may_deploy():
    assert list(deploy.missing(session(), deploy.RUNTIME, clean=False)) == []


@pytest.mark.parametrize(
    ("lacking", "version", "message"),
    [
        ({"credentials": None}, deploy.RUNTIME, "no AWS credentials (AWS_PROFILE, or "),
        ({"region": None}, deploy.RUNTIME, "no region (AWS_DEFAULT_REGION)"),
        ({}, (3, 11), "Python 3.11 instead of Python 3.13, which the functions run on (PYTHON="),
    ],
)
def test_what_is_missing_is_named(lacking, version, message):
    [problem] = deploy.missing(session(**lacking), version, clean=False)

    assert problem.startswith(message)


def test_a_stage_is_taken_away_with_any_python():
    assert list(deploy.missing(session(), None, clean=False)) == []


@pytest.mark.parametrize(
    ("today", "warned"), [(date(2028, 12, 29), False), (date(2028, 12, 30), True)]
)
def test_runtime_that_ends_within_half_a_year_is_warned_of(today, warned):
    warning = deploy.runtime_warning(today)

    expected = "Lambda's support for Python 3.13 ends on 2029-06-30. Deploy a version "
    assert (warning or "").startswith(expected) is warned


def commit(folder):
    git = ["git", "-C", folder, "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", "all"], check=True)


def test_what_is_not_committed_is_not_deployed(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "app.py").write_text("1")
    assert deploy._uncommitted_changes(tmp_path) == "1 file is not committed"

    commit(tmp_path)
    assert deploy._uncommitted_changes(tmp_path) is None

    (tmp_path / "app.py").write_text("2")
    (tmp_path / "new.py").write_text("3")
    assert deploy._uncommitted_changes(tmp_path) == "2 files are not committed"


def test_the_file_with_a_stages_settings_does_not_count_as_uncommitted():
    result = subprocess.run(
        ["git", "-C", PROJECT, "check-ignore", "--quiet", "prod.env"], check=False
    )

    assert result.returncode == 0


def test_where_nothing_can_be_committed_nothing_is_deployed(tmp_path):
    with mock.patch.dict(os.environ, GIT_CEILING_DIRECTORIES=str(tmp_path.parent)):
        assert deploy._uncommitted_changes(tmp_path).startswith("this isn't a git repository")


def operating(*arguments, **environment):
    clean = {n: v for n, v in os.environ.items() if not n.startswith(("AWS_", "BREEZE_"))}
    clean |= {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return subprocess.run(
        [Path(sys.executable).with_name(arguments[0]), *arguments[1:]],
        cwd=PROJECT,
        env=clean | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", ["deploy", "destroy"])
def test_without_credentials_one_sentence_says_what_is_missing(command):
    result = operating("python", "-m", "ops", command, "--stage", "dev")

    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith("No changes were made: no AWS credentials (")
    assert "; no region (AWS_DEFAULT_REGION)" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_parameter_needs_a_value():
    result = operating("python", "-m", "ops", "deploy", "--stage", "dev", "--set", "AlarmEmail")

    assert result.returncode == 2
    assert "AlarmEmail is not NAME=VALUE" in result.stderr


def test_a_plain_chalice_deploy_rejects_with_the_name_of_the_command_that_does(tmp_path):
    for name in ("app.py", "requirements.txt"):
        shutil.copy(PROJECT / name, tmp_path)
    for name in (".chalice", "chalicelib"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    # No package is fetched, and no AWS is asked, before it rejects.
    (tmp_path / "requirements.txt").write_text("")
    nowhere = {
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    }

    result = operating(
        *("chalice", "--project-dir", str(tmp_path), "deploy", "--stage", "dev"), **nowhere
    )

    assert result.returncode != 0
    assert "Deploy with: make deploy STAGE=dev" in result.stderr.strip().splitlines()[-1]


def test_without_a_terminal_the_command_does_not_prompt(capsys):
    with mock.patch.object(sys, "stdin", SimpleNamespace(isatty=lambda: False)):
        assert not confirmation.asking(yes=False)(["Add one"])

    output = capsys.readouterr()
    assert output.out == "Add one\n"
    assert "To continue without asking, set YES=1" in output.err


@pytest.mark.parametrize(("answer", "agreed"), [("y", True), (" Yes ", True), ("", False)])
def test_the_operator_must_answer_yes(answer, agreed):
    with (
        mock.patch.object(sys, "stdin", SimpleNamespace(isatty=lambda: True)),
        mock.patch("builtins.input", return_value=answer),
    ):
        assert confirmation.asking(yes=False)(["Add one"]) is agreed


def test_with_yes_changes_are_shown_only(capsys):
    assert confirmation.asking(yes=True)(["Add one", "Add two"])

    assert capsys.readouterr().out == "Add one\nAdd two\n"


def account():
    return json.loads(deploy.ACCOUNT_TEMPLATE.read_text())["Resources"]


def test_the_package_bucket_is_private_and_encrypted():
    bucket = account()["Packages"]["Properties"]

    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert "BucketEncryption" in bucket


def test_what_others_may_rely_on_outlives_its_stack():
    for name in ("Packages", "GatewayLogRole", "GatewayAccount"):
        assert account()[name]["DeletionPolicy"] == "Retain"


def test_a_region_whose_gateway_may_log_already_is_left_as_it_is():
    for name in ("GatewayLogRole", "GatewayAccount"):
        assert account()[name]["Condition"] == "MakesRole"


def test_more_functions_are_watched_without_another_word():
    two = monitoring.compose({"SignOut": "SignOutLog", "Pages": "PagesLog"})

    for log in ("SignOutLog", "PagesLog"):
        assert two[f"{log}FailedSignIns"]["Properties"]["LogGroupName"] == {"Ref": log}


def test_throttling_is_watched_with_one_metric_however_many_functions_there_are():
    alarm = monitoring.compose({"SignOut": "SignOutLog"})["FunctionThrottlesAlarm"]["Properties"]

    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "Throttles")
    assert {"Metrics", "Dimensions"}.isdisjoint(alarm)


def test_no_alarm_has_more_metrics_than_cloudwatch_takes():
    resources = monitoring.compose({"SignOut": "SignOutLog"}).values()
    alarms = [r["Properties"] for r in resources if r["Type"] == "AWS::CloudWatch::Alarm"]

    assert max(len(alarm.get("Metrics", ())) for alarm in alarms) <= 10


def test_an_hour_without_a_successful_run_of_the_waiting_list_is_an_alarm():
    alarm = monitoring.compose({"SignOut": "SignOutLog"})["WaitingListAlarm"]["Properties"]

    # Of the runs' errors, 1 or 0 each, the minimum is 1 if no run succeeded.
    assert (alarm["MetricName"], alarm["Statistic"]) == ("Errors", "Minimum")
    [of] = alarm["Dimensions"]
    assert of == {"Name": "FunctionName", "Value": {"Ref": "WaitingListFunction"}}
    assert alarm["EvaluationPeriods"] * alarm["Period"] == 3600
    compared = alarm["ComparisonOperator"], alarm["Threshold"]
    assert compared == ("GreaterThanOrEqualToThreshold", 1)
    # A schedule that stops, or may not invoke the function, reports nothing at all.
    assert alarm["TreatMissingData"] == "breaching"


@pytest.mark.parametrize(
    ("cause", "counts"),
    [
        ("UpdateItem: ThrottlingException", True),
        ("Query: ProvisionedThroughputExceededException", True),
        ("GetItem: RequestLimitExceeded", True),
        ("TransactWriteItems: ['ThrottlingError', 'None']", True),
        ("BatchGetItem: UnprocessedKeys", True),
        ("GetItem: TimeoutError", False),
        ("UpdateItem: TransactionConflictException", False),
    ],
)
def test_calls_that_were_throttled_are_counted_and_no_others(cause, counts):
    patterns = re.findall(r'\$\.cause = "([^"]+)"', monitoring.LOG_METRICS["ThrottledCalls"])

    assert any(fnmatch.fnmatchcase(cause, pattern) for pattern in patterns) is counts


OPERATIONS = (PROJECT / "docs" / "operations.md").read_text()
ALARMS = sorted(
    name.removesuffix("Alarm")
    for name in monitoring.compose({"SignOut": "SignOutLog"})
    if name.endswith("Alarm")
)


def test_every_parameter_is_explained_to_the_operator():
    parameters = json.loads((PROJECT / ".chalice" / "resources.json").read_text())["Parameters"]

    rows = "".join(line for line in OPERATIONS.splitlines() if line.startswith("|"))
    assert not {name for name in parameters if f"`{name}`" not in rows}


@pytest.mark.parametrize("alarm", ALARMS)
def test_every_alarm_has_a_runbook_with_its_meaning_a_check_and_an_endpoint(alarm):
    _, heading, rest = OPERATIONS.partition(f"\n### `{alarm}`\n")
    runbook = rest.partition("\n## ")[0].partition("\n### ")[0]

    assert heading, f"docs/operations.md has no heading ### `{alarm}`"
    assert "**Means:**" in runbook
    assert "**Check:**" in runbook or "**Check and do:**" in runbook
    assert "**Do:**" in runbook or "**Check and do:**" in runbook


def test_every_runbook_is_of_an_alarm():
    section = OPERATIONS.partition("\n## Alarms\n")[2].partition("\n## ")[0]

    assert sorted(re.findall(r"^### `(\w+)`$", section, re.MULTILINE)) == ALARMS


def test_every_stage_can_be_deployed():
    assert package.stages() == ["dev", "prod", "staging"]
