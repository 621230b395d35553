"""The languages of the service, the choice of one for a client, and marks for texts.

Texts are written in English. These functions, named as in GNU gettext, mark them for translation:

- ``N_("Save changes")`` marks a text.
- ``NP_("status", "Hired")`` marks a text that has different translations in different contexts.
- ``NN_("{count} spot", "{count} spots")`` marks a text about a number of things.

A marked text is a string, the English text.
"""

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
    """A language of the service, as a tag (RFC 5646)."""

    # English, in which texts are written, and one for each catalog.
    _ignore_ = ["_file", "_tag"]  # noqa: RUF012 (Enum reads this list and removes it)

    ENGLISH = "en"
    for _file in sorted(os.listdir(CATALOGS)):  # noqa: PTH208
        _tag = _file.partition(".")[0]
        vars()[_tag.upper()] = _tag


class ContextText(str):
    """A text that is translated in a context.

    Attributes:
        context: says what the text is about, such as ``status``.
    """

    __slots__ = ("context",)

    def __new__(cls, context: str, text: str) -> "ContextText":
        """Create the text."""
        text_object = super().__new__(cls, text)
        text_object.context = context
        return text_object

    context: str


class PluralText(str):
    """A text about a number of things: as a string its plural.

    Attributes:
        singular: the text about one thing.
    """

    __slots__ = ("singular",)

    def __new__(cls, singular: str, plural: str) -> "PluralText":
        """Create the text."""
        text_object = super().__new__(cls, plural)
        text_object.singular = singular
        return text_object

    singular: str


def N_(text: str) -> str:  # noqa: N802 (gettext's name)
    """Mark a text for translation, and return it."""
    return text


NP_ = ContextText
NN_ = PluralText


def preferred(header: str) -> Language | None:
    """Return the supported language that a client prefers in ``Accept-Language``.

    Regions are ignored. Of several languages with the same weight, the first one wins (RFC 9110,
    12.5.4).

    Returns:
        None if the client lists no supported language.
    """
    languages: list[tuple[float, Language]] = []
    for listed in header.split(",")[:_MOST_LISTED]:
        match = _RANGE.fullmatch(listed.strip())
        if match and (tag := match[1].lower()) in set(Language):
            weight = min(1.0, float(match[2] or 1))
            languages += [(weight, Language(tag))] if weight else []
    return max(languages, key=lambda one: one[0])[1] if languages else None
