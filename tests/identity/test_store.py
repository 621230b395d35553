"""The store of accounts and their names, on both database engines."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.identity.account import Authenticator, AuthenticatorSetup, IdentityTaken, Role
from chalicelib.identity.account_item import PROFILE, from_any_item, to_item
from chalicelib.identity.account_repository import new_account
from chalicelib.identity.credentials import PLACEHOLDER_HASH, with_credentials
from chalicelib.identity.credentials_store import credentials_read
from chalicelib.identity.email_marks import EmailMarks
from chalicelib.identity.sign_in_store import sign_in_writes
from chalicelib.identity.store import AccountStore, PasswordHashReplaced
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from chalicelib.platform.languages import Language
from tests.support.credentials import store_credentials


def account(username="river", **overrides):
    return new_account(
        username=username, password="four quiet lakes in May", now=clock.now(), **overrides
    )


@pytest.fixture
def store(database_engine):
    return AccountStore(database())


def stored(store, account):
    """The account with its credentials."""
    reads = store.account_read(account.id), credentials_read(account.id)
    return with_credentials(*database().batch_get(*reads))


def test_a_stored_account_is_read_unchanged(store):
    bare, full = account(), account("sky", email="s@e.co", first_name="S", last_name="K")
    store.create(bare, [])
    store.create(full, [])

    assert [stored(store, bare), stored(store, full)] == [bare, full]


def test_an_account_that_was_kept_without_a_number_for_its_password_has_the_first():
    applicant = account()
    item = to_item(applicant)
    del item["passwordVersion"]

    assert from_any_item(item) == applicant


def test_a_profile_has_everything_but_what_proves_that_a_person_is_the_owner(store):
    now = clock.from_text(clock.to_text(clock.now()))
    full = replace(
        account("sky", email="s@e.co", first_name="S", middle_name="T", last_name="K"),
        **dict.fromkeys(("email_verified_at", "username_replaced_at"), now),
        email_verified=True,
        pending_email="t@e.co",
        pending_email_expires_at=now + timedelta(1),
        merging_from_id="a",
        merged_into_id="b",
        merged_account_ids=("c",),
        language=Language.ES,
        email_marks=EmailMarks("s@e.co", "s@e.co", "t@e.co", "t@e.co"),
    )
    proofs = {
        "authenticator": Authenticator("seed", 1, ("code",)),
        "pending_authenticator": AuthenticatorSetup("seed", now),
        "second_factor_set_at": now,
        **dict.fromkeys(
            ("reset_token_hash", "verification_token_hash", "creation_request_digest"), "hash"
        ),
    }
    proved = to_item(replace(full, **proofs))
    without = {
        *("passwordHash", "passwordVersion", "passwordSetAt", "authenticator", "setup"),
        *("secondFactorSetAt", "recovery", "verification", "creationDigest"),
    }
    assert proved.keys() - without == {*PROFILE} - {"erasing"}

    store.create(replace(full, **proofs), [])
    [read] = database().batch_get(store.profile_read(full.id))
    blank = {"password_hash": PLACEHOLDER_HASH, "password_set_at": None, "disabled": True}
    assert read == replace(full, **blank)


def test_an_unknown_account_returns_none(store):
    assert store.get("unknown") is None
    assert store.find_by_login("unknown") is None


def test_a_name_longer_than_any_key_belongs_to_no_account(store):
    assert store.find_by_login("\ufdfa" * 254) is None


def test_an_account_is_found_by_each_of_its_names_in_any_form(store):
    applicant = account("River", email="River@Example.com")
    store.create(applicant, [])

    assert store.find_by_login("rIVER") == store.find_by_login("river@EXAMPLE.com") == applicant.id


@pytest.mark.parametrize(
    "rival",
    [
        {"username": "RIVER"},
        {"username": "river@example.com"},
        {"username": "sky", "email": "River@example.com"},
    ],
)
def test_a_second_account_with_the_same_name_writes_nothing(store, database_engine, rival):
    store.create(account("river", email="river@example.com"), [])
    before = database_engine.everything()

    with pytest.raises(IdentityTaken):
        store.create(account(**rival), [])
    assert database_engine.everything() == before


def test_a_username_that_is_the_email_is_one_name(store, database_engine):
    store.create(account("river@example.com"), [])

    assert [row["kind"] for row in database_engine.rows("identities")] == ["username"]


def test_each_name_says_what_it_is(store, database_engine):
    applicant = account(email="river@example.com")
    store.create(applicant, [])

    assert database_engine.everything()["identities"] == [
        {"identity": "river", "kind": "username", "userId": applicant.id},
        {"identity": "river@example.com", "kind": "email", "userId": applicant.id},
    ]


def test_super_admins_are_counted(store, database_engine):
    store.create(account("ada", role=Role.SUPER_ADMIN), [])
    store.create(account("bob", role=Role.SUPER_ADMIN), [])
    store.create(account("eve"), [])

    assert {"id": "#super-admins", "enabled": 2} in database_engine.rows("users")


def test_a_stronger_hash_replaces_the_hash_that_was_read(store):
    applicant = account()
    store.create(applicant, [])
    applicant = stored(store, applicant)
    database().transact(sign_in_writes(applicant, new_hash="stronger"))

    assert stored(store, applicant).password_hash == "stronger"


def test_a_stronger_hash_does_not_replace_a_changed_hash(store, database_engine):
    applicant = account()
    store.create(applicant, [])
    applicant = stored(store, applicant)
    store_credentials(database_engine, applicant.id, passwordHash="changed meanwhile")

    with pytest.raises(PasswordHashReplaced):
        database().transact(sign_in_writes(applicant, new_hash="stronger"))
    assert stored(store, applicant).password_hash == "changed meanwhile"


def test_the_session_version_is_raised_once_however_often_it_is_asked_for(store):
    applicant = account()
    store.create(applicant, [])
    store.raise_session_version(applicant)
    store.raise_session_version(applicant)

    assert store.get(applicant.id).session_version == applicant.session_version + 1


def test_raising_the_session_version_of_an_unknown_account_creates_none(store, database_engine):
    store.raise_session_version(account("gone"))

    assert not database_engine.rows("users")
