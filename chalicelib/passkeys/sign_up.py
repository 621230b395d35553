"""Signing up with a passkey: a challenge for a browser, and a ticket for a new account."""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from chalicelib.accounts import sign_up_ticket, sign_up_ticket_store
from chalicelib.accounts.sign_up_ticket import SignUpTicket
from chalicelib.identity.account import IdentityTaken, IncorrectPasskey
from chalicelib.identity.account_repository import (
    AccountRepository,
    account_repository,
    is_decoy,
)
from chalicelib.passkeys import ceremonies, challenge
from chalicelib.passkeys.ceremonies import TRANSPORTS, InvalidResponse
from chalicelib.passkeys.challenge import Ceremony, Challenge
from chalicelib.passkeys.options import CreationOptions
from chalicelib.passkeys.own_passkeys import INVALID_PASSKEY
from chalicelib.passkeys.passkey import Passkey
from chalicelib.passkeys.relying_party import RelyingParty, relying_party
from chalicelib.passkeys.store import as_attributes
from chalicelib.platform import log, settings
from chalicelib.platform.dynamodb import Database, database
from chalicelib.platform.field_errors import InvalidFields
from chalicelib.platform.identifiers import derived_identifier
from chalicelib.sessions.cookie import PASSKEY_CHALLENGE_LIFETIME
from chalicelib.sessions.keys import Keys, session_keys
from chalicelib.sessions.rate_limiter import (
    RateLimiter,
    address_windows,
    rate_limiter_with_session_keys,
)


class CreatedPasskey(Protocol):
    """What a browser sends that has created a passkey; the last two in base64url."""

    name: str
    transports: list[str]
    client_data: str
    attestation_object: str


class PasskeySignUp:
    """Sign-ups with passkeys of one stage."""

    def __init__(
        self,
        party: RelyingParty,
        accounts: AccountRepository,
        database: Database,
        rate_limiter: RateLimiter,
        keys: Keys,
    ) -> None:
        """Use the stage's domain, accounts, database, rate limiter, and keys of challenges."""
        self._party = party
        self._accounts = accounts
        self._database = database
        self._rate_limiter = rate_limiter
        self._keys = keys

    def begin(
        self, username: str, email: str | None, address: str, now: datetime
    ) -> tuple[CreationOptions, Challenge]:
        """Return what a browser needs to create a passkey for a new account. Nothing is stored.

        A name that is taken is rejected here, before the person has a passkey that opens nothing.
        So the request is counted as a sign-up is, with a counter of its own.

        Args:
            username: of the new account.
            email: of the new account; None without one.
            address: the client's IP address.
            now: the current time.

        Raises:
            IdentityTaken: another account has the username or email.
            TooManyAttempts: the limit of the IP address is reached.
        """
        limit = settings.current().sign_ups_per_address
        windows = address_windows("passkey sign-up address", limit, address)
        self._rate_limiter.count_request_in_windows(windows, now)
        if any(not is_decoy(self._accounts.find_by_login(n)) for n in (username, email) if n):
            raise IdentityTaken
        made = challenge.create(self._keys, now, Ceremony.SIGN_UP)
        options = CreationOptions(
            self._party, _account_id(made.text), username, made.text, PASSKEY_CHALLENGE_LIFETIME
        )
        return options, made

    def verify(
        self, created: CreatedPasskey, browser_secret: str | None, address: str, now: datetime
    ) -> None:
        """Verify a new passkey, and store a ticket, with which this browser can create the account.

        An attempt counts for the IP address as at sign-in, and a success takes that back.

        Args:
            created: what the browser sent.
            browser_secret: the secret in the browser's cookie; None without one.
            address: the client's IP address.
            now: the current time.

        Raises:
            IncorrectPasskey: the challenge isn't valid in this browser, or was used.
            InvalidFields: the response isn't what was asked for.
            TooManyAttempts: the limit of the IP address is reached.
        """
        tries = settings.current().sign_in_tries_per_address
        limits = address_windows("passkey address", tries, address)
        self._rate_limiter.count_request_in_windows(limits, now)
        try:
            sent = ceremonies.challenge_of(created.client_data)
            challenge.verify(sent, browser_secret, self._keys, now, Ceremony.SIGN_UP)
            credential = ceremonies.verify_registration(
                self._party, sent, created.client_data, created.attestation_object
            )
        except (InvalidResponse, ValueError) as error:
            log.emit(log.LogEvent.WRONG_PASSKEY, address=address, cause=str(error)[:200])
            raise InvalidFields({"attestationObject": INVALID_PASSKEY}) from error
        transports = tuple(name for name in TRANSPORTS if name in created.transports)
        passkey = Passkey(created.name, replace(credential, transports=transports), now)
        ticket = SignUpTicket(
            sign_up_ticket.hash_secret(browser_secret or ""),
            _account_id(challenge.encode(sent)),
            as_attributes(passkey),
            now + PASSKEY_CHALLENGE_LIFETIME,
        )
        refunds = [self._rate_limiter.refund_request_write(limit, now) for limit in limits]
        self._database.transact(
            [sign_up_ticket_store.put_if_absent_write(ticket, IncorrectPasskey), *refunds]
        )


def passkey_sign_up() -> PasskeySignUp:
    """Return the sign-ups with passkeys of this process's stage.

    Raises:
        NotFound: the stage has no domain of its own.
    """
    keys, limiter = session_keys(), rate_limiter_with_session_keys()
    return PasskeySignUp(relying_party(), account_repository(), database(), limiter, keys)


def _account_id(challenge_text: str) -> str:
    """Return the ID of the account that a challenge is for.

    An authenticator stores it before there is an account. No browser can choose it, because it
    follows from the challenge, which only the service can make.
    """
    return derived_identifier("passkey sign-up", challenge_text)
