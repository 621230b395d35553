"""The languages of the service, and the choice of one for a client."""

import os
import re
from enum import StrEnum

# A file for each language but the source language: ``es.po``, compiled to ``es.json`` in the
# deployment package. Sign-out imports this module, and pathlib would double its time.
CATALOGS = os.path.join(os.path.dirname(os.path.dirname(__file__)), "translations")  # noqa: PTH118, PTH120

# Clients list a few languages. Ignore longer lists, which no browser sends.
_MOST_LISTED = 20
_RANGE = re.compile(
    r"([A-Za-z]{1,8})(?:-[A-Za-z0-9-]{0,40})?(?:\s*;\s*[qQ]=([01](?:\.[0-9]{0,3})?))?"
)


class Language(StrEnum):
    """A language tag (RFC 5646): English, in which texts are written, and one for each catalog."""

    _ignore_ = ["_file", "_tag"]  # noqa: RUF012 (Enum reads this list and removes it)

    ENGLISH = "en"
    for _file in sorted(os.listdir(CATALOGS)):  # noqa: PTH208
        _tag = _file.partition(".")[0]
        vars()[_tag.upper()] = _tag


def preferred(header: str) -> Language | None:
    """Return the supported language that a client prefers in ``Accept-Language``.

    Regions are ignored. Of several languages with the same weight, the first one wins (RFC 9110,
    12.5.4).

    Returns:
        None if the client lists no supported language.
    """
    wanted: list[tuple[float, Language]] = []
    for listed in header.split(",")[:_MOST_LISTED]:
        found = _RANGE.fullmatch(listed.strip())
        if found and (tag := found[1].lower()) in set(Language):
            weight = min(1.0, float(found[2] or 1))
            wanted += [(weight, Language(tag))] if weight else []
    return max(wanted, key=lambda one: one[0])[1] if wanted else None
