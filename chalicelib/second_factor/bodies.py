"""Schemas of request bodies of second factors."""

from chalicelib.accounts.bodies import CurrentPassword
from chalicelib.identity.schemas import Code
from chalicelib.platform.request_schema import BodySchema


class Begin(BodySchema):
    """The password, to start setting up an authenticator app."""

    current_password: CurrentPassword


class Confirm(BodySchema):
    """A code from the new app."""

    code: Code


class Prove(BodySchema):
    """Both factors of the account's owner."""

    current_password: CurrentPassword
    code: Code
