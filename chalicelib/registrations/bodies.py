"""Schemas of request bodies of registrations."""

from typing import Annotated

from chalicelib.platform.fields import Field
from chalicelib.platform.request_schema import BodySchema
from chalicelib.registrations.form import RegistrationForm

OptionalVersion = Annotated[
    Annotated[int, Field(ge=1)] | None,
    Field(
        description="The version that the client read, if the registration exists.", examples=[1]
    ),
]


class SaveRegistration(BodySchema):
    """The whole form to store."""

    form: RegistrationForm
    version: OptionalVersion = None


class ExpectedVersion(BodySchema):
    """The version that the client read; another version is rejected."""

    version: OptionalVersion = None
