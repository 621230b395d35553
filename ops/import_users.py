"""Imports the accounts of an earlier application from a CSV file.

The import derives each account's identifier from the stage and the username, and takes its dates
from the file's modification time. So an operator can run an interrupted import again: the accounts
are then the same as after a single complete run.
"""

import csv
import re
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

from chalicelib.accounts.schemas import Email, Username
from chalicelib.identity import login_names, passwords
from chalicelib.identity.account import Account, IdentityTaken
from chalicelib.identity.account_repository import AccountRepository, account_repository
from chalicelib.identity.role import Role
from chalicelib.platform import clock, settings
from chalicelib.platform.field_errors import FieldError, InvalidFields, InvalidValue
from chalicelib.platform.fields import AfterValidator, to_camel
from chalicelib.platform.identifiers import derived_identifier
from chalicelib.platform.request_schema import BodySchema
from chalicelib.platform.text import BLANK_IS_ABSENT, PersonName
from ops import progress
from ops.environment import use_stage
from ops.retries import AwsUnavailable, with_retries

# A BatchGetItem takes a hundred; boto3 keeps ten connections.
_BATCH_SIZE = 100
WRITERS = 8


class ImportStopped(RuntimeError):
    """The file cannot be imported; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong with a line.

    Attributes:
        line: its number in the file, from 1, the header being the first.
        sentence: what is wrong with it.
    """

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file.

    Attributes:
        added: how many accounts are new.
        known: how many had been imported before.
        problems: the lines that were left out, in order.
    """

    added: int
    known: int
    problems: Sequence[LineProblem]


_NO_HASH = FieldError(
    "invalid_format", "Enter a bcrypt hash ($2a$, $2b$ or $2y$, with a cost from 4 to 14)."
)


def _require_known_hash(text: str) -> str:
    if not re.fullmatch(passwords.BCRYPT_HASH_PATTERN, text):
        raise InvalidValue(_NO_HASH)
    return text


class Line(BodySchema):
    """One line of the file, with the same validation as a sign-up."""

    username: Username
    email: Annotated[Email | None, BLANK_IS_ABSENT]
    first_name: Annotated[PersonName | None, BLANK_IS_ABSENT]
    last_name: Annotated[PersonName | None, BLANK_IS_ABSENT]
    role: Role
    password_hash: Annotated[str, AfterValidator(_require_known_hash)]


COLUMNS = [to_camel(name) for name in Line.annotations()]


def run(file: Path, stage: str) -> int:
    """Import a file, show how far it is, and say which lines were left out.

    Args:
        file: a CSV file in UTF-8 with the columns of :data:`COLUMNS`, in any order.
        stage: the stage whose tables take the accounts.

    Returns:
        The exit status: 0 if every line is in now.
    """
    use_stage(stage)
    try:
        result = import_file(file, account_repository(), show=True)
    except (ImportStopped, AwsUnavailable, OSError) as stopped:
        print(stopped, file=sys.stderr)
        return 1
    for problem in result.problems:
        print(f"line {problem.line}: {problem.sentence}", file=sys.stderr)
    print(
        f"{result.added} added, {result.known} already imported, {len(result.problems)} rejected."
    )
    return 1 if result.problems else 0


def import_file(file: Path, people: AccountRepository, *, show: bool = False) -> Imported:
    """Import a file.

    Every line that can be taken is in when this returns, and every other has its problem. It may
    be repeated, after having been interrupted anywhere, too.

    Args:
        file: as for :func:`run`.
        people: the directory that takes the accounts.
        show: whether to show how far it is, on a terminal.

    Raises:
        ImportStopped: the file is not such a file.
        AwsUnavailable: AWS throttles, rejects, or does not respond.
    """
    made_at = clock.from_seconds(int(file.stat().st_mtime))
    accounts, problems = _read(file, made_at)
    added = known = 0
    progress_bar = progress.bar(len(accounts), "accounts", show=show)
    with progress_bar, ThreadPoolExecutor(WRITERS) as pool:
        for start in range(0, len(accounts), _BATCH_SIZE):
            some = accounts[start : start + _BATCH_SIZE]
            existing_ids = with_retries(people.existing_ids, [account.id for _, account in some])
            missing = [item for item in some if item[1].id not in existing_ids]
            outcomes = pool.map(lambda item: _add(people, item[1]), missing)
            for (line, _), sentence in zip(missing, outcomes, strict=True):
                if sentence:
                    problems.append(LineProblem(line, sentence))
                else:
                    added += 1
            known += len(existing_ids)
            progress_bar.update(len(some))
    return Imported(added, known, sorted(problems, key=lambda problem: problem.line))


def _add(people: AccountRepository, account: Account) -> str | None:
    """Add an account; return the reason if it is rejected."""
    try:
        with_retries(people.add, account)
    except IdentityTaken:
        # An answer that was lost, or another import at the same time: then it is in.
        if not with_retries(people.existing_ids, [account.id]):
            return "another account has that username or email."
    return None


def _read(file: Path, made_at: datetime) -> tuple[list[tuple[int, Account]], list[LineProblem]]:
    """Return the accounts of a file by line, and what is wrong with its other lines."""
    accounts: list[tuple[int, Account]] = []
    problems: list[LineProblem] = []
    owners: dict[str, int] = {}
    for number, text in _rows(file):
        try:
            line = _parse_line(text)
        except ValueError as error:
            problems.append(LineProblem(number, str(error)))
            continue
        account = _account(line, made_at)
        names = {login_names.normalize(n) for n in (account.username, account.email) if n}
        if names_taken := sorted(names & owners.keys()):
            problems.append(
                LineProblem(number, f"line {owners[names_taken[0]]} already has {names_taken[0]}.")
            )
            continue
        owners |= dict.fromkeys(names, number)
        accounts.append((number, account))
    return accounts, problems


def _rows(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield number and cells, in the order of COLUMNS, of each line that is not blank.

    Nothing that may be imported has a line break in it, so that each line stands for itself, and a
    quotation mark that is never closed spoils no other. What is no UTF-8 is left for the checks.

    Raises:
        ImportStopped: the header does not name these columns.
    """
    lines = file.read_bytes().decode("utf-8-sig", "surrogateescape").split("\n")
    header, *records = [line.removesuffix("\r") for line in lines]
    names = _cells(header)
    if names is None or sorted(names) != sorted(COLUMNS):
        raise ImportStopped(f"The first line must have these columns: {','.join(COLUMNS)}")
    for number, text in enumerate(records, start=2):
        if not text.strip():
            continue
        cells = _cells(text)
        if cells is None or len(cells) != len(names):
            yield number, []
        else:
            yield number, [cells[names.index(name)] for name in COLUMNS]


def _cells(text: str) -> list[str] | None:
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error:
        return None


def _parse_line(cells: list[str]) -> Line:
    """Check a line's cells.

    Raises:
        ValueError: saying everything that is wrong.
    """
    if not cells:
        raise ValueError(f"the line needs {len(COLUMNS)} cells and matching quotation marks.")
    try:
        line = Line.validate(dict(zip(COLUMNS, cells, strict=True)))
    except InvalidFields as error:
        raise ValueError(
            "; ".join(f"{n}: {problem}" for n, problem in error.fields.items())
        ) from None
    if problem := login_names.conflict(line.username, line.email):
        raise ValueError(f"username: {problem}")
    return line


def _account(line: Line, made_at: datetime) -> Account:
    username = login_names.normalize(line.username)
    return Account(
        id=derived_identifier("import", str(settings.current().stage), username),
        username=line.username,
        email=line.email or login_names.email_in(line.username),
        email_verified=False,
        first_name=line.first_name,
        last_name=line.last_name,
        role=line.role,
        password_hash=line.password_hash,
        session_version=1,
        disabled=False,
        created_at=made_at,
        updated_at=made_at,
        version=1,
    )
