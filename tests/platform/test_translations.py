"""Translations: a marked text in a language, with its values; English without a translation."""

import pytest

from chalicelib.platform import languages, po_files, translations
from chalicelib.platform.languages import N_, NN_, NP_, Language
from chalicelib.platform.translations import Catalog, translate

CATALOG = """\
msgid ""
msgstr ""
"Plural-Forms: nplurals=3; plural=n == 1 ? 0 : n < 5 ? 1 : 2;\\n"

msgid "Saved at {at}"
msgstr "Guardado a las {at}"

msgctxt "status"
msgid "Hired"
msgstr "Contratado"

#, fuzzy
msgid "Menu"
msgstr "Carta"

msgid "{count} spot"
msgid_plural "{count} spots"
msgstr[0] "un lugar"
msgstr[1] "{count} lugares"
msgstr[2] "muchos lugares"

msgctxt "place"
msgid "{count} row"
msgid_plural "{count} rows"
msgstr[0] "una línea"
msgstr[1] "{count} "
"líneas"
msgstr[2] "{count} \\"líneas\\""
"""
SPANISH = Language("es")


@pytest.fixture
def catalog(monkeypatch):
    catalog = Catalog(**po_files.parse(CATALOG))
    monkeypatch.setattr(
        translations, "catalog", {SPANISH: catalog, Language.ENGLISH: Catalog({})}.get
    )
    return catalog


@pytest.mark.parametrize(
    ("text", "values", "english", "spanish"),
    [
        (N_("Saved at {at}"), {"at": "9:15"}, "Saved at 9:15", "Guardado a las 9:15"),
        (N_("Saved at {at}"), {}, "Saved at {at}", "Guardado a las {at}"),
        (NP_("status", "Hired"), {}, "Hired", "Contratado"),
        (NP_("button", "Hired"), {}, "Hired", "Hired"),
        (N_("Menu"), {}, "Menu", "Menu"),
        (NN_("{count} spot", "{count} spots"), {"count": 1}, "1 spot", "un lugar"),
        (NN_("{count} spot", "{count} spots"), {"count": 2}, "2 spots", "2 lugares"),
        (NN_("{count} spot", "{count} spots"), {"count": 5}, "5 spots", "muchos lugares"),
        (NN_("{count} day", "{count} days"), {"count": 0}, "0 days", "0 days"),
    ],
)
def test_text_is_translated_or_stays_english(catalog, text, values, english, spanish):
    assert translate(text, Language.ENGLISH, **values) == english
    assert translate(text, SPANISH, **values) == spanish


def test_templates_and_scripts_get_plurals_in_contexts_and_all_their_forms(catalog):
    assert catalog.npgettext("place", "{count} row", "{count} rows", 2) == "{count} líneas"
    assert catalog.npgettext("place", "{count} row", "{count} rows", 9) == '{count} "líneas"'
    assert catalog.plural_forms("{count} spot", "{count} spots")[1] == "{count} lugares"
    assert catalog.plural_forms("{count} day", "{count} days") == ["{count} day", "{count} days"]


def test_there_is_a_language_for_each_catalog():
    files = {name.partition(".")[0] for name in sorted(languages.os.listdir(languages.CATALOGS))}

    assert set(Language) == {"en", *files}


def test_compiled_catalog_is_read_where_there_is_one(tmp_path, monkeypatch):
    (tmp_path / "es.json").write_text('{"messages": {"Menu": "Menú"}, "plural": "n != 1"}')
    monkeypatch.setattr(translations, "CATALOGS", str(tmp_path))

    assert translations.catalog.__wrapped__(SPANISH).gettext("Menu") == "Menú"
