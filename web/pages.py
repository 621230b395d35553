"""Renders pages from their templates, in each language.

A rendered page still contains placeholders, such as ``{{base}}``, for what depends on the
deployment or the request. ``chalicelib/pages/page.py`` replaces them.
"""

import functools
import re
from typing import Any

import jinja2

from chalicelib.platform import lengths, translations
from chalicelib.platform.languages import NP_, Language
from web import assets, bundles, labels
from web.form_fields import FormFields

TEMPLATES = assets.FOLDER / "templates"
# Translators: the name of your language, in your language, such as "Español".
_LANGUAGE_NAME = NP_("name of the language", "English")
_PLACEHOLDERS = (
    *("base", "default_time_zone", "minimum_password_length"),
    *("providers", "passkey_domain"),
)
# Those of the page of an event, and of the attribute that hides a part that would be empty.
_OPTIONAL_OF_EVENT = ("description", "age", "pay", "address", "hours", "contact")
_OF_EVENT = (
    *("id", "name", "dates", "window", "summary", "closed"),
    *_OPTIONAL_OF_EVENT,
    *(f"no_{name}" for name in (*_OPTIONAL_OF_EVENT, "preview")),
)
# Calls in scripts, with their first two arguments: each is a text in double quotes.
_CALL = re.compile(r'\b([np]?gettext)\(\s*"([^"]+)"(?:,\s*"([^"]+)")?')
_LABEL_CALL = re.compile(r"\bword\(")


def render(name: str, language: Language) -> str:
    """Return a page with placeholders.

    Args:
        name: of its template in ``templates/pages`` and of its script in ``scripts``.
        language: the reader's.
    """
    return (
        environment(language)
        .get_template(f"pages/{name}.html")
        .render(page=name, script_texts=script_texts(name, language))
    )


@functools.cache
def environment(language: Language) -> jinja2.Environment:
    """Return what all templates of a language can use."""
    environment_built = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment_built.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}
    placeholders = (*_PLACEHOLDERS, *(f"event_{name}" for name in _OF_EVENT))
    environment_built.globals |= {name: f"{{{{{name}}}}}" for name in placeholders}
    environment_built.globals |= {
        "asset": lambda kind, name: f"{{{{base}}}}/{assets.path(kind, name)}",
        "form_fields": FormFields(language),
        "style_sheet": lambda name: assets.current("styles")[name],
        "language": language.value,
        "languages": [
            (choice.value, translations.translate(_LANGUAGE_NAME, choice)) for choice in Language
        ],
        "longest": lengths.OF_FIELD,
        "start_script": assets.start_script(),
    }
    words = translations.catalog(language)
    # Not newstyle, which takes translations for markup.
    environment_built.install_gettext_callables(  # type: ignore[attr-defined]
        words.gettext,
        words.ngettext,
        newstyle=False,
        pgettext=words.pgettext,
        npgettext=words.npgettext,
    )
    return environment_built


def script_texts(name: str, language: Language) -> dict[str, Any]:
    """Return what the scripts of a page show: translations, and labels of choices.

    A text about a number of things has all forms of its language, by the singular.
    """
    sources = assets.sources("scripts")
    modules = (*bundles.first_modules(sources, name), *bundles.later_modules(sources, name))
    scripts = "".join(sources[module] for module in modules)
    messages = translations.catalog(language).messages
    return {
        "texts": {key: messages[key] for key in keys_of(scripts) if key in messages},
        "labels": labels.choice_labels(language) if _LABEL_CALL.search(scripts) else {},
    }


def keys_of(scripts: str) -> set[str]:
    """Return the texts in scripts, as catalogs name them."""
    return {
        f"{first}{translations.CONTEXT_END}{second}" if function == "pgettext" else first
        for function, first, second in _CALL.findall(scripts)
    }
