"""Imported users of an earlier application keep their names and passwords."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import bcrypt
import pytest

from chalicelib.identity.account_repository import account_repository
from chalicelib.identity.credentials import PLACEHOLDER_HASH
from chalicelib.identity.role import Role
from chalicelib.identity.store import AccountStore
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from chalicelib.platform.identifiers import is_identifier
from ops import import_users, retries
from ops.import_users import ImportStopped, import_file
from tests.support.clients import Person

HEADER = "username,email,firstName,lastName,role,passwordHash"
PASSWORD = "old Pässword 7"


# One salt for all: what tests are called by must not change.
SALT = b"$2b$04$abcdefghijklmnopqrstuu"


def hashed(password):
    return bcrypt.hashpw(password.encode()[:72], SALT).decode()


HASH = hashed(PASSWORD)


def line(username, email="", first="", last="", role="User", password_hash=HASH):
    return ",".join([username, email, first, last, role, password_hash])


@pytest.fixture
def write(tmp_path):
    """Writes a file of that many lines, the header being the first."""

    def to_file(*lines, header=HEADER, ending="\n", encoding="utf-8"):
        file = tmp_path / "users.csv"
        file.write_bytes(ending.join([header, *lines, ""]).encode(encoding))
        os.utime(file, (1_760_000_000, 1_760_000_000))
        return file

    return to_file


@pytest.fixture(autouse=True)
def _one_at_a_time(monkeypatch):
    """As moto needs it, which loses updates otherwise."""
    monkeypatch.setattr(import_users, "WRITERS", 1)


def take_in(file):
    return import_file(file, account_repository())


def problem_lines(result):
    return [(problem.line, problem.sentence) for problem in result.problems]


def accounts(backend):
    return {row["username"]: row for row in backend.rows("users") if "username" in row}


def test_everything_in_a_line_is_kept(write, backend):
    result = take_in(write(line("River.Okafor", "River@Example.com", "Zoë", "O'Neil", "Admin")))

    assert (result.added, result.known, result.problems) == (1, 0, [])
    row = accounts(backend)["River.Okafor"]
    assert is_identifier(row["id"])
    assert row.pop("nameKey") == f"oneil#zoe#{row.pop('id')}"
    assert row == {
        "username": "River.Okafor",
        "email": "River@Example.com",
        "emailVerified": False,
        "firstName": "Zoë",
        "lastName": "O'Neil",
        "role": "Admin",
        "passwordHash": PLACEHOLDER_HASH,
        "sessionVersion": 1,
        "passwordVersion": 1,
        "disabled": False,
        "createdAt": "2025-10-09T08:53:20Z",
        "updatedAt": "2025-10-09T08:53:20Z",
        "version": 1,
    }
    assert [row["passwordHash"] for row in backend.rows("credentials")] == [HASH]
    assert {row["identity"] for row in backend.rows("identities")} == {
        "river.okafor",
        "river@example.com",
    }


def test_a_name_alone_is_enough_and_an_email_as_a_username_is_the_email(write, backend):
    take_in(write(line("river"), line("sky@example.com")))

    assert "email" not in accounts(backend)["river"]
    assert accounts(backend)["sky@example.com"]["email"] == "sky@example.com"


def test_super_admins_are_counted_once_however_often_they_are_imported(write, backend):
    file = write(line("ada", role="SuperAdmin"), line("bob", role="SuperAdmin"))
    take_in(file)
    take_in(file)

    assert {"id": "#super-admins", "enabled": 2} in backend.rows("users")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_files_of_any_program_are_read(write, backend, ending, encoding):
    file = write(line("zoë", last='"Okafor, Jr."'), "", ending=ending, encoding=encoding)

    assert take_in(file).problems == []
    assert accounts(backend)["zoë"]["lastName"] == "Okafor, Jr."


def test_columns_may_stand_in_another_order(write, backend):
    header = "passwordHash,role,username,lastName,firstName,email"
    take_in(write(f"{HASH},User,river,Okafor,River,r@example.com", header=header))

    assert accounts(backend)["river"]["lastName"] == "Okafor"


@pytest.mark.parametrize(
    "header",
    ["", "username", f"{HEADER},more", HEADER.replace("role", "Role"), '"', f"{HEADER},role"],
)
def test_a_file_with_other_columns_is_rejected_whole(write, backend, header):
    with pytest.raises(ImportStopped, match="The first line must have these columns: username,"):
        take_in(write(line("river"), header=header))
    assert not backend.rows("users")


BAD = {
    "a b": line("a b"),
    "no name": line(""),
    "no email": line("bad-1", "example.com"),
    "a long name": line("bad-2", first="a" * 101),
    "no role": line("bad-3", role=""),
    "another role": line("bad-4", role="admin"),
    "a plain password": line("bad-5", password_hash="four quiet lakes"),
    "another hash": line("bad-6", password_hash="$1$abc$def"),
    "a hash that takes hours": line("bad-7", password_hash=HASH.replace("$04$", "$31$")),
    "a short hash": line("bad-8", password_hash=HASH[:-1]),
    "too few cells": "bad-9,,,User",
    "too many cells": f"{line('bad-10')},more",
    "an open quotation mark": line('"bad-11'),
    "a quotation mark amiss": line('"bad"-12'),
    "a control character": line("bad-13", first="a\tb"),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_bad_line_is_told_by_its_number_and_spoils_no_other(write, backend, bad):
    result = take_in(write(line("river"), bad, line("sky", first='"A ""quoted"" name"')))

    assert [problem.line for problem in result.problems] == [3]
    assert result.problems[0].sentence
    assert accounts(backend).keys() == {"river", "sky"}


def test_all_bad_lines_are_told_and_everything_that_is_wrong_with_them(write, backend):
    lines = [text for bad in BAD.values() for text in (bad, "")]
    result = take_in(write(*lines, line("x", "y", role="z"), line("river")))

    assert [problem.line for problem in result.problems] == [*range(2, 2 * len(BAD) + 2, 2), 32]
    assert problem_lines(result)[-1][1] == (
        "username: Enter a username with 3 to 64 characters.; "
        "email: Enter an email address in the right format, like name@example.com.; "
        f"role: Use one of these values: {', '.join(Role)}."
    )
    assert accounts(backend).keys() == {"river"}


def test_bytes_that_are_no_text_spoil_their_line_only(write, backend):
    file = write(line("river"), line("b~d"), line("sky"))
    file.write_bytes(file.read_bytes().replace(b"~", b"\xe9"))

    assert [number for number, _ in problem_lines(take_in(file))] == [3]
    assert accounts(backend).keys() == {"river", "sky"}


@pytest.mark.parametrize(
    ("second", "name"),
    [
        (line("RIVER"), "river"),
        (line("ｒｉｖｅｒ"), "river"),
        (line("sky", "River@EXAMPLE.com"), "river@example.com"),
        (line("river@example.com"), "river@example.com"),
        (line("river", "river@example.com"), "river"),
    ],
)
def test_of_two_lines_with_one_name_the_first_is_taken(write, backend, second, name):
    result = take_in(write(line("river", "river@example.com"), line("storm"), second))

    assert problem_lines(result) == [(4, f"line 2 already has {name}.")]
    assert accounts(backend).keys() == {"river", "storm"}


def test_a_bad_line_does_not_reserve_its_username(write, backend):
    result = take_in(write(line("river", password_hash="none"), line("river")))

    assert [number for number, _ in problem_lines(result)] == [2]
    assert accounts(backend).keys() == {"river"}


def test_a_second_run_changes_nothing_and_is_no_error(write, backend):
    file = write(*(line(f"person-{number}", role="SuperAdmin") for number in range(30)), "bad")
    take_in(file)
    before = backend.everything()
    again = take_in(file)

    assert (again.added, again.known, len(again.problems)) == (0, 30, 1)
    assert backend.everything() == before


def test_a_second_run_leaves_what_people_changed_meanwhile(write, backend, client):
    file = write(line("river"))
    take_in(file)
    assert Person(client, "river").sign_in(password=PASSWORD).status == 200
    before = backend.everything()
    take_in(file)

    assert backend.everything() == before


def test_lines_that_are_added_later_are_taken_in_beside_the_first(write, backend):
    take_in(write(line("river"), line("sky")))
    result = take_in(write(line("sky"), line("storm"), line("river")))

    assert (result.added, result.known, result.problems) == (1, 2, [])


@pytest.mark.parametrize("taken", [line("river"), line("storm", "River@example.com")])
def test_an_import_does_not_take_another_users_name(write, backend, new_client, taken):
    new_client("river").sign_up(email="river@example.com")
    before = backend.everything()
    result = take_in(write(taken))

    assert problem_lines(result) == [(2, "another account has that username or email.")]
    assert backend.everything() == before


def test_an_account_that_a_concurrent_import_created_is_kept(write, backend):
    class Late(type(account_repository())):
        """A repository whose first query finds no account."""

        asked = 0

        def known(self, ids):
            self.asked += 1
            return set() if self.asked == 1 else super().known(ids)

    file = write(line("river"))
    take_in(file)
    result = import_file(file, Late(AccountStore(database())))

    assert result.problems == []
    assert len(accounts(backend)) == 1


def test_each_stage_has_identifiers_of_its_own(write, backend):
    from tests.support.environments import environment

    [(_, here)] = import_users._read(write(line("river")), clock.now())[0]
    with environment(STAGE="another"):
        [(_, there)] = import_users._read(write(line("river")), clock.now())[0]

    assert here.id != there.id


def stored_hash(backend):
    """The hash of the only account that has credentials."""
    [row] = backend.rows("credentials")
    return row["passwordHash"]


@pytest.mark.parametrize("kind", ["2a", "2b", "2y"])
def test_an_imported_person_signs_in_with_the_old_password_and_its_hash_is_argon2id_then(
    write, backend, client, kind
):
    take_in(write(line("river", password_hash=HASH.replace("$2b$", f"${kind}$"))))
    person = Person(client, "river")

    assert person.sign_in(password="another").status == 401
    assert stored_hash(backend).startswith(f"${kind}$")
    assert person.sign_in(password=PASSWORD).status == 200
    assert stored_hash(backend).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert person.sign_in(password=PASSWORD).status == 200
    assert person.sign_in(password="another").status == 401


@pytest.mark.parametrize("hashed_as", ["Jos\u00e9", "Jose\u0301"])
def test_an_old_password_is_right_as_it_is_typed_and_as_it_is_composed(
    write, backend, client, hashed_as
):
    take_in(write(line("river", password_hash=hashed(hashed_as))))

    assert Person(client, "river").sign_in(password=hashed_as).status == 200
    assert Person(client, "river").sign_in(password="Jos\u00e9").status == 200


def test_of_a_long_old_password_counts_what_bcrypt_read_until_it_is_hashed_anew(
    write, backend, client
):
    long = "é" * 60
    take_in(
        write(line("river", password_hash=hashed(long)), line("sky", password_hash=hashed(long)))
    )

    assert Person(client, "river").sign_in(password=long).status == 200
    assert Person(client, "river").sign_in(password=long + "x").status == 401
    assert Person(client, "sky").sign_in(password="é" * 35 + "x").status == 401


def test_a_nul_is_in_no_old_password(write, backend, client):
    take_in(write(line("river")))

    assert Person(client, "river").sign_in(password=f"{PASSWORD}\0").status == 401


def test_the_command_reports_and_fails_where_a_line_is_bad(write, backend, capsys):
    file = write(line("river"), line("a b"), "x")

    assert import_users.run(file, "test") == 1
    output = capsys.readouterr()
    assert output.out == "1 added, 0 already imported, 2 rejected.\n"
    assert output.err == (
        "line 3: username: Use only letters, numbers and these: . _ - + @ (no spaces).\n"
        "line 4: the line needs 6 cells and matching quotation marks.\n"
    )
    assert import_users.run(write(line("river")), "test") == 0


def test_the_command_says_what_is_wrong_with_a_file(tmp_path, backend, capsys):
    assert import_users.run(tmp_path / "nowhere.csv", "test") == 1
    assert "nowhere.csv" in capsys.readouterr().err


def test_where_aws_stays_away_it_stops_and_says_so(write, backend, capsys, monkeypatch):
    pauses: list[float] = []
    monkeypatch.setattr(retries.time, "sleep", pauses.append)

    assert import_users.run(write(line("river")), "no-such-stage") == 1
    assert capsys.readouterr().err == (
        "AWS does not answer (BatchGetItem: ResourceNotFoundException). "
        "Run it again later: it will go on.\n"
    )
    assert (len(pauses), pauses[0], pauses[-1]) == (7, 0.2, 20)


def test_a_terminal_sees_how_far_it_is(write, backend, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    # It's drawn at most ten times a second: here a second passes whenever it looks at its watch.
    monkeypatch.setattr("tqdm.std.time", itertools.count().__next__)
    import_users.run(write(*(line(f"person-{number}") for number in range(150))), "test")

    err = capsys.readouterr().err
    assert " 67%|" in err
    assert "100/150" in err
    assert err.endswith(" accounts/s]\n")


def test_signing_in_loads_bcrypt_for_an_old_hash_only_and_zxcvbn_never():
    script = (
        "import sys\n"
        "from chalicelib.identity import passwords\n"
        "loaded = lambda: print(sorted({'bcrypt', 'zxcvbn'} & set(sys.modules)))\n"
        "passwords.verify_password('four quiet lakes', None); loaded()\n"
        f"passwords.verify_password('four quiet lakes', {HASH!r}); loaded()\n"
        "passwords.find_new_password_error('four quiet lakes in May'); loaded()\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout.split("\n") == ["[]", "['bcrypt']", "['bcrypt', 'zxcvbn']", ""]


def test_a_line_whose_username_is_another_address_than_its_email_is_left_out(write, backend):
    result = take_in(write(line("v@victim.example", "a@else.example")))

    assert [sentence.partition(":")[0] for _, sentence in problem_lines(result)] == ["username"]
    assert backend.rows("users") == []
