"""The steps of scenarios: their initial state, and their requests."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyotp
from passlib.hash import argon2

from chalicelib.accounts import one_time_token, printed_passphrase, sign_in_code
from chalicelib.accounts.one_time_token import Purpose
from chalicelib.accounts.one_time_token_store import OneTimeTokenStore
from chalicelib.accounts.sign_in_code import SignInCode
from chalicelib.accounts.sign_in_code_store import SignInCodeStore
from chalicelib.identity.account import Role
from chalicelib.identity.account_repository import account_repository
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from chalicelib.registrations.waiting_list import waiting_list_service
from chalicelib.registrations.workflow import Status
from chalicelib.sessions import totp
from chalicelib.sessions.code_check import code_verifier
from tests.support.accounts import signed_in_staff, store_account
from tests.support.clients import PASSWORD, Person, Response
from tests.support.credentials import store_credentials
from tests.support.environments import Stage
from tests.support.events import (
    EVENT,
    EVENT_BODY,
    FORM,
    create_event,
    make_registration,
    store_registrations,
)

EMAIL = "river@example.com"
REGISTRATION_PATH = f"/registrations/{EVENT}"
STAFF_PATH = f"/admin/events/{EVENT}/registrations"
THEIRS = f"{STAFF_PATH}/person-00000"
# Another user, whose account staff manage.
OTHER_ID = "someone"
OTHER_PATH = f"/admin/users/{OTHER_ID}"
TOKEN = "t" * 43
PASSPHRASE = "otter quiet march lamp"
ADDRESS = "s@e.co"
EMAIL_CODE = "CDFH2345"
RECOVERY_CODE = "7KQ2-MX0D-4V9T-8ZCA-1RWE-N5HB-3F"


def as_they_are(_stage: Stage, _person: Person) -> None:
    """Leave the circumstances alone."""


def with_a_weak_hash(stage: Stage, person: Person) -> None:
    """Keep the person's password as an application of another time might have."""
    weak = argon2.using(type="ID", memory_cost=8, time_cost=1, parallelism=1).hash(PASSWORD)
    store_credentials(stage, person.account["id"], passwordHash=weak)


def sign_up(person: Person) -> Response:
    return person.post("/signup", {"username": person.name, "password": PASSWORD, "email": EMAIL})


def sign_up_as_another(person: Person) -> Response:
    return person.post("/signup", {"username": "another", "password": PASSWORD})


def sign_in_elsewhere(person: Person) -> Response:
    return person.other_client().sign_in()


def after_failures_elsewhere(_stage: Stage, person: Person) -> None:
    for _ in range(3):
        assert person.other_client().sign_in(password="wrong").status == 401


def an_event(_stage: Stage, _person: Person) -> None:
    create_event()


def a_draft(_stage: Stage, person: Person) -> None:
    create_event()
    assert save(person).status == 201


def a_late_draft(_stage: Stage, person: Person) -> None:
    create_event(capacity=0)
    assert save(person).status == 201


def submitted(_stage: Stage, person: Person) -> None:
    create_event()
    assert save(person).status == 201
    assert person.post(f"{REGISTRATION_PATH}/submit").status == 200


def offered_a_spot(stage: Stage, person: Person) -> None:
    a_late_draft(stage, person)
    assert person.post(f"{REGISTRATION_PATH}/submit").json["status"] == "Waitlisted"
    create_event(version=2, capacity=1)
    waiting_list_service().expire_and_make_offers(EVENT, clock.now())


def as_admin_of_an_offer(stage: Stage, person: Person) -> None:
    offered_a_spot(stage, person)
    stage.change("users", {"id": person.account["id"]}, role="Admin")


def as_super_admin(stage: Stage, person: Person) -> None:
    stage.change("users", {"id": person.account["id"]}, role="SuperAdmin")


def as_super_admin_of_one(stage: Stage, person: Person) -> None:
    as_super_admin(stage, person)
    create_event()


def as_staff_unseen_for_a_while(stage: Stage, person: Person) -> None:
    """Make a user staff; the service last recorded their activity ten minutes ago."""
    account_id = person.account["id"]
    [account] = [row for row in stage.rows("users") if row["id"] == account_id]
    if account["role"] == "User":
        stage.change("users", {"id": account_id}, role="Admin")
    seen = clock.to_text(clock.now() - timedelta(minutes=10))
    for session in stage.rows("sessions"):
        key = {"userId": session["userId"], "id": session["id"]}
        stage.change("sessions", key, lastSeenAt=seen)


def as_admin(stage: Stage, person: Person) -> None:
    stage.change("users", {"id": person.account["id"]}, role="Admin")
    create_event()


def as_admin_of_another(stage: Stage, person: Person) -> None:
    as_admin(stage, person)
    store_registrations(make_registration(0), make_registration(1))


def as_admin_of_another_with_notes(stage: Stage, person: Person) -> None:
    as_admin_of_another(stage, person)
    assert person.post(f"{THEIRS}/notes", NOTE).status == 201


NOTE = {"text": "Came by.", "id": "note-1"}


def register_themselves(person: Person) -> Response:
    return person.request("PUT", f"{STAFF_PATH}/{person.account['id']}", {"form": FORM})


def correct(person: Person) -> Response:
    return person.request("PATCH", THEIRS, {"form": {"city": "Shakopee"}, "version": 1})


def move(person: Person) -> Response:
    moved = {"status": "InReview", "version": 1, "note": "Came by."}
    return person.post(f"{THEIRS}/status", moved)


def move_where_it_is(person: Person) -> Response:
    moved = {"status": "Submitted", "version": 1, "note": "Came by."}
    return person.post(f"{THEIRS}/status", moved)


def invite(person: Person) -> Response:
    return person.post(f"{THEIRS}/status", {"status": "Interview", "version": 1})


def move_many(person: Person, status: Status = Status.IN_REVIEW) -> Response:
    items = [{"userId": "person-00000", "version": 1}]
    return person.post(f"{STAFF_PATH}/status", {"status": status, "items": items})


def invite_many(person: Person) -> Response:
    return move_many(person, Status.INTERVIEW)


def all_moved(response: Response) -> bool:
    return all(item["version"] for item in response.json["items"])


def before_staff(role: Role = Role.USER, **overrides: Any) -> Callable[[Stage, Person], None]:
    """Create a SuperAdmin and another user with this role."""

    def circumstances(stage: Stage, person: Person) -> None:
        store_account(OTHER_ID, role, id=OTHER_ID, **overrides)
        as_super_admin(stage, person)
        stage.change("users", {"id": "#super-admins"}, enabled=1 + (role is Role.SUPER_ADMIN))

    return circumstances


SEED = "a-seed-of-twenty-two"


def begin_second_factor(person: Person) -> Response:
    return person.post("/mfa/totp", {"currentPassword": PASSWORD})


def code(person: Person) -> str:
    return str(person.account["code"])


def show_code(person: Person) -> None:
    """Note what the app shows that was made of ``SEED``: to ask for it is no part of the story."""
    account = account_repository().get(person.account["id"])
    person.account["code"] = pyotp.TOTP(code_verifier().secret(account, SEED)).at(clock.now())


def sign_in_factors(person: Person) -> dict[str, str]:
    return {"password": PASSWORD, "code": code(person)}


def both_factors(person: Person) -> dict[str, str]:
    return {"currentPassword": PASSWORD, "code": code(person)}


def with_an_app_to_confirm(stage: Stage, person: Person) -> None:
    with_a_verified_email(stage, person)
    setup = {"seed": SEED, "begunAt": clock.to_text(clock.now())}
    store_credentials(stage, person.account["id"], setup=setup)
    show_code(person)


def with_an_app(stage: Stage, person: Person, account_id: str | None = None) -> None:
    app = {"seed": SEED, "lastStep": 0, "recoveryCodes": ["0" * 64]}
    store_credentials(stage, account_id or person.account["id"], authenticator=app)
    show_code(person)


def as_super_admin_of_a_user_with_an_app(stage: Stage, person: Person) -> None:
    before_staff(Role.SUPER_ADMIN)(stage, person)
    with_an_app(stage, person, OTHER_ID)


def with_a_link(stage: Stage, _person: Person, token: str = TOKEN) -> None:
    at, other_account = clock.now(), store_account(OTHER_ID, id=OTHER_ID)
    stored = one_time_token.stored_account_token(token, Purpose.PASSWORD_RESET, other_account, at)
    database().transact([OneTimeTokenStore(database()).put_write(stored)])
    stage.change("users", {"id": OTHER_ID}, recovery=stored.token_hash)


def with_a_slip(stage: Stage, person: Person) -> None:
    with_a_link(stage, person, printed_passphrase.link_token(OTHER_ID, PASSPHRASE))


def with_a_verified_email(stage: Stage, person: Person) -> None:
    stage.change("users", {"id": person.account["id"]}, emailVerified=True)


def with_a_bounced_email(stage: Stage, person: Person) -> None:
    stage.change("users", {"id": person.account["id"]}, emailBounced=EMAIL)


def clear_problems(person: Person) -> Response:
    return person.delete("/me/email/problems")


def with_a_verification(stage: Stage, person: Person) -> None:
    account = account_repository().get(person.account["id"])
    token = one_time_token.stored_account_token(
        TOKEN, Purpose.EMAIL_VERIFICATION, account, clock.now()
    )
    database().transact([OneTimeTokenStore(database()).put_write(token)])
    stage.change("users", {"id": account.id}, verification=token.token_hash)


def with_a_pending_email_that_another_user_holds(stage: Stage, person: Person) -> None:
    with_a_verified_email(stage, person)
    store_account(OTHER_ID, id=OTHER_ID, email=ADDRESS)
    user_key = {"id": person.account["id"]}
    until = clock.to_text(clock.now() + timedelta(days=1))
    stage.change("users", user_key, pendingEmail=ADDRESS, pendingEmailExpiresAt=until)
    with_a_verification(stage, person)


def with_a_link_to_sign_up(_stage: Stage, _person: Person) -> None:
    token = one_time_token.stored_sign_up_token(TOKEN, ADDRESS, clock.now())
    database().transact([OneTimeTokenStore(database()).put_write(token)])


def with_a_link_to_sign_up_and_a_holder(stage: Stage, person: Person) -> None:
    # Its username is another one each time.
    store_account(OTHER_ID, id=OTHER_ID, email=ADDRESS)
    with_a_link_to_sign_up(stage, person)


def with_a_verified_address(_stage: Stage, _person: Person) -> None:
    store_account(OTHER_ID, id=OTHER_ID, email=ADDRESS, email_verified=True)


def sign_up_with_a_link(person: Person) -> Response:
    fields = {"username": person.name, "password": PASSWORD, "emailToken": TOKEN}
    return person.post("/signup", fields)


def ask_for_a_link_to_sign_up(person: Person) -> Response:
    return person.post("/signup/email", {"email": ADDRESS})


def with_a_last_recovery_code(stage: Stage, person: Person) -> None:
    with_a_verified_email(stage, person)
    app = {"seed": SEED, "lastStep": 0, "recoveryCodes": [totp.hash_recovery_code(RECOVERY_CODE)]}
    store_credentials(stage, person.account["id"], authenticator=app)


def sign_in_with_a_recovery_code(person: Person) -> Response:
    both = {"password": PASSWORD, "code": RECOVERY_CODE}
    return person.other_client().post("/signin", {"username": person.name, **both})


def with_a_mailed_link_and_an_older_app(stage: Stage, person: Person) -> None:
    at = clock.now()
    other_account = store_account(
        OTHER_ID, id=OTHER_ID, email=ADDRESS, email_verified=True, email_verified_at=at
    )
    token = one_time_token.stored_account_token(TOKEN, Purpose.PASSWORD_RESET, other_account, at)
    database().transact([OneTimeTokenStore(database()).put_write(token)])
    older = clock.to_text(at - timedelta(hours=1))
    with_an_app(stage, person, OTHER_ID)
    stage.change("users", {"id": OTHER_ID}, recovery=token.token_hash, secondFactorSetAt=older)


def after_failures_and_with_a_verified_email(stage: Stage, person: Person) -> None:
    with_a_verified_email(stage, person)
    for _ in range(3):
        assert change_password(person, "wrong").status == 422


def draft_with_a_verified_email(stage: Stage, person: Person) -> None:
    with_a_verified_email(stage, person)
    a_draft(stage, person)


def as_admin_of_a_reviewed_person_with_mail(stage: Stage, person: Person) -> None:
    as_admin(stage, person)
    owner = store_account(OTHER_ID, id="person-00000", email="s@e.co", email_verified=True)
    reviewed = make_registration(0, username=owner.username, status=Status.IN_REVIEW)
    store_registrations(reviewed, make_registration(1))


def change_password(person: Person, current: str = PASSWORD) -> Response:
    body = {"currentPassword": current, "newPassword": "five quiet lakes in June"}
    return person.post("/password/change", body)


def change_email(person: Person) -> Response:
    return person.request("PATCH", "/me", {"email": "new@e.co", "currentPassword": PASSWORD})


def take_email_away(person: Person) -> Response:
    return person.request("PATCH", "/me", {"email": None, "currentPassword": PASSWORD})


def change_name(person: Person) -> Response:
    return person.request("PATCH", "/me", {"firstName": "New", "lastName": None})


def forget_password(person: Person) -> Response:
    return person.post("/password/forgot", {"username": person.name})


def ask_for_a_code(person: Person) -> Response:
    return person.post("/signin/email", {"username": person.name})


def with_a_session_verified_email(stage: Stage, person: Person) -> None:
    with_a_verified_email(stage, person)
    at = clock.to_text(clock.now())
    stage.change("users", {"id": person.account["id"]}, emailVerifiedAt=at)


def with_a_mailed_code(stage: Stage, person: Person) -> None:
    with_a_session_verified_email(stage, person)
    account = account_repository().get(person.account["id"])
    code = SignInCode(
        request_hash=sign_in_code.hash_request(TOKEN),
        account_id=person.account["id"],
        code_hash=sign_in_code.hash_code(TOKEN, EMAIL_CODE, account),
        expires_at=clock.now() + timedelta(minutes=10),
    )
    SignInCodeStore(database()).put(code, None, [])


def ask_for_another_code(person: Person) -> Response:
    person.code_secret = TOKEN
    return ask_for_a_code(person)


def sign_in_with_a_mailed_code(person: Person) -> Response:
    browser = person.other_client()
    browser.code_secret = TOKEN
    return browser.post("/signin/email/code", {"emailCode": EMAIL_CODE})


def with_a_trail(stage: Stage, person: Person) -> None:
    before_staff()(stage, person)
    assert person.post(f"{OTHER_PATH}/disable").status == 200


def register_person(person: Person) -> Response:
    body = {"username": "sky", "email": "sky@e.co", "firstName": "Sky", "lastName": "Lund"}
    return person.post("/admin/users", body)


def choose_password(person: Person) -> Response:
    return person.post("/password/reset", {"token": TOKEN, "newPassword": "five quiet lakes"})


def choose_password_by_passphrase(person: Person) -> Response:
    body = {"username": OTHER_ID, "passphrase": PASSPHRASE, "newPassword": "five quiet lakes"}
    return person.post("/password/reset/passphrase", body)


def put_event(person: Person) -> Response:
    return person.request("PUT", f"/admin/events/{EVENT}", EVENT_BODY)


def change_event(person: Person) -> Response:
    return person.request(
        "PUT", f"/admin/events/{EVENT}", EVENT_BODY | {"capacity": 7, "version": 1}
    )


def known_to_staff(stage: Stage, person: Person) -> None:
    """An applicant with two sessions submits; staff write a note and hand out a link."""
    submitted(stage, person)
    assert person.other_client().sign_in().status == 200
    staff, account_id = signed_in_staff(person.client, "ada", Role.ADMIN), person.account["id"]
    assert staff.post(f"{STAFF_PATH}/{account_id}/notes", NOTE).status == 201
    assert staff.post(f"/admin/users/{account_id}/password-reset").status == 200


SECOND = "second"


def before_two_accounts(stage: Stage, person: Person) -> None:
    """Have a person with two accounts: one registration waits with an offer, one has notes."""
    as_super_admin_of_one(stage, person)
    store_account(OTHER_ID, id=OTHER_ID)
    store_account(SECOND, id=SECOND, email=ADDRESS, email_verified=True)
    create_event(id="spring-fair", capacity=0)
    of = {"user_id": SECOND, "username": SECOND}
    waiting = {"status": Status.WAITLISTED, "waitlisted_at": clock.now()}
    store_registrations(
        make_registration(0, **of), make_registration(1, event_id="spring-fair", **of, **waiting)
    )
    counters = {"id": "spring-fair#places"}
    stage.change("events", counters, waiting=1)
    create_event(id="spring-fair", version=2, capacity=1)
    waiting_list_service().expire_and_make_offers("spring-fair", clock.now())
    stage.change("events", {"id": f"{EVENT}#places"}, taken=1)
    assert person.post(f"{STAFF_PATH}/{SECOND}/notes", NOTE).status == 201


def merge(person: Person) -> Response:
    return person.post(f"{OTHER_PATH}/merge", {"from": SECOND, "reason": "Signed up twice."})


def be_erased(person: Person) -> Response:
    return person.post("/me/delete", {"currentPassword": PASSWORD})


def save(person: Person) -> Response:
    return person.request("PUT", REGISTRATION_PATH, {"form": FORM})


def save_again(person: Person) -> Response:
    return person.request(
        "PUT", REGISTRATION_PATH, {"form": FORM | {"city": "Shakopee"}, "version": 1}
    )
