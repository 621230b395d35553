"""Asking for the password again before something that a stolen session should not be enough for."""

from dataclasses import dataclass

from chalicelib.identity.account import Account, IncorrectCredentials
from chalicelib.identity.directory import Directory, directory
from chalicelib.platform import log
from chalicelib.platform.dynamodb import Write
from chalicelib.platform.errors import InvalidFields, Unauthenticated
from chalicelib.sessions import attempts as limits
from chalicelib.sessions.attempts import Attempts, attempts
from chalicelib.sessions.session import Caller, Visit

FIELD = "currentPassword"
_WRONG = "Your current password is incorrect."


@dataclass(frozen=True, slots=True)
class Reauthenticated:
    """Somebody signed in has given their password again.

    Attributes:
        account: theirs, as it is now.
        writes: what gives their try back, to go along with whatever follows.
    """

    account: Account
    writes: tuple[Write, ...]


class Reauthentication:
    """Passwords that are asked for again, on one stage."""

    def __init__(self, accounts: Directory, tries: Attempts) -> None:
        """Use the stage's accounts and tries."""
        self._accounts = accounts
        self._tries = tries

    def prove(self, caller: Caller, password: str, visit: Visit) -> Reauthenticated:
        """Make sure that a caller knows their password (OWASP ASVS 5.0 6.2.3, 7.5.1).

        It counts as a sign-in does, on the same counters: whoever has taken over a session gets no
        more guesses than anybody else.

        Raises:
            InvalidFields: it is another.
            Unauthenticated: the session has ended meanwhile.
            TooManyAttempts: it was tried too often.
        """
        reading = self._accounts.reading(caller.account.id)
        account, giving_back = self._tries.claim_sign_in(caller.account.id, visit, reading)
        if account is None or account.session_version != caller.account.session_version:
            raise Unauthenticated
        try:
            self._accounts.prove(account, password)
        except IncorrectCredentials:
            log.emit(log.LogEvent.WRONG_PASSWORD, address=visit.address)
            raise InvalidFields({FIELD: _WRONG}) from None
        return Reauthenticated(account, giving_back)

    def writes_of_new_password(self, known: Reauthenticated, visit: Visit) -> tuple[Write, ...]:
        """Return what goes along with a new password of an account whose owner is known.

        The change is counted, its owner's attempt is given back, and no sign-in to the account
        waits any more. One of them raises TooManyAttempts.
        """
        changed = self._tries.using(limits.password_change(known.account.id), visit.at)
        cleared = self._tries.clear_sign_ins(known.account.id)
        # On an unknown device the counter to give back is the account's own. A transaction touches
        # an item once.
        given_back = (write for write in known.writes if write != cleared)
        return (*given_back, cleared, changed)


def reauthentication() -> Reauthentication:
    """Return the reauthentication of this process's stage."""
    return Reauthentication(directory(), attempts())
