"""Emails about an account: links that its owner asked for, and notices of changes."""

from chalicelib.identity.account import Account
from chalicelib.platform import emails, mail, settings
from chalicelib.platform.languages import Language
from chalicelib.platform.mail import Message

# The templates of emails with a link, in ``web/templates/emails``. That of a notice has its name.
RESET_BY_STAFF = "reset-by-staff"
FORGOTTEN = "forgotten"
VERIFICATION = "verification"
SIGN_UP = "sign-up-link"
SIGN_IN_CODE = "sign-in-code"
ACCOUNT_EXISTS = "account-exists"
# By the number of recovery codes that are left after one was used.
_RECOVERY_CODES_LEFT = {3: "recovery-codes-3", 1: "recovery-codes-1", 0: "recovery-codes-0"}


def to_address(to: str, language: Language | None, template: str, url: str) -> Message:
    """Write the email with a sign-up link, for an address without an account."""
    return emails.render(to, language, template, link=url)


def with_link(to: str, account: Account, template: str, url: str) -> Message:
    """Write an email that contains a link."""
    return emails.render(to, account.language, template, link=url, username=account.username)


def with_code(to: str, account: Account, code: str, url: str) -> Message:
    """Write the email with a code to sign in with, and the link of the page that redeems it."""
    return emails.render(
        to, account.language, SIGN_IN_CODE, link=url, code=code, username=account.username
    )


def notify(account: Account, *notices: str) -> None:
    """Email the owner of an account about changes to it, if they can be reached.

    The service sends no notices to an unverified address, which may belong to another person.

    Args:
        account: the account before the change.
        notices: of ``settings.NOTICES``; the function omits those that the stage does not send.
    """
    if to := account.verified_email:
        for notice in filter(emails.is_enabled, notices):
            mail.send(emails.render(to, account.language, notice))


def email_recovery_codes_left(account: Account, codes_left: int) -> None:
    """Email the owner of an account, if they can be reached, that few recovery codes are left.

    Args:
        account: the account.
        codes_left: how many there are; for most numbers the function sends nothing.
    """
    to, template = account.verified_email, _RECOVERY_CODES_LEFT.get(codes_left)
    if to and template and emails.is_enabled(settings.RECOVERY_CODES_LOW):
        mail.send(emails.render(to, account.language, template))
