"""Translations of texts from gettext catalogs: ``chalicelib/translations/es.po`` and others.

Texts are written in English where they are used, and marked there (see
:mod:`chalicelib.platform.languages`), so that ``make translations`` finds them. :func:`translate`
returns a marked text in a language, and fills in its values. Templates and scripts call
``gettext``, ``ngettext``, ``pgettext``, and ``npgettext`` instead; :class:`Catalog` has these
functions for a language.

Importing this module reads no catalog. The first translation into a language other than English
reads the catalog of that language.
"""

import functools
import json
from collections.abc import Callable, Mapping
from typing import cast

from chalicelib.platform.languages import CATALOGS, ContextText, Language, PluralText

# gettext's separator of a context from its text, in .mo files.
CONTEXT_END = "\x04"
Messages = Mapping[str, str | list[str]]


class Catalog:
    """The translations into a language. A text without one stays English."""

    def __init__(self, messages: Messages, plural: str = "n != 1") -> None:
        """Create the catalog.

        Args:
            messages: translations by text, or by context and text; a list of all plural forms for
                a text about a number of things.
            plural: the rule that selects one of these forms, as in a catalog's header.
        """
        self.messages = messages
        self._plural = plural

    def gettext(self, text: str) -> str:
        """Return the translation of a text."""
        message = self.messages.get(text, text)
        return message if isinstance(message, str) else text

    def pgettext(self, context: str, text: str) -> str:
        """Return the translation of a text in a context."""
        message = self.messages.get(f"{context}{CONTEXT_END}{text}", text)
        return message if isinstance(message, str) else text

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """Return the translation of a text about a number of things."""
        return self._counted(self.messages.get(singular), singular, plural, count)

    def npgettext(self, context: str, singular: str, plural: str, count: int) -> str:
        """Return the translation of a text about a number of things, in a context."""
        message = self.messages.get(f"{context}{CONTEXT_END}{singular}")
        return self._counted(message, singular, plural, count)

    def plural_forms(self, singular: str, plural: str) -> list[str]:
        """Return all forms of a text about a number of things, in gettext's order.

        Scripts select one by ``Intl.PluralRules``, whose categories have the same order; the last
        form is for all further categories, such as that of fractions.
        """
        message = self.messages.get(singular)
        return message if isinstance(message, list) else [singular, plural]

    def _counted(
        self, found: str | list[str] | None, singular: str, plural: str, count: int
    ) -> str:
        if isinstance(found, list):
            return found[self._rule(count)]
        return singular if count == 1 else plural

    @functools.cached_property
    def _rule(self) -> Callable[[int], int]:
        from gettext import c2py  # only for texts about a number of things

        rule: Callable[[int], int] = c2py(self._plural)
        return rule


@functools.cache
def catalog(language: Language) -> Catalog:
    """Return the catalog of a language. That of English has no translations."""
    if language is Language.ENGLISH:
        return Catalog({})
    try:
        with open(f"{CATALOGS}/{language}.json", encoding="utf-8") as compiled:  # noqa: PTH123
            return Catalog(**json.load(compiled))
    except FileNotFoundError:
        # The source tree, which needs no build step. The deployment package lacks this module.
        from chalicelib.platform import po_files

        with open(f"{CATALOGS}/{language}.po", encoding="utf-8") as source:  # noqa: PTH123
            return Catalog(**po_files.parse(source.read()))


def translate(text: str, language: Language, /, **values: object) -> str:
    """Return a marked text in a language.

    Args:
        text: what ``N_``, ``NP_``, or ``NN_`` returned.
        language: the reader's language.
        values: values for the names in braces; ``count`` selects the form of a plural. Without
            values, braces stay.
    """
    words = catalog(language)
    if isinstance(text, PluralText):
        text_found = words.ngettext(text.singular, str(text), cast("int", values["count"]))
    elif isinstance(text, ContextText):
        text_found = words.pgettext(text.context, str(text))
    else:
        text_found = words.gettext(text)
    return text_found.format(**values) if values else text_found
