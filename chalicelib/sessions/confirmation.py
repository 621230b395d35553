"""Giving one's password once more, before something that a session alone does not allow.

OWASP ASVS 5.0 7.5.1: a session left open, or stolen, is not the person.
"""

from datetime import datetime

from chalicelib.accounts.account import Account, IncorrectCredentials
from chalicelib.accounts.directory import directory
from chalicelib.platform.dynamodb import Write
from chalicelib.platform.errors import InvalidFields, NotSignedIn
from chalicelib.sessions.attempts import attempts, current_password
from chalicelib.sessions.session import Caller

FIELD = "currentPassword"
_WRONG = "This is not your password."


def confirm(caller: Caller, password: str, now: datetime) -> tuple[Account, tuple[Write, ...]]:
    """Make sure that whoever asks knows the account's password.

    The try is claimed before the password is looked at, as at a sign-in.

    Args:
        caller: who asks.
        password: as it was typed.
        now: when.

    Returns:
        The account as it is now; and the writes that give the try back, to go along with whatever
        follows.

    Raises:
        InvalidFields: it is not the password.
        TooManyAttempts: it was tried too often.
        NotSignedIn: the account is gone, or its sessions have ended meanwhile.
    """
    tries, accounts = current_password(caller.account.id), directory()
    reading = accounts.reading(caller.account.id)
    claimed = attempts().claim(tries, now, reading)
    account, giving_back = claimed
    if account is None or account.session_version != caller.account.session_version:
        raise NotSignedIn
    try:
        accounts.prove(account, password)
    except IncorrectCredentials:
        raise InvalidFields({FIELD: _WRONG}) from None
    return account, giving_back
