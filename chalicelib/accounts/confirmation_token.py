"""The field of request bodies with a confirmation."""

from typing import Annotated

from chalicelib.platform.fields import Field

ConfirmationToken = Annotated[
    str,
    Field(
        min_length=1,
        max_length=100,
        description="From `POST /me/confirmation`, at most five minutes ago.",
        examples=["0b2mTtJVtgyAF-9AVYMnoZ9LZjnN0ORIsyEMGRVNFnQ"],
    ),
]
