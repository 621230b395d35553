"""HTML written from Python: whatever is not markup already is escaped."""

import html


class Markup(str):
    """A text that is HTML already."""

    __slots__ = ()


def element(name: str, /, *content: str, **attributes: str) -> Markup:
    """Return an element: its content in order, its attributes quoted.

    An attribute is named as Python can: ``aria_label``, ``class_``.
    """
    said = "".join(
        f' {attribute.rstrip("_").replace("_", "-")}="{html.escape(value)}"'
        for attribute, value in attributes.items()
    )
    return Markup(f"<{name}{said}>{join(*content)}</{name}>")


def empty(name: str, /, **attributes: str) -> Markup:
    """Return an element that has no content, nor an end (HTML's void elements)."""
    return Markup(element(name, **attributes).removesuffix(f"</{name}>"))


def join(*content: str) -> Markup:
    """Return markup and texts as one piece of markup."""
    return Markup(
        "".join(
            part if isinstance(part, Markup) else html.escape(part, quote=False) for part in content
        )
    )


def document(title: str, sheet: str, *content: str) -> str:
    """Return a whole document in English.

    Args:
        title: what a browser calls it.
        sheet: where its style sheet is, as seen from the document.
        content: what its body holds.
    """
    head = element(
        "head",
        empty("meta", charset="utf-8"),
        empty("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        empty("link", rel="stylesheet", href=sheet),
    )
    return "<!doctype html>\n" + element("html", head, element("body", *content), lang="en")
