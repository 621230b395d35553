"""Scripts of a page, joined into few files, and modules that can't be joined."""

import re

import pytest

from web import assets, bundles

MODULES = {
    "texts": "export const gettext = (text) => text;\nexport const other = 1;\n",
    "page": 'import { gettext } from "./texts";\nexport { other } from "./texts";\n'
    "export function find() {\n  return gettext(1);\n}\n",
    "form": 'import { find as get } from "./page";\nimport { show } from "./extra";\n'
    'show(get, import("./receipt"));\n',
    "extra": "export async function show() {}\n",
    "receipt": 'import { other } from "./page";\nimport { show } from "./extra";\n'
    "export const receipt = show(other);\n",
    "signin": 'import "./page";\n',
}
PAGES = ["form", "signin"]


def lines(text):
    """Return a file's lines, with names in place of the variables of modules."""
    names = sorted(MODULES)
    return re.sub(r"\$(\d+)", lambda found: f"${names[int(found[1])]}", text).splitlines()


def test_what_every_page_imports_is_in_one_file_and_the_rest_in_the_pages():
    files = {name: lines(text) for name, text in bundles.bundles(MODULES, PAGES).items()}

    assert set(files) == {"shared", "form", "form-later", "signin"}
    assert "$page = { find, other: $texts.other };" in files["shared"]
    assert files["shared"][-1] == "export { $texts, $page };"
    assert files["form"][0] == 'import { $page } from "./shared";'
    assert "const { find: get } = $page;" in files["form"]
    assert 'show(get, $later("$receipt"));' in files["form"]


def test_what_a_page_imports_later_shares_the_modules_of_the_page():
    files = {name: lines(text) for name, text in bundles.bundles(MODULES, PAGES).items()}

    assert '(await import("./form-later")).load({ $extra }' in files["form"][1]
    assert "async function run({ $extra }) {" in files["form-later"]
    assert "return { $receipt };" in files["form-later"]


def test_modules_run_after_what_they_import():
    sources = assets.sources("scripts")
    for page in assets.page_names():
        modules = bundles.first_modules(sources, page)
        for module in modules:
            imported = re.findall(r'^import [^;]*?"\./([a-z-]+)";$', sources[module], re.MULTILINE)
            before = modules[: modules.index(module)]
            assert set(imported) <= set(before), module


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ('import { form } from "./form";\n', "import each other: form → page → form"),
        ("export let mutable = 1;\n", "export let mutable"),
        ("export default 1;\n", "export default"),
        ('import * as all from "./texts";\n', "import [*] as all"),
        ('import { find } from "./texts";\n', "page imports .'find'. from texts"),
    ],
)
def test_a_module_that_cannot_be_joined_is_named(source, problem):
    broken = {**MODULES, "page": source, "form": 'import "./page";\n'}

    with pytest.raises(ValueError, match=problem):
        bundles.bundles(broken, PAGES)


def test_a_module_that_is_imported_later_imports_none_later():
    broken = {**MODULES, "receipt": 'import("./texts");\n', "extra": "export const show = 1;\n"}

    with pytest.raises(ValueError, match="receipt is imported later"):
        bundles.bundles(broken, PAGES)
