"""The kinds of emails: which ones a complaint stops.

A reader who marks an email as spam gets no more notices. Emails about the security of the account
still arrive. Each template in ``web/templates/emails`` has one kind.
"""

from enum import StrEnum


class EmailKind(StrEnum):
    """A kind of emails."""

    # A person waits for it, or it tells the owner of a change that an attacker may have made.
    SECURITY = "security"
    # The rest. A verification link is one of them: people may enter another person's address.
    NOTICE = "notice"


_SECURITY = (
    *("forgotten", "reset-by-staff", "sign-in-code", "sign-up-link", "account-exists"),
    *("password-changed", "password-reset", "password-removed"),
    *("email-change-started", "email-changed", "username-replaced"),
    *("accounts-merged", "account-closed"),
    *("second-factor-set", "second-factor-removed", "identity-linked", "identity-unlinked"),
    *("passkey-added", "passkey-removed"),
    *("recovery-codes-3", "recovery-codes-1", "recovery-codes-0"),
)
_NOTICES = (
    *("verification", "registration-submitted", "registration-moved", "registration-unfinished"),
    *("place-offered", "offer-expired", "export-ready"),
)
KINDS = {
    **dict.fromkeys(_SECURITY, EmailKind.SECURITY),
    **dict.fromkeys(_NOTICES, EmailKind.NOTICE),
}
