"""Mail: handed to SES, or left in a folder where somebody on this machine can read it.

A mail that cannot be sent is logged and fails nothing: what it tells of is done already.
"""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.platform import clock, log, settings
from chalicelib.platform.dynamodb import (
    MAIL,
    MAIL_CONNECT_SECONDS,
    MAIL_READ_SECONDS,
    aws_client,
)
from chalicelib.platform.errors import Unavailable

_SENDER_HERE = "breeze-lakes-point@localhost"
_OURS_ONLY = 0o700
# SES takes a mail in a tenth of a second; so a hundred are taken in little more than one.
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Message:
    """One mail to one person.

    Attributes:
        to: an email address.
        subject: one line, which may stand in a log.
        text: what it says.
        html: the same for whoever reads HTML; None without.
    """

    to: str
    subject: str
    text: str
    html: str | None = None

    def __post_init__(self) -> None:
        """Refuse a header that could become two (RFC 5322, 2.2).

        Raises:
            ValueError: there is a line break or another control character in it.
        """
        if not (self.to + self.subject).isprintable():
            raise ValueError("An email header must be one line.")


def send(message: Message) -> bool:
    """Send a mail, or try to; say whether it is on its way."""
    known = settings.current()
    if known.mail_from is not None:
        cause = _hand_over(message, known.mail_from)
    elif known.mail_folder is not None:
        cause = _leave(message, Path(known.mail_folder))
    else:
        cause = "neither MAIL_FROM nor MAIL_FOLDER is set"
    _tell(message, cause)
    return cause is None


def send_all(messages: Sequence[Message], seconds: float) -> None:
    """Send several mails, or try to, some at once.

    Args:
        messages: the mails.
        seconds: those that have not begun by then are not sent, which is logged.
    """
    if not messages:
        return
    from concurrent.futures import ThreadPoolExecutor  # only staff move many at once

    until = time.monotonic() + seconds

    def attempt(message: Message) -> None:
        if time.monotonic() < until:
            send(message)
        else:
            _tell(message, "there was no time left")

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        list(threads.map(attempt, messages))


def longest() -> float:
    """Return the seconds that sending one mail takes at most."""
    return MAIL_CONNECT_SECONDS + MAIL_READ_SECONDS if settings.current().mail_from else 0


def _tell(message: Message, cause: str | None) -> None:
    """Log what became of a mail, but not whom it goes to, nor what it says: a link, perhaps."""
    event = log.Event.MAIL_NOT_SENT if cause else log.Event.MAIL_SENT
    log.record(event, subject=message.subject, cause=cause)


def _hand_over(message: Message, sender: str) -> str | None:
    """Give a mail to SES; return what kept it from being taken."""
    try:
        client = aws_client(MAIL)
    except Unavailable as error:
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


def _leave(message: Message, folder: Path) -> str | None:
    """Write a mail to a file of its own (RFC 5322); return what kept it from being written."""
    from email.message import EmailMessage
    from email.policy import SMTP

    try:
        written = EmailMessage(policy=SMTP)
        written["From"] = _SENDER_HERE
        written["To"] = message.to
        written["Subject"] = message.subject
        written["Date"] = clock.now()
        written.set_content(message.text)
        if message.html is not None:
            written.add_alternative(message.html, subtype="html")
        folder.mkdir(mode=_OURS_ONLY, parents=True, exist_ok=True)
        name = f"{clock.now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}.eml"
        (folder / name).write_bytes(bytes(written))
    except (OSError, ValueError) as error:
        return type(error).__name__
    return None
