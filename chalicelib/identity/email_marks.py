"""Marks of an account's email addresses: mail to them bounced, or was marked as spam.

A mark is for exactly one address. If the account gets another address, the mark no longer counts.
"""

from dataclasses import dataclass
from enum import StrEnum


class EmailProblem(StrEnum):
    """Why an address gets fewer emails, or none."""

    # No email is sent there.
    BOUNCED = "bounced"
    # Only emails about security are sent there.
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True)
class EmailMarks:
    """The marks of an account.

    Attributes:
        bounced: the email address of the account for which mail bounced for good; None without one.
        complained: the email address whose reader marked mail as spam; None without one.
        pending_bounced: the same as ``bounced`` for the pending address.
        pending_complained: the same as ``complained`` for the pending address.
    """

    bounced: str | None = None
    complained: str | None = None
    pending_bounced: str | None = None
    pending_complained: str | None = None

    def problem_of_email(self, email: str | None) -> EmailProblem | None:
        """Return the problem with the account's email address; None without one."""
        return _problem(email, self.bounced, self.complained)

    def problem_of_pending_email(self, email: str | None) -> EmailProblem | None:
        """Return the problem with the account's pending address; None without one."""
        return _problem(email, self.pending_bounced, self.pending_complained)


def _problem(email: str | None, bounced: str | None, complained: str | None) -> EmailProblem | None:
    if email is None:
        return None
    if email == bounced:
        return EmailProblem.BOUNCED
    return EmailProblem.COMPLAINED if email == complained else None
