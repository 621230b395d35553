"""Sending email with SES, or writing it to a folder on a developer's machine."""

import random
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from chalicelib.platform import clock, log, settings
from chalicelib.platform.aws import MAIL, aws_client
from chalicelib.platform.errors import ServiceUnavailable

# The name of the message tag that names the recipient's account.
ACCOUNT_TAG = "account"
_LOCAL_SENDER = "breeze-lakes-point@localhost"
_OWNER_ONLY = 0o700
# SES's limits are per second: docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas.html
_THROTTLED = {"TooManyRequestsException", "LimitExceededException", "ThrottlingException"}
_ATTEMPTS = 4
_FIRST_PAUSE_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Message:
    """One email to one person, as it is sent.

    Attributes:
        to: an email address.
        subject: one line, which the log may contain.
        text: the body as plain text.
        html: the body as HTML; None for plain text only.
        account: the ID of the recipient's account, which SES repeats if the email bounces; None
            without one.
    """

    to: str
    subject: str
    text: str
    html: str | None = None
    account: str | None = None

    def __post_init__(self) -> None:
        """Reject a header that would become two (RFC 5322, 2.2).

        Raises:
            ValueError: the address or the subject contains a control character.
        """
        if not (self.to + self.subject).isprintable():
            raise ValueError("An email header must be one line.")


def send(message: Message) -> str | None:
    """Try to send an email.

    The log gets the result without the recipient and the text, which may contain a link.

    Returns:
        The cause of a failure; None if the email was accepted.
    """
    current = settings.current()
    if current.mail_from is not None:
        cause = _send_with_ses(message, current.mail_from)
    elif current.mail_folder is not None:
        cause = _write_to_folder(message, Path(current.mail_folder))
    else:
        cause = "neither MAIL_FROM nor MAIL_FOLDER is set"
    event = log.LogEvent.EMAIL_NOT_SENT if cause else log.LogEvent.EMAIL_SENT
    log.emit(event, subject=message.subject, cause=cause)
    return cause


def _send_with_ses(message: Message, sender: str) -> str | None:
    """Send an email with SES. Return the cause of a failure.

    Only a throttled call is repeated here: after a lost response, SES may have sent the email.
    """
    try:
        client = aws_client(MAIL)
    except ServiceUnavailable as error:
        return error.cause
    from botocore.exceptions import BotoCoreError, ClientError

    body = {"Text": _part(message.text)}
    if message.html is not None:
        body["Html"] = _part(message.html)
    tags = [{"Name": ACCOUNT_TAG, "Value": message.account}] if message.account else []
    for attempt in range(_ATTEMPTS):
        if attempt:
            _back_off(attempt)
        try:
            client.send_email(
                FromEmailAddress=sender,
                Destination={"ToAddresses": [message.to]},
                Content={"Simple": {"Subject": _part(message.subject), "Body": body}},
                ConfigurationSetName=settings.current().configuration_set,
                EmailTags=tags,
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in _THROTTLED:
                break
        except BotoCoreError as error:
            code = type(error).__name__
            break
        else:
            return None
    return f"send_email: {code}"


def _back_off(attempt: int) -> None:
    """Wait before a retry: exponential backoff with jitter."""
    longest = _FIRST_PAUSE_SECONDS * 2**attempt
    time.sleep(random.uniform(longest / 2, longest))  # noqa: S311  # nosec B311 # a pause


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
