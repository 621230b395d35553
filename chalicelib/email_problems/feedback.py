"""The function ``email-feedback``: it marks addresses for which mail bounced or was called spam.

SES publishes bounces and complaints to a topic of SNS, which invokes the function. It may mark an
address of an account, and do nothing else: it reads nothing and sends nothing.
"""

from typing import Any

from chalicelib.email_problems.report import NotReported, Report, parse
from chalicelib.email_problems.store import EmailProblemStore
from chalicelib.identity.email_marks import EmailProblem
from chalicelib.platform import log
from chalicelib.platform.dynamodb import database

_EVENTS = {
    EmailProblem.BOUNCED: log.LogEvent.EMAIL_BOUNCED,
    EmailProblem.COMPLAINED: log.LogEvent.EMAIL_MARKED_AS_SPAM,
}


def run(event: dict[str, Any], _context: Any = None) -> None:
    """Mark the addresses that messages of the topic report.

    Raises:
        ServiceUnavailable: DynamoDB failed; Lambda invokes the function again, twice.
    """
    for record in event["Records"]:
        log.bind_account(None)
        try:
            _apply(parse(record["Sns"]["Message"]))
        except NotReported as reason:
            log.emit(log.LogEvent.EMAIL_REPORT_IGNORED, cause=str(reason))


def _apply(report: Report) -> None:
    """Mark an address, and log it.

    Raises:
        NotReported: the account no longer has the address, or its owner has cleared the mark since.
    """
    log.bind_account(report.account_id)
    store = EmailProblemStore(database())
    if not store.mark(report.account_id, report.address, report.problem, report.sent_at):
        raise NotReported("outdated")
    log.emit(_EVENTS[report.problem])
