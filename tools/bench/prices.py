"""The cost of the service: AWS's list prices, and the requests of one applicant's season."""

from collections.abc import Mapping
from dataclasses import dataclass

from tools.bench.units import Usage

# US dollars, us-east-1, on demand, without any free tier except in a month without requests, as
# they were known on 2026-11-23. Before you rely on them, compare them with aws.amazon.com/{lambda,
# api-gateway,dynamodb/on-demand,secrets-manager,cloudwatch,ses}/pricing.
A_MILLION = 1_000_000
LAMBDA_REQUEST = 0.20 / A_MILLION
LAMBDA_GB_SECOND = 0.0000133334  # Arm, the first six billion in a month
GATEWAY_REQUEST = 3.50 / A_MILLION  # REST API
READ_UNIT = 0.125 / A_MILLION
WRITE_UNIT = 0.625 / A_MILLION
STORED_GB_MONTH = 0.25
BACKED_UP_GB_MONTH = 0.20  # point-in-time recovery
SECRET_MONTH = 0.40
SECRETS = 2
ALARM_METRIC_MONTH = 0.10  # each metric of an alarm counts; a composite alarm costs 0.50
ALARM_METRICS = 18
# What AWS charges no account for, in any month. The first stage of an account has it to itself.
FREE_ALARM_METRICS = 10
FREE_SQS_REQUESTS = A_MILLION
LOGGED_GB = 0.50
SES_EMAIL = 0.10 / 1_000
SQS_REQUEST = 0.50 / A_MILLION  # FIFO
EVENTBRIDGE_EVENT = 1.00 / A_MILLION

MEMORY_GB = 1769 / 1024
# A registration with its copies in seven indexes, its history, an account and its names.
STORED_GB_FOR_EACH = 12_000 / 1e9
# Our own line, Lambda's three, and the stage's access log.
LOGGED_GB_FOR_EACH_REQUEST = 1_000 / 1e9
# Of a quiet season's requests so many find no warm function.
COLD_SHARE = 0.05
IDLE_MONTHS_AND_THE_SEASON = 12
# An email passes the outbox: two units to put it, one to delete it; two functions; three requests
# of SQS (send, receive, delete), of which the first comes with others.
EMAIL_WRITE_UNITS, EMAIL_INVOCATIONS, EMAIL_QUEUE_REQUESTS = 3, 2, 3
EMAIL_SECONDS = 0.2
# An event takes the same way to EventBridge. An applicant's season has four: the account, the
# submission, and two changes of the status.
EVENTS = 4
# Lambda asks each of six queues for messages, in up to 20 s, with two pollers.
IDLE_QUEUE_REQUESTS = 6 * 2 * 3 * 60 * 24 * 30
# What one applicant and the staff who deal with them ask in a season, beside two emails.
EMAILS = 2
SEASON = {
    "sign up": 1,
    "sign in": 4,
    "me": 12,
    "events": 4,
    "save, the first time": 1,
    "save": 9,
    "submit": 1,
    "own registrations": 4,
    "sign out": 4,
    "staff page": 3,
    "one registration": 2,
    "move": 2,
}
SEASONS = (1_000, 10_000, 1_000_000)


@dataclass(frozen=True)
class Cost:
    """Costs in US dollars, by AWS service."""

    gateway: float
    functions: float
    database: float
    logs: float

    @property
    def total(self) -> float:
        """All of them."""
        return self.gateway + self.functions + self.database + self.logs


def request(asked: Usage, warm_seconds: float, cold_seconds: float) -> Cost:
    """Return the cost of a request.

    Args:
        asked: what it asks of DynamoDB.
        warm_seconds: how long its function is busy with it.
        cold_seconds: how long where it has to start first, which is billed since August 2025.
    """
    seconds = warm_seconds * (1 - COLD_SHARE) + cold_seconds * COLD_SHARE
    return Cost(
        gateway=GATEWAY_REQUEST,
        functions=LAMBDA_REQUEST + seconds * MEMORY_GB * LAMBDA_GB_SECOND,
        database=asked.reads * READ_UNIT + asked.writes * WRITE_UNIT,
        logs=LOGGED_GB_FOR_EACH_REQUEST * LOGGED_GB,
    )


def of_an_applicant(costs: Mapping[str, Cost]) -> float:
    """Return the cost of one applicant's season, including mail."""
    requests = sum(costs[name].total * times for name, times in SEASON.items())
    return requests + EMAILS * email() + EVENTS * event()


def email() -> float:
    """Return the cost of an email, from the outbox to SES."""
    return SES_EMAIL + _delivery()


def event() -> float:
    """Return the cost of an event for other systems, from the outbox to EventBridge."""
    return EVENTBRIDGE_EVENT + _delivery()


def _delivery() -> float:
    """Return the cost of what an email or an event takes from the outbox to its function."""
    functions = EMAIL_INVOCATIONS * (LAMBDA_REQUEST + LAMBDA_GB_SECOND * MEMORY_GB * EMAIL_SECONDS)
    queues = EMAIL_QUEUE_REQUESTS * SQS_REQUEST
    return functions + queues + EMAIL_WRITE_UNITS * WRITE_UNIT


def idle_month(applicants: int = 0, *, has_allowances: bool = True) -> float:
    """Return the cost of a month without requests.

    Args:
        applicants: how many people's data is stored.
        has_allowances: whether no other stage or service of the account uses what is free.
    """
    free_metrics = FREE_ALARM_METRICS if has_allowances else 0
    free_requests = FREE_SQS_REQUESTS if has_allowances else 0
    alarms = (ALARM_METRICS - free_metrics) * ALARM_METRIC_MONTH
    polling = (IDLE_QUEUE_REQUESTS - free_requests) * SQS_REQUEST
    stored = applicants * STORED_GB_FOR_EACH * (STORED_GB_MONTH + BACKED_UP_GB_MONTH)
    return SECRETS * SECRET_MONTH + alarms + polling + stored


def season(applicants: int, costs: Mapping[str, Cost]) -> float:
    """Return the cost of a year with one season."""
    months = IDLE_MONTHS_AND_THE_SEASON * idle_month(applicants)
    return applicants * of_an_applicant(costs) + months


def million_requests(costs: Mapping[str, Cost]) -> float:
    """Return the cost of a million requests in the mix of a season."""
    cost = sum(costs[name].total * times for name, times in SEASON.items()) / sum(SEASON.values())
    return cost * A_MILLION
