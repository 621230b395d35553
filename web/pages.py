"""Renders pages from their templates, in each language.

A rendered page still contains placeholders, such as ``{{base}}``, for what depends on the
deployment or the request. ``chalicelib/pages/page.py`` replaces them.
"""

import functools
import re
from typing import Any

import jinja2

from chalicelib.pages import texts
from chalicelib.platform import lengths
from chalicelib.platform.languages import Language
from web import assets
from web.form_fields import FormFields

TEMPLATES = assets.FOLDER / "templates"
_PLACEHOLDERS = ("base", "default_time_zone", "minimum_password_length")
_TEXT_CALL = re.compile(r'\bsay\(\s*"([\w.-]+)"')
_PLURAL_CALL = re.compile(r'\bsayCount\(\s*"([\w.-]+)"')
# The singular and the plural of a text about a number of things.
_PLURAL_FORMS = ("one", "other")
_LABEL_CALL = re.compile(r"\bword\(")


def names() -> list[str]:
    """Return the names of the pages."""
    return sorted(file.stem for file in (TEMPLATES / "pages").iterdir())


def render(name: str, language: Language) -> str:
    """Return a page with placeholders.

    Args:
        name: of its template in ``templates/pages`` and of its script in ``scripts``.
        language: the reader's.
    """
    own, *imported = assets.scripts_of(name)
    return (
        environment(language)
        .get_template(f"pages/{name}.html")
        .render(page=own, imported_scripts=imported, script_texts=script_texts(name, language))
    )


@functools.cache
def environment(language: Language) -> jinja2.Environment:
    """Return what all templates of a language can use."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}
    made.globals |= {name: f"{{{{{name}}}}}" for name in _PLACEHOLDERS}
    made.globals |= {
        "asset": lambda kind, name: f"{{{{base}}}}/{assets.path(kind, name)}",
        "form_fields": FormFields(language),
        "language": language.value,
        "longest": lengths.OF_FIELD,
        "text": lambda name: texts.text(name, language),
    }
    return made


def script_texts(name: str, language: Language) -> dict[str, Any]:
    """Return what the scripts of a page say: texts by name, labels of choices, and messages."""
    scripts = "".join(assets.current("scripts")[one] for one in assets.scripts_of(name))
    return {
        "texts": {name: texts.text(name, language) for name in sorted(text_names(scripts))},
        "labels": texts.choice_labels(language) if _LABEL_CALL.search(scripts) else {},
        "messages": texts.messages(language),
    }


def text_names(scripts: str) -> set[str]:
    """Return the names of the texts that scripts say, each of a number in singular and plural."""
    counted = {
        f"{name}.{number}" for name in _PLURAL_CALL.findall(scripts) for number in _PLURAL_FORMS
    }
    return counted | set(_TEXT_CALL.findall(scripts))
