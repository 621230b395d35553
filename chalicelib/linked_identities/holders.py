"""Who holds an identity already."""

from chalicelib.identity.account_repository import AccountRepository
from chalicelib.linked_identities.errors import LinkedElsewhere
from chalicelib.linked_identities.proofs import Proved
from chalicelib.linked_identities.store import LinkedIdentityStore


def former_holder_of(
    identities: LinkedIdentityStore, accounts: AccountRepository, proved: Proved
) -> str | None:
    """Return the ID of the account that had an identity and was merged away; None without one.

    Raises:
        LinkedElsewhere: an account has it.
    """
    holder = identities.find(proved.identity_id)
    if holder is not None and accounts.get(holder) is not None:
        raise LinkedElsewhere
    return holder
