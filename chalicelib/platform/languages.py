"""The languages that mail is written in, and which of them somebody reads."""

import re
from enum import StrEnum

# A client lists a few; whoever lists more has no wish that could be kept.
_MOST_LISTED = 20
_RANGE = re.compile(
    r"([A-Za-z]{1,8})(?:-[A-Za-z0-9-]{0,40})?(?:\s*;\s*[qQ]=([01](?:\.[0-9]{0,3})?))?"
)


class Language(StrEnum):
    """A language tag (RFC 5646)."""

    ENGLISH = "en"
    SPANISH = "es"


def preferred(header: str) -> Language | None:
    """Return which of our languages a client would rather have, as ``Accept-Language`` says.

    A region is of no account, and of two that are wanted alike the first is taken (RFC 9110,
    12.5.4).

    Returns:
        None if it names none of ours.
    """
    wanted: list[tuple[float, Language]] = []
    for listed in header.split(",")[:_MOST_LISTED]:
        found = _RANGE.fullmatch(listed.strip())
        if found and (tag := found[1].lower()) in set(Language):
            weight = min(1.0, float(found[2] or 1))
            wanted += [(weight, Language(tag))] if weight else []
    return max(wanted, key=lambda one: one[0])[1] if wanted else None
