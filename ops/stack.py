"""A CloudFormation stack: reads it, changes it by a reviewed change set, and deletes it."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

# Five seconds between two looks, for an hour: what a table with indexes may take.
_PATIENCE = {"Delay": 5, "MaxAttempts": 720}
# What a change set that comes to nothing says of itself.
_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
# A change set makes a stack of no resources, which stays where it is never executed.
_EMPTY = "REVIEW_IN_PROGRESS"
_BEGINNINGS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS")
# The output with the alarm that undoes a change.
ROLLBACK_ALARM = "RollbackAlarm"
_COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
_FAILED_FROM_THE_START = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED")

Agree = Callable[[list[str]], bool]


class StackError(RuntimeError):
    """A stack is not as it was to be; the message says why."""


class Declined(Exception):
    """The operator saw the change set and declined it; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Template:
    """What a stack is made of.

    Attributes:
        url: where CloudFormation reads it, which takes no more than 51,200 characters otherwise;
            None where it is that small.
        text: itself.
        parameters: the names of those that it declares.
    """

    text: str
    parameters: frozenset[str]
    url: str | None = None

    @property
    def source(self) -> dict[str, str]:
        """The argument by which CloudFormation finds it."""
        return {"TemplateURL": self.url} if self.url else {"TemplateBody": self.text}


@dataclass(frozen=True, slots=True)
class DeployedTemplate:
    """What a stack is made of now, so that it can be made so again.

    Attributes:
        template: its text, as JSON.
        parameters: all of its parameters.
    """

    template: str
    parameters: Mapping[str, str]


class Stack:
    """One stack, by its name."""

    def __init__(
        self, client: Any, name: str, *, tags: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """Look at a stack that need not be there.

        Args:
            client: boto3's CloudFormation client.
            name: the stack's.
            tags: what it and each of its resources is tagged with, once it is changed.
        """
        self.name = name
        self._client = client
        self._tags = [{"Key": key, "Value": value} for key, value in tags.items()]

    @property
    def exists(self) -> bool:
        """Whether there is such a stack, be it one that failed."""
        return self._status() not in {None, _EMPTY}

    def outputs(self) -> dict[str, str]:
        """Return what the stack says of itself; nothing of one that is not there."""
        outputs = (self._described() or {}).get("Outputs", [])
        return {output["OutputKey"]: output["OutputValue"] for output in outputs}

    def parameters(self) -> dict[str, str]:
        """Return the parameters that the stack has; none of one that is not there."""
        parameters = (self._described() or {}).get("Parameters", [])
        return {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in parameters}

    def present(self) -> DeployedTemplate | None:
        """Return what the stack is made of; None if it doesn't exist or was never complete."""
        if self._status() not in _COMPLETE:
            return None
        response = self._client.get_template(StackName=self.name, TemplateStage="Original")
        template = response["TemplateBody"]
        text = template if isinstance(template, str) else json.dumps(template)
        return DeployedTemplate(text, self.parameters())

    def change(
        self,
        template: Template,
        given: Mapping[str, str],
        agree: Agree,
        *,
        guarded: bool = True,
    ) -> bool:
        """Make the stack, or make it as a template has it.

        Args:
            template: the template.
            given: parameters; one that is not given stays as it is, or has its default.
            agree: is shown a line for each change, and says whether to go on.
            guarded: whether CloudFormation undoes the change if the stack's alarm goes off.

        Returns:
            Whether anything was changed.

        Raises:
            Declined: that is what it said.
            StackError: CloudFormation fails; it has put back what was there.
        """
        if self._status() in _FAILED_FROM_THE_START:
            raise StackError(f"{self.name} failed while it was created: destroy it first")
        new, name = not self.exists, f"deploy-{time.time_ns()}"
        self._client.create_change_set(
            StackName=self.name,
            ChangeSetName=name,
            ChangeSetType="CREATE" if new else "UPDATE",
            Parameters=list(self._arguments(template, given)),
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            Tags=self._tags,
            # While one of these alarms is on, CloudFormation undoes the change.
            RollbackConfiguration={
                "RollbackTriggers": [
                    {"Arn": arn, "Type": "AWS::CloudWatch::Alarm"}
                    for arn in (self._watched() if guarded else [])
                ],
                "MonitoringTimeInMinutes": 0,
            },
            # Tables that outlived their stack are taken up again.
            ImportExistingResources=True,
            **template.source,
        )
        if not self._has_changes(name):
            self._drop(name, new=new)
            return False
        if not agree(list(self._changes(name))):
            self._drop(name, new=new)
            raise Declined
        self._client.execute_change_set(StackName=self.name, ChangeSetName=name)
        self._wait("stack_create_complete" if new else "stack_update_complete")
        return True

    def protect(self, *, protected: bool) -> None:
        """Keep the stack from being deleted, or allow it."""
        self._client.update_termination_protection(
            StackName=self.name, EnableTerminationProtection=protected
        )

    def delete(self) -> None:
        """Take the stack away, with all that it does not keep.

        Raises:
            StackError: CloudFormation fails.
        """
        self._client.delete_stack(StackName=self.name)
        self._wait("stack_delete_complete")

    def _described(self) -> dict[str, Any] | None:
        from botocore.exceptions import ClientError

        try:
            stack: dict[str, Any] = self._client.describe_stacks(StackName=self.name)["Stacks"][0]
        except ClientError as error:
            # CloudFormation has no other code for a stack that is not there.
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            return None
        return stack

    def _status(self) -> str | None:
        return (self._described() or {}).get("StackStatus")

    def _arguments(
        self, template: Template, given: Mapping[str, str]
    ) -> Iterator[dict[str, str | bool]]:
        present = self.parameters()
        for name in sorted(template.parameters):
            if name in given:
                yield {"ParameterKey": name, "ParameterValue": given[name]}
            elif name in present:
                yield {"ParameterKey": name, "UsePreviousValue": True}

    def _watched(self) -> list[str]:
        """Return the alarms that undo a change; a stack that isn't there yet has none."""
        return [arn for arn in [self.outputs().get(ROLLBACK_ALARM)] if arn]

    def _has_changes(self, name: str) -> bool:
        from botocore.exceptions import WaiterError

        request = {"StackName": self.name, "ChangeSetName": name}
        try:
            self._client.get_waiter("change_set_create_complete").wait(
                **request, WaiterConfig=_PATIENCE
            )
        except WaiterError:
            reason = self._client.describe_change_set(**request).get("StatusReason", "no answer")
            if any(nothing in reason for nothing in _NO_CHANGES):
                return False
            raise StackError(f"{self.name}: {reason}") from None
        return True

    def _changes(self, name: str) -> Iterator[str]:
        request = {"StackName": self.name, "ChangeSetName": name}
        for page in self._client.get_paginator("describe_change_set").paginate(**request):
            for change in page["Changes"]:
                item = change["ResourceChange"]
                replaced = {"True": "replaced", "Conditional": "perhaps replaced"}
                note = replaced.get(item.get("Replacement", ""), "")
                line = f"{item['Action']:<8}{item['ResourceType']:<31} {item['LogicalResourceId']}"
                yield f"{line} ({note})" if note else line

    def _drop(self, name: str, *, new: bool) -> None:
        """Leave nothing of a change set that is not executed."""
        if new:
            self._client.delete_stack(StackName=self.name)
        else:
            self._client.delete_change_set(StackName=self.name, ChangeSetName=name)

    def _wait(self, state: str) -> None:
        from botocore.exceptions import WaiterError

        try:
            self._client.get_waiter(state).wait(StackName=self.name, WaiterConfig=_PATIENCE)
        except WaiterError:
            raise StackError(f"{self.name}: {self._first_failure()}") from None

    def _first_failure(self) -> str:
        """Return the first failure since the last change began; later ones are cancellations."""
        reason = "not finished after an hour"
        for event in self._last_events():
            if event["ResourceStatus"].endswith("_FAILED"):
                reason = (
                    f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'failed')}"
                )
        return reason

    def _last_events(self) -> Iterator[dict[str, Any]]:
        """Yield the events since the last change began, newest first."""
        pages = self._client.get_paginator("describe_stack_events").paginate(StackName=self.name)
        for page in pages:
            for event in page["StackEvents"]:
                yield event
                if (
                    event["LogicalResourceId"] == self.name
                    and event["ResourceStatus"] in _BEGINNINGS
                ):
                    return
