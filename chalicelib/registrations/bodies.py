"""Models of request bodies of registrations, which pydantic validates."""

from typing import Annotated

from pydantic import Field

from chalicelib.platform.bodies import WHOLE_NUMBER, RequestBody
from chalicelib.registrations.form import RegistrationForm

OptionalVersion = Annotated[
    Annotated[int, Field(ge=1), WHOLE_NUMBER] | None,
    Field(
        description="The version that the client read, if the registration exists.", examples=[1]
    ),
]


class SaveRegistration(RequestBody):
    """The whole form to store."""

    form: RegistrationForm
    version: OptionalVersion = None


class ExpectedVersion(RequestBody):
    """The version that the client read; another version is rejected."""

    version: OptionalVersion = None
