"""Schemas of request bodies of passkeys."""

from typing import Annotated

from chalicelib.accounts.confirmation_token import ConfirmationToken
from chalicelib.accounts.schemas import Email, UsernameBesideEmail
from chalicelib.platform import lengths
from chalicelib.platform.fields import Field
from chalicelib.platform.request_schema import BodySchema
from chalicelib.platform.text import BLANK_IS_ABSENT, SingleLine

_BASE64URL = r"[A-Za-z0-9_-]+"


def _encoded(max_length: int, example: str) -> Field:
    return Field(
        min_length=1,
        max_length=max_length,
        json_schema_extra={"pattern": f"^{_BASE64URL}$"},
        examples=[example],
    )


# Of an authenticator: at most 1,023 bytes. Attestations with certificates take a few thousand.
ClientData = Annotated[str, _encoded(4000, "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0")]


class Confirmed(BodySchema):
    """A confirmation of the account's owner."""

    confirmation: ConfirmationToken


class NewcomerNames(BodySchema):
    """The names of a new account."""

    # The email is first, because the username is checked against it.
    email: Annotated[Email | None, BLANK_IS_ABSENT] = None
    username: UsernameBesideEmail


class FirstPasskey(BodySchema):
    """What `navigator.credentials.create()` returned, and a name for it."""

    name: Annotated[
        SingleLine, Field(min_length=1, max_length=lengths.PASSKEY_NAME, examples=["My phone"])
    ]
    client_data: Annotated[
        ClientData, Field(description="`response.clientDataJSON`, in base64url.")
    ]
    attestation_object: Annotated[
        str,
        _encoded(20_000, "o2NmbXRkbm9uZQ"),
        Field(description="`response.attestationObject`, in base64url."),
    ]
    transports: Annotated[
        list[Annotated[str, Field(max_length=32)]],
        Field(max_length=10, description="`response.getTransports()`.", examples=[["internal"]]),
    ] = []  # noqa: RUF012 (a default, which is not changed)


class NewPasskey(FirstPasskey):
    """The same, with a confirmation of the account's owner."""

    confirmation: ConfirmationToken


class ShownPasskey(BodySchema):
    """What `navigator.credentials.get()` returned."""

    credential_id: Annotated[str, _encoded(1400, "ZHVja3M"), Field(description="`id`.")]
    client_data: Annotated[
        ClientData, Field(description="`response.clientDataJSON`, in base64url.")
    ]
    authenticator_data: Annotated[
        str,
        _encoded(4000, "SZYN5YgOjGh0NBcPZHZgW4"),
        Field(description="`response.authenticatorData`, in base64url."),
    ]
    signature: Annotated[
        str, _encoded(2000, "MEUCIQ"), Field(description="`response.signature`, in base64url.")
    ]
    user_handle: Annotated[
        str,
        _encoded(100, "MDFLQzhX"),
        Field(description="`response.userHandle`, in base64url."),
    ]
