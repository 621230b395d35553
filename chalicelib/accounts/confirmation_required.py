"""The error of a change that needs a confirmation."""

from chalicelib.platform.errors import ApiError
from chalicelib.platform.languages import N_


class ConfirmationRequired(ApiError):
    """The owner must prove who they are again, with /me/confirmation."""

    STATUS_CODE = 409
    code = "confirmation_required"
    message = N_("Confirm that it’s you again. For your security, that’s valid for 5 minutes.")
