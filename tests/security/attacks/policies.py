"""Policies of functions, each with one protection less, and what the documentation says of them."""

import copy
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib.functions import FUNCTIONS
from ops import functions
from tests.support import permissions

_DOCUMENT = Path(__file__).parents[3] / "docs" / "security.md"
_HEADING = "## If an attacker's code runs in a function"
Policy = Mapping[str, Any]


def documented() -> dict[str, set[str]]:
    """Return the techniques that work by function, as ``docs/security.md`` lists them."""
    section = _DOCUMENT.read_text().partition(f"\n{_HEADING}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|`]+) \| (`[^|]+) \| [^|]{10,} \|$", section, re.MULTILINE)
    techniques_by_function: dict[str, set[str]] = {function: set() for function in FUNCTIONS}
    for name, cell in rows:
        for function in re.findall(r"`([^`]+)`", cell):
            techniques_by_function[function].add(name)
    return techniques_by_function


def without_condition(function: str, sid: str) -> Policy:
    """Return a function's policy without the condition of one statement."""
    policy = copy.deepcopy(functions.policy(function))
    [statement] = [candidate for candidate in policy["Statement"] if candidate["Sid"] == sid]
    del statement["Condition"]
    return policy


def with_permission(function: str, verb: str, target: str) -> Policy:
    """Return a function's policy with one more permission, without a condition."""
    policy = copy.deepcopy(functions.policy(function))
    more = {"Effect": "Allow", "Action": [verb], "Resource": permissions.resource(target)}
    policy["Statement"].append(more)
    return policy


def documented_as_unnoticed() -> set[str]:
    """Return the removals that no technique notices, as ``docs/security.md`` lists them."""
    section = _DOCUMENT.read_text().partition("\n### Removed protections\n")[2].partition("\n#")[0]
    rows = re.findall(r"^\| (`[^|]+) \| [^|]{10,} \|$", section, re.MULTILINE)
    return {name for cell in rows for name in re.findall(r"`([^`]+)`", cell)}
