"""Schemas of request bodies of sign-ins at providers."""

from typing import Annotated

from chalicelib.oidc.authorization import Purpose
from chalicelib.platform.fields import Field
from chalicelib.platform.request_schema import BodySchema


class Destination(BodySchema):
    """What a person goes to a provider for, and where to go afterwards."""

    purpose: Annotated[
        Purpose,
        Field(
            description="`link` links the provider to the signed-in account.", examples=["signIn"]
        ),
    ] = Purpose.SIGN_IN
    next: Annotated[
        str,
        Field(
            max_length=300,
            description="The path of the page to go to afterwards; another text counts as none.",
            examples=["/register"],
        ),
    ] = ""
