"""Password reset links, which the function ``reset-links`` makes after the request for each.

The request has been answered by then, so the time that a link takes tells its client nothing. The
function may read accounts and give them a link. It can't send the email, which is one more item of
the outbox.
"""

import contextlib
import json
from datetime import datetime
from typing import Any

from chalicelib.accounts.links import Links, links
from chalicelib.accounts.one_time_token import Purpose
from chalicelib.accounts.one_time_token_store import OneTimeTokenStore, RequestHandled
from chalicelib.identity import emails
from chalicelib.identity.account import Account
from chalicelib.identity.account_repository import AccountRepository, account_repository
from chalicelib.identity.store import AccountChanged
from chalicelib.platform import clock, log, outbox
from chalicelib.platform.conflicts import retry_on_conflict
from chalicelib.platform.dynamodb import database


class ResetLinks:
    """The password reset links of one stage."""

    def __init__(
        self, tokens: OneTimeTokenStore, accounts: AccountRepository, links: Links
    ) -> None:
        """Use the stage's one-time tokens, accounts, and links."""
        self._tokens = tokens
        self._accounts = accounts
        self._links = links

    def create(self, request_id: str, account_id: str, now: datetime) -> None:
        """Email a link to an account that may sign in and whose verified address is reachable.

        The newest link is the only one that works, and a request leads to one link, however often
        it is delivered.

        Args:
            request_id: the ID of the request's item in the outbox.
            account_id: the account ID, or another text if the request named no account.
            now: the current time.

        Raises:
            ServiceUnavailable: DynamoDB failed, or each attempt conflicted with another request.
        """

        def read() -> Account | None:
            return self._accounts.get(account_id)

        def attempt(account: Account | None) -> None:
            if account is None or account.reachable_email is None or account.disabled:
                return
            link = self._links.create(Purpose.PASSWORD_RESET, account, now)
            email = emails.with_link(account, emails.FORGOTTEN, link.url)
            handled = self._tokens.handled_request_write(request_id, now)
            extra_writes = [link.write, *outbox.email_writes(now, email), handled]
            self._tokens.store_reset_token(account, link.account, extra_writes)

        with contextlib.suppress(RequestHandled):
            retry_on_conflict(read(), attempt, read, AccountChanged, resource="an account")


def run(event: dict[str, Any], _context: Any = None) -> None:
    """Make the links of requests that Lambda took from the queue; one at a time.

    Raises:
        ServiceUnavailable: a link couldn't be made; SQS delivers the request again.
    """
    made = ResetLinks(OneTimeTokenStore(database()), account_repository(), links())
    for record in event["Records"]:
        log.bind_account(None)
        item = json.loads(record["body"])
        made.create(item["id"], item["account"], clock.now())
