"""Monitoring that alerts the operators: metric filters of the log, and alarms.

The alarms watch every function in the finished template, together with its log group.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.identity.account import IncorrectCredentials, IncorrectSecondFactorCode
from chalicelib.platform.errors import TooManyAttempts
from chalicelib.platform.log import LogEvent
from chalicelib.platform.settings import APPLICATION
from ops import dashboard
from ops.functions import logical_name, queue_name

Resources = dict[str, Any]

# The stage's own name for its API, its log's counts and its alarms.
STAGE_NAME = f"{APPLICATION}-${{Stage}}"
PERIOD_SECONDS = dashboard.PERIOD_SECONDS
# What it can say: API Gateway, Developer Guide, "Variables for access logging". No query is logged:
# staff look people up by it.
ACCESS = {
    "at": "$context.requestTime",
    "requestId": "$context.requestId",
    "address": "$context.identity.sourceIp",
    "method": "$context.httpMethod",
    "resource": "$context.resourcePath",
    "status": "$context.status",
    "milliseconds": "$context.responseLatency",
    "bytes": "$context.responseLength",
    "refusedByGateway": "$context.error.responseType",
    # With it, a request's trace is found from its id, and the other way round.
    "trace": "$context.xrayTraceId",
}


def _any_of(field: str, *texts: str) -> str:
    return "(" + " || ".join(f'$.{field} = "{text}"' for text in texts) + ")"


def _line(event: LogEvent, *conditions: str) -> str:
    """Return a pattern (CloudWatch Logs' filter syntax) of lines that tell of an event."""
    return "{ " + " && ".join([f'$.event = "{event}"', *conditions]) + " }"


# The log events that CloudWatch counts. It does not count a throttled call whose retry succeeded.
LOG_METRICS = {
    "FailedSignIns": _line(
        LogEvent.REQUEST_REJECTED,
        _any_of(
            "code", IncorrectCredentials.code, IncorrectSecondFactorCode.code, TooManyAttempts.code
        ),
    ),
    "Probes": _line(LogEvent.PROBE_DETECTED),
    # A limit that no honest evening reaches has a name in the log. A backoff has none.
    "LimitsReached": '{ $.limit = "*" }',
    "ThrottledCalls": _line(
        LogEvent.UNAVAILABLE,
        _any_of("cause", "*Throttl*", "*ThroughputExceeded*", "*LimitExceeded*", "*Unprocessed*"),
    ),
    "MailsNotSent": _line(LogEvent.EMAIL_NOT_SENT),
}
# What is counted in the gateway's log: a 429 of its own, of the firewall, or of a function.
_THROTTLED = "TurnedAway"
_GATEWAY_METRICS = {_THROTTLED: '{ $.status = "429" }'}


@dataclass(frozen=True, slots=True)
class Alarm:
    """A condition that makes CloudWatch send an email to the operators.

    AWS charges for each metric that an alarm looks at, so all but ``Concurrency``, which needs an
    expression of one metric, look at one metric as it is.

    Attributes:
        says: what it means, in the mail that it becomes.
        metric: what is looked at, as CloudFormation has it.
        threshold: the alarm rings when it is reached or exceeded.
        periods: for how many times five minutes on end.
        below: whether it rings under the threshold instead.
        needs_reports: whether it also rings where nothing is reported.
        condition: the template's condition under which there is such an alarm; None for always.
    """

    says: str
    metric: Mapping[str, Any]
    threshold: float
    periods: int = 1
    below: bool = False
    needs_reports: bool = False
    condition: str | None = None


def compose(functions: Mapping[str, str]) -> Resources:
    """Return the resources that watch a stage.

    Args:
        functions: the group that each function's log is in, both by their names in the template.
    """
    counts = {
        f"{log}{metric}": _count(log, metric, pattern)
        for log in dict.fromkeys(functions.values())
        for metric, pattern in LOG_METRICS.items()
    }
    counts |= {
        f"GatewayLog{metric}": _count("GatewayLog", metric, pattern)
        for metric, pattern in _GATEWAY_METRICS.items()
    }
    alarms = {f"{name}Alarm": _alarm(name, a) for name, a in _alarms().items()}
    shown = dashboard.compose(list(functions), STAGE_NAME, [*LOG_METRICS, _THROTTLED])
    return {**counts, **alarms, "Dashboard": shown}


def access_log() -> dict[str, Any]:
    """Return where and how API Gateway logs each request."""
    return {
        "DestinationArn": {"Fn::GetAtt": ["GatewayLog", "Arn"]},
        "Format": json.dumps(ACCESS),
    }


def _alarms() -> dict[str, Alarm]:
    return {
        "ServerErrors": Alarm(
            "At least 5 responses within 5 minutes were 500 or 503.",
            _of_gateway("5XXError", {"Statistic": "Sum"}),
            threshold=5,
        ),
        "ServerErrorRate": Alarm(
            "For 10 minutes, at least 1% of the responses were 500 or 503.",
            # The average is the part of all requests: docs.aws.amazon.com/apigateway/latest/
            # developerguide/api-gateway-metrics-and-dimensions.html
            _of_gateway("5XXError", {"Statistic": "Average"}),
            threshold=0.01,
            periods=2,
        ),
        _THROTTLED: Alarm(
            "At least 50 responses within 5 minutes were 429. A rate limit may be too low.",
            _of_log(_THROTTLED),
            threshold=50,
        ),
        "Silence": Alarm(
            "No requests for an hour. The service may be unreachable.",
            _of_gateway("Count", {"Statistic": "Sum"}),
            threshold=1,
            periods=12,
            below=True,
            needs_reports=True,
            condition="MindsSilence",
        ),
        # No request waits for its runs, so the gateway sees none of their errors.
        "WaitingList": Alarm(
            "No scheduled run of the waiting list succeeded within an hour.",
            # Each run reports 1 or 0: the minimum is 1 if all runs failed.
            {**_of_function(logical_name("waiting-list"), "Errors"), "Statistic": "Minimum"},
            threshold=1,
            periods=12,
            needs_reports=True,
        ),
        "Reminders": Alarm(
            "A run that reminds people of drafts failed. The next run continues.",
            {**_of_function(logical_name("reminders"), "Errors"), "Statistic": "Sum"},
            threshold=1,
        ),
        "Concurrency": Alarm(
            "The account uses at least 80% of its Lambda concurrency quota.",
            {"Metrics": _USE_OF_CONCURRENCY},
            threshold=80,
        ),
        # SES may pause an account's mail from 10 and 0.5 percent on: docs.aws.amazon.com/ses/
        # latest/dg/reputationdashboard-bounce-rate.html
        "Bounces": Alarm(
            "At least 5% of the emails bounce. SES may stop sending them.",
            _of_mail("Reputation.BounceRate"),
            threshold=0.05,
        ),
        "Complaints": Alarm(
            "At least 0.1% of the emails are marked as spam. SES may stop sending them.",
            _of_mail("Reputation.ComplaintRate"),
            threshold=0.001,
        ),
        # Where few ask, one of them counts as much as one in twenty: three times on end it is no
        # accident.
        "Slowness": Alarm(
            "For 15 minutes, at least 5% of the requests took 3 seconds or more.",
            _of_gateway("Latency", {"ExtendedStatistic": "p95"}),
            threshold=3000,
            periods=3,
        ),
        # Of all functions in the account and region. To add up the stage's own would take more
        # metrics than an alarm may have, and each one costs.
        "FunctionThrottles": Alarm(
            "Lambda throttled requests: the account's concurrency quota is used up.",
            {"Namespace": "AWS/Lambda", "MetricName": "Throttles", "Statistic": "Sum"},
            threshold=1,
        ),
        "DatabaseThrottles": Alarm(
            "DynamoDB throttled calls, and clients got 503.",
            _of_log("ThrottledCalls"),
            threshold=1,
        ),
        "FailedSignIns": Alarm(
            "At least 100 sign-ins failed within 5 minutes. Someone may be guessing passwords.",
            _of_log("FailedSignIns"),
            threshold=100,
        ),
        "Probes": Alarm(
            "At least 200 requests within 5 minutes were such as attackers send.",
            _of_log("Probes"),
            threshold=200,
        ),
        "LimitsReached": Alarm(
            "At least 20 requests within 5 minutes were over an hourly limit of the service.",
            _of_log("LimitsReached"),
            threshold=20,
        ),
        "MailsNotSent": Alarm(
            "At least 5 attempts within 5 minutes to send an email failed. They are repeated.",
            _of_log("MailsNotSent"),
            threshold=5,
        ),
        "DeadLetters": Alarm(
            "An email, an export, or a request for a link failed and is not tried again.",
            _of_queue("dead-letters", "ApproximateNumberOfMessagesVisible"),
            threshold=1,
        ),
        "UndeliveredWebhooks": Alarm(
            "A receiver of webhooks didn't accept an event for a day. It is not tried again.",
            _of_queue("undelivered-webhooks", "ApproximateNumberOfMessagesVisible"),
            threshold=1,
        ),
        # Lambda repeats what the function can't hand over, for a day.
        "Outbox": Alarm(
            "For 5 minutes, no email has left the outbox.",
            {**_of_function(logical_name("outbox"), "IteratorAge"), "Statistic": "Maximum"},
            threshold=PERIOD_SECONDS * 1000,
        ),
    }


def _alarm(name: str, alarm: Alarm) -> dict[str, Any]:
    one_metric = {"Period": PERIOD_SECONDS} if "MetricName" in alarm.metric else {}
    condition = {"Condition": alarm.condition} if alarm.condition else {}
    compared = "LessThanThreshold" if alarm.below else "GreaterThanOrEqualToThreshold"
    return {
        "Type": "AWS::CloudWatch::Alarm",
        **condition,
        "Properties": {
            "AlarmName": {"Fn::Sub": f"{STAGE_NAME}-{name}"},
            "AlarmDescription": f"{alarm.says} What to do: docs/operations.md, Alarms.",
            **alarm.metric,
            **one_metric,
            "EvaluationPeriods": alarm.periods,
            "Threshold": alarm.threshold,
            "ComparisonOperator": compared,
            "TreatMissingData": "breaching" if alarm.needs_reports else "notBreaching",
            "AlarmActions": [{"Ref": "AlarmTopic"}],
            "OKActions": [{"Ref": "AlarmTopic"}],
        },
    }


def _count(log: str, metric: str, pattern: str) -> dict[str, Any]:
    return {
        "Type": "AWS::Logs::MetricFilter",
        "Properties": {
            "LogGroupName": {"Ref": log},
            "FilterPattern": pattern,
            "MetricTransformations": [
                {
                    "MetricNamespace": {"Fn::Sub": STAGE_NAME},
                    "MetricName": metric,
                    "MetricValue": "1",
                }
            ],
        },
    }


def _of_gateway(metric: str, statistic: Mapping[str, str]) -> dict[str, Any]:
    return {
        "Namespace": "AWS/ApiGateway",
        "MetricName": metric,
        "Dimensions": [
            {"Name": "ApiName", "Value": {"Fn::Sub": STAGE_NAME}},
            {"Name": "Stage", "Value": {"Ref": "RestAPI.Stage"}},
        ],
        **statistic,
    }


def _of_log(metric: str) -> dict[str, Any]:
    return {"Namespace": {"Fn::Sub": STAGE_NAME}, "MetricName": metric, "Statistic": "Sum"}


def _of_mail(metric: str) -> dict[str, Any]:
    return {"Namespace": "AWS/SES", "MetricName": metric, "Statistic": "Maximum"}


def _of_queue(queue: str, metric: str) -> dict[str, Any]:
    name = {"Fn::GetAtt": [queue_name(queue), "QueueName"]}
    return {
        "Namespace": "AWS/SQS",
        "MetricName": metric,
        "Dimensions": [{"Name": "QueueName", "Value": name}],
        "Statistic": "Maximum",
    }


def _input(name: str, metric: Mapping[str, Any], statistic: str = "Sum") -> dict[str, Any]:
    """Return a metric that an expression takes."""
    return {
        "Id": name,
        "ReturnData": False,
        "MetricStat": {"Metric": metric, "Period": PERIOD_SECONDS, "Stat": statistic},
    }


# How many percent of its quota an account uses: AmazonCloudWatch/latest/monitoring/
# CloudWatch-Quotas-Visualize-Alarms.html
_USE_OF_CONCURRENCY = [
    {"Id": "percent", "Expression": "100 * used / SERVICE_QUOTA(used)", "ReturnData": True},
    _input(
        "used",
        {
            "Namespace": "AWS/Usage",
            "MetricName": "ResourceCount",
            "Dimensions": [
                {"Name": "Service", "Value": "Lambda"},
                {"Name": "Type", "Value": "Resource"},
                {"Name": "Resource", "Value": "ConcurrentExecutions"},
                {"Name": "Class", "Value": "None"},
            ],
        },
        "Maximum",
    ),
]


def _of_function(function: str, metric: str) -> dict[str, Any]:
    return {
        "Namespace": "AWS/Lambda",
        "MetricName": metric,
        "Dimensions": [{"Name": "FunctionName", "Value": {"Ref": function}}],
    }
