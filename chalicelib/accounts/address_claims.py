"""Email addresses and the accounts that hold them: an address goes to the owner who verifies it.

An account may hold an address that it never verified: mistyped, given by a stranger on purpose, or
left as a username. Other people can still claim it. Once its owner has proved
that mail there reaches them, the earlier account keeps all of its data, but not the address.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.accounts.account_settings_store import AccountSettingsStore
from chalicelib.accounts.spoken_username import spoken_username
from chalicelib.identity import emails, login_names
from chalicelib.identity.account import Account, IdentityTaken
from chalicelib.identity.account_repository import (
    AccountRepository,
    VerifiedAddress,
    account_repository,
)
from chalicelib.platform import audit, settings
from chalicelib.platform.dynamodb import database
from chalicelib.platform.items import Write


@dataclass(frozen=True, slots=True)
class Claim:
    """An address about to be claimed.

    Attributes:
        proved: the address, and the account that holds it until then.
        writes: the writes that remove it from that account, and email that account's owner if
            the service replaced their username.
    """

    proved: VerifiedAddress
    writes: tuple[Write, ...]


class AddressClaims:
    """The email addresses of one stage, and the accounts that hold them."""

    def __init__(self, store: AccountSettingsStore, accounts: AccountRepository) -> None:
        """Use the stage's accounts."""
        self._store = store
        self._accounts = accounts

    def holder_of(self, address: str, claimant_id: str | None) -> Account | None:
        """Return the account from which an address may be claimed; None if it is free.

        It makes the same database requests whether the address is free or not.

        Args:
            address: an email address.
            claimant_id: the account that wants it, whose own names don't count; None if that does
                not exist yet.

        Raises:
            IdentityTaken: another account has verified it.
        """
        holder = self._holder(address)
        if holder is None or holder.id == claimant_id:
            return None
        if login_names.same(holder.verified_email, address):
            raise IdentityTaken
        return holder

    def verified_owner(self, address: str) -> Account | None:
        """Return the account whose owner has verified an address; None without one.

        It makes the same database requests as :meth:`holder_of`.
        """
        holder = self._holder(address)
        return holder if holder and login_names.same(holder.verified_email, address) else None

    def _holder(self, address: str) -> Account | None:
        return self._accounts.get(self._accounts.find_by_login(address))

    def claim(self, address: str, claimant_id: str, request_id: str, now: datetime) -> Claim:
        """Prepare the transfer of an address to the owner who has verified it.

        Args:
            address: an email address.
            claimant_id: the account that gets it, which may be a new one.
            request_id: the request's identifier.
            now: the current time.

        Raises:
            IdentityTaken: another account has verified it.
        """
        holder = self.holder_of(address, claimant_id)
        verified_address = VerifiedAddress(
            login_names.normalize(address), holder.id if holder else None
        )
        if holder is None:
            return Claim(verified_address, ())
        after = replace(holder, version=holder.version + 1, updated_at=now)
        fields, notices = [], []
        if login_names.same(holder.email, address):
            fields.append("email")
            after = replace(
                after,
                email=None,
                email_verified=False,
                verification_token_hash=None,
                reset_token_hash=None,
            )
        if login_names.same(holder.username, address):
            fields.append("username")
            username = spoken_username(holder.first_name, holder.last_name)
            after = replace(after, username=username, username_replaced_at=now)
            notices.append(settings.USERNAME_REPLACED)
        audit_write = audit.entry_write(
            subject=holder.id,
            actor=claimant_id,
            action="account.email_taken_over",
            fields=fields,
            request_id=request_id,
            now=now,
        )
        notice_writes = emails.notice_writes(holder, now, *notices)
        released = self._store.release_address_writes(holder, after)
        return Claim(verified_address, (*released, audit_write, *notice_writes))


def email_verified_entry_write(account_id: str, request_id: str, now: datetime) -> Write:
    """Return the write that records in the audit log that a new account's email is verified."""
    return audit.entry_write(
        subject=account_id,
        actor=account_id,
        action="account.email_verified",
        fields=["emailVerified"],
        request_id=request_id,
        now=now,
    )


def address_claims() -> AddressClaims:
    """Return the email addresses of this process's stage."""
    return AddressClaims(AccountSettingsStore(database()), account_repository())
