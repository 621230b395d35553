"""Response bodies of passkeys."""

from typing import Annotated, Any, Literal

from chalicelib.passkeys.ceremonies import ALGORITHMS
from chalicelib.platform.fields import Field
from chalicelib.platform.response_schema import Identifier, ResponseSchema, Timestamp

_CHALLENGE = Field(
    description="In base64url.", examples=["0b2mTtJVtgyAF-9AVYMnoZ9LZjnN0ORIsyEMGRVNFnQ"]
)


class PasskeyEndpoints(ResponseSchema):
    """The pages to which password managers send people (W3C passkey endpoints)."""

    enroll: Annotated[str, Field(examples=["https://lakes.example/account#passkeys"])]
    manage: Annotated[str, Field(examples=["https://lakes.example/account#passkeys"])]


class RelatedOrigins(ResponseSchema):
    """The origins whose pages may use the domain's passkeys (WebAuthn Level 3, 5.11)."""

    origins: Annotated[list[str], Field(examples=[["https://lakes.example"]])]


class Passkey(ResponseSchema):
    """A passkey, as its owner sees it."""

    id: Identifier
    name: Annotated[str, Field(examples=["My phone"])]
    backed_up: Annotated[
        bool, Field(description="Whether it's copied to other devices.", examples=[True])
    ]
    added_at: Timestamp
    last_used_at: Annotated[Timestamp | None, Field(description="Null if it never signed in.")]


class PasskeyList(ResponseSchema):
    """The account's passkeys, the oldest first."""

    items: list[Passkey]


class RequestOptions(ResponseSchema):
    """The argument of `PublicKeyCredential.parseRequestOptionsFromJSON()` (WebAuthn Level 3)."""

    challenge: Annotated[str, _CHALLENGE]
    rp_id: Annotated[str, Field(examples=["lakes.example"])]
    timeout: Annotated[int, Field(description="In milliseconds.", examples=[600_000])]
    user_verification: Literal["required"]


class CreationOptions(ResponseSchema):
    """The argument of `PublicKeyCredential.parseCreationOptionsFromJSON()` (WebAuthn Level 3)."""

    rp: Annotated[
        dict[str, Any], Field(examples=[{"id": "lakes.example", "name": "Breeze Lakes Point"}])
    ]
    user: Annotated[
        dict[str, Any],
        Field(examples=[{"id": "MDFLQzhX", "name": "river.okafor", "displayName": "river.okafor"}]),
    ]
    challenge: Annotated[str, _CHALLENGE]
    pub_key_cred_params: Annotated[
        list[dict[str, Any]],
        Field(examples=[[{"type": "public-key", "alg": algorithm} for algorithm in ALGORITHMS]]),
    ]
    timeout: Annotated[int, Field(description="In milliseconds.", examples=[300_000])]
    exclude_credentials: Annotated[
        list[dict[str, Any]],
        Field(examples=[[{"type": "public-key", "id": "ZHVja3M", "transports": ["internal"]}]]),
    ]
    authenticator_selection: Annotated[
        dict[str, Any],
        Field(examples=[{"residentKey": "required", "userVerification": "required"}]),
    ]
    attestation: Literal["none"]
