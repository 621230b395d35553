"""Emails from templates, in the reader's language, as text and as HTML.

The templates are in ``web/templates/emails``. They are rendered when the deployment package is
built, except for the facts, which this module fills in. An email contains no text that the person
who triggers it has typed, unless the address is verified. Otherwise the service would send
strangers' words to other people.
"""

import json
import re
from html import escape

from chalicelib.platform import built_files, settings
from chalicelib.platform.languages import Language
from chalicelib.platform.mail import Message

_FACT = re.compile(r"\{(\w+)\}")
# Where programs for email find domains, addresses, and URLs in a text.
_LINK_CHARACTERS = re.compile(r"(?<=[.@/])(?=\w)|(?<=[:/])(?=/)")
# Invisible, and no place for a line break. Sign-in ignores it in names that people copy.
_WORD_JOINER = "\u2060"


def is_enabled(notice: str) -> bool:
    """Return whether this stage sends a notice, one of ``settings.NOTICES``."""
    return notice in settings.current().notices


def render(
    to: str, language: Language | None, template: str, *, link: str | None = None, **facts: str
) -> Message:
    """Return an email from a template.

    Args:
        to: the email address.
        language: the reader's language; None for English.
        template: its name.
        link: the URL of its button, if it has one.
        facts: values for the names in braces; the subject has none.
    """
    language = language or Language.ENGLISH
    email = json.loads(built_files.read(f"emails/{language}.json"))[template]
    text = {name: _unlinked(fact) for name, fact in facts.items()}
    if link is not None:
        text["link"] = link
    html = {name: escape(fact) for name, fact in text.items()}
    return Message(to, email["subject"], _filled(email["text"], text), _filled(email["html"], html))


def _filled(template: str, facts: dict[str, str]) -> str:
    """Replace all names in braces at once: a fact that contains braces stays as it is."""
    return _FACT.sub(lambda name: facts[name[1]], template)


def _unlinked(fact: str) -> str:
    """Return a text in which programs for email find no link: a username may look like a domain."""
    return _LINK_CHARACTERS.sub(_WORD_JOINER, fact)
