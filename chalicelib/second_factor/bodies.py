"""Models of request bodies of second factors, which pydantic validates."""

from chalicelib.accounts.bodies import CurrentPassword
from chalicelib.identity.schemas import Code
from chalicelib.platform.bodies import RequestBody


class Begin(RequestBody):
    """The password, to start setting up an authenticator app."""

    current_password: CurrentPassword


class Confirm(RequestBody):
    """A code from the new app."""

    code: Code


class Prove(RequestBody):
    """Both factors of the account's owner."""

    current_password: CurrentPassword
    code: Code
