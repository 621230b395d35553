"""Schemas of request bodies of privacy."""

from typing import Annotated

from chalicelib.accounts.bodies import OwnerProof
from chalicelib.identity import passwords
from chalicelib.platform.fields import Field


class DeleteAccount(OwnerProof):
    """The password and code, or a confirmation, to delete the account."""

    current_password: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=passwords.MAX_VERIFIABLE_PASSWORD_LENGTH,
            # No test account has this password: the tests send examples, and would erase it.
            examples=["harvest river lemon ticket quiet barrel"],
            json_schema_extra={"format": "password"},
        ),
    ] = None
