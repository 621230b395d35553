"""The passphrase on the printed slip of a walk-in applicant: words that can be read aloud.

It stands for the link on the same slip, whose token is derived from it. So it works as long as the
link does, and each of them makes the other one useless. It opens no account without its username.
"""

import base64
import hashlib
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.accounts import passphrases
from chalicelib.accounts.password_reset import PasswordReset, password_reset
from chalicelib.identity import passwords
from chalicelib.identity.account_repository import (
    AccountRepository,
    account_repository,
    is_decoy,
)
from chalicelib.platform import log, settings
from chalicelib.platform.field_errors import FieldError, InvalidFields
from chalicelib.platform.languages import Language
from chalicelib.platform.sort_keys import fold
from chalicelib.sessions.rate_limiter import (
    BackoffPolicy,
    RateLimiter,
    address_windows,
    rate_limiter_with_account_keys,
)
from chalicelib.sessions.session import ClientContext

if TYPE_CHECKING:
    from chalicelib.accounts.bodies import PrintedPassphrase

# 44 bits in English, 43 in Spanish. OWASP ASVS 5.0 6.5.4 asks for 20.
WORDS = 4
# Five attempts, and then delays up to an hour: 39 attempts in the 24 hours of a slip. NIST SP
# 800-63B-4 3.2.2 permits 100. A stranger who delays the owner doesn't delay the link.
ATTEMPTS_PER_ACCOUNT = BackoffPolicy("slip account", max_delay=timedelta(hours=1))
INVALID_PASSPHRASE = FieldError(
    "invalid_passphrase",
    "Check your username and the passphrase on your slip. The slip works once, for 24 hours.",
)
_LETTERS = re.compile("[a-z]+")
_SALT_BYTES = 16
_TOKEN_BYTES = 32


class PrintedPassphrases:
    """The passphrases on slips of one stage."""

    def __init__(
        self, accounts: AccountRepository, reset: PasswordReset, rate_limiter: RateLimiter
    ) -> None:
        """Use the stage's accounts, password resets, and rate limiter."""
        self._accounts = accounts
        self._reset = reset
        self._rate_limiter = rate_limiter

    def reset(
        self,
        body: "PrintedPassphrase",
        request_id: str,
        context: ClientContext,
        language: Language | None,
    ) -> None:
        """Set the first password of an account; see :meth:`PasswordReset.redeem`.

        The attempt counts for the account and the IP address until it succeeds. An unknown
        username takes the same reads, writes, and hash as an account.

        Args:
            body: the username, the passphrase, and the new password, whose length is valid.
            request_id: the request ID.
            context: the client of the request.
            language: the client's language; None if unknown.

        Raises:
            InvalidFields: they don't go together, or the slip was used or is over; the response
                does not say which. Or the password is weak.
            TooManyAttempts: a limit is reached; nothing was verified.
            ServiceUnavailable: the breach check failed, and the settings require it.
        """
        account_id = self._accounts.find_by_login(body.username)
        log.bind_account(None if is_decoy(account_id) else account_id)
        limit = settings.current().sign_in_tries_per_address
        windows = address_windows("slip address", limit, context.address)
        _, refund_writes = self._rate_limiter.count_attempt_and_read(
            ATTEMPTS_PER_ACCOUNT.for_subject(account_id, *windows),
            context.received_at,
            self._accounts.account_read(account_id),
        )
        try:
            self._reset.reset(
                link_token(account_id, body.passphrase),
                body.new_password,
                request_id,
                context.received_at,
                language,
                refund_writes,
            )
        except InvalidFields as error:
            if "token" in error.errors:
                raise InvalidFields({"passphrase": INVALID_PASSPHRASE}) from error
            raise


def generate(language: Language) -> str:
    """Return a new passphrase, of words in a language."""
    return passphrases.random_words(language, WORDS)


def link_token(account_id: str, passphrase: str) -> str:
    """Return the token of the link for which a passphrase stands, however it was typed.

    Case, accents, spaces, and hyphens make no difference. The stored hash of the token is a fast
    one. What is stored is still as hard to guess as a password: the token is hashed as one, with
    the account for a salt (OWASP ASVS 5.0 6.5.2).

    Args:
        account_id: the account ID, or the decoy ID of an unknown username.
        passphrase: the words.
    """
    letters = "".join(_LETTERS.findall(fold(passphrase)))
    salt = hashlib.sha256(account_id.encode(errors="replace")).digest()[:_SALT_BYTES]
    token = passwords.derive_key(letters.encode(), salt, _TOKEN_BYTES)
    return base64.urlsafe_b64encode(token).decode().rstrip("=")


def printed_passphrases() -> PrintedPassphrases:
    """Return the passphrases on slips of this process's stage."""
    return PrintedPassphrases(
        account_repository(), password_reset(), rate_limiter_with_account_keys()
    )
