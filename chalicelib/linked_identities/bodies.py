"""Schemas of request bodies of linked identities."""

from typing import Annotated

from chalicelib.accounts.bodies import OptionalCode, OwnerProof
from chalicelib.accounts.schemas import Email, UsernameBesideEmail
from chalicelib.identity.schemas import SharedDevice
from chalicelib.platform.fields import Field
from chalicelib.platform.request_schema import BodySchema
from chalicelib.platform.text import BLANK_IS_ABSENT, PersonName

__all__ = ["AccountOfProof", "OwnerProof", "SecondFactorCode"]


class SecondFactorCode(BodySchema):
    """The code of the second factor, if the account has one, and what the device is."""

    code: OptionalCode = None
    shared_device: SharedDevice = False


class AccountOfProof(BodySchema):
    """A new account for the person who signed in at a provider."""

    # The email is first, because the username is checked against it.
    email: Annotated[Email | None, BLANK_IS_ABSENT] = None
    username: Annotated[
        UsernameBesideEmail | None,
        BLANK_IS_ABSENT,
        Field(description="Without one, the service makes one from the names."),
    ] = None
    first_name: Annotated[PersonName | None, BLANK_IS_ABSENT] = None
    last_name: Annotated[PersonName | None, BLANK_IS_ABSENT, Field(examples=["Okafor"])] = None
    shared_device: SharedDevice = False
