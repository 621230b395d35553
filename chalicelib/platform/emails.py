"""Emails from templates, in the reader's language, as text and as HTML.

The templates are in ``web/templates/emails``. They are rendered when the deployment package is
built, except for the facts, which this module fills in. An email contains no text that the person
who triggers it has typed, unless the address is verified. Otherwise the service would send
strangers' words to other people. Its link leads to the service's own URL.
"""

import json
import re
from html import escape

from chalicelib.platform import built_files, settings
from chalicelib.platform.languages import Language
from chalicelib.platform.mail import Message
from chalicelib.platform.outbox import Email

_FACT = re.compile(r"\{(\w+)\}")
# Where programs for email find domains, addresses, and URLs in a text.
_LINK_CHARACTERS = re.compile(r"(?<=[.@/])(?=\w)|(?<=[:/])(?=/)")
# Invisible, and no place for a line break. Sign-in ignores it in names that people copy.
_WORD_JOINER = "\u2060"


class ForeignLink(ValueError):
    """An email's link leads to another site: a function was made to ask for it."""


def is_enabled(notice: str) -> bool:
    """Return whether this stage sends a notice, one of ``settings.NOTICES``."""
    return notice in settings.current().notices


def render(email: Email) -> Message:
    """Return an email as it is sent, from its template.

    Raises:
        ForeignLink: its link leads to another site.
        KeyError: there is no such template, or a fact is missing.
    """
    language = email.language or Language.ENGLISH
    template = json.loads(built_files.read(f"emails/{language}.json"))[email.template]
    text = {name: _unlinked(fact) for name, fact in email.template_values.items()}
    if email.link is not None:
        if not email.link.startswith(f"{settings.current().public_url}/"):
            raise ForeignLink
        text["link"] = email.link
    html = {name: escape(fact) for name, fact in text.items()}
    return Message(
        email.to,
        template["subject"],
        _with_values(template["text"], text),
        _with_values(template["html"], html),
        email.account_id,
    )


def _with_values(template: str, facts: dict[str, str]) -> str:
    """Replace all names in braces at once: a fact that contains braces stays as it is."""
    return _FACT.sub(lambda name: facts[name[1]], template)


def _unlinked(fact: str) -> str:
    """Return a text in which programs for email find no link: a username may look like a domain."""
    return _LINK_CHARACTERS.sub(_WORD_JOINER, fact)
