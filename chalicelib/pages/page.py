"""A page: its HTML in one language, and the texts that its scripts will want.

A page is a file in ``html``, in which ``{{name}}`` stands for the text of that name, or for one of
the parts that are made here: the frame around it, and the controls of a form.
"""

import functools
import json
import re
from collections.abc import Callable
from pathlib import Path

from chalicelib.pages import assets, texts
from chalicelib.platform import lengths, settings
from chalicelib.platform.html import Markup, element, empty, join
from chalicelib.platform.languages import Language
from chalicelib.platform.request import Request

# The page's own script sets this cookie to the language that the user chose.
LANGUAGE_COOKIE = "BREEZE_LAKES_POINT_LANGUAGE"
HTML = Path(__file__).parent / "html"
# The pages that need no session.
PUBLIC_PAGES = frozenset({"signin", "signup", "sign-up-link", "forgot", "reset", "verify"})
# The longest text that a field accepts, in characters.
_MAX_LENGTH_PREFIX = "longest."
_OLD_BROWSER = "old-browser"
_PLACEHOLDER = re.compile(r"\{\{([\w.-]+)\}\}")
_TEXT_CALL = re.compile(r'\bsay\(\s*"([\w.-]+)"')
_PLURAL_CALL = re.compile(r'\bsayCount\(\s*"([\w.-]+)"')
# The singular and the plural of a text about a number of things.
_PLURAL_FORMS = ("one", "other")
# What pages/controls.py makes.
_CONTROLS = frozenset(
    {
        *("applicant_form", "staff_form", "ages", "roles", "statuses"),
        *("filters", "orders", "moves", "counts"),
        *("editable", "contact_editable", "withdrawable"),
    }
)
_LABEL_CALL = re.compile(r"\bword\(")


def render(name: str, request: Request) -> str:
    """Return a page in the client's language.

    Args:
        name: its file's in ``html``, and its script's, without the ending.
        request: says in what language, and at which path the service is reached.
    """
    chosen = [one for one in request.cookies.get(LANGUAGE_COOKIE, []) if one in set(Language)]
    language = Language(chosen[0]) if chosen else request.language or Language.ENGLISH
    return _render(name, language, request.base_path)


# For a few bases: a request may be made to claim any.
@functools.lru_cache(maxsize=64)
def _render(page: str, language: Language, base: str) -> str:
    def fill(file: str) -> Markup:
        html = (HTML / f"{file}.html").read_text(encoding="utf-8")
        return Markup(_PLACEHOLDER.sub(lambda place: made(place[1]), html))

    def made(name: str) -> Markup:
        if name in parts:
            return parts[name]()
        if name.startswith(_MAX_LENGTH_PREFIX):
            return Markup(lengths.OF_FIELD[name.removeprefix(_MAX_LENGTH_PREFIX)])
        if name in _CONTROLS:
            # Imported here: the form imports pydantic, and few pages show it.
            from chalicelib.pages import controls

            return Markup(getattr(controls, name)(language))
        return join(texts.text(name, language))

    parts: dict[str, Callable[[], Markup]] = {
        "base": lambda: Markup(base),
        "language": lambda: Markup(language),
        "default_time_zone": lambda: join(settings.current().default_time_zone),
        "title": lambda: made(f"title.{page}"),
        "around": lambda: fill("public" if page in PUBLIC_PAGES else "signed-in"),
        "content": lambda: fill(page),
        "style": lambda: Markup(f"{base}/{assets.path('styles', 'style')}"),
        "icon": lambda: Markup(f"{base}/{assets.path('icons', 'icon')}"),
        "scripts": lambda: _scripts(page, base),
        "texts": lambda: _texts(page, language),
    }
    return fill("frame")


def text_names(scripts: str) -> set[str]:
    """Return the names of the texts that scripts say, each of a number in singular and plural."""
    counted = {
        f"{name}.{number}" for name in _PLURAL_CALL.findall(scripts) for number in _PLURAL_FORMS
    }
    return counted | set(_TEXT_CALL.findall(scripts))


def _scripts(page: str, base: str) -> Markup:
    """Load a page's script, and have the browser fetch at once what that will import."""
    own, *imported = (f"{base}/{assets.path('scripts', one)}" for one in assets.scripts_of(page))
    return join(
        *(empty("link", rel="modulepreload", href=one) for one in imported),
        element("script", type="module", src=own),
        # It speaks where a browser is too old for the page's own script.
        element("script", defer="", src=f"{base}/{assets.path('scripts', _OLD_BROWSER)}"),
    )


def _texts(page: str, language: Language) -> Markup:
    """Write down what a page's scripts say, as JSON that cannot end the element it stands in."""
    scripts = "".join(assets.current("scripts")[one] for one in assets.scripts_of(page))
    given = {
        "texts": {name: texts.text(name, language) for name in sorted(text_names(scripts))},
        "labels": texts.choice_labels(language) if _LABEL_CALL.search(scripts) else {},
        "messages": texts.messages(language),
    }
    written = json.dumps(given, ensure_ascii=False).replace("<", "\\u003c")
    return Markup(f'<script type="application/json" id="texts">{written}</script>')
