"""The inventories in docs/security.md name what the code has."""

import json
import re
from pathlib import Path

import pytest

from chalicelib.functions import all_endpoints
from chalicelib.platform import aws, settings

PROJECT = Path(__file__).parent.parent
SOURCES = {
    path.relative_to(PROJECT).as_posix(): path.read_text()
    for path in (PROJECT / "chalicelib").rglob("*.py")
}
DOCUMENT = (PROJECT / "docs" / "security.md").read_text().partition("\n## Inventories\n")[2]
# These empty the cookie.
ENDS_A_SESSION = {"/signout", "/sessions", "/sessions/{session_id}", "/me/delete"}


def section(title):
    """Return the text of a section of the inventories."""
    return re.split(r"(?m)^##+ ", DOCUMENT.partition(f"\n### {title}\n")[2])[0]


def matches_in_sources(pattern):
    return {match for text in SOURCES.values() for match in re.findall(pattern, text)}


def test_the_data_inventory_has_each_table_with_a_class_readers_and_a_retention():
    resources = json.loads((PROJECT / ".chalice" / "resources.json").read_text())["Resources"]
    names = {
        resource["Properties"]["TableName"]["Fn::Sub"].rpartition("}-")[2]
        for resource in resources.values()
        if resource.get("Type") == "AWS::DynamoDB::Table"
    }
    rows = re.findall(r"(?m)^\| `([\w-]+)` \| [^|]+ \| [^|]+ \| [^|]+ \|$", section("Data"))

    assert len(names) >= 11
    assert set(rows) == names


def test_the_key_inventory_has_each_purpose_that_a_key_is_derived_for():
    purposes = matches_in_sources(r'_PURPOSE = b?"([^"]+)"')

    assert purposes >= {"cursor", "device", "second factor", "attempts"}
    assert [
        purpose
        for purpose in purposes
        if f"derived: `{purpose}`" not in section("Keys and algorithms")
    ] == []


def test_only_sha_256_hashes_but_for_the_lookup_of_breached_passwords():
    used = {
        (path, name)
        for path, text in SOURCES.items()
        for name in re.findall(r"hashlib\.(\w+)", text)
        if name != "sha256"
    }

    assert used == {("chalicelib/identity/passwords.py", "sha1")}


def test_no_random_value_is_drawn_but_for_pauses_without_the_secrets_module():
    drawn = {path for path, text in SOURCES.items() if re.search(r"\b(random|uuid)\.\w+\(", text)}

    pausing = ("aws_http", "dynamodb", "mail")
    assert drawn == {f"chalicelib/platform/{name}.py" for name in pausing}


def test_the_connection_inventory_has_each_service_that_is_called():
    names_listed = set(re.findall(r"`(\w+)` of the stage's region", section("Connections")))

    assert names_listed == set(aws.OPERATIONS)
    assert settings.read({}).breached_passwords_url in section("Connections")


def test_each_way_to_sign_in_is_listed():
    starting = {
        f"{endpoint.method} {endpoint.path}"
        for endpoint in all_endpoints()
        if endpoint.sets_cookie and endpoint.path not in ENDS_A_SESSION
    }

    assert starting == set(
        re.findall(
            r"`((?:GET|POST|PATCH) /[^`]+)`", section("Ways to sign in").partition("\n\nA reset")[0]
        )
    )


def test_each_rate_limit_is_listed():
    limits = matches_in_sources(
        r'(?:FixedWindowPolicy|BackoffPolicy|address_windows)\(\s*"([^"]+)"'
    )
    listed = set(re.findall(r"`([a-z -]+)`", section("Limits")))

    assert len(limits) >= 14
    assert limits - listed == set()


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Sessions", ["8 hours", "60 minutes", "any number", "NIST"]),
        ("Logs", ["functions", "API Gateway", "audit log", "CloudTrail", "90 days"]),
        ("Limits", ["password hash", "spreadsheet", "export", "merge", "64 KiB"]),
        ("Rules across fields", ["username", "status", "ZIP code"]),
    ],
)
def test_a_section_of_the_inventories_answers_what_an_auditor_asks(title, words):
    assert [word for word in words if word not in section(title)] == []
