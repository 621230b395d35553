"""What is said of second factors on the wire."""

from typing import Annotated

from pydantic import Field

from chalicelib.accounts.schemas import CurrentPassword
from chalicelib.identity.schemas import Code
from chalicelib.platform.schemas import Body, Wire


class Begin(Body):
    """Whoever sets one up, proved."""

    current_password: CurrentPassword


class Confirm(Body):
    """A code that the new app shows."""

    code: Code


class Prove(Body):
    """Whoever changes one, proved by both factors."""

    current_password: CurrentPassword
    code: Code


class Begun(Wire):
    """What an app is given: three ways to say the same."""

    secret: Annotated[str, Field(examples=["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"])]
    uri: Annotated[
        str,
        Field(
            description="As apps read it from a QR code.",
            examples=["otpauth://totp/Breeze%20Lakes%20Point:river?secret=JBSWY3DPEHPK3PXP"],
        ),
    ]
    qr_svg: Annotated[str, Field(description="That, as a picture.", examples=["<svg/>"])]


class RecoveryCodes(Wire):
    """What stands in for a lost app, each once. They are shown this once."""

    recovery_codes: Annotated[list[str], Field(examples=[["7KQ2-MX0D-4V9T-8ZCA-1RWE-N5HB-3F"]])]
