"""Mail: through SES, or into a folder."""

import email
import email.policy
import json
from unittest import mock

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from chalicelib.functions import CONSUMERS
from chalicelib.platform import aws, mail
from chalicelib.platform.errors import ServiceUnavailable
from chalicelib.platform.mail import Message
from tests.support.environments import MAIL_FROM, environment

LETTER = Message("river@example.com", "Choose a new password – soon", "https://a/#token=secret\n")
HERE = {"PUBLIC_URL": "http://localhost:8000", "MAIL_FROM": None}


@pytest.fixture
def sent_mails(backend):
    """What SES has been given."""
    messages = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages
    messages.clear()
    return messages


def logged(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_mail_is_sent_through_ses_if_a_sender_is_set(sent_mails):
    assert mail.send(LETTER) is None

    [message] = sent_mails
    assert message.source == MAIL_FROM
    assert message.destinations["ToAddresses"] == [LETTER.to]
    assert (message.subject, message.body) == (LETTER.subject, LETTER.text)


def test_ses_gets_both_forms_and_their_character_set(backend):
    client = mock.Mock()
    with mock.patch.object(mail, "aws_client", return_value=client):
        mail.send(Message("a@b.co", "Ž", "text", "<p>text</p>"))

    content = client.send_email.call_args.kwargs["Content"]["Simple"]
    assert content == {
        "Subject": {"Data": "Ž", "Charset": "UTF-8"},
        "Body": {
            "Text": {"Data": "text", "Charset": "UTF-8"},
            "Html": {"Data": "<p>text</p>", "Charset": "UTF-8"},
        },
    }


def test_a_mail_that_ses_rejects_is_logged_without_address_or_link(backend, capsys):
    with environment(STAGE="test", MAIL_FROM="unknown@elsewhere.example"):
        assert mail.send(LETTER) == "send_email: MessageRejected"

    [line] = logged(capsys)
    assert (line["event"], line["cause"]) == ("mail_not_sent", "send_email: MessageRejected")
    assert LETTER.to not in str(line)
    assert "secret" not in str(line)


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9"])
def test_an_unreachable_ses_is_logged(backend, capsys, endpoint, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", endpoint)
    aws._aws_client.cache_clear()
    try:
        assert mail.send(LETTER)
    finally:
        aws._aws_client.cache_clear()

    assert logged(capsys)[0]["cause"] == "send_email: EndpointConnectionError"


def test_without_any_ses_it_is_logged(backend, capsys):
    with mock.patch.object(
        mail, "aws_client", side_effect=ServiceUnavailable(cause="sesv2: NoRegion")
    ):
        assert mail.send(LETTER)

    assert logged(capsys)[0]["cause"] == "sesv2: NoRegion"


def test_mail_is_written_to_a_folder_if_one_is_set(tmp_path):
    folder = tmp_path / "deep" / "mail"
    with environment(MAIL_FOLDER=str(folder), **HERE):
        mail.send(Message("river@example.com", "Žluť", "Dear Žofie,\n", "<p>Žofie</p>"))
        mail.send(LETTER)

    read = [
        email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        for file in folder.glob("*.eml")
    ]
    assert {message["To"] for message in read} == {"river@example.com"}
    [both] = [message for message in read if message["Subject"] == "Žluť"]
    assert both.get_body(["plain"]).get_content().splitlines() == ["Dear Žofie,"]
    assert both.get_body(["html"]).get_content().strip() == "<p>Žofie</p>"
    assert folder.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_is_logged(tmp_path, capsys):
    (tmp_path / "mail").write_text("in the way")
    with environment(MAIL_FOLDER=str(tmp_path / "mail"), **HERE):
        assert mail.send(LETTER)

    assert logged(capsys)[0]["cause"] == "FileExistsError"


def test_mail_without_sender_or_folder_is_logged(capsys):
    with environment(STAGE="test", MAIL_FROM=None):
        assert mail.send(LETTER)

    [line] = logged(capsys)
    assert line["event"] == "mail_not_sent"
    assert "MAIL_FROM" in line["cause"]


@pytest.mark.parametrize("broken", ["\r\n", "\n", "\r", "\0", "\u2028", "\x85"])
def test_line_breaks_in_headers_are_rejected(broken):
    with pytest.raises(ValueError, match="one line"):
        Message(f"a@b.co{broken}Bcc: c@d.co", "Subject", "text")
    with pytest.raises(ValueError, match="one line"):
        Message("a@b.co", f"Subject{broken}Bcc: c@d.co", "text")


@pytest.mark.parametrize(("throttled", "cause"), [(3, None), (4, True)])
def test_a_throttled_call_is_repeated_three_times(backend, throttled, cause):
    code = "TooManyRequestsException"
    refusal = ClientError({"Error": {"Code": code}}, "SendEmail")
    client = mock.Mock()
    client.send_email.side_effect = [refusal] * throttled + [{}]
    with (
        mock.patch.object(mail, "aws_client", return_value=client),
        mock.patch("time.sleep") as paused,
    ):
        assert mail.send(LETTER) == (cause and f"send_email: {code}")

    assert client.send_email.call_count == 4
    pauses = [call.args[0] for call in paused.mock_calls]
    assert all(0.25 * 2**n <= pause <= 0.5 * 2**n for n, pause in enumerate(pauses))


def test_a_lost_response_is_not_repeated_at_once(backend):
    client = mock.Mock()
    client.send_email.side_effect = ReadTimeoutError(endpoint_url="https://email")
    with mock.patch.object(mail, "aws_client", return_value=client):
        assert mail.send(LETTER) == "send_email: ReadTimeoutError"

    assert client.send_email.call_count == 1


def test_sending_ends_well_within_the_time_of_its_function(backend):
    config = aws.aws_client("sesv2").meta.config
    pauses = sum(mail._FIRST_PAUSE_SECONDS * 2**n for n in range(1, mail._ATTEMPTS))

    assert config.retries == {"mode": "legacy", "total_max_attempts": 1}
    longest = config.connect_timeout + config.read_timeout + pauses
    assert longest < CONSUMERS["mail"].timeout_seconds
