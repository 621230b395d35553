"""Names that the project no longer uses: a reader would have to learn what they mean.

The tests fail if one of them returns as an identifier or as the name of a file or a folder.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("chalicelib", "ops", "tests", "tools")
IDENTIFIERS = (
    "ASKED_AGAIN_SECONDS",
    "Action",
    "AttemptStore",
    "Attempts",
    "Caller",
    "CounterMoved",
    "CrossSite",
    "Directory",
    "Done",
    "FUNCTION_OF",
    "Flag",
    "ForgottenPasswords",
    "GivenIdentifier",
    "IN_DIGITS",
    "KEPT_SECONDS",
    "LONGEST_TYPED",
    "NotSignedIn",
    "ON_EVERY_ANSWER",
    "Opening",
    "OwnAccount",
    "OwnSecondFactor",
    "OwnerStore",
    "PACKAGES_OF",
    "PAGES_AT_MOST",
    "Paragraphs",
    "Partition",
    "PeoplePage",
    "PeopleSearch",
    "PeopleStore",
    "Place",
    "Proof",
    "ProvedAddress",
    "QUERIES_AT_MOST",
    "Quota",
    "Ration",
    "Recovery",
    "RecoveryStore",
    "Redirect",
    "Refusal",
    "Room",
    "SIGNED_IN_AT_ALL",
    "SIGNED_IN_WITH_ANY",
    "SPENT",
    "Script",
    "ScriptedPage",
    "Sessions",
    "SeveralSessions",
    "Sheet",
    "Slowing",
    "StaleVersion",
    "StyleSheet",
    "Text",
    "TooLarge",
    "Trail",
    "Unavailable",
    "Used",
    "Verification",
    "Wanted",
    "Who",
    "Wire",
    "Wording",
    "admit",
    "all_wordings",
    "allowing",
    "both_emptied",
    "carrying",
    "clear_sign_ins",
    "collated",
    "concern",
    "counted_change",
    "creates",
    "cross_origin",
    "devices_in",
    "directory",
    "end_all",
    "erase_others",
    "every_action",
    "explain",
    "floors",
    "for_nobody",
    "forgetting",
    "forgotten_after",
    "forgotten_passwords",
    "given_headers",
    "giving_back",
    "handing_over",
    "header_of",
    "identifier_of",
    "in_role",
    "is_known_for",
    "is_nobody",
    "keeping",
    "leading",
    "moved_on",
    "must_be_there",
    "network_of",
    "new_lasting",
    "normalise",
    "not_being_erased",
    "note_seen",
    "of_address",
    "of_nobody",
    "open_sealed",
    "own_account",
    "own_headers",
    "own_refusals",
    "own_second_factor",
    "owner_of",
    "parse_lasting",
    "people_search",
    "place_among",
    "quotas",
    "reached_at",
    "read_body",
    "read_query",
    "refuse_breached",
    "refuse_elsewhere",
    "refuse_for",
    "refuse_other_sites",
    "refuse_unless_fetched_by_own_page",
    "refuse_unless_json",
    "reject_own_names",
    "releasing",
    "replacing_hash",
    "same_links",
    "seal",
    "spent",
    "sweeps",
    "tell_codes_left",
    "tell_recovery_codes_left",
    "tokens_in",
    "unseen_for",
    "upkeep",
    "use_all",
    "using_code",
    "write_with_session",
    "writes_of_new_password",
)
# Of modules, folders, and scripts, without their endings.
FILES = (
    "actions",
    "answers",
    "attempts",
    "breaches",
    "collation",
    "directory",
    "floor",
    "forgotten",
    "guard",
    "letters",
    "lifecycle",
    "origins",
    "own",
    "owner",
    "owner_store",
    "people_listing",
    "people_search",
    "people_store",
    "recovery",
    "recovery_store",
    "signing_up",
    "strength",
    "suggestion",
    "test_answers",
    "test_attempts",
    "test_collation",
    "test_floor",
    "test_forgotten",
    "test_letters",
    "test_looking_for_people",
    "test_origins",
    "test_owner",
    "test_recovery",
    "test_setting_up",
    "test_suggestion",
)


def sources(ending):
    return [
        path
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob(f"*{ending}"))
        if path != Path(__file__) and "node_modules" not in path.parts
    ]


def names_in_python(source):
    """Yield every name that a module defines, imports, or uses."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.alias(name=name, asname=other):
                yield from (*name.split("."), other)
            case ast.ExceptHandler(name=str(name)):
                yield name
            case ast.ImportFrom(module=str(name)):
                yield from name.split(".")


def names_in_javascript(source):
    """Yield every word of a script but those in comments."""
    yield from re.findall(
        r"[A-Za-z_$][\w$]*", re.sub(r"//.*|/\*.*?\*/", "", source, flags=re.DOTALL)
    )


@pytest.mark.parametrize(
    ("ending", "names_in"), [(".py", names_in_python), (".js", names_in_javascript)]
)
def test_no_retired_name_is_an_identifier(ending, names_in):
    retired = set(IDENTIFIERS)
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources(ending)
        for name in retired.intersection(names_in(path.read_text(encoding="utf-8")))
    }

    assert found == set()


def test_no_retired_name_is_a_file_or_folder():
    paths = [path.relative_to(ROOT) for path in (*sources(".py"), *sources(".js"))]

    assert [path for path in paths if {path.stem, *path.parts[:-1]}.intersection(FILES)] == []


def test_retired_names_are_sorted_and_listed_once():
    assert [*IDENTIFIERS] == sorted(set(IDENTIFIERS))
    assert [*FILES] == sorted(set(FILES))


def test_retired_name_in_source_is_noticed():
    source = "from breeze import Old as New\n\ndef work(arg, *, key):\n    return arg.attr(key=1)\n"

    assert {"breeze", "Old", "New", "work", "arg", "key", "attr"} <= set(names_in_python(source))
