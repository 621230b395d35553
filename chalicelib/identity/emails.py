"""Emails about an account: links that its owner asked for, and notices of changes."""

from datetime import datetime

from chalicelib.identity.account import Account
from chalicelib.platform import emails, outbox, settings
from chalicelib.platform.items import Write
from chalicelib.platform.languages import Language
from chalicelib.platform.outbox import Email

# The templates of emails with a link, in ``web/templates/emails``. That of a notice has its name.
RESET_BY_STAFF = "reset-by-staff"
FORGOTTEN = "forgotten"
VERIFICATION = "verification"
SIGN_UP = "sign-up-link"
SIGN_IN_CODE = "sign-in-code"
ACCOUNT_EXISTS = "account-exists"
# By the number of recovery codes that are left after one was used.
_RECOVERY_CODES_LEFT = {3: "recovery-codes-3", 1: "recovery-codes-1", 0: "recovery-codes-0"}


def to_address(to: str, language: Language | None, template: str, url: str) -> Email:
    """Return the email with a sign-up link, for an address without an account."""
    return Email(to, language, template, url)


def with_link(to: str, account: Account, template: str, url: str) -> Email:
    """Return an email that contains a link."""
    return Email(to, account.language, template, url, {"username": account.username})


def with_code(to: str, account: Account | None, code: str, url: str) -> Email:
    """Return the email with a code to sign in with, and the link of the page that redeems it.

    Args:
        to: the email address.
        account: the account; None for a decoy.
        code: the code.
        url: the link.
    """
    language, username = (account.language, account.username) if account else (None, "")
    return Email(to, language, SIGN_IN_CODE, url, {"code": code, "username": username})


def notice_writes(account: Account, now: datetime, *notices: str) -> list[Write]:
    """Return the writes that email the owner of an account about changes to it.

    The service sends no notices to an unverified address, which may belong to another person.

    Args:
        account: the account before the change.
        now: the time of the change.
        notices: of ``settings.NOTICES``; the function omits those that the stage does not send.
    """
    to = account.verified_email
    if to is None:
        return []
    enabled = filter(emails.is_enabled, notices)
    return outbox.email_writes(now, *(Email(to, account.language, notice) for notice in enabled))


def recovery_codes_left_writes(account: Account, codes_left: int, now: datetime) -> list[Write]:
    """Return the writes that email the owner of an account that few recovery codes are left.

    Args:
        account: the account.
        codes_left: how many there are; for most numbers there is no email.
        now: the current time.
    """
    to, template = account.verified_email, _RECOVERY_CODES_LEFT.get(codes_left)
    if to is None or template is None or not emails.is_enabled(settings.RECOVERY_CODES_LOW):
        return []
    return outbox.email_writes(now, Email(to, account.language, template))
