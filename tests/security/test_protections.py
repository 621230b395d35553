"""Protections that nothing else would miss: a regression here changes no behavior."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app import app
from chalicelib.platform import cursors, security_headers
from chalicelib.sessions import totp
from tests.pages.addresses import PAGES

PROJECT = Path(__file__).parents[2]
SOURCES = [PROJECT / "app.py", *sorted((PROJECT / "chalicelib").rglob("*.py"))]
# Each runs text as code, starts a program, or reads objects, XML, or templates from text.
DANGEROUS_CALLS = {"eval", "exec", "compile", "__import__", "system", "popen", "format_map"}
DANGEROUS_MODULES = {
    *("subprocess", "pickle", "marshal", "shelve", "yaml", "xml", "lxml", "ctypes", "jinja2"),
    *("sqlite3", "ldap", "telnetlib", "ftplib", "smtplib", "requests", "httpx", "tempfile"),
}


class Inputs(HTMLParser):
    """The input fields of a page."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "input":
            self.found.append(dict(attrs))


def names(tree):
    """Return the modules that a source imports, and the functions that it calls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield f"{node.func.id}()"


def test_the_service_runs_no_text_as_code_and_starts_no_program():
    forbidden = DANGEROUS_MODULES | {f"{name}()" for name in DANGEROUS_CALLS}
    used = {
        (source.relative_to(PROJECT).as_posix(), name)
        for source in SOURCES
        for name in names(ast.parse(source.read_text()))
        if name in forbidden
    }

    assert used == set()


def test_the_service_writes_no_file_but_mail_on_a_developers_machine():
    writing = re.compile(r"\.write_(text|bytes)\(|\bopen\([^)]*[\"'][wax]|\.mkdir\(|\.unlink\(")

    assert [source.name for source in SOURCES if writing.search(source.read_text())] == ["mail.py"]


def test_debug_mode_is_off():
    assert app.debug is False


def test_a_cursors_signature_and_the_seed_of_an_app_have_128_bits():
    assert cursors._SIGNATURE_BYTES * 8 >= 128
    assert totp._SEED_BYTES * 8 >= 128


@pytest.mark.parametrize(
    "policy",
    [
        security_headers.DEFAULT_HEADERS["Content-Security-Policy"],
        security_headers.HTML_POLICY,
        security_headers.SCRIPTED_HTML_POLICY,
    ],
)
def test_every_policy_forbids_plugins_other_bases_and_frames(policy):
    directives = dict(directive.split(" ", 1) for directive in policy.split("; "))

    assert directives["default-src"] == "'none'"
    assert "object-src" not in directives
    assert directives["base-uri"] == directives["frame-ancestors"] == "'none'"


def test_password_fields_are_masked_and_open_to_password_managers(anonymous):
    fields = {
        (path, field["name"]): field
        for path in PAGES
        for field in Inputs(anonymous.get(path.replace("{event_id}", "fair")).body.decode()).found
        if "assword" in field.get("name", "") or field.get("type") == "password"
    }

    assert {path for path, _ in fields} >= {"/signin", "/signup", "/reset", "/account"}
    for field in fields.values():
        assert field["type"] == "password"
        assert field["autocomplete"] in {"current-password", "new-password"}


def test_every_page_for_signed_in_people_has_a_sign_out_button(anonymous):
    public = {
        "/signin",
        "/signin/email",
        "/signin/provider",
        "/signup",
        "/signup/email",
        "/forgot",
        "/reset",
        "/verify",
    }
    without = {
        path
        for path in PAGES
        if b'<form id="sign-out"' not in anonymous.get(path.replace("{event_id}", "fair")).body
    }

    assert without <= public


def test_no_script_interferes_with_pasting():
    scripts = [path.read_text() for path in (PROJECT / "web" / "scripts").glob("*.js")]

    assert scripts
    assert not [
        script for script in scripts if re.search(r"onpaste|[\"'](paste|copy|cut)[\"']", script)
    ]
