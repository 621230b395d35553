"""The passphrase on the slip of a walk-in: it opens only the choice of the first password."""

import re

import pytest

from chalicelib.accounts import passphrases, printed_passphrase
from chalicelib.platform.languages import Language
from tests.support.clients import PASSWORD, Person
from tests.support.clocks import clock_advanced_by
from tests.support.environments import PUBLIC_URL

CHOSEN = "five quiet lakes in June"
LANGUAGES = list(Language)


@pytest.fixture
def slip(admin):
    """What the slip of a new account shows, and the account."""
    return admin.post("/admin/users", {"firstName": "Will", "username": "will"}).json


def choose(client, passphrase, username="will", password=CHOSEN):
    body = {"username": username, "passphrase": passphrase, "newPassword": password}
    return Person(client).post("/password/reset/passphrase", body)


def open_link(client, slip, password=CHOSEN):
    token = slip["link"].partition("#token=")[2]
    return Person(client).post("/password/reset", {"token": token, "newPassword": password})


def test_owner_chooses_a_password_with_the_passphrase_and_signs_in(client, slip):
    response = choose(client, slip["passphrase"])

    assert (response.status, response.set_cookie) == (200, None)
    assert Person(client, "will").sign_in(password=CHOSEN).json["id"] == slip["id"]


@pytest.mark.parametrize("separator", ["", "-", ", ", "  \n"])
@pytest.mark.parametrize("case", [str.lower, str.upper, str.title])
def test_passphrase_is_accepted_however_it_is_typed(client, slip, separator, case):
    assert choose(client, case(separator.join(slip["passphrase"].split()))).status == 200


def test_accents_that_a_keyboard_adds_make_no_difference(client, slip):
    accented = slip["passphrase"].translate(str.maketrans("aeioun", "áéíóúñ"))

    assert choose(client, accented).status == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_passphrase_is_four_words_in_the_language_of_the_desk(admin, language):
    made = admin.post("/admin/users", {"firstName": "Will"}, Accept_Language=language.value).json

    assert re.fullmatch("[a-z]{3,8}( [a-z]{3,8}){3}", made["passphrase"])
    assert set(made["passphrase"].split()) <= set(passphrases.words(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_passphrase_has_more_than_forty_bits(language):
    assert len(passphrases.words(language)) ** printed_passphrase.WORDS > 2**43


def test_repeated_request_for_an_account_shows_no_passphrase(admin):
    body = {"firstName": "Will", "idempotencyKey": "0123456789abcdef0123456789abcdef"}
    first, again = (admin.post("/admin/users", body) for _ in range(2))

    assert first.json["passphrase"]
    assert (again.status, again.json["passphrase"]) == (200, None)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (lambda client, slip: choose(client, slip["passphrase"]), open_link),
        (open_link, lambda client, slip: choose(client, slip["passphrase"])),
    ],
    ids=["the passphrase", "the link"],
)
def test_slip_works_once(client, slip, first, second):
    assert first(client, slip).status == 200

    assert second(client, slip).status == 422
    assert choose(client, slip["passphrase"]).json["fieldCodes"] == {
        "passphrase": "invalid_passphrase"
    }


@pytest.mark.parametrize(("hours", "status"), [(23.9, 200), (24.1, 422)])
def test_passphrase_works_for_24_hours(client, slip, hours, status):
    with clock_advanced_by(hours=hours):
        assert choose(client, slip["passphrase"]).status == status


def test_newer_link_makes_the_passphrase_invalid(client, admin, slip):
    assert admin.post(f"/admin/users/{slip['id']}/password-reset").status == 200

    assert choose(client, slip["passphrase"]).status == 422


def test_weak_password_is_rejected_at_its_field_and_the_passphrase_stays_valid(client, slip):
    response = choose(client, slip["passphrase"], password="password" * 3)

    assert response.fields == {"newPassword"}
    assert choose(client, slip["passphrase"]).status == 200


def test_passphrase_is_not_stored_and_stands_for_the_link(backend, slip):
    token = printed_passphrase.link_token(slip["id"], slip["passphrase"])

    assert slip["link"] == f"{PUBLIC_URL}/reset#token={token}"
    assert slip["passphrase"] not in str(backend.everything())


def test_passphrase_signs_in_nowhere(client, slip):
    assert Person(client, "will").sign_in(password=slip["passphrase"]).status == 401


def test_passphrase_opens_no_account_but_that_of_its_slip(client, slip):
    Person(client, "river").sign_up(password=PASSWORD)

    assert choose(client, slip["passphrase"], username="river").status == 422
    assert choose(client, slip["passphrase"]).status == 200
