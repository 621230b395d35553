"""Which Lambda function serves which packages.

All functions run the same zip. Each has a role of its own, which allows the AWS calls of its
packages' endpoints and nothing else. A function loads the routes of its own packages only. A
schedule, a stream, or a queue invokes the functions that serve none.

This is the only module that imports packages by name.
"""

from dataclasses import dataclass
from importlib import import_module

from chalicelib.platform.endpoints import Blueprint, Endpoint
from chalicelib.platform.settings import SettingsError

PACKAGES_BY_FUNCTION = {
    "sign-out": ("sign_out",),
    "accounts": ("accounts", "sessions", "second_factor", "linked_identities", "privacy"),
    "oidc": ("oidc",),
    "registrations": ("events", "registrations"),
    "staff": ("staff", "event_preview"),
    "exports": ("exports",),
    "account-admin": ("user_admin",),
    "email-problems": ("email_problems",),
    "pages": ("pages", "openapi"),
    "event-page": ("event_page",),
    "passkeys": ("passkeys",),
    "api-keys": ("api_keys",),
}
# These verify sessions, and fetch the keys while they start.
READ_SESSION_KEYS = frozenset(
    {
        *("accounts", "registrations", "staff", "account-admin", "email-problems", "passkeys"),
        *("api-keys", "exports"),
    }
)
# These import packages of requirements/cryptography.in, which no other function has (ops/layer.py).
NEED_CRYPTOGRAPHY = frozenset({"passkeys", "oidc"})
FUNCTION_BY_PACKAGE = {
    package: function for function, packages in PACKAGES_BY_FUNCTION.items() for package in packages
}


@dataclass(frozen=True, slots=True)
class Schedule:
    """When EventBridge invokes a function that has no endpoints, and what the function runs.

    Attributes:
        handler: the module and the name of its handler.
        minutes: the time from one run to the next.
        timeout_seconds: how long one run may take.
    """

    handler: str
    minutes: int
    timeout_seconds: int


SCHEDULES = {
    "waiting-list": Schedule(
        "chalicelib.registrations.schedule.run", minutes=10, timeout_seconds=60
    ),
    "reminders": Schedule("chalicelib.registrations.reminders.run", minutes=10, timeout_seconds=60),
}


@dataclass(frozen=True, slots=True)
class Consumer:
    """What Lambda takes from a table's stream, a topic, or queues, and which function it invokes.

    Attributes:
        handler: the module and the name of its handler.
        table: the table whose new items the function gets; None without one.
        topic: the SNS topic whose messages it gets; None without one.
        queues: the queues whose messages it gets, one at a time.
        timeout_seconds: how long one invocation may take.
        concurrency: the name of the template's parameter with the number of invocations at a time,
            for each queue; None for no limit.
        uses_queues: whether the function itself calls SQS.
    """

    handler: str
    table: str | None = None
    topic: str | None = None
    queues: tuple[str, ...] = ()
    timeout_seconds: int = 20
    concurrency: str | None = None
    uses_queues: bool = False


CONSUMERS = {
    "outbox": Consumer("chalicelib.delivery.relay.run", table="outbox", uses_queues=True),
    "reset-links": Consumer("chalicelib.accounts.reset_links.run", queues=("resets",)),
    "mail": Consumer(
        "chalicelib.delivery.emailer.run",
        queues=("links", "notices"),
        concurrency="MailConcurrency",
    ),
    "export-writer": Consumer(
        "chalicelib.exports.writer.run", queues=("exports",), timeout_seconds=300
    ),
    "email-feedback": Consumer("chalicelib.email_problems.feedback.run", topic="email-feedback"),
    "event-bus": Consumer("chalicelib.delivery.publisher.run", queues=("bus",)),
    "webhooks": Consumer(
        "chalicelib.delivery.webhooks.run",
        queues=("webhooks",),
        concurrency="WebhookConcurrency",
        uses_queues=True,
    ),
}
# These read or write the files of exports.
USE_EXPORTS_BUCKET = frozenset({"exports", "export-writer"})
# Functions without endpoints.
HANDLERS = {
    **{name: schedule.handler for name, schedule in SCHEDULES.items()},
    **{name: consumer.handler for name, consumer in CONSUMERS.items()},
}
FUNCTIONS = (*PACKAGES_BY_FUNCTION, *HANDLERS)


def blueprints(function: str | None) -> tuple[Blueprint, ...]:
    """Import the routes of a function: the blueprint of each of its packages.

    Args:
        function: its name in the table; None for every package, as on a developer's machine.

    Raises:
        SettingsError: there is no such function.
    """
    if function is not None and function not in PACKAGES_BY_FUNCTION:
        function_names = ", ".join(PACKAGES_BY_FUNCTION)
        raise SettingsError(f"There is no function {function}: it is one of {function_names}.")
    names = PACKAGES_BY_FUNCTION[function] if function else FUNCTION_BY_PACKAGE
    return tuple(import_module(f"chalicelib.{name}.routes").blueprint for name in names)


def all_endpoints() -> tuple[Endpoint, ...]:
    """Return the endpoints of all functions."""
    return tuple(endpoint for blueprint in blueprints(None) for endpoint in blueprint.endpoints)
