"""Which ways to sign in an account has left, so that the last one is never removed."""

from chalicelib.identity.account import Account, LastSignInMethod, SignInMethod
from chalicelib.platform import settings


def require_sign_in_method(account: Account, *, has_password: bool) -> None:
    """Require that a person can still sign in to an account.

    Only what signs in now counts: a passkey where the stage has a domain, a linked identity of a
    provider that it still has, and of staff only with a second factor.

    Args:
        account: the account as it is to be.
        has_password: whether it has a password then, which its own item doesn't always say.

    Raises:
        LastSignInMethod: there would be no way to sign in.
    """
    current = settings.current()
    methods = set(account.sign_in_methods) - {SignInMethod.PASSWORD}
    if current.relying_party_id is None:
        methods -= {SignInMethod.PASSKEY}
    needs_second_factor = account.role.is_staff and not account.second_factor
    names = {provider.name for provider in current.providers}
    is_gone = bool(account.linked_identities) and names.isdisjoint(
        found.provider for found in account.linked_identities
    )
    if needs_second_factor or is_gone or not names:
        methods -= {SignInMethod.PROVIDER}
    if not has_password and not methods:
        raise LastSignInMethod
