"""Renders emails from their templates, in each language: subject, plain text, and HTML.

One template makes all three. It extends the layout that it's given, and calls ``email.paragraph``
and ``email.link_button``, which each layout defines. A rendered email has facts in braces,
such as ``{username}``. ``chalicelib/platform/emails.py`` fills them in.
"""

import re

import jinja2

from chalicelib.platform.languages import Language
from web import pages

_BLANK_LINES = re.compile(r"\n{3,}")


def names() -> list[str]:
    """Return the names of the emails."""
    return sorted(file.stem for file in (pages.TEMPLATES / "emails").iterdir())


def render(name: str, language: Language) -> dict[str, str]:
    """Return an email's ``subject``, ``text``, and ``html``, with facts in braces.

    Args:
        name: of its template in ``templates/emails``.
        language: the reader's.
    """
    as_html = pages.environment(language)
    as_text = as_html.overlay(autoescape=False)
    template = as_text.get_template(f"emails/{name}.jinja")
    text = _rendered(as_text, name, "txt")
    return {
        "subject": "".join(template.blocks["subject"](template.new_context())),
        "text": _BLANK_LINES.sub("\n\n", text).strip() + "\n",
        "html": _rendered(as_html, name, "html"),
    }


def _rendered(environment: jinja2.Environment, name: str, kind: str) -> str:
    """Return an email in the layout of a kind, ``txt`` or ``html``."""
    layout = environment.get_template(f"email-layout.{kind}")
    parts = environment.get_template(f"email-parts.{kind}").module
    return environment.get_template(f"emails/{name}.jinja").render(layout=layout, email=parts)
