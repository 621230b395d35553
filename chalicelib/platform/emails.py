"""Emails from templates, in the reader's language, as text and as HTML.

An email contains no text that the person who triggers it has typed. Otherwise the service would
send strangers' words to other people.
"""

from collections.abc import Mapping

from chalicelib.platform import settings
from chalicelib.platform.html import element, empty
from chalicelib.platform.languages import Language
from chalicelib.platform.mail import Message

# In each language: the subject, then the paragraphs.
EmailTemplate = Mapping[Language, tuple[str, ...]]

_SIGNATURE = settings.APPLICATION.replace("-", " ").title()


def is_enabled(notice: str) -> bool:
    """Return whether this stage sends a notice, one of ``settings.NOTICES``."""
    return notice in settings.current().notices


def render(
    to: str,
    language: Language | None,
    template: EmailTemplate,
    *,
    link: str | None = None,
    **facts: str,
) -> Message:
    """Return an email from a template.

    Args:
        to: the email address.
        language: the reader's language; None for English.
        template: its texts, with the names of facts in braces.
        link: a URL, which follows the first paragraph.
        facts: values for the names in braces; the subject has none.
    """
    language = language or Language.ENGLISH
    subject, *paragraphs = template[language]
    said = [paragraph.format(**facts) for paragraph in paragraphs]
    lines = [said[0], *([link] if link else []), *said[1:], _SIGNATURE]
    linked = [element("p", element("a", link, href=link))] if link else []
    shown = [element("p", paragraph) for paragraph in (*said, _SIGNATURE)]
    head = element("head", empty("meta", charset="utf-8"), element("title", subject))
    body = element("body", shown[0], *linked, *shown[1:])
    page = "<!doctype html>\n" + element("html", head, body, lang=language)
    return Message(to, subject, "\n\n".join(lines) + "\n", page)
