"""Pages as they are served, before any script has run."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from app import app
from chalicelib.pages import page
from chalicelib.platform.languages import Language
from tests.pages.addresses import PAGES
from tests.support.aws_calls import recorded_calls
from web import assets, pages

# OWASP ASVS 5.0 3.4.3: what is in the HTML is allowed by its hash.
POLICY = {
    "default-src": "'none'",
    "script-src": " ".join(("'self'", *assets.manifest()["inline"]["scripts"])),
    "style-src": " ".join(("'self'", *assets.manifest()["inline"]["styles"])),
    "img-src": "'self' blob:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}
LARGEST_BYTES = 60 * 1024
# What a page fetches once it shows what it's for.
LARGEST_LATER_BYTES = 20 * 1024
SPANISH = {"Accept_Language": "es-MX, en;q=0.5"}
# What only browsers that were not told better would do with them.
MARKUP_OF_TEXT = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|srcdoc"
    r"|createContextualFragment|DOMParser|setHTML"
)


class ElementCollector(HTMLParser):
    """What of a page is of interest here."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.ids = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        if "id" in attributes:
            self.ids.append(attributes["id"])

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def get(person, path, **headers):
    return person.get(path.replace("{event_id}", "harvest-fair"), **headers)


def response_below(base, path="/signin", resource=None):
    """What a function answers to a request below a base, as API Gateway hands it over."""
    event = {
        "resource": resource or path,
        "path": path,
        "httpMethod": "GET",
        "headers": {},
        "multiValueHeaders": {},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"event_id": path.rpartition("/")[2]} if resource else None,
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
        "requestContext": {
            "httpMethod": "GET",
            "resourcePath": resource or path,
            "path": f"{base}{path}",
            "identity": {"sourceIp": "192.0.2.7"},
            "requestId": "a-request",
        },
    }
    return ElementCollector(app(event, None)["body"])


def base_of(seen):
    [base] = [meta["content"] for meta in seen.all("meta") if meta.get("name") == "base"]
    return base


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_the_same_for_all_readers_and_asks_aws_for_nothing(anonymous, applicant, path):
    with recorded_calls() as calls:
        served = [get(person, path) for person in (anonymous, applicant)]

    assert [response.status for response in served] == [200, 200]
    assert served[0].body == served[1].body
    assert calls == []


def test_a_page_has_the_mark_of_its_tab_in_its_bar_and_colors_the_browser(anonymous):
    for path in PAGES:
        seen = ElementCollector(get(anonymous, path).body.decode())
        [icon] = [link["href"] for link in seen.all("link") if link["rel"] == "icon"]

        assert icon in [image["src"] for image in seen.all("img")], path
        assert [meta.get("name") for meta in seen.all("meta")].count("theme-color") == 2, path


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_not_kept_and_says_what_it_may_do(anonymous, path):
    headers = get(anonymous, path).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))

    assert policy == POLICY
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Vary"] == "Accept-Language, Cookie"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("headers", [{}, SPANISH], ids=["English", "Spanish"])
def test_a_page_is_whole_and_what_is_in_it_is_allowed_by_its_hash(anonymous, path, headers):
    response = get(anonymous, path, **headers)
    html = response.body.decode()
    seen = ElementCollector(html)
    start, module, data = seen.all("script")
    inline = re.findall(
        r"<(?:style|script data-requests=[^>]*)>(.*?)</(?:style|script)>", html, re.DOTALL
    )

    assert "{{" not in html
    assert len(seen.ids) == len(set(seen.ids))
    assert set(start) == {"data-requests"}
    assert set(module) == {"type", "src"}
    assert data["type"] == "application/json"
    assert len(inline) == len(seen.all("style")) + 1
    for text in inline:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in response.headers["Content-Security-Policy"]
    for _, attributes in seen.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]


@pytest.mark.parametrize("path", PAGES)
def test_the_language_is_the_browsers(anonymous, path):
    languages = [
        ElementCollector(get(anonymous, path, **headers).body.decode()).all("html")
        for headers in ({}, SPANISH)
    ]

    assert languages == [[{"lang": "en"}], [{"lang": "es"}]]


@pytest.mark.parametrize(
    ("cookie", "language"),
    [("en", "en"), ("es", "es"), ("xx", "es"), ("", "es"), ('"><script>', "es")],
)
def test_the_language_cookie_overrides_the_browsers_language(anonymous, cookie, language):
    chosen = f"{page.LANGUAGE_COOKIE}={cookie}"
    html = anonymous.get("/signin", Cookie=chosen, **SPANISH).body.decode()

    assert ElementCollector(html).all("html") == [{"lang": language}]


@pytest.mark.parametrize("base", ["", "/api", "/lakes/2027"])
def test_a_page_knows_where_the_service_begins(backend, base):
    seen = response_below(base)

    assert base_of(seen) == base
    links = [link["href"] for tag in ("a", "link") for link in seen.all(tag)]
    links += [link["src"] for link in seen.all("script") if "src" in link]
    assert len(links) > 3
    for address in links:
        assert address.startswith((f"{base}/", "#")), address


def test_so_it_does_below_a_path_with_a_name_in_it(backend):
    assert (
        base_of(response_below("/api", "/register/harvest-fair", "/register/{event_id}")) == "/api"
    )


@pytest.mark.parametrize(
    "base",
    ['/"><script>', "/a b", "//elsewhere.example", "/..", "/a/../..", "/%2e", "/a?b", "https:/"],
)
def test_an_invalid_path_does_not_become_the_base_of_a_page(backend, base):
    assert base_of(response_below(base)) == ""


@pytest.mark.parametrize("name", assets.page_names())
def test_scripts_and_style_of_a_page_are_small(name):
    html = pages.render(name, Language.ENGLISH)
    scripts = assets.current("scripts")
    first = [scripts["shared"], scripts[name], *re.findall("<style>(.*?)</style>", html, re.DOTALL)]
    total = sum(len(text.encode()) for text in first)

    assert total <= LARGEST_BYTES, f"{total:,} bytes"
    assert len(scripts.get(f"{name}-later", "").encode()) <= LARGEST_LATER_BYTES


# The spreadsheet's separator and language, and whether "/" searches: nothing about a person.
KEEPS_A_SETTING = {"sheet", "list-keys"}


@pytest.mark.parametrize("name", assets.sources("scripts"))
def test_a_script_makes_no_markup_of_text_and_leaves_nothing_on_the_machine(name):
    script = assets.sources("scripts")[name]

    assert MARKUP_OF_TEXT.findall(script) == []
    assert "localStorage" not in script or name in KEEPS_A_SETTING
    assert "indexedDB" not in script
