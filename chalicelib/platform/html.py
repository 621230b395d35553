"""HTML from Python: every text is escaped unless it is marked as markup."""

import html


class Markup(str):
    """A text that is HTML already and needs no escaping."""

    __slots__ = ()


def element(name: str, /, *content: str, **attributes: str) -> Markup:
    """Return an element: its content in order, its attributes quoted.

    Python names stand for attribute names: ``aria_label``, ``class_``.
    """
    said = "".join(
        f' {attribute.rstrip("_").replace("_", "-")}="{html.escape(value)}"'
        for attribute, value in attributes.items()
    )
    return Markup(f"<{name}{said}>{join(*content)}</{name}>")


def empty(name: str, /, **attributes: str) -> Markup:
    """Return an element without content and end tag (HTML's void elements)."""
    return Markup(element(name, **attributes).removesuffix(f"</{name}>"))


def join(*content: str) -> Markup:
    """Join markup and texts to one piece of markup."""
    return Markup(
        "".join(
            part if isinstance(part, Markup) else html.escape(part, quote=False) for part in content
        )
    )


def document(title: str, sheet: str, *content: str) -> str:
    """Return a whole document in English.

    Args:
        title: the title in the browser's tab.
        sheet: the URL of its style sheet, relative to the document.
        content: the content of its body.
    """
    head = element(
        "head",
        empty("meta", charset="utf-8"),
        empty("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        empty("link", rel="stylesheet", href=sheet),
    )
    return "<!doctype html>\n" + element("html", head, element("body", *content), lang="en")
