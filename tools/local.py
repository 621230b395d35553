"""The service on this machine: with its own AWS, tables, session key, and one SuperAdmin."""

import json
import logging
import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import LocalDevServer

from chalicelib.events.event import Event, MinimumAge
from chalicelib.functions import SCHEDULES
from chalicelib.platform import settings
from ops import tables
from tools import consumers, downloads, dynamodb_local, moto_server, server
from tools.fixtures import EVENT

_LOG = logging.getLogger(__name__)
STAGE = "local"
FOLDER = Path(".local")
DESCRIPTION = FOLDER / "dev.json"
SUPER_ADMIN = "superadmin"
MAIL = FOLDER / "mail"
HOST = "127.0.0.1"
_LOOPBACK = (HOST, "localhost")
_EVERY_INTERFACE = "0.0.0.0"  # noqa: S104  # nosec B104 # only compared
_LOCALHOST = (*_LOOPBACK, _EVERY_INTERFACE, "")
# moto accepts any credentials.
_ANYTHING = "local"
_NOT_BY_PROXY = "localhost,127.0.0.1"
_ENDPOINT = "AWS_ENDPOINT_URL"
_DYNAMODB_ENDPOINT = "AWS_ENDPOINT_URL_DYNAMODB"
_OURS_ONLY = 0o600
# How long ago key and SuperAdmin were created: the demo season signs people in before today.
_AGE = timedelta(days=400)


def dev(port: int, database: str, *, demo: bool = False) -> int:
    """Run the server of ``chalice local`` until interrupted, with a choice of the database.

    Args:
        port: the port to listen on.
        database: ``moto``, or ``dynamodb-local``, which keeps its data.
        demo: create the demo season first, unless it's there.

    Returns:
        The exit status.
    """
    if server.is_taken(port):
        print(f"Port {port} is taken. Choose another: make dev PORT={port + 1}", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # A shell that starts a command in the background has it ignore this signal.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    data_folder = FOLDER / "dynamodb" if database == "dynamodb-local" else None
    try:
        with aws(data_folder):
            configure(public_url_of(HOST, port))
            from app import app

            try:
                password = prepare(data_folder)
                if demo:
                    _create_demo(password)
                listen(app, Config.create(), HOST, port, password).serve_forever()
            finally:
                DESCRIPTION.unlink(missing_ok=True)
    except downloads.NotAvailable as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _create_demo(password: str) -> None:
    from tools import demo

    if demo.is_created():
        print(f"The demo data is already there. {demo.FILE} has the passwords.")
    else:
        demo.fill(password)


def listen(app: Chalice, config: Config, host: str, port: int, password: str) -> LocalDevServer:
    """Listen, and describe the service in ``.local/dev.json``.

    Call :func:`configure` and :func:`prepare` first.

    Args:
        app: the Chalice app.
        config: Chalice's configuration.
        host: the address to listen on.
        port: the port to listen on.
        password: the SuperAdmin's.

    Raises:
        OSError: the port is taken, or the address isn't this machine's.
    """
    listening = server.start(app, port, host, config)
    start_schedules()
    listening.server.on_change = start_consumers()
    url = address_of(host, port)
    FOLDER.mkdir(exist_ok=True)
    description = {
        "url": url,
        "superAdmin": {"username": SUPER_ADMIN, "password": password},
        "stage": settings.current().stage,
        "aws": os.environ[_ENDPOINT],
        "dynamodb": os.environ[_DYNAMODB_ENDPOINT],
        "event": EVENT,
        "mail": str(MAIL.absolute()),
    }
    write_privately(DESCRIPTION, description)
    print(f"Serving at {url}. Ctrl-C stops it.")
    print(f"SuperAdmin: {SUPER_ADMIN}, password: {password}", flush=True)
    return listening


def start_schedules() -> None:
    """Run the handlers of all schedules again and again, in threads that end with this process."""
    for schedule in SCHEDULES.values():
        module, _, name = schedule.handler.rpartition(".")
        arguments = (getattr(import_module(module), name), schedule.minutes * 60, threading.Event())
        threading.Thread(target=run_again_and_again, args=arguments, daemon=True).start()


def start_consumers() -> Callable[[], None]:
    """Run the consumers of the outbox; return a function that has them look at once."""
    import boto3

    return consumers.start(boto3.client("dynamodb"), boto3.client("sqs"))


def run_again_and_again(
    handler: Callable[[], None], seconds: float, stopped: threading.Event
) -> None:
    """Run a handler after each pause. As in Lambda, one that fails runs again at the next time.

    Args:
        handler: what to run.
        seconds: the pause.
        stopped: ends the pause and the runs.
    """
    while not stopped.wait(seconds):
        try:
            handler()
        except Exception:  # noqa: BLE001
            _LOG.exception("A scheduled run failed.")


@contextmanager
def aws(kept: Path | None = None, *, at_length: bool = False) -> Iterator[str]:
    """Run an AWS on this machine and point boto3 at it; give the URL of its DynamoDB.

    Args:
        kept: the folder in which DynamoDB Local keeps its data; None for moto, which keeps none.
        at_length: let Java optimize DynamoDB Local as far as it can, which makes the start slower.
    """
    isolate()
    with ExitStack() as stack:
        url = stack.enter_context(moto_server.running())
        endpoint = url
        if kept:
            dynamodb_local.fetch()
            endpoint = stack.enter_context(
                dynamodb_local.running(kept.absolute(), at_length=at_length)
            )
        use_aws(url, endpoint)
        yield endpoint


def isolate() -> None:
    """Remove all AWS settings from this process's environment and set dummy credentials.

    Without a region's real credentials, profile, or files, boto3 can't sign a request that AWS
    would accept. Requests to this machine don't go through a proxy.
    """
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {
        "AWS_ACCESS_KEY_ID": _ANYTHING,
        "AWS_SECRET_ACCESS_KEY": _ANYTHING,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        # Both spellings: Python prefers the second one where both are set.
        "NO_PROXY": _NOT_BY_PROXY,
        "no_proxy": _NOT_BY_PROXY,
    }


def use_aws(url: str, dynamodb: str | None = None) -> None:
    """Send every request to AWS that this process makes from now on to a URL on this machine.

    Args:
        url: the endpoint of all services.
        dynamodb: the endpoint of DynamoDB; None for the same.
    """
    os.environ |= {_ENDPOINT: url, _DYNAMODB_ENDPOINT: dynamodb or url}


def address_of(host: str, port: int) -> str:
    """Return the URL at which this machine reaches a server that listens on an address."""
    return f"http://{'localhost' if host in _LOCALHOST else host}:{port}"


def public_url_of(host: str, port: int) -> str:
    """Return the URL of the service's own pages, whose browsers may sign in.

    Cookies need HTTPS anywhere but on localhost. So if the server listens on more than that, a
    ``PUBLIC_URL`` in the environment counts: the URL of an HTTPS proxy.
    """
    proxy = os.environ.get(f"{settings.PREFIX}PUBLIC_URL")
    return proxy if proxy and host not in _LOOPBACK else f"http://localhost:{port}"


def configure(url: str, stage: str = STAGE) -> None:
    """Set the service's settings in this process's environment.

    Args:
        url: the service's URL.
        stage: part of the names of tables and key.
    """
    isolated = {name: text for name, text in os.environ.items() if name.startswith("AWS_ENDPOINT")}
    isolate()
    os.environ |= isolated
    # All endpoints in one process, and no mail to anyone.
    for name in ("MAIL_FROM", "FUNCTION"):
        os.environ.pop(f"{settings.PREFIX}{name}", None)
    os.environ |= {
        "BREEZE_LAKES_POINT_STAGE": stage,
        "BREEZE_LAKES_POINT_PUBLIC_URL": url,
        "BREEZE_LAKES_POINT_MAIL_FOLDER": str(MAIL.absolute()),
        "BREEZE_LAKES_POINT_QUEUES_URL": f"{os.environ[_ENDPOINT]}/{consumers.ACCOUNT}",
        "BREEZE_LAKES_POINT_EXPORTS_BUCKET": f"{settings.APPLICATION}-{stage}-exports",
        "BREEZE_LAKES_POINT_BREACHED_PASSWORDS": settings.OFF,
        "BREEZE_LAKES_POINT_STAFF_SECOND_FACTOR": settings.OPTIONAL,
        # Everyone who tries the service here shares one address.
        "BREEZE_LAKES_POINT_SIGN_IN_TRIES_PER_ADDRESS": "100000",
        "BREEZE_LAKES_POINT_SIGN_UPS_PER_ADDRESS": "100000",
        "BREEZE_LAKES_POINT_RESET_LINKS_PER_ADDRESS": "100000",
    }
    settings.current.cache_clear()


def prepare(kept: Path | None) -> str:
    """Create what's missing: tables, session key, SuperAdmin, and an open event.

    Args:
        kept: the folder for the secrets of an AWS that outlives this process; None if it doesn't.

    Returns:
        The SuperAdmin's password.
    """
    import boto3

    from chalicelib.events.store import EventStore
    from chalicelib.identity.account import IdentityTaken
    from chalicelib.identity.account_repository import account_repository, new_account
    from chalicelib.identity.role import Role
    from chalicelib.platform import clock
    from chalicelib.platform.dynamodb import database
    from chalicelib.sessions import keys
    from tools import stage_secrets

    stage = settings.current().stage or STAGE
    tables.create_missing(boto3.client("dynamodb"), stage)
    consumers.create_queues(boto3.client("sqs"), stage)
    consumers.create_bus(boto3.client("events"))
    consumers.create_bucket(boto3.client("s3"))
    generated = {"key": keys.new_secret(clock.now() - _AGE), "password": secrets.token_urlsafe(18)}
    generated |= _kept_secrets(kept)
    if kept:
        # First: a process that is stopped half-way finds its own secrets again.
        write_privately(kept / "secrets.json", generated)
    stage_secrets.store(boto3.client("secretsmanager"), stage, generated["key"])
    since = clock.now() - _AGE
    account = new_account(
        username=SUPER_ADMIN, password=generated["password"], role=Role.SUPER_ADMIN, now=since
    )
    with suppress(IdentityTaken):
        account_repository().add(account)
    events = EventStore(database())
    if events.get(EVENT) is None:
        events.put(_open_event(clock.now()), [])
    return generated["password"]


def _open_event(now: datetime) -> Event:
    """Return an event that one may register for today, and for most of a year."""
    closes, starts = now + timedelta(days=300), now.date() + timedelta(days=320)
    return Event(
        id=EVENT,
        name="Harvest Fair",
        starts_on=starts,
        ends_on=starts + timedelta(days=16),
        time_zone=settings.current().default_time_zone,
        registration_opens_at=now,
        registration_closes_at=closes,
        minimum_age=MinimumAge.SIXTEEN,
        capacity=1200,
        version=1,
    )


def _kept_secrets(kept: Path | None) -> dict[str, str]:
    file = kept / "secrets.json" if kept else None
    if file is None or not file.exists():
        return {}
    secrets_kept: dict[str, str] = json.loads(file.read_text())
    return secrets_kept


def write_privately(file: Path, content: dict[str, Any]) -> None:
    """Write JSON that only this user may read."""
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OURS_ONLY)
    with os.fdopen(descriptor, "w") as opened:
        json.dump(content, opened, indent=2)
