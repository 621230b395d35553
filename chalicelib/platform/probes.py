"""Rejected requests that honest clients hardly send: the log names them, and an alarm counts them.

OWASP ASVS 5.0 16.3.1 and 16.3.3.
"""

from collections.abc import Iterable

from chalicelib.platform.errors import (
    ApiError,
    InvalidJson,
    NotFound,
    PayloadTooLarge,
)

# Fields whose value proves something or was issued by the service.
_ISSUED = ("token", "emailToken", "code", "cursor")
# Variables of paths that name another person's data.
_OF_PEOPLE = {"user_id", "session_id"}


def probe_reason(error: ApiError, variables: Iterable[str]) -> str | None:
    """Return why a rejected request may be an attack, without any value of it; None if it isn't.

    Args:
        error: the error.
        variables: the names of the variables in the path.
    """
    from chalicelib.platform.field_errors import InvalidFields  # signing out has no fields

    if isinstance(error, InvalidJson | PayloadTooLarge):
        return error.code
    if isinstance(error, NotFound) and not _OF_PEOPLE.isdisjoint(variables):
        return error.code
    if isinstance(error, InvalidFields):
        if issued := [name for name in _ISSUED if name in error.errors]:
            return f"invalid_{issued[0]}"
        if "unknown_field" in {wrong.code for wrong in error.errors.values()}:
            return "unknown_field"
    return None
