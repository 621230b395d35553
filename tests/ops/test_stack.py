"""A stack changes only by a change set that the operator has seen."""

import json
import uuid
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import WaiterError

from ops import deploy
from ops.stack import Declined, Stack, StackError, Template


def template(*topics):
    resources = {
        name: {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Shown"}}}
        for name in topics
    }
    parameters = {"Shown": {"Type": "String", "Default": "usual"}}
    outputs = {"First": {"Value": {"Ref": topics[0]}}}
    text = json.dumps({"Parameters": parameters, "Resources": resources, "Outputs": outputs})
    return Template(text, frozenset(parameters))


@pytest.fixture
def stack():
    client = boto3.client("cloudformation")
    name = f"a-stack-{uuid.uuid4()}"
    yield Stack(client, name)
    client.delete_stack(StackName=name)


def yes(_):
    return True


def no(_):
    return False


def test_a_stack_that_was_never_made_is_not_there(stack):
    assert not stack.exists
    assert stack.outputs() == stack.parameters() == {}


def test_a_stack_is_made_of_what_was_shown(stack):
    output = []

    assert stack.change(template("One", "Two"), {}, lambda changes: output.extend(changes) or True)

    assert sorted(line.split() for line in output) == [
        ["Add", "AWS::SNS::Topic", "One"],
        ["Add", "AWS::SNS::Topic", "Two"],
    ]
    assert stack.exists


def test_a_first_change_that_is_declined_leaves_no_stack(stack):
    with pytest.raises(Declined):
        stack.change(template("One"), {}, no)

    assert not stack.exists
    assert boto3.client("cloudformation").describe_stacks()["Stacks"] == []


def test_a_later_change_that_is_declined_leaves_the_stack_and_no_change_set(stack):
    stack.change(template("One"), {}, yes)

    with pytest.raises(Declined):
        stack.change(template("One", "Two"), {}, no)

    client = boto3.client("cloudformation")
    assert len(client.list_stack_resources(StackName=stack.name)["StackResourceSummaries"]) == 1
    # moto lists those of every stack.
    summaries = client.list_change_sets(StackName=stack.name)["Summaries"]
    left = [summary for summary in summaries if summary["StackName"] == stack.name]
    assert [summary["ExecutionStatus"] for summary in left] == ["EXECUTE_COMPLETE"]


def test_a_parameter_that_is_not_given_stays(stack):
    stack.change(template("One"), {"Shown": "this"}, yes)
    stack.change(template("One", "Two"), {}, yes)

    assert stack.parameters() == {"Shown": "this"}


class Failing:
    """CloudFormation, which says that what was asked for did not come about."""

    def __init__(self, status, *, reason="", events=()):
        self._status, self._reason, self._events = status, reason, events
        self.dropped = []

    def describe_stacks(self, **_):
        return {"Stacks": [{"StackStatus": self._status}]}

    def create_change_set(self, **_):
        pass

    def describe_change_set(self, **_):
        return {"StatusReason": self._reason}

    def get_paginator(self, _):
        return SimpleNamespace(paginate=lambda **_: [{"StackEvents": self._events}])

    def delete_stack(self, **parameters):
        self.dropped.append(parameters)

    delete_change_set = delete_stack

    def get_waiter(self, name):
        class Impatient:
            def wait(self, **_):
                raise WaiterError(name, "it failed", {})

        return Impatient()


@pytest.mark.parametrize(("guarded", "watched"), [(True, ["an alarm"]), (False, [])])
def test_the_alarm_undoes_a_change_unless_the_operator_deploys_without_it(guarded, watched):
    class Client(Failing):
        def describe_stacks(self, **_):
            outputs = [{"OutputKey": "RollbackAlarm", "OutputValue": "an alarm"}]
            return {"Stacks": [{"StackStatus": "UPDATE_COMPLETE", "Outputs": outputs}]}

        def create_change_set(self, **parameters):
            self.asked = parameters["RollbackConfiguration"]["RollbackTriggers"]

    client = Client("UPDATE_COMPLETE", reason="No updates are to be performed")
    Stack(client, "a-stack").change(template("One"), {}, yes, guarded=guarded)

    assert [alarm["Arn"] for alarm in client.asked] == watched


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"])
def test_a_stack_that_failed_at_first_must_be_destroyed_first(status):
    with pytest.raises(StackError, match="a-stack failed while it was created: destroy it first"):
        Stack(Failing(status), "a-stack").change(template("One"), {}, yes)


def test_so_must_be_the_one_of_the_account(monkeypatch):
    class Account(Failing):
        def get_account(self):
            return {}

    monkeypatch.setattr(boto3, "client", lambda _service: Account("ROLLBACK_COMPLETE"))
    with pytest.raises(StackError, match="breeze-lakes-point-account failed while it was created"):
        deploy._bucket(lambda _changes: True)


def test_a_change_set_that_cannot_be_made_says_why():
    client = Failing("CREATE_COMPLETE", reason="Template format error")

    with pytest.raises(StackError, match="a-stack: Template format error"):
        Stack(client, "a-stack").change(template("One"), {}, yes)


@pytest.mark.parametrize(
    "reason",
    [
        "The submitted information didn't contain changes. Submit different information.",
        "No updates are to be performed.",
    ],
)
def test_a_change_set_that_comes_to_nothing_is_no_failure(reason):
    client = Failing("CREATE_COMPLETE", reason=reason)

    assert not Stack(client, "a-stack").change(template("One"), {}, no)
    assert len(client.dropped) == 1


def event(name, status, reason=None):
    details = {"ResourceStatusReason": reason} if reason else {}
    return {"LogicalResourceId": name, "ResourceStatus": status, **details}


def test_what_failed_first_in_the_last_change_is_said():
    newest_first = [
        event("a-stack", "UPDATE_ROLLBACK_COMPLETE"),
        event("Two", "CREATE_FAILED", "Resource creation cancelled"),
        event("One", "CREATE_FAILED", "the name is taken"),
        event("One", "CREATE_IN_PROGRESS"),
        event("a-stack", "UPDATE_IN_PROGRESS", "User Initiated"),
        event("Zero", "CREATE_FAILED", "something of last year"),
    ]

    with pytest.raises(StackError, match="a-stack: One: the name is taken"):
        Stack(Failing("CREATE_COMPLETE", events=newest_first), "a-stack").delete()


def test_a_change_that_takes_too_long_says_so():
    begun = [event("a-stack", "DELETE_IN_PROGRESS", "User Initiated")]

    with pytest.raises(StackError, match="a-stack: not finished after an hour"):
        Stack(Failing("CREATE_COMPLETE", events=begun), "a-stack").delete()
