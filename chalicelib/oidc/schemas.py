"""Schemas of responses of sign-ins at providers."""

from typing import Annotated

from chalicelib.platform.fields import Field
from chalicelib.platform.response_schema import ResponseSchema


class Provider(ResponseSchema):
    """A provider with which people can sign in."""

    name: Annotated[str, Field(description="Its name in paths.", examples=["google"])]
    label: Annotated[str, Field(description="Its name for people.", examples=["Google"])]


class ProviderList(ResponseSchema):
    """The providers of this stage, in the order in which the sign-in page shows them."""

    items: list[Provider]


class SignInLocation(ResponseSchema):
    """Where to send the browser."""

    location: Annotated[
        str,
        Field(
            description="The provider’s URL, to which the page navigates.",
            examples=["https://accounts.google.com/o/oauth2/v2/auth?client_id=…"],
        ),
    ]
