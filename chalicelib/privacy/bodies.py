"""Models of request bodies of privacy, which pydantic validates."""

from typing import Annotated

from pydantic import Field

from chalicelib.identity import passwords
from chalicelib.platform.bodies import RequestBody


class DeleteAccount(RequestBody):
    """The password and code, to delete the account."""

    current_password: Annotated[
        str,
        Field(
            min_length=1,
            max_length=passwords.MAX_ACCEPTED_INPUT_LENGTH,
            # No test account has this password: the tests send examples, and would erase it.
            examples=["harvest river lemon ticket quiet barrel"],
            json_schema_extra={"format": "password"},
        ),
    ]
