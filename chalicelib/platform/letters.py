"""Letters: what is mailed to people, in their language, as text and as HTML.

No word in them was typed by whoever causes them to be sent, so that nobody has us mail their own
words to somebody else.
"""

from collections.abc import Mapping

from chalicelib.platform import settings
from chalicelib.platform.html import element, empty
from chalicelib.platform.languages import Language
from chalicelib.platform.mail import Message

# A letter in each language: its subject, then its paragraphs.
Wording = Mapping[Language, tuple[str, ...]]

_SIGNED = settings.APPLICATION.replace("-", " ").title()


def is_wanted(notice: str) -> bool:
    """Say whether this stage sends a notice, one of ``settings.NOTICES``."""
    return notice in settings.current().notices


def write(
    to: str, language: Language | None, wording: Wording, *, link: str | None = None, **facts: str
) -> Message:
    """Write a letter.

    Args:
        to: an email address.
        language: the reader's; None for English.
        wording: what it says, with the names of facts in braces.
        link: what to open, said after the first paragraph.
        facts: what differs from letter to letter; never in the subject.
    """
    language = language or Language.ENGLISH
    subject, *paragraphs = wording[language]
    said = [paragraph.format(**facts) for paragraph in paragraphs]
    lines = [said[0], *([link] if link else []), *said[1:], _SIGNED]
    linked = [element("p", element("a", link, href=link))] if link else []
    shown = [element("p", paragraph) for paragraph in (*said, _SIGNED)]
    head = element("head", empty("meta", charset="utf-8"), element("title", subject))
    body = element("body", shown[0], *linked, *shown[1:])
    page = "<!doctype html>\n" + element("html", head, body, lang=language)
    return Message(to, subject, "\n\n".join(lines) + "\n", page)
