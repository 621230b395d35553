"""The names that identify an account at sign-in."""

import unicodedata

import pytest

from chalicelib.identity.login_names import email_problem, normalize, username_problem


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("river", "RIVER"),
        ("river", "ｒｉｖｅｒ"),
        ("José", "JOSE\u0301"),
        ("straße", "STRASSE"),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
        ("ﬁnn", "Finn"),
        ("River@Example.com", "river@EXAMPLE.COM"),
    ],
)
def test_names_match_in_any_case_width_and_composition(name, other):
    assert normalize(name) == normalize(other)


@pytest.mark.parametrize("name", ["river", "RIVER", "İstanbul", "ǰ", "ΐx", "ﬁnn", "Ⓡiver"])
def test_a_normal_form_is_composed_and_its_own_normal_form(name):
    assert unicodedata.is_normalized("NFKC", normalize(name))
    assert normalize(normalize(name)) == normalize(name)


@pytest.mark.parametrize(
    "name",
    ["abc", "a.b_c-d+e", "х" * 64, "名前太郎", "राम१", "José", "JOSE\u0301", "r2d2@example.com"],
)
def test_letters_and_digits_of_any_script_make_a_username(name):
    assert username_problem(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "ab",
        "a" * 65,
        "a" * 10_000,
        "river okafor",
        "river\0",
        "river\n",
        "river<script>",
        "river/../x",
        "river😀",
        "ri\u200bver",
        "ri\u202ever",
        "ri\ufe0fver",
        "ri\u115fver",
        "ri\u00adver",
        "ﷺﷺﷺ",
        "½½½",
        "\u0301\u0301\u0301",
        "...",
        "ab\u0640",
        "at@home",
        "@home",
        "two@at@example.com",
    ],
)
def test_anything_else_makes_none(name):
    assert username_problem(name)


@pytest.mark.parametrize(
    "address", ["a@b.co", "o'neil+x@sub.example.com", "x" * 64 + "@example.com"]
)
def test_emails_that_browsers_accept_are_accepted(address):
    assert email_problem(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "river",
        "river@localhost",
        "river@example..com",
        "river@-example.com",
        "river okafor@example.com",
        "river@example.com\nBcc: all@example.com",
        "rivér@example.com",
        "=?utf-8?q?=61?=@example.com",
        "river=?@example.com",
        "x" * 65 + "@example.com",
        "a@" + "b" * 250 + ".com",
        "a@" + ".".join(["b" * 60] * 5) + ".com",
    ],
)
def test_emails_that_browsers_reject_are_rejected(address):
    assert email_problem(address)
