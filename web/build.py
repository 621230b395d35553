"""The files that are built: pages and emails in each language, scripts, style sheets, and icons.

Building the deployment package writes them into it. On a developer's machine, each is built when
it's read (:func:`content`), and again after a change of a source.
"""

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from chalicelib import functions
from chalicelib.platform import settings, translations
from chalicelib.platform.languages import CATALOGS, Language
from web import api_docs, assets, emails, pages
from web.openapi.description import describe

_SOURCES = ("templates", *assets.KINDS_WITH_SOURCES)
# The settings are part of these files only.
_WITH_SETTINGS = ("docs.html", "openapi.json")
_LOCK = threading.Lock()
_built: dict[tuple[str, settings.Settings | None], str] = {}
_built_from: list[tuple[str, int]] = []


def write(folder: Path) -> None:
    """Build all files into a folder, which must not exist yet."""
    for path in paths():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_build(path), encoding="utf-8")


def paths() -> Iterator[str]:
    """Yield the path of every file that is built."""
    yield from ("assets.json", "docs.html", "openapi.json")
    for kind in assets.KINDS:
        yield from (f"{kind}/{name}" for name in assets.current(kind))
    for language in Language:
        yield from (f"pages/{language}/{name}.html" for name in assets.page_names())
        yield f"emails/{language}.json"


def content(path: str) -> str:
    """Return a file, built from the sources as they are now.

    Args:
        path: one of :func:`paths`.
    """
    key = path, settings.current() if path in _WITH_SETTINGS else None
    with _LOCK:
        if _built_from != (sources := _sources()):
            _built.clear()
            for cached in (
                *(assets.current, assets.sources, assets.version, assets.start_script),
                *(pages.environment, translations.catalog),
            ):
                cached.cache_clear()
            _built_from[:] = sources
        if key not in _built:
            _built[key] = _build(path)
        return _built[key]


def _sources() -> list[tuple[str, int]]:
    """Return the sources with the times of their last changes.

    Each request for a page or an asset asks: pathlib would take three times as long.
    """
    folders = [*(str(assets.FOLDER / name) for name in _SOURCES), str(CATALOGS)]
    texts: list[tuple[str, int]] = []
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                texts.append((entry.path, entry.stat().st_mtime_ns))
                if entry.is_dir():
                    folders.append(entry.path)
    return sorted(texts)


def _build(path: str) -> str:
    match path.split("/"):
        case ["assets.json"]:
            return json.dumps(assets.manifest())
        case ["docs.html"]:
            return api_docs.build()
        case ["openapi.json"]:
            description = describe(functions.all_endpoints(), settings.current())
            return json.dumps(description, ensure_ascii=False, separators=(",", ":"))
        case ["pages", language, file]:
            return pages.render(file.removesuffix(".html"), Language(language))
        case ["emails", file]:
            language = Language(file.removesuffix(".json"))
            rendered = {name: emails.render(name, language) for name in emails.names()}
            return json.dumps(rendered, ensure_ascii=False)
        case [kind, name]:
            return assets.current(kind)[name]
    raise FileNotFoundError(path)
