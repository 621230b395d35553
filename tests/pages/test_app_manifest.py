"""The web app manifest: what a phone shows of the service on its home screen."""

import json
from urllib.parse import urljoin

import pytest

from chalicelib.pages import assets
from web import assets as sources

AT_ROOT = "https://register.example"


def manifest_of(person, language="en"):
    path = f"/{assets.path('manifests', language)}"
    return json.loads(person.get(path).body), path


@pytest.mark.parametrize(
    ("language", "first_words"), [("en", "Register for a job"), ("es", "Inscríbase")]
)
def test_page_links_to_the_manifest_in_its_language(anonymous, language, first_words):
    html = anonymous.get("/signin", Accept_Language=language).body.decode()
    manifest, path = manifest_of(anonymous, language)

    assert f'<link rel="manifest" href="{path}">' in html
    assert manifest["lang"] == language
    assert manifest["description"].startswith(first_words)


@pytest.mark.parametrize("base", ["", "/api"])
def test_app_starts_at_the_home_page_below_any_base(anonymous, base):
    manifest, path = manifest_of(anonymous)

    for name in ("start_url", "scope"):
        assert urljoin(f"{AT_ROOT}{base}{path}", manifest[name]) == f"{AT_ROOT}{base}/"


def test_every_icon_of_the_manifest_is_served(anonymous):
    manifest, path = manifest_of(anonymous)

    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        response = anonymous.get(urljoin(path, icon["src"]))
        assert response.status == 200, icon
        assert response.headers["Content-Type"].startswith(icon["type"])
        assert "immutable" in response.headers["Cache-Control"]


def test_ground_of_the_icon_that_phones_cut_fills_its_square():
    icons = sources.current("icons")

    assert 'rx="7"' in icons["icon"]
    assert icons["maskable-icon"] == icons["icon"].replace(' rx="7"', "")
