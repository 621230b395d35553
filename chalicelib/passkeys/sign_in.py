"""Signing in with a passkey: a challenge for a browser, and a ticket for the passkey's owner."""

from datetime import datetime
from typing import Protocol

from chalicelib.accounts import sign_in_ticket
from chalicelib.accounts.sign_in_ticket import SignInTicket
from chalicelib.identity.account import IncorrectPasskey
from chalicelib.passkeys import ceremonies, challenge
from chalicelib.passkeys.ceremonies import InvalidResponse
from chalicelib.passkeys.challenge import Challenge
from chalicelib.passkeys.passkey import Passkey
from chalicelib.passkeys.relying_party import RelyingParty, relying_party
from chalicelib.passkeys.store import PasskeyStore, passkey_store, used_at
from chalicelib.platform import log, settings
from chalicelib.sessions.cookie import PASSKEY_CHALLENGE_LIFETIME
from chalicelib.sessions.keys import Keys, session_keys
from chalicelib.sessions.rate_limiter import (
    RateLimiter,
    address_windows,
    rate_limiter_with_session_keys,
)


class Assertion(Protocol):
    """What a browser sends that signs in; each in base64url."""

    credential_id: str
    client_data: str
    authenticator_data: str
    signature: str
    user_handle: str


class PasskeySignIn:
    """Sign-ins with passkeys of one stage."""

    def __init__(
        self, party: RelyingParty, store: PasskeyStore, rate_limiter: RateLimiter, keys: Keys
    ) -> None:
        """Use the stage's domain, passkeys, rate limiter, and keys of challenges."""
        self._party = party
        self._store = store
        self._rate_limiter = rate_limiter
        self._keys = keys

    def challenge(self, now: datetime) -> Challenge:
        """Return a new challenge. Nothing is stored or counted for it."""
        return challenge.create(self._keys, now)

    def verify(
        self, assertion: Assertion, browser_secret: str | None, address: str, now: datetime
    ) -> None:
        """Verify a passkey, and store a ticket, with which this browser can sign in.

        An attempt counts for the IP address before anything is verified, and a success takes that
        back. There is no backoff: a signature can't be guessed.

        Args:
            assertion: what the browser sent.
            browser_secret: the secret in the browser's cookie; None without one.
            address: the client's IP address.
            now: the current time.

        Raises:
            IncorrectPasskey: the passkey, or its account, or the challenge isn't valid.
            TooManyAttempts: the limit of the IP address is reached.
        """
        tries = settings.current().sign_in_tries_per_address
        limits = address_windows("passkey address", tries, address)
        self._rate_limiter.count_request_in_windows(limits, now)
        try:
            account_id, passkey, ticket = self._verified(assertion, browser_secret, now)
        except (InvalidResponse, ValueError) as error:
            log.emit(log.LogEvent.WRONG_PASSKEY, address=address, cause=str(error)[:200])
            raise IncorrectPasskey from error
        before, after = passkey
        self._store.use(
            account_id,
            before,
            after,
            ticket,
            now + PASSKEY_CHALLENGE_LIFETIME,
            [self._rate_limiter.refund_request_write(limit, now) for limit in limits],
        )

    def _verified(
        self, assertion: Assertion, browser_secret: str | None, now: datetime
    ) -> tuple[str, tuple[Passkey, Passkey], SignInTicket]:
        """Return the account's ID, its passkey before and after, and the ticket.

        Raises:
            InvalidResponse, ValueError: the passkey isn't valid.
            IncorrectPasskey: the challenge isn't.
        """
        sent = ceremonies.challenge_of(assertion.client_data)
        challenge.verify(sent, browser_secret, self._keys, now)
        account_id = challenge.decode(assertion.user_handle).decode()
        account, passkeys = self._store.with_account(account_id)
        by_credential = {passkey.credential.id: passkey for passkey in passkeys}
        passkey = by_credential.get(assertion.credential_id)
        if account is None or passkey is None:
            raise InvalidResponse("no account has it")
        log.bind_account(account.id)
        if account.disabled or passkey.is_outdated(account):
            raise InvalidResponse("the account is disabled, or was verified by another person")
        credential = ceremonies.verify_assertion(
            self._party,
            passkey.credential,
            sent,
            assertion.client_data,
            assertion.authenticator_data,
            assertion.signature,
        )
        ticket = SignInTicket(
            sign_in_ticket.hash_secret(browser_secret or ""),
            account.id,
            account.session_version,
            now + sign_in_ticket.LIFETIME,
        )
        return account.id, (passkey, used_at(passkey, credential, now)), ticket


def passkey_sign_in() -> PasskeySignIn:
    """Return the sign-ins with passkeys of this process's stage.

    Raises:
        NotFound: the stage has no domain of its own.
    """
    keys = session_keys()
    return PasskeySignIn(relying_party(), passkey_store(), rate_limiter_with_session_keys(), keys)
