"""The API reference page."""

import re

from web import api_docs


def test_the_page_shows_every_method_and_path(anonymous):
    html = anonymous.get("/docs").body.decode()

    for path, methods in anonymous.get("/openapi.json").json["paths"].items():
        for method in methods:
            assert f"<h3><code>{method.upper()} {path}</code></h3>" in html


def test_the_page_escapes_markup(anonymous):
    description = anonymous.get("/openapi.json").json
    description["info"]["title"] = "<script>alert(1)</script>"
    description["tags"][0]["description"] = "`<img src=x>` & <b>"

    html = api_docs.render(description)

    assert "<script" not in html
    assert "<img" not in html
    assert "<code>&lt;img src=x&gt;</code> &amp; &lt;b&gt;" in html


def test_it_is_html_that_may_load_nothing_but_our_own_style(anonymous):
    headers = anonymous.get("/docs").headers

    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'; ")


def test_it_has_no_inline_style_nor_script(anonymous):
    html = anonymous.get("/docs").body.decode()

    assert "style=" not in html
    assert "<style" not in html
    assert "<script" not in html


def test_its_style_sheet_is_served_as_css(anonymous):
    [path] = re.findall('rel="stylesheet" href="([^"]+)"', anonymous.get("/docs").body.decode())
    response = anonymous.get(f"/{path}")

    assert (response.status, response.headers["Content-Type"]) == (200, "text/css; charset=utf-8")
