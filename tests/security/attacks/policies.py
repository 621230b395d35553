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
    found: dict[str, set[str]] = {function: set() for function in FUNCTIONS}
    for name, cell in rows:
        for function in re.findall(r"`([^`]+)`", cell):
            found[function].add(name)
    return found


def without_condition(function: str, sid: str) -> Policy:
    """Return a function's policy without the condition of one statement."""
    policy = copy.deepcopy(functions.policy(function))
    [statement] = [one for one in policy["Statement"] if one["Sid"] == sid]
    del statement["Condition"]
    return policy


def with_permission(function: str, verb: str, thing: str) -> Policy:
    """Return a function's policy with one more permission, without a condition."""
    policy = copy.deepcopy(functions.policy(function))
    more = {"Effect": "Allow", "Action": [verb], "Resource": permissions.resource(thing)}
    policy["Statement"].append(more)
    return policy
