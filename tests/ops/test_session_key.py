"""Session key rotation: a regular rotation does not sign users out."""

import contextlib
import json
import sys
from datetime import timedelta
from unittest import mock

import boto3
import pytest

from chalicelib.platform import clock, settings
from chalicelib.sessions import keys
from ops import session_key
from ops.__main__ import main
from ops.session_key import Revoke, rotated
from tests.support.environments import forget

NOW = clock.from_text("2026-11-23T12:00:00Z")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def vault(backend):
    """Secrets Manager, whose session key is put back as it was."""
    client = boto3.client("secretsmanager")
    name = settings.current().account_secret_name

    def start_anew(**content):
        for secret_name in (name, settings.current().signing_secret_name):
            with contextlib.suppress(client.exceptions.ResourceNotFoundException):
                client.delete_secret(SecretId=secret_name, ForceDeleteWithoutRecovery=True)
        client.create_secret(Name=name, **content)
        with contextlib.suppress(keys.ServiceUnavailable):
            session_key.share()
        forget()

    start_anew(SecretString=keys.new_secret(clock.now() - HOUR))
    client.start_anew, client.name = start_anew, name
    yield client
    start_anew(SecretString=keys.new_secret(clock.now()))


def held(vault):
    return keys.parse(
        vault.get_secret_value(SecretId=vault.name, VersionStage="AWSCURRENT")["SecretString"]
    )


def rotate(*, ago=timedelta(0), revoke=Revoke.NOTHING):
    return session_key.rotate(lambda: clock.now() - ago, revoke)


def test_a_new_key_signs_in_ten_minutes_and_the_old_one_is_still_read():
    old = keys.new_key(NOW - HOUR)
    rotation = rotated([old], NOW)

    assert rotation.key.signs_from == NOW + 10 * MINUTE
    assert rotation.kept == (old,)
    assert len(rotation.key.secret) == 32


def test_every_function_has_a_key_before_it_signs():
    assert timedelta(seconds=keys.CACHE_SECONDS) < session_key.SIGNS_AFTER


@pytest.mark.parametrize(
    ("passed", "is_kept"), [(8 * HOUR, True), (8 * HOUR + 4 * MINUTE, True), (9 * HOUR, False)]
)
def test_an_old_key_goes_when_its_last_token_is_over(passed, is_kept):
    old, current = keys.new_key(NOW - 99 * HOUR), keys.new_key(NOW)

    rotation = rotated([current, old], NOW + passed)

    assert (old in rotation.kept) is is_kept
    assert current in rotation.kept


def test_a_key_whose_turn_has_not_come_stays():
    old, waiting = keys.new_key(NOW - 99 * HOUR), keys.new_key(NOW + 10 * MINUTE)

    assert rotated([old, waiting], NOW).kept == (old, waiting)


def test_a_rotation_signs_no_user_out(vault, applicant):
    first = held(vault)[0].identifier
    new = rotate(ago=11 * MINUTE).key.identifier
    forget()
    other = applicant.other_client()

    assert other.sign_in().status == 200
    assert [json_header(person.token)["kid"] for person in (applicant, other)] == [first, new]
    assert [person.get("/me").status for person in (applicant, other)] == [200, 200]


def json_header(token):
    import jwt

    return jwt.get_unverified_header(token)


def test_until_its_time_comes_the_old_key_signs(vault, applicant):
    first = held(vault)[0].identifier
    rotate()
    forget()
    applicant.sign_in()

    assert json_header(applicant.token)["kid"] == first


def lasting(vault):
    secret = vault.get_secret_value(SecretId=vault.name, VersionStage="AWSCURRENT")
    return keys.parse_permanent_secret(secret["SecretString"])


@pytest.mark.parametrize("revoke", [Revoke.SESSIONS, Revoke.ALL])
def test_revoking_ends_every_session_and_signing_in_goes_on(vault, applicant, revoke):
    rotation = rotate(revoke=revoke)
    forget()

    assert list(held(vault)) == [rotation.key]
    assert applicant.get("/me").status == 401
    assert applicant.sign_in().status == 200
    assert applicant.get("/me").status == 200


@pytest.mark.parametrize(
    ("revoke", "stays"), [(Revoke.NOTHING, True), (Revoke.SESSIONS, True), (Revoke.ALL, False)]
)
def test_what_lasts_goes_where_all_is_revoked_and_only_there(vault, revoke, stays):
    before = lasting(vault)
    rotate(revoke=revoke)

    assert (lasting(vault) == before) is stays
    assert len(lasting(vault)) == keys.KEY_BYTES


def test_a_stage_without_a_key_gets_its_first_which_signs_at_once(vault, anonymous):
    vault.start_anew()
    assert anonymous.sign_up().code == "unavailable"
    rotate()
    forget()

    assert len(held(vault)) == 1
    assert anonymous.sign_up().status == 201


def test_without_a_secret_nothing_is_made_up(vault):
    vault.delete_secret(SecretId=vault.name, ForceDeleteWithoutRecovery=True)

    with pytest.raises(session_key.RotationFailed, match="deploy the stage first"):
        rotate()


@pytest.mark.parametrize("text", ["nonsense", "[]", '{"keys": [], "lasting": 7}'])
def test_what_cannot_be_read_is_replaced_by_revoking_all_of_it_only(vault, text):
    vault.start_anew(SecretString=text)
    for revoke in (Revoke.NOTHING, Revoke.SESSIONS):
        with pytest.raises(keys.ServiceUnavailable):
            rotate(revoke=revoke)
    stored_secret = vault.get_secret_value(SecretId=vault.name, VersionStage="AWSCURRENT")
    assert stored_secret["SecretString"] == text
    rotate(revoke=Revoke.ALL)

    assert len(held(vault)) == 1


def test_keys_that_cannot_be_read_are_replaced_by_revoking_sessions(vault):
    wrong = json.loads(keys.new_secret(clock.now())) | {"keys": "lost"}
    vault.start_anew(SecretString=json.dumps(wrong))
    before = lasting(vault)
    rotate(revoke=Revoke.SESSIONS)

    assert (len(held(vault)), lasting(vault)) == (1, before)


def another_rotates_before(operation, times=1):
    """Another operator rotates just before this call is sent."""
    left, call = iter(range(times)), session_key._call

    def ask_late(client, action, **arguments):
        if action == operation and next(left, None) is not None:
            with mock.patch.object(session_key, "_call", call):
                others.append(rotate().key)
        return call(client, action, **arguments)

    others = []
    return mock.patch.object(session_key, "_call", ask_late), others


@pytest.mark.parametrize("operation", ["put_secret_value", "update_secret_version_stage"])
@pytest.mark.parametrize("empty", [True, False])
def test_of_two_rotations_at_once_neither_loses_the_others_key(vault, operation, empty):
    if empty and operation != "put_secret_value":
        return
    if empty:
        vault.start_anew()
    before = [] if empty else list(held(vault))
    patched, others = another_rotates_before(operation)
    with patched:
        new_key = rotate().key

    assert set(held(vault)) == {*before, *others, new_key}


def test_a_rotation_that_loses_every_race_reports_it(vault):
    patched, others = another_rotates_before("update_secret_version_stage", times=99)

    with patched, pytest.raises(session_key.RotationFailed, match="someone else"):
        rotate()
    assert {key.identifier for key in others} <= {key.identifier for key in held(vault)}


@pytest.mark.parametrize(
    "operation", ["get_secret_value", "put_secret_value", "update_secret_version_stage"]
)
@pytest.mark.parametrize("empty", [True, False])
def test_a_call_whose_answer_was_lost_and_that_is_sent_again_rotates_once(vault, operation, empty):
    if empty:
        vault.start_anew()
    before = [] if empty else list(held(vault))
    call = session_key._call

    def ask_twice(client, action, **arguments):
        if action == operation:
            call(client, action, **arguments)
        return call(client, action, **arguments)

    with mock.patch.object(session_key, "_call", ask_twice):
        new_key = rotate().key

    assert list(held(vault)) == [*before, new_key]


def test_the_command_says_which_key_signs_when(vault, capsys):
    assert session_key.run("test", Revoke.NOTHING) == 0

    out = capsys.readouterr().out
    old, new = held(vault)
    assert out == (
        f"{new.identifier} signs new sessions from {clock.to_text(new.signs_from)}.\n"
        f"{old.identifier} is still accepted.\n"
    )
    assert json.dumps(out).count("secret") == 0


def test_the_command_says_why_it_could_not(vault, capsys):
    vault.delete_secret(SecretId=vault.name, ForceDeleteWithoutRecovery=True)

    assert session_key.run("test", Revoke.NOTHING) == 1
    assert capsys.readouterr().err == (
        f"Not rotated: there is no secret {vault.name}, deploy the stage first.\n"
    )


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ([], Revoke.NOTHING),
        (["--revoke", "sessions"], Revoke.SESSIONS),
        (["--revoke", "all"], Revoke.ALL),
    ],
)
def test_the_command_revokes_what_it_is_told(given, meant):
    command = ["ops", "rotate-session-key", "--stage", "test", *given]
    with (
        mock.patch.object(sys, "argv", command),
        mock.patch.object(session_key, "run", return_value=0) as run,
    ):
        assert main() == 0

    run.assert_called_once_with("test", meant)


def test_a_stage_without_a_key_gets_one_that_signs_at_once(vault):
    vault.start_anew()

    assert session_key.begin(clock.now)

    [key] = held(vault)
    assert key.signs_from <= clock.now()


def test_a_stage_that_has_a_key_keeps_it(vault):
    before = held(vault)

    assert not session_key.begin(clock.now)

    assert held(vault) == before


def shared(vault):
    secret = vault.get_secret_value(
        SecretId=settings.current().signing_secret_name, VersionStage="AWSCURRENT"
    )
    return secret["SecretString"]


@pytest.mark.parametrize("revoke", Revoke)
def test_a_rotation_writes_both_secrets_and_no_long_lived_key_is_in_the_signing_secret(
    vault, revoke
):
    rotate(revoke=revoke)

    assert keys.parse(shared(vault)) == held(vault)
    assert keys.parse_permanent_secret(shared(vault)) not in {b"", lasting(vault)}


def test_the_function_that_signs_has_no_key_before_the_functions_that_verify(vault):
    call, seen = session_key._call, []

    def note(client, operation, **arguments):
        result = call(client, operation, **arguments)
        seen.append(set(held(vault)) <= set(keys.parse(shared(vault))))
        return result

    with mock.patch.object(session_key, "_call", note):
        rotate()

    assert len(seen) > 4
    assert all(seen)


def test_a_stage_of_an_earlier_version_gets_its_signing_secret(vault, applicant):
    vault.delete_secret(
        SecretId=settings.current().signing_secret_name, ForceDeleteWithoutRecovery=True
    )
    before = held(vault)

    session_key.share()
    forget()

    assert keys.parse(shared(vault)) == before == held(vault)
    assert applicant.get("/me").status == 200


def test_sharing_completes_a_rotation_by_an_earlier_version(vault, applicant):
    text = keys.to_text([*held(vault), keys.new_key(clock.now())], lasting(vault))
    vault.put_secret_value(SecretId=vault.name, SecretString=text)

    session_key.share()

    assert keys.parse(shared(vault)) == held(vault)


def test_sharing_again_writes_nothing(vault):
    def version():
        name = settings.current().signing_secret_name
        return vault.get_secret_value(SecretId=name)["VersionId"]

    before = version()
    session_key.share()

    assert version() == before


def test_without_any_key_there_is_nothing_to_share(vault):
    vault.start_anew()

    session_key.share()

    with pytest.raises(vault.exceptions.ResourceNotFoundException):
        shared(vault)


@pytest.mark.parametrize("number", range(5))
def test_a_rotation_that_stops_anywhere_is_completed_by_the_next(vault, applicant, number):
    call, left = session_key._call, iter(range(number))

    def stop(client, operation, **arguments):
        if next(left, None) is None:
            raise session_key.RotationFailed(f"{operation}: InternalServiceError")
        return call(client, operation, **arguments)

    with (
        mock.patch.object(session_key, "_call", stop),
        pytest.raises(session_key.RotationFailed),
    ):
        rotate()
    forget()
    # The function that signs has no key that the others lack, so the user stays signed in.
    assert set(held(vault)) <= set(keys.parse(shared(vault)))
    assert applicant.get("/me").status == 200

    rotate()
    assert keys.parse(shared(vault)) == held(vault)
