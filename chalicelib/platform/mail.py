"""Sending email with SES, or writing it to a folder on a developer's machine.

A failure is logged and raises nothing: the change that the email reports is already done.
"""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.platform import clock, log, settings
from chalicelib.platform.aws import MAIL, MAIL_CONNECT_SECONDS, MAIL_READ_SECONDS, aws_client
from chalicelib.platform.errors import ServiceUnavailable

_LOCAL_SENDER = "breeze-lakes-point@localhost"
_OWNER_ONLY = 0o700
# SES accepts an email in about 0.1 s, so 100 of them take little more than 1 s.
_PARALLEL_SENDS = 8


@dataclass(frozen=True, slots=True)
class Message:
    """One email to one person.

    Attributes:
        to: an email address.
        subject: one line, which the log may contain.
        text: the body as plain text.
        html: the body as HTML; None for plain text only.
    """

    to: str
    subject: str
    text: str
    html: str | None = None

    def __post_init__(self) -> None:
        """Reject a header that would become two (RFC 5322, 2.2).

        Raises:
            ValueError: the address or the subject contains a control character.
        """
        if not (self.to + self.subject).isprintable():
            raise ValueError("An email header must be one line.")


def send(message: Message) -> bool:
    """Try to send an email. Return whether it was accepted."""
    current = settings.current()
    if current.mail_from is not None:
        cause = _send_with_ses(message, current.mail_from)
    elif current.mail_folder is not None:
        cause = _write_to_folder(message, Path(current.mail_folder))
    else:
        cause = "neither MAIL_FROM nor MAIL_FOLDER is set"
    _log_result(message, cause)
    return cause is None


def send_all(messages: Sequence[Message], seconds: float) -> None:
    """Try to send several emails, some in parallel.

    Args:
        messages: the emails.
        seconds: emails that have not started by then are logged as not sent.
    """
    if not messages:
        return
    from concurrent.futures import ThreadPoolExecutor  # only staff move many at once

    until = time.monotonic() + seconds

    def attempt(message: Message) -> None:
        if time.monotonic() < until:
            send(message)
        else:
            _log_result(message, "timeout")

    with ThreadPoolExecutor(_PARALLEL_SENDS) as threads:
        list(threads.map(attempt, messages))


def max_send_seconds() -> float:
    """Return the maximum number of seconds that one email takes."""
    return MAIL_CONNECT_SECONDS + MAIL_READ_SECONDS if settings.current().mail_from else 0


def _log_result(message: Message, cause: str | None) -> None:
    """Log the result without the recipient and the text, which may contain a link."""
    event = log.LogEvent.MAIL_NOT_SENT if cause else log.LogEvent.MAIL_SENT
    log.emit(event, subject=message.subject, cause=cause)


def _send_with_ses(message: Message, sender: str) -> str | None:
    """Send an email with SES. Return the cause of a failure."""
    try:
        client = aws_client(MAIL)
    except ServiceUnavailable as error:
        return error.cause
    from botocore.exceptions import BotoCoreError, ClientError

    body = {"Text": _part(message.text)}
    if message.html is not None:
        body["Html"] = _part(message.html)
    try:
        client.send_email(
            FromEmailAddress=sender,
            Destination={"ToAddresses": [message.to]},
            Content={"Simple": {"Subject": _part(message.subject), "Body": body}},
        )
    except ClientError as error:
        return f"send_email: {error.response['Error']['Code']}"
    except BotoCoreError as error:
        return f"send_email: {type(error).__name__}"
    return None


def _part(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}


def _write_to_folder(message: Message, folder: Path) -> str | None:
    """Write an email to a new file (RFC 5322). Return the cause of a failure."""
    from email.message import EmailMessage
    from email.policy import SMTP

    try:
        written = EmailMessage(policy=SMTP)
        written["From"] = _LOCAL_SENDER
        written["To"] = message.to
        written["Subject"] = message.subject
        written["Date"] = clock.now()
        written.set_content(message.text)
        if message.html is not None:
            written.add_alternative(message.html, subtype="html")
        folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
        name = f"{clock.now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}.eml"
        (folder / name).write_bytes(bytes(written))
    except (OSError, ValueError) as error:
        return type(error).__name__
    return None
