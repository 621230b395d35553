"""Schemas of request bodies of registrations, for staff."""

from typing import Annotated

from chalicelib.events.bodies import PutEvent
from chalicelib.platform import lengths
from chalicelib.platform.fields import Field
from chalicelib.platform.request_schema import BodySchema, IdentifierInput
from chalicelib.platform.text import BLANK_IS_ABSENT, MultiLine
from chalicelib.registrations.bodies import SaveRegistration
from chalicelib.registrations.form import RegistrationForm
from chalicelib.registrations.workflow import Status

__all__ = [
    "AddNote",
    "CorrectRegistration",
    "MoveRegistration",
    "MoveRegistrations",
    "PutEvent",
    "SaveRegistration",
]


MAX_MOVES = 100


Version = Annotated[int, Field(ge=1, description="The version that the client read.", examples=[1])]
NoteText = Annotated[
    MultiLine, Field(min_length=1, max_length=lengths.NOTE, examples=["Asked for night shifts."])
]
OptionalNote = Annotated[
    NoteText | None, BLANK_IS_ABSENT, Field(description="The reason; only staff see it.")
]


class CorrectRegistration(BodySchema):
    """Changes to a form; `null` removes a field's value."""

    form: RegistrationForm
    version: Version


class MoveRegistration(BodySchema):
    """A new status, with a reason."""

    status: Status
    version: Version
    note: OptionalNote = None
    paper_signature: Annotated[
        bool,
        Field(
            description="Whether you have the applicant's signature on paper, to submit with.",
            examples=[False],
        ),
    ] = False


class MoveItem(BodySchema):
    """One of many registrations, as of the version that was read."""

    user_id: IdentifierInput
    version: Version


class MoveRegistrations(BodySchema):
    """A new status for many registrations, with a reason."""

    status: Status
    items: Annotated[list[MoveItem], Field(min_length=1, max_length=MAX_MOVES)]
    note: OptionalNote = None


class AddNote(BodySchema):
    """A note. With an `id` chosen by the client, a repeated request adds it once."""

    text: NoteText
    id: IdentifierInput | None = None
