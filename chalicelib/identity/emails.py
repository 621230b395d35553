"""Emails about an account: links that its owner asked for, and notices of changes."""

from collections.abc import Mapping
from datetime import datetime

from chalicelib.identity.account import Account
from chalicelib.identity.email_marks import EmailProblem
from chalicelib.platform import emails, outbox, settings
from chalicelib.platform.email_kinds import KINDS, EmailKind
from chalicelib.platform.identifiers import new_identifier
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


def is_stopped(template: str, problem: EmailProblem | None) -> bool:
    """Return whether an email isn't sent to an address because of a problem with it.

    Args:
        template: the email's template.
        problem: the problem with the address; None without one.
    """
    if problem is EmailProblem.COMPLAINED:
        return KINDS[template] is EmailKind.NOTICE
    return problem is EmailProblem.BOUNCED


def sign_up_link(to: str, language: Language | None, url: str) -> Email:
    """Return the email with a sign-up link, for an address without an account.

    It names an account that doesn't exist, so that it is stored like :func:`account_exists`.
    """
    return Email(to, language, SIGN_UP, url, account_id=new_identifier())


def account_exists(owner: Account, to: str, language: Language | None, url: str) -> Email:
    """Return the email for an address that the owner of an account has verified.

    If mail there has bounced, it is a decoy.
    """
    to = outbox.DECOY_ADDRESS if is_stopped(ACCOUNT_EXISTS, owner.email_problem) else to
    return Email(to, language, ACCOUNT_EXISTS, url, account_id=owner.id)


def with_link(account: Account, template: str, url: str) -> Email | None:
    """Return an email with a link to an account's verified address.

    Returns:
        None if no such email is sent there.
    """
    return _with_link(account.verified_email, account.email_problem, account, template, url)


def verification(account: Account, url: str) -> Email | None:
    """Return the email with the link that verifies an account's new address.

    Returns:
        None if there is nothing to verify, or if no such email is sent there.
    """
    to, problem = account.email_to_verify, account.problem_of_email_to_verify
    return _with_link(to, problem, account, VERIFICATION, url)


def _with_link(
    to: str | None, problem: EmailProblem | None, account: Account, template: str, url: str
) -> Email | None:
    if to is None or is_stopped(template, problem):
        return None
    facts = {"username": account.username}
    return Email(to, account.language, template, url, facts, account.id)


def with_code(to: str | None, account: Account | None, code: str, url: str) -> Email:
    """Return the email with a code to sign in with, and the link of the page that redeems it.

    Args:
        to: the email address; None for a decoy.
        account: the account; None for a decoy.
        code: the code.
        url: the link.
    """
    language, username = (account.language, account.username) if account else (None, "")
    facts = {"code": code, "username": username}
    account_id = account.id if account else new_identifier()
    return Email(to or outbox.DECOY_ADDRESS, language, SIGN_IN_CODE, url, facts, account_id)


def notice(account: Account, template: str, facts: Mapping[str, str] | None = None) -> Email | None:
    """Return an email without a link to an account's verified address.

    Args:
        account: the account.
        template: the email's template.
        facts: values for the template's names in braces; None for none.

    Returns:
        None if the account has no verified address, or if no such email is sent there.
    """
    to = account.verified_email
    if to is None or is_stopped(template, account.email_problem):
        return None
    return Email(to, account.language, template, template_values=facts or {}, account_id=account.id)


def notice_writes(account: Account, now: datetime, *notices: str) -> list[Write]:
    """Return the writes that email the owner of an account about changes to it.

    The service sends no notices to an unverified address, which may belong to another person.

    Args:
        account: the account before the change.
        now: the time of the change.
        notices: of ``settings.NOTICES``; the function omits those that the stage does not send.
    """
    enabled = filter(emails.is_enabled, notices)
    return outbox.email_writes(now, *(notice(account, template) for template in enabled))


def remaining_recovery_codes_email_writes(
    account: Account, codes_left: int, now: datetime
) -> list[Write]:
    """Return the writes that email the owner of an account that few recovery codes are left.

    Args:
        account: the account.
        codes_left: how many there are; for most numbers there is no email.
        now: the current time.
    """
    template = _RECOVERY_CODES_LEFT.get(codes_left)
    if template is None or not emails.is_enabled(settings.RECOVERY_CODES_LOW):
        return []
    return outbox.email_writes(now, notice(account, template))
