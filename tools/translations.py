"""Keeps the catalogs of translations up to date with the texts in the source, using Babel.

    python -m tools.translations            # update every catalog, and list what is missing
    python -m tools.translations add fr     # add a language

A catalog is a gettext file in ``chalicelib/translations``. Texts are found in Python,
in Jinja2 templates, and in JavaScript, with comments that begin with ``Translators:``.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from chalicelib.platform.languages import Language

PROJECT = Path(__file__).parent.parent
FOLDER = PROJECT / "chalicelib" / "translations"
_SOURCES = (PROJECT / "chalicelib", PROJECT / "web")
_METHODS = [
    ("**.py", "python"),
    ("**.html", "jinja2"),
    ("**.jinja", "jinja2"),
    ("**.js", "javascript"),
]
_OPTIONS = {
    pattern: {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}
    for pattern, method in _METHODS
    if method == "jinja2"
}
# Otherwise Babel misses calls inside `…${gettext("…")}…`.
_OPTIONS["**.js"] = {"parse_template_string": "true"}
# Which arguments of a function are texts; ``c`` marks the context.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "N_": None,
    "NP_": ((1, "c"), 2),
    "NN_": (1, 2),
    "FieldError": (2,),
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# Places to fill in: "{count}" in Python and JavaScript, "%(count)s" in Jinja2.
_PLACE = re.compile(r"\{\w+\}|%\(\w+\)s")
# In a comment for translators: places that a translation may use or leave out.
_OPTIONAL = re.compile(r"Optional: ([^.]+)\.")
_COUNT = {"{count}", "%(count)s", "%(num)s"}
_WIDTH = 100
# Headers that change with every update, or that say what git knows.
_NOT_WRITTEN = (
    *('"POT-Creation-Date:', '"PO-Revision-Date:', '"Generated-By:', '"Project-Id-Version:'),
    *('"Report-Msgid-Bugs-To:', '"Last-Translator:', '"Language-Team:'),
)
# Some languages have a plural form for whole millions, such as Spanish. No number here is so high.
_MILLIONS = re.compile(r"n != 0 && n % 1000000 == 0 \? 1 : 2")


class TranslationError(RuntimeError):
    """The request can't be done; the message says why."""


def extract(*folders: Path) -> Catalog:
    """Return a catalog of all texts in the source, without translations.

    Args:
        folders: where the source is; none for the project's.
    """
    catalog = Catalog()
    for folder in folders or _SOURCES:
        texts = extract_from_dir(
            folder,
            method_map=_METHODS,
            options_map=_OPTIONS,
            keywords=KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        )
        for file, _, text, comments, context in texts:
            # Without line numbers, which would change with every edit.
            location = (f"{folder.name}/{file}", 1)
            catalog.add(text, locations=[location], auto_comments=comments, context=context)
    return catalog


def paths() -> list[Path]:
    """Return the file of each language but English."""
    return [path_of(language) for language in Language if language is not Language.ENGLISH]


def path_of(language: str) -> Path:
    """Return the catalog of a language."""
    return FOLDER / f"{language}.po"


def updated(path: Path, source: Catalog) -> str:
    """Return the content of a catalog after an update.

    The translation of a text that has changed a little is kept and marked as fuzzy, for review.

    Args:
        path: the catalog.
        source: all texts, from :func:`extract`.
    """
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.stem)
    catalog.update(source, update_header_comment=False)
    return written(catalog)


def problems(path: Path) -> Iterator[str]:
    """List the texts of a catalog that lack a valid translation."""
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.stem)
    for message in catalog:
        if message.id:
            yield from (
                f"{path.name}: {problem}: {_source(message)}" for problem in _wrong(message)
            )
    yield from (
        f"{path.name}: obsolete: {_source(message)}" for message in catalog.obsolete.values()
    )


def _wrong(message: Message) -> Iterator[str]:
    sources = [message.id] if isinstance(message.id, str) else message.id
    forms = [message.string] if isinstance(message.string, str) else message.string or []
    if message.fuzzy:
        yield "fuzzy, review it"
    if not forms or not all(forms):
        yield "missing"
        return
    needed = set(_PLACE.findall(sources[-1]))
    for form in forms:
        # A form for one thing may say "one" instead of the number.
        optional = set(_COUNT) if message.pluralizable else set()
        for places in _OPTIONAL.findall(" ".join(message.auto_comments)):
            optional |= set(_PLACE.findall(places))
        if (needed ^ set(_PLACE.findall(form))) - optional:
            yield f"needs {', '.join(sorted(needed)) or 'no braces'}"
        if "'" in form:
            yield "has a straight apostrophe (')"


def _source(message: Message) -> str:
    text = message.id if isinstance(message.id, str) else message.id[-1]
    return f"{text!r} ({message.context})" if message.context else repr(text)


def written(catalog: Catalog) -> str:
    """Return the content of a catalog's file."""
    file = io.BytesIO()
    write_po(
        file,
        catalog,
        width=_WIDTH,
        omit_header=False,
        sort_by_file=True,
        ignore_obsolete=True,
        include_previous=False,
        include_lineno=False,
    )
    lines = file.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(_NOT_WRITTEN))


def update() -> int:
    """Update every catalog; return 1 if a translation is missing or invalid."""
    source = extract()
    for path in paths():
        path.write_text(updated(path, source), encoding="utf-8")
    problems_found = [problem for path in paths() for problem in problems(path)]
    print(*problems_found, sep="\n", end="\n" if problems_found else "")
    print(f"{len(source)} texts, {len(paths()) + 1} languages, {len(problems_found)} problems")
    return bool(problems_found)


def add(tag: str) -> Path:
    """Add a language: a catalog with all texts, of which only the language's name is translated.

    Args:
        tag: the language (RFC 5646), two or three letters, without a region.

    Raises:
        TranslationError: there is no such language, or there is a catalog of it.
    """
    try:
        locale = Locale.parse(tag)
    except (UnknownLocaleError, ValueError):
        raise TranslationError(f"There is no language {tag}.") from None
    if str(locale) != tag or locale.territory or tag in set(Language):
        raise TranslationError(f"{tag} is there already, or isn't a language without a region.")
    catalog = Catalog(
        locale,
        header_comment=f"# {locale.english_name} texts of Breeze Lakes Point.",
        fuzzy=False,
    )
    rule, found = _MILLIONS.subn("1", catalog.plural_expr)
    if found:
        catalog.mime_headers = [("Plural-Forms", f"nplurals=2; plural={rule};")]
    catalog.update(extract())
    # Until it's translated, pages would call the language "English".
    if own_name := catalog.get("English", context="name of the language"):
        own_name.string = str(locale.get_display_name(tag)).capitalize()
    path_of(tag).write_text(written(catalog), encoding="utf-8")
    return path_of(tag)


def main() -> int:
    """Do what the arguments say; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.translations", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    adding = commands.add_parser("add", help="add a language")
    adding.add_argument("language", help="its tag, such as fr")
    arguments = parser.parse_args()
    try:
        if arguments.command == "add":
            print(f"Translate the texts in {add(arguments.language).relative_to(PROJECT)}.")
            return 0
        return update()
    except TranslationError as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
