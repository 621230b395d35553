"""A sign-in code: emailed to an account's owner, and used once, by the browser that asked."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from chalicelib.accounts.one_time_token import Purpose
from chalicelib.identity.account import Account
from chalicelib.platform import input_text
from chalicelib.sessions.cookie import SIGN_IN_CODE_LIFETIME

# Of characters that look alike, such as 0 and O or 5 and S, at most one. Without vowels, a code
# spells no word. 36 bits: OWASP ASVS 5.0 6.5.4 asks for 20.
CHARACTERS = "23456789CDFHJKMNPQRTVWXY"
LENGTH = 8
_GROUP = LENGTH // 2
_MISREAD = str.maketrans("BGSZ", "8652")
# Including those before the second factor.
MAX_ATTEMPTS = 5
_BROWSER_SECRET_BYTES = 32
# The account ID of a decoy. Account IDs contain no #.
_NO_ACCOUNT = "#nobody"


@dataclass(frozen=True, slots=True)
class SignInCode:
    """The stored form of a code.

    Attributes:
        request_hash: the SHA-256 of the secret in the cookie of the browser that asked.
        account_id: the ID of the account; of none for a decoy.
        code_hash: a hash of that secret, the code, and the account's state. Only the browser has
            the secret, so a copy of the table is of no use to guess the code. A change of the
            account's email, role, or session version makes the code wrong.
        expires_at: when the code expires.
    """

    request_hash: str
    account_id: str
    code_hash: str
    expires_at: datetime

    def matches(self, browser_secret: str, code: str, account: Account) -> bool:
        """Return whether a code is this one, and the account is as it was when it was made."""
        return hmac.compare_digest(self.code_hash, hash_code(browser_secret, code, account))


@dataclass(frozen=True, slots=True)
class NewCode:
    """A new code.

    Attributes:
        text: the code in two groups, for the owner. The service emails it and does not store it.
        browser_secret: the secret for the browser's cookie, which is not stored either.
        stored: the stored form.
    """

    text: str
    browser_secret: str
    stored: SignInCode


def create(account: Account | None, now: datetime) -> NewCode:
    """Return a new code for an account; without one, a decoy that no code matches."""
    code = "".join(secrets.choice(CHARACTERS) for _ in range(LENGTH))
    browser_secret = secrets.token_urlsafe(_BROWSER_SECRET_BYTES)
    stored = SignInCode(
        request_hash=hash_request(browser_secret),
        account_id=account.id if account else _NO_ACCOUNT,
        code_hash=hash_code(browser_secret, code, account),
        expires_at=now + SIGN_IN_CODE_LIFETIME,
    )
    return NewCode(f"{code[:_GROUP]}-{code[_GROUP:]}", browser_secret, stored)


def hash_request(browser_secret: str) -> str:
    """Return the key under which the code of a browser is stored."""
    return hashlib.sha256(f"{Purpose.SIGN_IN}:{browser_secret}".encode()).hexdigest()


def canonical(text: str) -> str | None:
    """Return a typed or pasted code in its canonical form; None if it can't be a code.

    Case, spaces, and hyphens make no difference. Letters that no code has count as the digits that
    they look like.
    """
    code = input_text.compact(text).upper().translate(_MISREAD)
    return code if len(code) == LENGTH and set(CHARACTERS).issuperset(code) else None


def hash_code(browser_secret: str, code: str, account: Account | None) -> str:
    """Return the stored hash of a code in its canonical form: see :class:`SignInCode`."""
    state = (
        (account.id, str(account.session_version), account.role.value, account.email or "")
        if account
        else ()
    )
    return hashlib.sha256("\0".join((browser_secret, code, *state)).encode()).hexdigest()
