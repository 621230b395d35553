"""The linked identities of a signed-in user: listing, linking, and unlinking."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.accounts.account_settings import AccountSettings, account_settings
from chalicelib.accounts.confirmation import Confirmations, OwnerProof, confirmations
from chalicelib.identity import emails
from chalicelib.identity.account import Account, EmailNotVerified
from chalicelib.identity.account_repository import AccountRepository, account_repository
from chalicelib.identity.credentials import has_password, with_credentials
from chalicelib.identity.last_uses import LastUses
from chalicelib.identity.linked_identity import LinkedIdentity
from chalicelib.identity.sign_in_methods import require_sign_in_method
from chalicelib.linked_identities.holders import former_holder_of
from chalicelib.linked_identities.proofs import Proofs
from chalicelib.linked_identities.sign_in import LINKED, LINKED_FIELD, link_writes, with_identity
from chalicelib.linked_identities.store import LinkedIdentityStore, release_write
from chalicelib.oidc.authorization import Purpose
from chalicelib.platform import settings
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import NotFound
from chalicelib.platform.languages import Language
from chalicelib.sessions.session import ClientContext, CurrentUser

_UNLINKED = "account.identity_unlinked"


@dataclass(frozen=True, slots=True)
class ListedIdentity:
    """A linked identity in its owner's list."""

    id: str
    provider: str
    label: str
    email: str | None
    linked_at: datetime
    last_used_at: datetime


@dataclass(frozen=True, slots=True)
class IdentityList:
    """The linked identities of an account, the first linked first; and its other methods."""

    items: list[ListedIdentity]
    last_uses: LastUses
    has_password: bool


class OwnIdentities:
    """The linked identities of the current user."""

    def __init__(
        self,
        identities: LinkedIdentityStore,
        accounts: AccountRepository,
        own: AccountSettings,
        confirmations: Confirmations,
        current_user: CurrentUser,
        context: ClientContext,
    ) -> None:
        """Act for the current user, from this client."""
        self._identities = identities
        self._accounts = accounts
        self._own = own
        self._confirmations = confirmations
        self._current_user = current_user
        self._context = context

    def all(self) -> IdentityList:
        """Return the linked identities."""
        account = self._current_user.account
        return _list(with_credentials(account, self._identities.credentials(account.id)))

    def link(self, proofs: Proofs, owner: OwnerProof) -> IdentityList:
        """Link the proved identity.

        The proof isn't used up, so that the request can be repeated, which changes nothing. It is
        for linking only, and its owner proves to be the account's each time.

        Args:
            proofs: of the browser.
            owner: what the owner proves.

        Raises:
            ProofExpired: the browser has no valid proof.
            EmailNotVerified: the account's address may be another person's, who would then find
                this way to sign in in their account.
            LinkedElsewhere: another account has the identity.
            InvalidFields: the password or the code is wrong or missing.
            ConfirmationRequired: the confirmation isn't valid.
            TooManyAttempts: the limit of attempts is reached.
        """
        proved = proofs.find_valid(Purpose.LINK)
        if self._current_user.account.has_unverified_email:
            raise EmailNotVerified
        if self._identities.find(proved.identity_id) == self._current_user.account.id:
            return self.all()
        former_holder = former_holder_of(self._identities, self._accounts, proved)
        verified = self._confirmations.verify_owner(self._current_user, owner, self._context)

        def attempt(before: Account) -> Account:
            now = self._context.received_at
            after = with_identity(verified.use_code(before), proved, now)
            claimed = link_writes(before, proved, former_holder, now)
            extra_writes = (*verified.refund_writes, *claimed)
            return self._own.save(before, after, LINKED, [LINKED_FIELD], extra_writes)

        return _list(self._own.retry_on_conflict(verified.account, attempt))

    def remove(self, identity_id: str, owner: OwnerProof) -> None:
        """Unlink an identity.

        Args:
            identity_id: its ID.
            owner: what the owner proves.

        Raises:
            NotFound: it isn't linked to the account.
            LastSignInMethod: the account has no other way to sign in.
            InvalidFields: the password or the code is wrong or missing.
            ConfirmationRequired: the confirmation isn't valid.
            TooManyAttempts: the limit of attempts is reached.
        """
        if all(found.id != identity_id for found in self.all().items):
            raise NotFound
        verified = self._confirmations.verify_owner(self._current_user, owner, self._context)

        def attempt(before: Account) -> Account:
            left = tuple(found for found in before.linked_identities if found.id != identity_id)
            if len(left) == len(before.linked_identities):
                raise NotFound
            after = replace(
                verified.use_code(before),
                linked_identities=left,
                linked_identity_ids=tuple(found.id for found in left),
                version=before.version + 1,
                updated_at=self._context.received_at,
            )
            require_sign_in_method(after, has_password=has_password(before))
            notice_writes = emails.notice_writes(
                before, self._context.received_at, settings.IDENTITY_UNLINKED
            )
            released = release_write(identity_id, before.id)
            extra_writes = (*verified.refund_writes, released, *notice_writes)
            return self._own.save(before, after, _UNLINKED, [LINKED_FIELD], extra_writes)

        self._own.retry_on_conflict(verified.account, attempt)


def own_identities(
    current_user: CurrentUser, context: ClientContext, request_id: str, language: Language | None
) -> OwnIdentities:
    """Return the current user's linked identities on this process's stage."""
    return OwnIdentities(
        LinkedIdentityStore(database()),
        account_repository(),
        account_settings(current_user, context, request_id, language),
        confirmations(),
        current_user,
        context,
    )


def _list(account: Account) -> IdentityList:
    """Return the linked identities of an account that was read with its credentials."""
    return IdentityList(
        list(map(_listed, account.linked_identities)), account.last_uses, has_password(account)
    )


def _listed(identity: LinkedIdentity) -> ListedIdentity:
    """Return an identity for its owner. A provider that the stage no longer has keeps its name."""
    labels = {provider.name: provider.label for provider in settings.current().providers}
    return ListedIdentity(
        id=identity.id,
        provider=identity.provider,
        label=labels.get(identity.provider, identity.provider),
        email=identity.email,
        linked_at=identity.linked_at,
        last_used_at=identity.last_used_at,
    )
