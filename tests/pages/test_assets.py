"""Scripts, style sheets and icons: kept for good, under names that change with them."""

import re
from pathlib import Path

import pytest

from chalicelib.pages import assets
from tests.pages.addresses import PAGES

KINDS = {
    "scripts": "text/javascript; charset=utf-8",
    "styles": "text/css; charset=utf-8",
    "icons": "image/svg+xml; charset=utf-8",
}


@pytest.fixture
def another(monkeypatch, tmp_path):
    """Makes another release, in which one script is different."""
    releases = {kind: dict(assets.current(kind)) for kind in KINDS}

    def release(kind, name, text):
        releases[kind][name] = text
        monkeypatch.setattr(assets, "current", releases.__getitem__)
        monkeypatch.setattr(assets, "_version", assets._version.__wrapped__)

    return release


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind in KINDS for name in assets.current(kind)]
)
def test_an_asset_is_kept_for_a_year(nobody, kind, name):
    reply = nobody.get(f"/{assets.path(kind, name)}")

    assert reply.status == 200
    assert reply.body.decode() == assets.current(kind)[name]
    assert reply.headers["Content-Type"] == KINDS[kind]
    assert reply.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_another_version_gets_the_asset_of_this_one_and_keeps_it_not(nobody, kind):
    name = next(iter(assets.current(kind)))
    reply = nobody.get(f"/{kind}/0123456789abcdef/{name}")

    assert reply.status == 200
    assert reply.body.decode() == assets.current(kind)[name]
    assert reply.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["nothing", "..", "..%2Ftexts", "service.js"])
def test_nothing_else_is_served(nobody, name):
    version = assets.path("scripts", "service").split("/")[1]

    assert nobody.get(f"/scripts/{version}/{name}").status == 404


def test_an_asset_that_changes_gets_another_address(nobody, another):
    before = assets.path("scripts", "form")
    styles = assets.path("styles", "style")
    another("scripts", "service", "export const base = '';")

    assert assets.path("scripts", "form") != before
    assert assets.path("styles", "style") == styles
    assert nobody.get(f"/{before}").headers["Cache-Control"] == "no-store"
    assert nobody.get(f"/{assets.path('scripts', 'service')}").status == 200


@pytest.mark.parametrize("path", PAGES)
def test_every_asset_that_a_page_names_exists(nobody, path):
    html = nobody.get(path.replace("{event_id}", "any")).body.decode()
    named = re.findall(r'(?:src|href)="(/(?:scripts|styles|icons)/[^"]+)"', html)

    assert len(named) >= 3
    for one in named:
        assert nobody.get(one).status == 200, one


@pytest.mark.parametrize("name", assets.current("scripts"))
def test_a_script_imports_what_there_is_and_a_page_fetches_it_all_at_once(name):
    script = assets.current("scripts")[name]
    imported = set(re.findall(r'from "([^"]+)"|import "([^"]+)"', script))
    named = {one.removeprefix("./") for pair in imported for one in pair if one}

    assert named <= set(assets.current("scripts"))
    assert named <= set(assets.scripts_of(name))


@pytest.mark.parametrize("name", assets.current("scripts"))
def test_a_script_is_served_without_comments_and_with_the_lines_of_its_source(name):
    source = (Path(assets.__file__).parent / "scripts" / f"{name}.js").read_text().split("\n")
    served = assets.current("scripts")[name].split("\n")

    assert not [line for line in served if line.lstrip().startswith(("//", "/*", "*"))]
    assert len(served) == len(source)
    code = [(old.lstrip(), new) for old, new in zip(source, served, strict=True) if new]
    assert [old for old, _ in code] == [new for _, new in code]


@pytest.mark.parametrize("name", assets.current("scripts"))
def test_no_text_of_a_script_goes_over_a_line(name):
    """Removing the indentation would change such a text."""
    script = (Path(assets.__file__).parent / "scripts" / f"{name}.js").read_text()

    assert not [line for line in script.split("\n") if line.count("`") % 2]
