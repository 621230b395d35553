"""Schemas of second factors."""

from typing import Annotated

from chalicelib.platform.fields import Field
from chalicelib.platform.response_schema import ResponseSchema


class Begun(ResponseSchema):
    """The secret for an authenticator app, in three formats."""

    secret: Annotated[str, Field(examples=["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"])]
    uri: Annotated[
        str,
        Field(
            description="As authenticator apps read it from a QR code.",
            examples=["otpauth://totp/Breeze%20Lakes%20Point:river?secret=JBSWY3DPEHPK3PXP"],
        ),
    ]
    qr_svg: Annotated[str, Field(description="The QR code as an image.", examples=["<svg/>"])]


class RecoveryCodes(ResponseSchema):
    """Recovery codes for a lost app. Each works once. They are shown once."""

    recovery_codes: Annotated[list[str], Field(examples=[["7KQ2-MX0D-4V9T-8ZCA-1RWE-N5HB-3F"]])]
