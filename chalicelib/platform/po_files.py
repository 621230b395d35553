"""Reads gettext's catalogs (``.po`` files), without a library.

The source tree uses this when it first translates a text, and the build of the deployment package
uses it to compile the catalogs. The package itself doesn't contain this module.
"""

import ast
import re
from collections.abc import Iterator
from typing import TypedDict

from chalicelib.platform.translations import CONTEXT_END

_LINE = re.compile(r'(?:(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d+)\])? )?(".*")')
_RULE = re.compile(r"plural=([^;]+);")


class Compiled(TypedDict):
    """A compiled catalog: the arguments of ``translations.Catalog``."""

    messages: dict[str, str | list[str]]
    plural: str


def parse(text: str) -> Compiled:
    """Return the translations of a catalog. Entries that are fuzzy or incomplete are left out.

    Args:
        text: the content of the file, as ``make translations`` writes it.
    """
    messages: dict[str, str | list[str]] = {}
    plural = "n != 1"
    for entry in text.split("\n\n"):
        fields = dict(_fields(entry))
        source = fields.get("msgid")
        if source == "":
            plural = _RULE.findall(fields["msgstr"])[0]
        if not source or "\n#, fuzzy" in f"\n{entry}":
            continue
        forms = [value for name, value in fields.items() if name.startswith("msgstr")]
        if all(forms):
            key = "".join([f"{fields[n]}{CONTEXT_END}" for n in ["msgctxt"] if n in fields])
            messages[key + source] = forms if "msgid_plural" in fields else forms[0]
    return {"messages": messages, "plural": plural}


def _fields(entry: str) -> Iterator[tuple[str, str]]:
    """Yield the fields of an entry: ``msgid``, ``msgstr``, or ``msgstr0`` and so on."""
    name, value = "", ""
    for line in entry.splitlines():
        if match := _LINE.fullmatch(line):
            if match[1]:
                if name:
                    yield name, value
                name, value = match[1] + (match[2] or ""), ""
            value += ast.literal_eval(match[3])
    if name:
        yield name, value
