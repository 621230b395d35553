"""Creates a SuperAdmin from an operator's terminal."""

import getpass
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ops.environment import use_stage

if TYPE_CHECKING:
    from chalicelib.identity.account import Account

ACTOR = "ops"


def create(stage: str) -> int:
    """Prompt for the user's details, and create the account on a stage.

    Names and password are held to what signing up holds them to. The password is typed twice, on
    a terminal, so that it stands in no history of commands and in no list of processes.

    Args:
        stage: whose tables to write to. It is set for this process alone.

    Returns:
        The exit status.

    Raises:
        SettingsError: the stage's name, or another setting, is wrong.
    """
    if not sys.stdin.isatty():
        print(
            "Run this command in a terminal: it asks for the SuperAdmin's password.",
            file=sys.stderr,
        )
        return 1
    use_stage(stage)
    # boto3 and pydantic: for this command only.
    from chalicelib.identity.account import IdentityTaken
    from chalicelib.identity.account_repository import account_repository, new_account
    from chalicelib.identity.role import Role
    from chalicelib.platform import audit, clock, settings
    from chalicelib.platform.errors import ServiceUnavailable

    settings.current()
    try:
        while True:
            now = clock.now()
            username, email = (
                _prompt("username", "Username: "),
                _ask_or_none("email", "Email (optional): "),
            )
            password = _prompt_twice({"username": username, "email": email})
            account = new_account(
                username=username, email=email, password=password, role=Role.SUPER_ADMIN, now=now
            )
            audit_write = audit.entry_write(
                subject=account.id,
                actor=ACTOR,
                action="account.created",
                fields=_fields(account),
                request_id=ACTOR,
                now=now,
            )
            try:
                account_repository().add(account, extra_writes=[audit_write])
            except IdentityTaken as conflict:
                print(conflict)
                continue
            print(f"{username} is now a SuperAdmin of {stage}.")
            return 0
    except ServiceUnavailable as error:
        print(f"{error} ({error.cause})", file=sys.stderr)
    except (EOFError, KeyboardInterrupt):
        print("\nNo account was created.", file=sys.stderr)
    return 1


def _fields(account: "Account") -> list[str]:
    return ["username", "password", "role", *(["email"] if account.email else [])]


def _prompt(field: str, prompt: str) -> str:
    """Prompt until the operator's input is valid for this field."""
    while True:
        answer = input(prompt).strip()
        if not (problem := _problem_with(field, answer)):
            return answer
        print(problem)


def _ask_or_none(field: str, prompt: str) -> str | None:
    return _prompt(field, prompt) or None


def _prompt_twice(names: Mapping[str, str | None]) -> str:
    """Prompt until the password is one with which the owner of these names could sign up."""
    while True:
        password = getpass.getpass("Password: ")
        if problem := _problem_with("password", password, names):
            print(problem)
        elif getpass.getpass("Repeat password: ") == password:
            return password
        else:
            print("The passwords don't match.")


def _problem_with(
    field: str, answer: str, others: Mapping[str, str | None] | None = None
) -> str | None:
    """Return the error in the operator's input; None if it is valid.

    Args:
        field: the field of a sign-up.
        answer: the input.
        others: the other fields, against which a password is checked.
    """
    from chalicelib.accounts.schemas import SignUp
    from chalicelib.identity import passwords
    from chalicelib.platform.field_errors import InvalidFields

    try:
        SignUp.validate({**(others or {}), field: answer})
    except InvalidFields as error:
        if field in error.fields:
            return error.fields[field]
    if field == "password":
        try:
            passwords.reject_breached_password(answer)
        except InvalidFields as error:
            return error.fields[field]
    return None
