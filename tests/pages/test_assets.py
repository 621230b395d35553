"""Scripts, style sheets and icons: kept for good, under names that change with them."""

import re
import shutil

import pytest

from chalicelib.pages import assets
from chalicelib.platform.languages import Language
from tests.pages.addresses import PAGES
from web import assets as sources
from web import build, pages

KINDS = {
    "scripts": "text/javascript; charset=utf-8",
    "styles": "text/css; charset=utf-8",
    "icons": "image/svg+xml; charset=utf-8",
    "manifests": "application/manifest+json; charset=utf-8",
}


@pytest.fixture
def change_source(monkeypatch, tmp_path):
    """Changes a source, as an engineer does while the service runs."""
    shutil.copytree(sources.FOLDER, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(sources, "FOLDER", tmp_path)
    monkeypatch.setattr(pages, "TEMPLATES", tmp_path / "templates")
    monkeypatch.setattr(build, "_sources", build._sources.__wrapped__)

    def change(path, text):
        (tmp_path / path).write_text(text)

    return change


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind in KINDS for name in sources.current(kind)]
)
def test_an_asset_is_kept_for_a_year(anonymous, kind, name):
    response = anonymous.get(f"/{assets.path(kind, name)}")

    assert response.status == 200
    assert response.body.decode() == sources.current(kind)[name]
    assert response.headers["Content-Type"] == KINDS[kind]
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_another_version_gets_the_asset_of_this_one_and_keeps_it_not(anonymous, kind):
    name = next(iter(sources.current(kind)))
    response = anonymous.get(f"/{kind}/0123456789abcdef/{name}")

    assert response.status == 200
    assert response.body.decode() == sources.current(kind)[name]
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["nothing", "..", "..%2Ftexts", "service.js"])
def test_nothing_else_is_served(anonymous, name):
    version = assets.path("scripts", "shared").split("/")[1]

    assert anonymous.get(f"/scripts/{version}/{name}").status == 404


def test_an_asset_that_changes_gets_another_address(anonymous, change_source):
    before = assets.path("scripts", "form")
    styles = assets.path("styles", "style")
    change_source("scripts/event.js", 'import { find } from "./page";\nfind("main");\n')

    assert assets.path("scripts", "form") != before
    assert assets.path("styles", "style") == styles
    assert anonymous.get(f"/{before}").headers["Cache-Control"] == "no-store"
    assert anonymous.get(f"/{assets.path('scripts', 'event')}").status == 200


def test_page_is_rendered_again_after_a_change_of_its_template(anonymous, change_source):
    assert anonymous.get("/signin").status == 200
    change_source("templates/base.html", "<p>Another page at {{ base }}</p>")

    assert anonymous.get("/signin").body.decode() == "<p>Another page at </p>"


@pytest.mark.parametrize("path", PAGES)
def test_every_asset_that_a_page_names_exists(anonymous, path):
    html = anonymous.get(path.replace("{event_id}", "any")).body.decode()
    assets_named = re.findall(r'(?:src|href)="(/(?:scripts|styles|icons|manifests)/[^"]+)"', html)

    assert len(assets_named) >= 4
    for asset in assets_named:
        assert anonymous.get(asset).status == 200, asset


def test_texts_of_a_script_that_is_fetched_later_are_on_the_page():
    assert "{count} selected" not in sources.current("scripts")["staff"]
    assert "{count} selected" in sources.current("scripts")["staff-later"]
    assert "{count} selected" in pages.script_texts("staff", Language("es"))["texts"]


@pytest.mark.parametrize("name", sources.current("scripts"))
def test_script_is_served_without_comments_and_indentation(name):
    served = sources.current("scripts")[name].split("\n")

    assert not [line for line in served if line.startswith((" ", "//", "/*", "*"))]


@pytest.mark.parametrize("name", sources.current("styles"))
def test_style_sheet_is_served_without_comments_and_spaces(name):
    assert not re.search(r"/\*|\n|: |; ", sources.current("styles")[name])
