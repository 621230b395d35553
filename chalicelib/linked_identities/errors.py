"""Errors of signing in with a provider, and of linking one."""

from chalicelib.platform.errors import ApiError
from chalicelib.platform.languages import N_


class SignUpRequired(ApiError):
    """No account is linked to the identity, and none has its address."""

    STATUS_CODE = 409
    code = "sign_up_required"
    message = N_("You don’t have an account here yet. Create one to continue.")


class IdentityNotLinked(ApiError):
    """An account has the address, but its owner must link the identity."""

    STATUS_CODE = 409
    code = "identity_not_linked"
    message = N_(
        "You already have an account with this email address. Sign in the way you usually do. "
        "Then you can add this way to sign in on the page “Your account”."
    )


class AccountUnavailable(ApiError):
    """The account is disabled, or staff's without a second factor."""

    STATUS_CODE = 403
    code = "account_unavailable"
    message = N_("You can’t sign in to this account this way. Ask the office for help.")


class LinkedElsewhere(ApiError):
    """Another account has the identity."""

    STATUS_CODE = 409
    code = "linked_elsewhere"
    message = N_("Another account here already uses this. Sign in to that account to remove it.")
