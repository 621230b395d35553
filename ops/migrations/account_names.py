"""A report of accounts whose names could not be chosen today. It changes nothing.

Such accounts keep their sign-in as it was. An operator may ask their owners to choose other names.
"""

from chalicelib.identity import login_names
from chalicelib.platform.items import Item
from ops.migrations.migration import Finding, Migration


def _find_old_names(item: Item) -> Finding | None:
    if item["id"].startswith("#"):
        return None
    username, email = item["username"], item.get("email")
    problems = {
        "username": login_names.username_problem(username) or login_names.conflict(username, email),
        "email": login_names.email_problem(email) if email else None,
    }
    problems_found = [f"{field}: {problem}" for field, problem in problems.items() if problem]
    return Finding(" ".join(problems_found)) if problems_found else None


MIGRATION = Migration(
    name="account-names",
    summary="Report accounts with names that sign-up rejects now. Their sign-in keeps working.",
    table="users",
    change=_find_old_names,
)
