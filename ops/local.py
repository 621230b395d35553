"""The service on this machine: an AWS of its own, tables, a key and one SuperAdmin."""

import json
import os
import secrets
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.events.event import Age, Event
from chalicelib.platform import settings
from ops import dynamodb_local, fetched, moto_server, server, tables
from ops.season import EVENT

STAGE = "local"
FOLDER = Path(".local")
DESCRIPTION = FOLDER / "dev.json"
SUPER_ADMIN = "superadmin"
MAIL = FOLDER / "mail"
_OURS_ONLY = 0o600


def dev(port: int, database: str) -> int:
    """Serve until interrupted.

    Args:
        port: where to listen.
        database: ``moto``, or ``dynamodb-local``, which keeps its data.

    Returns:
        The exit status.
    """
    if server.is_taken(port):
        print(f"Port {port} is taken. Choose another: make dev PORT={port + 1}", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # A shell that puts it into the background has it ignore this one, unless it is asked for.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with ExitStack() as stack:
            kept = FOLDER / "dynamodb" if database == "dynamodb-local" else None
            endpoint = stack.enter_context(aws(kept))
            configure(f"http://localhost:{port}")
            password = prepare(kept)
            described = {
                "url": f"http://localhost:{port}",
                "superAdmin": {"username": SUPER_ADMIN, "password": password},
                "dynamodb": endpoint,
                "event": EVENT,
                "mail": str(MAIL.absolute()),
            }
            serve(port, described)
    except fetched.NotAvailable as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


@contextmanager
def aws(kept: Path | None = None, *, at_length: bool = False) -> Iterator[str]:
    """Run an AWS on this machine and point boto3 at it; give the URL of its DynamoDB.

    Args:
        kept: the folder in which DynamoDB Local keeps its data; None for moto, which keeps none.
        at_length: have DynamoDB Local get as fast as it can, whatever that takes at first.
    """
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    with ExitStack() as stack:
        url = stack.enter_context(moto_server.running())
        endpoint = url
        os.environ["AWS_ENDPOINT_URL"] = url
        if kept:
            dynamodb_local.fetch()
            endpoint = stack.enter_context(
                dynamodb_local.running(kept.absolute(), at_length=at_length)
            )
            os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = endpoint
        yield endpoint


def configure(url: str) -> None:
    """Set this process's environment for a service at a URL, cut off from any real AWS."""
    # Nothing here is sent to anybody.
    os.environ.pop(f"{settings.PREFIX}MAIL_FROM", None)
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "localhost,127.0.0.1",
        "BREEZE_LAKES_POINT_STAGE": STAGE,
        "BREEZE_LAKES_POINT_PUBLIC_URL": url,
        "BREEZE_LAKES_POINT_MAIL_FOLDER": str(MAIL.absolute()),
        "BREEZE_LAKES_POINT_BREACHED_PASSWORDS": settings.OFF,
        "BREEZE_LAKES_POINT_STAFF_SECOND_FACTOR": settings.OPTIONAL,
        # Whoever tries the service out, by hand or by machine, comes from one address.
        "BREEZE_LAKES_POINT_SIGN_IN_TRIES_PER_ADDRESS": "100000",
        "BREEZE_LAKES_POINT_SIGN_UPS_PER_ADDRESS": "100000",
        "BREEZE_LAKES_POINT_RESET_LINKS_PER_ADDRESS": "100000",
    }


def prepare(kept: Path | None) -> str:
    """Make what the service needs and is not there yet: tables, key, SuperAdmin, an open event.

    Args:
        kept: the folder of data that outlive a restart, and of the secrets that must, too.

    Returns:
        The SuperAdmin's password.
    """
    import boto3

    from chalicelib.accounts.directory import directory, new_account
    from chalicelib.accounts.role import Role
    from chalicelib.events.store import EventStore
    from chalicelib.platform import clock
    from chalicelib.platform.dynamodb import database
    from chalicelib.sessions import keys

    tables.create_missing(boto3.client("dynamodb"), STAGE)
    made = {"key": keys.new_secret(clock.now()), "password": secrets.token_urlsafe(18)}
    known = _kept_secrets(kept)
    made |= known
    boto3.client("secretsmanager").create_secret(
        Name=settings.current().session_key_name, SecretString=made["key"]
    )
    if not known:
        now = clock.now()
        account = new_account(
            username=SUPER_ADMIN, password=made["password"], role=Role.SUPER_ADMIN, now=now
        )
        directory().add(account)
        if kept:
            _write_privately(kept / "secrets.json", made)
    events = EventStore(database())
    if events.get(EVENT) is None:
        events.put(_open_event(clock.now()), [])
    return made["password"]


def _open_event(now: datetime) -> Event:
    """Return an event that one may register for today, and for most of a year."""
    closes, starts = now + timedelta(days=300), now.date() + timedelta(days=320)
    return Event(
        id=EVENT,
        name="Harvest Fair",
        starts_on=starts,
        ends_on=starts + timedelta(days=16),
        registration_opens_at=now,
        registration_closes_at=closes,
        minimum_age=Age.SIXTEEN_PLUS,
        capacity=1200,
        version=1,
    )


def serve(port: int, described: dict[str, Any]) -> None:
    """Serve the app until the thread is interrupted, described in ``.local/dev.json`` meanwhile."""
    from app import app

    listening = server.start(app, port)
    FOLDER.mkdir(exist_ok=True)
    _write_privately(DESCRIPTION, described)
    try:
        person = described["superAdmin"]
        print(f"Serving at {described['url']}, until Ctrl-C.")
        print(f"SuperAdmin: {person['username']}, password: {person['password']}", flush=True)
        listening.server.serve_forever()
    finally:
        DESCRIPTION.unlink(missing_ok=True)
        listening.server.server_close()


def _kept_secrets(kept: Path | None) -> dict[str, str]:
    file = kept / "secrets.json" if kept else None
    if file is None or not file.exists():
        return {}
    secrets_kept: dict[str, str] = json.loads(file.read_text())
    return secrets_kept


def _write_privately(file: Path, content: dict[str, Any]) -> None:
    """Write JSON that only this user may read."""
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OURS_ONLY)
    with os.fdopen(descriptor, "w") as opened:
        json.dump(content, opened, indent=2)
