"""Names that the project no longer uses: a reader would have to learn what they mean.

The tests fail if one of them returns as an identifier or as the name of a file or a folder.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("chalicelib", "ops", "tests", "tools", "web")
IDENTIFIERS = (
    "ASKED_AGAIN_SECONDS",
    "Action",
    "AttemptStore",
    "Attempts",
    "BYTES_OF_HISTORY",
    "By",
    "Calendar",
    "Caller",
    "Changes",
    "Correction",
    "Counted",
    "CounterMoved",
    "Counts",
    "CrossSite",
    "Decided",
    "Directory",
    "Done",
    "EVERY",
    "FORMER_AGES",
    "FORMER_AGE_OF",
    "FORMER_EIGHTEEN_OR_OLDER",
    "FORMER_SIXTEEN_OR_OLDER",
    "FORMER_TIME_ZONE",
    "FUNCTION_OF",
    "Farewell",
    "Flag",
    "ForgottenPasswords",
    "Found",
    "GONE",
    "GivenDay",
    "GivenIdentifier",
    "GivenMoment",
    "GivenTimeZone",
    "HeldChange",
    "HeldEntry",
    "HeldRegistration",
    "HeldRegistrations",
    "IN_DIGITS",
    "KEPT_FROM_STAFF",
    "KEPT_SECONDS",
    "LONGEST_TYPED",
    "Letters",
    "MOST_AT_ONCE",
    "MOST_DUPLICATES",
    "MOST_IN_A_SHEET",
    "MOVED",
    "MOVES",
    "Move",
    "Moved",
    "MovedMany",
    "Moves",
    "NewNote",
    "NotSignedIn",
    "NoteThere",
    "ONCE_EACH",
    "ON_EVERY_ANSWER",
    "OneOfMany",
    "OpenDraft",
    "Opening",
    "OwnAccount",
    "OwnSecondFactor",
    "OwnerStore",
    "PACKAGES_OF",
    "PAGES_AT_MOST",
    "PagingOfOne",
    "Paragraphs",
    "Partition",
    "PeoplePage",
    "PeopleSearch",
    "PeopleStore",
    "PersonSought",
    "Place",
    "Proof",
    "ProvedAddress",
    "QUERIES_AT_MOST",
    "Quota",
    "RACES",
    "Ration",
    "Recovery",
    "RecoveryStore",
    "Redirect",
    "Refusal",
    "Room",
    "SECONDS_FOR_MAIL",
    "SECONDS_FOR_MANY",
    "SECONDS_IN_A_REQUEST",
    "SECONDS_IN_A_RUN",
    "SIGNED_BY_APPLICANT",
    "SIGNED_IN_AT_ALL",
    "SIGNED_IN_WITH_ANY",
    "SPENT",
    "SUMMARY_KEPT",
    "Save",
    "Script",
    "ScriptedPage",
    "SeekingDuplicates",
    "SeenVersion",
    "Selecting",
    "SelectingForSheet",
    "Sessions",
    "SeveralSessions",
    "Sheet",
    "ShownChange",
    "ShownEvent",
    "ShownNote",
    "Side",
    "SignedOnPaper",
    "Slowing",
    "StaleVersion",
    "Standing",
    "StyleSheet",
    "Summing",
    "TO_SUBMIT",
    "Text",
    "TooLarge",
    "Trail",
    "USUAL_OFFER_HOURS",
    "Unavailable",
    "Unreachable",
    "Used",
    "Verification",
    "Wanted",
    "Who",
    "Wire",
    "Wording",
    "admit",
    "admits",
    "all_wordings",
    "allowing",
    "both_emptied",
    "bounding",
    "by_whom",
    "calendar",
    "carryOver",
    "carrying",
    "choices_of_form",
    "clear_sign_ins",
    "collated",
    "concern",
    "contradictions",
    "counted_change",
    "counting_in",
    "creates",
    "cross_origin",
    "devices_in",
    "directory",
    "dropping",
    "duplicatesOf",
    "edits_contact_only",
    "end_all",
    "erase_others",
    "eventNamed",
    "every_action",
    "explain",
    "field_in_spanish",
    "first_put",
    "floors",
    "for_nobody",
    "forgetting",
    "forgotten_after",
    "forgotten_passwords",
    "given_headers",
    "giving_back",
    "goOn",
    "handOver",
    "handing_over",
    "has_name_of",
    "header_of",
    "held_registrations",
    "history_entry",
    "hold_to_version",
    "identifier_of",
    "identifier_of_repeated",
    "in_line_changed_at",
    "in_role",
    "in_window",
    "is_known_for",
    "is_nobody",
    "is_open_to_staff",
    "keeping",
    "kept_from_staff",
    "key_of_traces",
    "leading",
    "leaveEveryTab",
    "marking_counted",
    "momentsAt",
    "moved_on",
    "must_be_there",
    "narrowed",
    "network_of",
    "new_lasting",
    "normalise",
    "not_being_erased",
    "note_seen",
    "noting_change",
    "noting_offer",
    "of_address",
    "of_nobody",
    "offerMerge",
    "offerMoves",
    "open_sealed",
    "own_account",
    "own_headers",
    "own_refusals",
    "own_second_factor",
    "owner_of",
    "parse_lasting",
    "people_found",
    "people_search",
    "place_among",
    "place_in_line",
    "quotas",
    "reached_at",
    "readAll",
    "readEvent",
    "read_body",
    "read_counted",
    "read_query",
    "reading_note",
    "reading_offer",
    "recordAt",
    "reference_heard",
    "refuse_breached",
    "refuse_elsewhere",
    "refuse_for",
    "refuse_other_sites",
    "refuse_unless_fetched_by_own_page",
    "refuse_unless_json",
    "reject_own_names",
    "reject_staffs",
    "releasing",
    "replacing_hash",
    "require",
    "require_still",
    "same_links",
    "seal",
    "searchable",
    "settle_all",
    "signedIn",
    "signed_by_applicant",
    "spent",
    "staffSignedIn",
    "still_there",
    "still_waiting",
    "summed",
    "sweeps",
    "tell_codes_left",
    "tell_recovery_codes_left",
    "tells_of_offers",
    "terms_of",
    "tokens_in",
    "transferring",
    "understand",
    "unseen_for",
    "untilAnswered",
    "upkeep",
    "use_all",
    "using_code",
    "wholeSheet",
    "whole_history",
    "with_names",
    "without_offer",
    "without_staffs",
    "write_with_session",
    "writes_of_new_password",
)
# Of modules, folders, and scripts, without their endings.
FILES = (
    "actions",
    "answers",
    "attempts",
    "breaches",
    "calendar",
    "carried",
    "changes",
    "choices",
    "collation",
    "counted",
    "decision",
    "directory",
    "entry_store",
    "floor",
    "forgotten",
    "fragment",
    "guard",
    "handover",
    "inside",
    "letters",
    "lifecycle",
    "origins",
    "outside",
    "own",
    "owner",
    "owner_store",
    "people_listing",
    "people_search",
    "people_store",
    "prove",
    "recovery",
    "recovery_store",
    "signing_up",
    "strength",
    "suggestion",
    "test_answers",
    "test_attempts",
    "test_collation",
    "test_desk",
    "test_floor",
    "test_forgotten",
    "test_letters",
    "test_looking_for_people",
    "test_origins",
    "test_owner",
    "test_recovery",
    "test_setting_up",
    "test_suggestion",
    "test_telling",
    "wanted",
    "wire",
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
