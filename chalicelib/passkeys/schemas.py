"""Response bodies of passkeys."""

from typing import Annotated

from chalicelib.platform.fields import Field
from chalicelib.platform.response_schema import ResponseSchema


class PasskeyEndpoints(ResponseSchema):
    """The pages to which password managers send people (W3C passkey endpoints)."""

    enroll: Annotated[str, Field(examples=["https://lakes.example/account#passkeys"])]
    manage: Annotated[str, Field(examples=["https://lakes.example/account#passkeys"])]
