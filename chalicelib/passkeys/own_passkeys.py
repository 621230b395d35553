"""The passkeys of the signed-in user: listed, added, and removed."""

from dataclasses import replace
from typing import Protocol

from chalicelib.accounts.confirmation import LIFETIME, require_confirmation
from chalicelib.accounts.confirmation_required import ConfirmationRequired
from chalicelib.identity import emails
from chalicelib.identity.account import NO_PASSWORD_HASH, Account, EmailNotVerified
from chalicelib.identity.sign_in_methods import require_sign_in_method
from chalicelib.passkeys import ceremonies, challenge
from chalicelib.passkeys.ceremonies import TRANSPORTS, InvalidResponse
from chalicelib.passkeys.options import CreationOptions
from chalicelib.passkeys.passkey import MAX_PASSKEYS, Passkey, PasskeyExists, TooManyPasskeys
from chalicelib.passkeys.relying_party import RelyingParty, relying_party
from chalicelib.passkeys.store import PasskeyStore, passkey_store
from chalicelib.platform import audit, settings
from chalicelib.platform.dynamodb import Database, database
from chalicelib.platform.errors import NotFound
from chalicelib.platform.field_errors import FieldError, InvalidFields
from chalicelib.platform.items import Write
from chalicelib.platform.request import Request
from chalicelib.sessions.session import CurrentUser

INVALID_PASSKEY = FieldError(
    "invalid_passkey", "Your browser’s passkey can’t be used here. Try again."
)
_FIELD = "passkeys"


class Registration(Protocol):
    """What a browser sends that has created a passkey; the last two in base64url."""

    confirmation: str
    name: str
    transports: list[str]
    client_data: str
    attestation_object: str


class OwnPasskeys:
    """The passkeys of the current user's account."""

    def __init__(
        self,
        party: RelyingParty,
        store: PasskeyStore,
        database: Database,
        current_user: CurrentUser,
        request: Request,
    ) -> None:
        """Act for the current user, in a request."""
        self._party = party
        self._store = store
        self._database = database
        self._current_user = current_user
        self._request = request
        self._now = request.received_at

    def all(self) -> list[Passkey]:
        """Return the passkeys, the oldest first."""
        return self._store.list_of(self._current_user.account.id)

    def creation_options(self, confirmation_token: str) -> CreationOptions:
        """Return what a browser needs to create a passkey. The confirmation is the challenge.

        Raises:
            ConfirmationRequired: the confirmation isn't valid.
            EmailNotVerified: the account has an unverified email address.
            TooManyPasskeys: the account has 10.
        """
        account = self._current_user.account
        require_confirmation(confirmation_token, self._current_user, self._database, self._now)
        _require_own_email(account)
        passkeys = self.all()
        if len(passkeys) >= MAX_PASSKEYS:
            raise TooManyPasskeys
        return CreationOptions(
            self._party, account.id, account.username, confirmation_token, LIFETIME, passkeys
        )

    def add(self, registration: Registration) -> Passkey:
        """Add the passkey that a browser has created, and email the owner.

        The same request again, after a lost response, returns the passkey that it added.

        Raises:
            ConfirmationRequired: the confirmation isn't valid.
            EmailNotVerified: the account has an unverified email address.
            InvalidFields: the response isn't what was asked for.
            PasskeyExists: the account has this passkey.
            TooManyPasskeys: the account has 10.
        """
        account = self._current_user.account
        try:
            credential = ceremonies.verify_registration(
                self._party,
                challenge.decode(registration.confirmation),
                registration.client_data,
                registration.attestation_object,
            )
        except (InvalidResponse, ValueError) as error:
            raise InvalidFields({"attestationObject": INVALID_PASSKEY}) from error
        by_credential = {passkey.credential.id: passkey for passkey in self.all()}
        known = by_credential.get(credential.id)
        try:
            used = require_confirmation(
                registration.confirmation, self._current_user, self._database, self._now
            )
        except ConfirmationRequired:
            if known:
                return known
            raise
        if known:
            raise PasskeyExists
        _require_own_email(account)
        if len(by_credential) >= MAX_PASSKEYS:
            raise TooManyPasskeys
        transports = tuple(name for name in TRANSPORTS if name in registration.transports)
        credential = replace(credential, transports=transports)
        passkey = Passkey(registration.name, credential, self._now)
        writes = [used, *self._told("account.passkey_added", settings.PASSKEY_ADDED)]
        self._store.add(account.id, passkey, writes)
        return passkey

    def remove(self, passkey_id: str, confirmation_token: str) -> None:
        """Remove a passkey, and email the owner.

        Raises:
            ConfirmationRequired: the confirmation isn't valid.
            LastSignInMethod: there would be no way to sign in.
            NotFound: the account doesn't have this passkey.
            ServiceUnavailable: the account has changed at the same moment.
        """
        account = self._current_user.account
        used = require_confirmation(
            confirmation_token, self._current_user, self._database, self._now
        )
        if passkey_id not in {passkey.id for passkey in self.all()}:
            raise NotFound
        left = replace(account, passkey_count=account.passkey_count - 1)
        require_sign_in_method(left, has_password=account.password_hash != NO_PASSWORD_HASH)
        writes = [used, *self._told("account.passkey_removed", settings.PASSKEY_REMOVED)]
        self._store.remove(account, passkey_id, writes)

    def _told(self, action: str, notice: str) -> list[Write]:
        """Return the writes that record a change and email the owner about it."""
        account = self._current_user.account
        audit_write = audit.entry_write(
            subject=account.id,
            actor=account.id,
            action=action,
            fields=[_FIELD],
            request_id=self._request.id,
            now=self._now,
        )
        return [audit_write, *emails.notice_writes(account, self._now, notice)]


def _require_own_email(account: Account) -> None:
    """Reject an account whose email address may be another person's, as for an authenticator."""
    if account.has_unverified_email:
        raise EmailNotVerified


def own_passkeys(current_user: CurrentUser, request: Request) -> OwnPasskeys:
    """Return the current user's passkeys on this process's stage.

    Raises:
        NotFound: the stage has no domain of its own.
    """
    return OwnPasskeys(relying_party(), passkey_store(), database(), current_user, request)
