"""Catalogs of translations: every text of the source is in them, with a valid translation."""

import pytest
from babel.messages.pofile import read_po

from chalicelib.platform import po_files
from tools import translations

SPANISH = translations.path_of("es")
HEADER = 'msgid ""\nmsgstr ""\n"Language: es\\n"\n"Plural-Forms: nplurals=2; plural=n != 1;\\n"\n\n'


@pytest.fixture(scope="module")
def source():
    return translations.extract()


@pytest.mark.parametrize("path", translations.paths(), ids=lambda path: path.stem)
def test_catalog_has_all_texts_translated_and_no_others(path, source):
    assert list(translations.problems(path)) == []
    # Otherwise, run: make translations
    assert path.read_text("utf-8") == translations.updated(path, source)


def test_our_reader_finds_what_babel_finds():
    with SPANISH.open("rb") as file:
        catalog = read_po(file)

    texts = {}
    for message in filter(lambda one: one.id, catalog):
        text = message.id if isinstance(message.id, str) else message.id[0]
        key = f"{message.context}\x04{text}" if message.context else text
        texts[key] = message.string if isinstance(message.string, str) else [*message.string]
    compiled = po_files.parse(SPANISH.read_text("utf-8"))
    assert compiled == {"messages": texts, "plural": catalog.plural_expr}


def test_texts_are_found_in_python_templates_and_scripts(tmp_path):
    (tmp_path / "rules.py").write_text(
        "# Translators: On a button.\n"
        'A = N_("Save")\nB = NP_("status", "Hired")\nC = NN_("{count} row", "{count} rows")\n'
    )
    (tmp_path / "page.html").write_text(
        "<p>{{ gettext('Menu') }}{% trans %}\n  Sign\n  out\n{% endtrans %}</p>"
        "{% trans count=n %}{{ count }} spot{% pluralize %}{{ count }} spots{% endtrans %}"
    )
    (tmp_path / "page.js").write_text(
        "say(gettext('Loading…'), ngettext(`{count} day`, `{count} days`, n));\n"
        'pgettext("menu", "Register");\n'
    )

    texts = translations.extract(tmp_path)

    assert {(message.context, message.id) for message in texts if message.id} == {
        (None, "Save"),
        ("status", "Hired"),
        (None, ("{count} row", "{count} rows")),
        (None, "Menu"),
        (None, "Sign out"),
        (None, ("%(count)s spot", "%(count)s spots")),
        (None, "Loading…"),
        (None, ("{count} day", "{count} days")),
        ("menu", "Register"),
    }
    assert texts["Save"].auto_comments == ["On a button."]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('msgid "Save"\nmsgstr ""', "es.po: missing: 'Save'"),
        ('#, fuzzy\nmsgid "Save"\nmsgstr "Guardar"', "es.po: fuzzy, review it: 'Save'"),
        ('#~ msgid "Save"\n#~ msgstr "Guardar"', "es.po: obsolete: 'Save'"),
        (
            'msgctxt "sheet"\nmsgid "Saved at {at}"\nmsgstr "Guardado"',
            "es.po: needs {at}: 'Saved at {at}' (sheet)",
        ),
        ('#. Optional: {by}.\nmsgid "Save {at} {by}"\nmsgstr "Guardar {at}"', None),
        ('msgid "Save"\nmsgstr "Guardar {at}"', "es.po: needs no braces: 'Save'"),
        (
            'msgid "{count} row"\nmsgid_plural "{count} rows"\nmsgstr[0] "una fila"\nmsgstr[1] ""',
            "es.po: missing: '{count} rows'",
        ),
        ('msgid "Save"\nmsgstr "\'Guardar\'"', "es.po: has a straight apostrophe ('): 'Save'"),
        (
            'msgid "{count} row"\nmsgid_plural "{count} rows"\nmsgstr[0] "1"\nmsgstr[1] "{count}"',
            None,
        ),
    ],
)
def test_mistakes_in_a_catalog_are_listed(tmp_path, entry, problem):
    path = tmp_path / "es.po"
    path.write_text(f"{HEADER}{entry}\n", encoding="utf-8")

    assert list(translations.problems(path)) == ([problem] if problem else [])


def test_changed_text_keeps_its_translation_for_review(tmp_path):
    path = tmp_path / "es.po"
    path.write_text(f'{HEADER}msgid "Save changes now"\nmsgstr "Guardar"\n', encoding="utf-8")
    (tmp_path / "rules.py").write_text('A = N_("Save the changes now")\n')

    updated = translations.updated(path, translations.extract(tmp_path))

    assert '#, fuzzy\nmsgid "Save the changes now"\nmsgstr "Guardar"' in updated
    assert "Save the changes now" not in po_files.parse(updated)["messages"]


def test_new_language_is_a_file_with_all_texts_of_which_only_its_name_is_translated(
    tmp_path, monkeypatch, source
):
    monkeypatch.setattr(translations, "FOLDER", tmp_path)

    path = translations.add("eo")

    assert path == tmp_path / "eo.po"
    assert "nplurals=2; plural=" in path.read_text("utf-8")
    problems_found = list(translations.problems(path))
    assert len(problems_found) == len(source) - 1
    assert all(line.startswith("eo.po: missing: ") for line in problems_found)
    assert 'msgid "English"\nmsgstr "Esperanto"' in path.read_text("utf-8")


@pytest.mark.parametrize("tag", ["es", "en", "xx", "pt-BR", "pt_BR", "", "../es"])
def test_unknown_or_present_language_is_not_added(tag):
    with pytest.raises(translations.TranslationError):
        translations.add(tag)
