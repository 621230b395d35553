"""Stories of each action: who does it, and in what circumstances it succeeds.

The fault matrices, the authorisation matrix and the record of permissions all run these. A new
action gets its line here, or they fail.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pyotp
from passlib.hash import argon2

from chalicelib.accounts import one_time_token
from chalicelib.accounts.one_time_token import Purpose
from chalicelib.accounts.recovery_store import RecoveryStore
from chalicelib.identity.account import Role
from chalicelib.identity.directory import directory
from chalicelib.pages import assets
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import database
from chalicelib.registrations.waiting_list import waiting_list
from chalicelib.registrations.workflow import Status
from chalicelib.sessions import totp
from chalicelib.sessions.code_check import code_check
from tests.pages.addresses import PAGES
from tests.support.accounts import at_work, hold_account
from tests.support.clients import PASSWORD, Person, Reply
from tests.support.environments import Stage
from tests.support.events import (
    EVENT,
    EVENT_BODY,
    FORM,
    a_registration,
    hold_event,
    hold_registrations,
)

_RANDOM = {
    *("passwordHash", "createdAt", "updatedAt", "startedAt", "expiresAt", "ttl"),
    *("at", "reference", "submittedAt", "acknowledgedAt", "requestId", "lastAt"),
    *("waitlistedAt", "offeredAt", "offerExpiredAt", "startsOn"),
    *("filedAt", "eventReference", "place", "lastSeenAt", "waitingChangedAt"),
    *("tokenHash", "recovery", "verification", "setup", "authenticator"),
    *("emailVerifiedAt", "passwordSetAt", "secondFactorSetAt"),
    *("pendingEmailExpiresAt", "usernameReplacedAt"),
}
# A ULID, or the digest that names the note of a move.
_IDENTIFIER = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{32}")
# What has a name of its own, for the order or so that nobody can read it, which says nothing.
_NAMED_ANYHOW = {"history": "id", "audit": "id", "attempts": "name"}
EMAIL = "river@example.com"
OWN = f"/registrations/{EVENT}"
ALL = f"/admin/events/{EVENT}/registrations"
THEIRS = f"{ALL}/person-00000"
# Somebody else, on whom staff act.
SOMEBODY = "somebody"
THEM = f"/admin/users/{SOMEBODY}"
TOKEN = "t" * 43
ADDRESS = "s@e.co"
RECOVERY_CODE = "7KQ2-MX0D-4V9T-8ZCA-1RWE-N5HB-3F"


def _as_they_are(_stage: Stage, _person: Person) -> None:
    """Leave the circumstances alone."""


def _with_a_weak_hash(stage: Stage, person: Person) -> None:
    """Keep the person's password as an application of another time might have."""
    weak = argon2.using(type="ID", memory_cost=8, time_cost=1, parallelism=1).hash(PASSWORD)
    stage.change("users", {"id": person.account["id"]}, passwordHash=weak)


@dataclass(frozen=True)
class Scenario:
    """A story.

    Attributes:
        action: the name of the view that it is about.
        ask: what the person asks.
        signed_in: whether they have signed up before.
        adds: whether a repetition adds to what is stored. A second sign-in begins a second
            session: one whose cookie never arrived stays behind, listed, until it is ended or over.
        circumstances: what else is so.
        done: whether a success did it: one of many says what became of each.
        counts_twice: whether a try may count twice, where botocore repeats its counting for want of
            an answer. A sign-up's may: it is one of hundreds, and many people count there at once.
        counts_or_not: whether it is done also where its try cannot be counted: a receipt is mailed.
        stepwise: whether it proceeds in steps, so that a failure may leave some of them done. To
            repeat it then leaves what one run without a failure leaves.
        takes_code: whether a code of a second factor is looked at, which is counted by itself.
    """

    action: str
    ask: Callable[[Person], Reply]
    signed_in: bool = True
    adds: bool = False
    circumstances: Callable[[Stage, Person], None] = _as_they_are
    done: Callable[[Reply], bool] = lambda _: True
    counts_twice: bool = False
    counts_or_not: bool = False
    stepwise: bool = False
    takes_code: bool = False

    def begin(self, stage: Stage, client: Any) -> Person:
        """Bring it about in empty tables; return whoever it is about."""
        stage.clear()
        person = Person(client)
        if self.signed_in:
            assert person.sign_up(email=EMAIL).status == 201
        self.circumstances(stage, person)
        return person


def _sign_up(person: Person) -> Reply:
    return person.post("/signup", {"username": person.name, "password": PASSWORD, "email": EMAIL})


def _sign_up_as_another(person: Person) -> Reply:
    return person.post("/signup", {"username": "another", "password": PASSWORD})


def _sign_in_elsewhere(person: Person) -> Reply:
    return person.elsewhere().sign_in()


def _after_failures_elsewhere(_stage: Stage, person: Person) -> None:
    for _ in range(3):
        assert person.elsewhere().sign_in(password="wrong").status == 401


def _an_event(_stage: Stage, _person: Person) -> None:
    hold_event()


def _a_draft(_stage: Stage, person: Person) -> None:
    hold_event()
    assert _save(person).status == 201


def _a_late_draft(_stage: Stage, person: Person) -> None:
    hold_event(capacity=0)
    assert _save(person).status == 201


def _submitted(_stage: Stage, person: Person) -> None:
    hold_event()
    assert _save(person).status == 201
    assert person.post(f"{OWN}/submit").status == 200


def _offered_a_spot(stage: Stage, person: Person) -> None:
    _a_late_draft(stage, person)
    assert person.post(f"{OWN}/submit").json["status"] == "Waitlisted"
    hold_event(version=2, capacity=1)
    waiting_list().settle(EVENT, clock.now())


def _as_admin_of_an_offer(stage: Stage, person: Person) -> None:
    _offered_a_spot(stage, person)
    stage.change("users", {"id": person.account["id"]}, role="Admin")


def _as_super_admin(stage: Stage, person: Person) -> None:
    stage.change("users", {"id": person.account["id"]}, role="SuperAdmin")


def _as_super_admin_of_one(stage: Stage, person: Person) -> None:
    _as_super_admin(stage, person)
    hold_event()


def as_staff_unseen_for_a_while(stage: Stage, person: Person) -> None:
    """Make staff of somebody, whom nobody has noted for ten minutes."""
    account_id = person.account["id"]
    [account] = [row for row in stage.rows("users") if row["id"] == account_id]
    if account["role"] == "User":
        stage.change("users", {"id": account_id}, role="Admin")
    seen = clock.to_text(clock.now() - timedelta(minutes=10))
    for session in stage.rows("sessions"):
        key = {"userId": session["userId"], "id": session["id"]}
        stage.change("sessions", key, lastSeenAt=seen)


def _as_admin(stage: Stage, person: Person) -> None:
    stage.change("users", {"id": person.account["id"]}, role="Admin")
    hold_event()


def _as_admin_of_another(stage: Stage, person: Person) -> None:
    _as_admin(stage, person)
    hold_registrations(a_registration(0), a_registration(1))


def _as_admin_of_another_with_notes(stage: Stage, person: Person) -> None:
    _as_admin_of_another(stage, person)
    assert person.post(f"{THEIRS}/notes", NOTE).status == 201


NOTE = {"text": "Came by.", "id": "note-1"}


def _register_oneself(person: Person) -> Reply:
    return person.ask("PUT", f"{ALL}/{person.account['id']}", {"form": FORM})


def _correct(person: Person) -> Reply:
    return person.ask("PATCH", THEIRS, {"form": {"city": "Shakopee"}, "version": 1})


def _move(person: Person) -> Reply:
    moved = {"status": "InReview", "version": 1, "note": "Came by."}
    return person.post(f"{THEIRS}/status", moved)


def _move_where_it_is(person: Person) -> Reply:
    moved = {"status": "Submitted", "version": 1, "note": "Came by."}
    return person.post(f"{THEIRS}/status", moved)


def _move_many(person: Person) -> Reply:
    items = [{"userId": "person-00000", "version": 1}]
    return person.post(f"{ALL}/status", {"status": "InReview", "items": items})


def _all_moved(reply: Reply) -> bool:
    return all(item["version"] for item in reply.json["items"])


def _before_staff(role: Role = Role.USER, **different: Any) -> Callable[[Stage, Person], None]:
    """Have a SuperAdmin, and somebody else of this role."""

    def circumstances(stage: Stage, person: Person) -> None:
        hold_account(SOMEBODY, role, id=SOMEBODY, **different)
        _as_super_admin(stage, person)
        stage.change("users", {"id": "#super-admins"}, enabled=1 + (role is Role.SUPER_ADMIN))

    return circumstances


SEED = "a-seed-of-twenty-two"


def _begin_second_factor(person: Person) -> Reply:
    return person.post("/mfa/totp", {"currentPassword": PASSWORD})


def _code(person: Person) -> str:
    return str(person.account["code"])


def _show_code(person: Person) -> None:
    """Note what the app shows that was made of ``SEED``: to ask for it is no part of the story."""
    account = directory().get(person.account["id"])
    person.account["code"] = pyotp.TOTP(code_check().secret(account, SEED)).at(clock.now())


def _both(person: Person) -> dict[str, str]:
    return {"password": PASSWORD, "code": _code(person)}


def _both_factors(person: Person) -> dict[str, str]:
    return {"currentPassword": PASSWORD, "code": _code(person)}


def _with_an_app_to_confirm(stage: Stage, person: Person) -> None:
    _with_a_verified_email(stage, person)
    setup = {"seed": SEED, "begunAt": clock.to_text(clock.now())}
    stage.change("users", {"id": person.account["id"]}, setup=setup)
    _show_code(person)


def _with_an_app(stage: Stage, person: Person, account_id: str | None = None) -> None:
    app = {"seed": SEED, "lastStep": 0, "recoveryCodes": ["0" * 64]}
    stage.change("users", {"id": account_id or person.account["id"]}, authenticator=app)
    _show_code(person)


def _as_super_admin_of_somebody_with_an_app(stage: Stage, person: Person) -> None:
    _before_staff(Role.SUPER_ADMIN)(stage, person)
    _with_an_app(stage, person, SOMEBODY)


def _with_a_link(_stage: Stage, _person: Person) -> None:
    at, somebody = clock.now(), hold_account(SOMEBODY, id=SOMEBODY)
    token = one_time_token.bound(TOKEN, Purpose.PASSWORD, somebody, at)
    database().transact([RecoveryStore(database()).keeping(token)])
    _stage.change("users", {"id": SOMEBODY}, recovery=token.hash)


def _with_a_verified_email(stage: Stage, person: Person) -> None:
    stage.change("users", {"id": person.account["id"]}, emailVerified=True)


def _with_a_verification(stage: Stage, person: Person) -> None:
    account = directory().get(person.account["id"])
    token = one_time_token.bound(TOKEN, Purpose.EMAIL, account, clock.now())
    database().transact([RecoveryStore(database()).keeping(token)])
    stage.change("users", {"id": account.id}, verification=token.hash)


def _with_a_pending_email_that_somebody_holds(stage: Stage, person: Person) -> None:
    _with_a_verified_email(stage, person)
    hold_account(SOMEBODY, id=SOMEBODY, email=ADDRESS)
    own = {"id": person.account["id"]}
    until = clock.to_text(clock.now() + timedelta(days=1))
    stage.change("users", own, pendingEmail=ADDRESS, pendingEmailExpiresAt=until)
    _with_a_verification(stage, person)


def _with_a_link_to_sign_up(_stage: Stage, _person: Person) -> None:
    token = one_time_token.of_address(TOKEN, ADDRESS, clock.now())
    database().transact([RecoveryStore(database()).keeping(token)])


def _with_a_link_to_sign_up_and_a_holder(stage: Stage, person: Person) -> None:
    # Its username is another one each time.
    hold_account(SOMEBODY, id=SOMEBODY, email=ADDRESS)
    _with_a_link_to_sign_up(stage, person)


def _with_a_verified_address(_stage: Stage, _person: Person) -> None:
    hold_account(SOMEBODY, id=SOMEBODY, email=ADDRESS, email_verified=True)


def _sign_up_with_a_link(person: Person) -> Reply:
    given = {"username": person.name, "password": PASSWORD, "emailToken": TOKEN}
    return person.post("/signup", given)


def _ask_for_a_link_to_sign_up(person: Person) -> Reply:
    return person.post("/signup/email", {"email": ADDRESS})


def _with_a_last_recovery_code(stage: Stage, person: Person) -> None:
    _with_a_verified_email(stage, person)
    app = {"seed": SEED, "lastStep": 0, "recoveryCodes": [totp.hash_of(RECOVERY_CODE)]}
    stage.change("users", {"id": person.account["id"]}, authenticator=app)


def _sign_in_with_a_recovery_code(person: Person) -> Reply:
    both = {"password": PASSWORD, "code": RECOVERY_CODE}
    return person.elsewhere().post("/signin", {"username": person.name, **both})


def _with_a_mailed_link_and_an_older_app(stage: Stage, person: Person) -> None:
    at = clock.now()
    somebody = hold_account(
        SOMEBODY, id=SOMEBODY, email=ADDRESS, email_verified=True, email_verified_at=at
    )
    token = one_time_token.bound(TOKEN, Purpose.PASSWORD, somebody, at)
    database().transact([RecoveryStore(database()).keeping(token)])
    older = clock.to_text(at - timedelta(hours=1))
    _with_an_app(stage, person, SOMEBODY)
    stage.change("users", {"id": SOMEBODY}, recovery=token.hash, secondFactorSetAt=older)


def _after_failures_and_with_a_verified_email(stage: Stage, person: Person) -> None:
    _with_a_verified_email(stage, person)
    for _ in range(3):
        assert _change_password(person, "wrong").status == 422


def _draft_with_a_verified_email(stage: Stage, person: Person) -> None:
    _with_a_verified_email(stage, person)
    _a_draft(stage, person)


def _as_admin_of_somebody_with_mail(stage: Stage, person: Person) -> None:
    _as_admin(stage, person)
    owner = hold_account(SOMEBODY, id="person-00000", email="s@e.co", email_verified=True)
    hold_registrations(a_registration(0, username=owner.username), a_registration(1))


def _change_password(person: Person, current: str = PASSWORD) -> Reply:
    body = {"currentPassword": current, "newPassword": "five quiet lakes in June"}
    return person.post("/password/change", body)


def _change_email(person: Person) -> Reply:
    return person.ask("PATCH", "/me", {"email": "new@e.co", "currentPassword": PASSWORD})


def _take_email_away(person: Person) -> Reply:
    return person.ask("PATCH", "/me", {"email": None, "currentPassword": PASSWORD})


def _change_name(person: Person) -> Reply:
    return person.ask("PATCH", "/me", {"firstName": "New", "lastName": None})


def _forget_password(person: Person) -> Reply:
    return person.post("/password/forgot", {"username": person.name})


def _with_a_trail(stage: Stage, person: Person) -> None:
    _before_staff()(stage, person)
    assert person.post(f"{THEM}/disable").status == 200


def _register_person(person: Person) -> Reply:
    body = {"username": "sky", "email": "sky@e.co", "firstName": "Sky", "lastName": "Lund"}
    return person.post("/admin/users", body)


def _choose_password(person: Person) -> Reply:
    return person.post("/password/reset", {"token": TOKEN, "newPassword": "five quiet lakes"})


def _put_event(person: Person) -> Reply:
    return person.ask("PUT", f"/admin/events/{EVENT}", EVENT_BODY)


def _change_event(person: Person) -> Reply:
    return person.ask("PUT", f"/admin/events/{EVENT}", EVENT_BODY | {"capacity": 7, "version": 1})


def _known_to_staff(stage: Stage, person: Person) -> None:
    """Have somebody submit, signed in twice; staff write a note and hand out a link."""
    _submitted(stage, person)
    assert person.elsewhere().sign_in().status == 200
    staff, own = at_work(person.client, "ada", Role.ADMIN), person.account["id"]
    assert staff.post(f"{ALL}/{own}/notes", NOTE).status == 201
    assert staff.post(f"/admin/users/{own}/password-reset").status == 200


SECOND = "second"


def _before_two_accounts(stage: Stage, person: Person) -> None:
    """Have a person with two accounts: one registration waits with an offer, one has notes."""
    _as_super_admin_of_one(stage, person)
    hold_account(SOMEBODY, id=SOMEBODY)
    hold_account(SECOND, id=SECOND, email=ADDRESS, email_verified=True)
    hold_event(id="spring-fair", capacity=0)
    of = {"user_id": SECOND, "username": SECOND}
    waiting = {"status": Status.WAITLISTED, "waitlisted_at": clock.now()}
    hold_registrations(
        a_registration(0, **of), a_registration(1, event_id="spring-fair", **of, **waiting)
    )
    counters = {"id": "spring-fair#places"}
    stage.change("events", counters, waiting=1)
    hold_event(id="spring-fair", version=2, capacity=1)
    waiting_list().settle("spring-fair", clock.now())
    stage.change("events", {"id": f"{EVENT}#places"}, taken=1)
    assert person.post(f"{ALL}/{SECOND}/notes", NOTE).status == 201


def _merge(person: Person) -> Reply:
    return person.post(f"{THEM}/merge", {"from": SECOND, "reason": "Signed up twice."})


def _be_erased(person: Person) -> Reply:
    return person.post("/me/delete", {"currentPassword": PASSWORD})


def _save(person: Person) -> Reply:
    return person.ask("PUT", OWN, {"form": FORM})


def _save_again(person: Person) -> Reply:
    return person.ask("PUT", OWN, {"form": FORM | {"city": "Shakopee"}, "version": 1})


SCENARIOS = {
    "sign up": Scenario("sign_up", _sign_up, signed_in=False, counts_twice=True),
    "sign up where somebody is signed in": Scenario(
        "sign_up", _sign_up_as_another, counts_twice=True
    ),
    "ask for a link to sign up": Scenario(
        "ask_for_sign_up_link",
        _ask_for_a_link_to_sign_up,
        signed_in=False,
        adds=True,
        counts_twice=True,
    ),
    "ask for a link to sign up with a verified address": Scenario(
        "ask_for_sign_up_link",
        _ask_for_a_link_to_sign_up,
        signed_in=False,
        adds=True,
        counts_twice=True,
        circumstances=_with_a_verified_address,
    ),
    "sign up with a link": Scenario(
        "sign_up",
        _sign_up_with_a_link,
        signed_in=False,
        counts_twice=True,
        circumstances=_with_a_link_to_sign_up,
    ),
    "sign up with a link and an address that somebody holds": Scenario(
        "sign_up",
        _sign_up_with_a_link,
        signed_in=False,
        counts_twice=True,
        circumstances=_with_a_link_to_sign_up_and_a_holder,
    ),
    "ask for a password": Scenario(
        "suggest_password", lambda person: person.get("/password/suggestion")
    ),
    "look at oneself": Scenario("show_me", lambda person: person.get("/me")),
    "look at oneself after a while": Scenario(
        "show_me", lambda person: person.get("/me"), circumstances=as_staff_unseen_for_a_while
    ),
    "sign in": Scenario("sign_in", lambda person: person.sign_in(), adds=True),
    "sign in with a weak hash": Scenario(
        "sign_in", lambda person: person.sign_in(), adds=True, circumstances=_with_a_weak_hash
    ),
    "sign in on another device": Scenario("sign_in", _sign_in_elsewhere, adds=True),
    "sign in after failures": Scenario(
        "sign_in", _sign_in_elsewhere, adds=True, circumstances=_after_failures_elsewhere
    ),
    "sign out": Scenario("sign_out", lambda person: person.post("/signout")),
    "sign out by GET": Scenario("sign_out_by_get", lambda person: person.get("/signout")),
    "list sessions": Scenario("list_sessions", lambda person: person.get("/sessions")),
    "end a session": Scenario("end_session", lambda person: person.delete("/sessions/current")),
    "end all sessions": Scenario("end_all_sessions", lambda person: person.delete("/sessions")),
    "ask for health": Scenario("show_health", lambda person: person.get("/health")),
    "list events": Scenario("list_events", lambda p: p.get("/events"), circumstances=_an_event),
    "look at an event": Scenario(
        "show_event", lambda p: p.get(f"/events/{EVENT}"), circumstances=_an_event
    ),
    "make an event": Scenario("put_event", _put_event, circumstances=_as_super_admin),
    "change an event": Scenario("put_event", _change_event, circumstances=_as_super_admin_of_one),
    "list registrations": Scenario(
        "list_registrations", lambda p: p.get("/registrations"), circumstances=_a_draft
    ),
    "look at a registration": Scenario(
        "show_registration", lambda p: p.get(OWN), circumstances=_a_draft
    ),
    "save a first draft": Scenario("save_registration", _save, circumstances=_an_event),
    "save a draft again": Scenario("save_registration", _save_again, circumstances=_a_draft),
    "submit": Scenario(
        "submit_registration", lambda p: p.post(f"{OWN}/submit"), circumstances=_a_draft
    ),
    "submit where all is taken": Scenario(
        "submit_registration", lambda p: p.post(f"{OWN}/submit"), circumstances=_a_late_draft
    ),
    "withdraw": Scenario(
        "withdraw_registration", lambda p: p.post(f"{OWN}/withdraw"), circumstances=_submitted
    ),
    "accept an offer": Scenario(
        "accept_offer", lambda p: p.post(f"{OWN}/offer/accept"), circumstances=_offered_a_spot
    ),
    "decline an offer": Scenario(
        "decline_offer", lambda p: p.post(f"{OWN}/offer/decline"), circumstances=_offered_a_spot
    ),
    "delete a draft": Scenario(
        "delete_registration", lambda p: p.delete(OWN), circumstances=_a_draft
    ),
    "list an event's registrations": Scenario(
        "list_event_registrations", lambda p: p.get(ALL), circumstances=_as_admin_of_another
    ),
    "look for a name": Scenario(
        "list_event_registrations",
        lambda p: p.get(f"{ALL}?lastName=oka"),
        circumstances=_as_admin_of_another,
    ),
    "look at a status": Scenario(
        "list_event_registrations",
        lambda p: p.get(f"{ALL}?status=Hired"),
        circumstances=_as_admin_of_another,
    ),
    "look for a phone number": Scenario(
        "list_event_registrations",
        lambda p: p.get(f"{ALL}?phone=952.445.1234"),
        circumstances=_as_admin_of_another,
    ),
    "look for a reference": Scenario(
        "list_event_registrations",
        lambda p: p.get(f"{ALL}?reference=000000"),
        circumstances=_as_admin_of_another,
    ),
    "export an event's registrations": Scenario(
        "export_event_registrations",
        lambda p: p.get(f"{ALL}.csv"),
        circumstances=_as_admin_of_another,
    ),
    "list all events": Scenario(
        "list_all_events", lambda p: p.get("/admin/events"), circumstances=_as_admin_of_another
    ),
    "look at any event": Scenario(
        "show_any_event",
        lambda p: p.get(f"/admin/events/{EVENT}"),
        circumstances=_as_admin_of_another,
    ),
    "look at the event of a registration": Scenario(
        "show_registration_event", lambda p: p.get(f"{OWN}/event"), circumstances=_a_draft
    ),
    "sum an event up": Scenario(
        "summarise_event",
        lambda p: p.get(f"/admin/events/{EVENT}/summary"),
        circumstances=_as_admin_of_another,
    ),
    "look at somebody's registration": Scenario(
        "show_event_registration",
        lambda p: p.get(THEIRS),
        circumstances=_as_admin_of_another_with_notes,
    ),
    "register somebody at the desk": Scenario(
        "register_somebody", _register_oneself, circumstances=_as_admin
    ),
    "correct a registration": Scenario(
        "correct_registration", _correct, circumstances=_as_admin_of_another
    ),
    "count places": Scenario(
        "show_places",
        lambda p: p.get(f"/admin/events/{EVENT}/places"),
        circumstances=_as_admin_of_another,
    ),
    "look for the same person": Scenario(
        "list_duplicates",
        lambda p: p.get(f"/admin/events/{EVENT}/duplicates?firstName=River&phone1=9524451234"),
        circumstances=_as_admin_of_another,
    ),
    "list offers": Scenario(
        "list_offers",
        lambda p: p.get(f"/admin/events/{EVENT}/offers"),
        circumstances=_as_admin_of_an_offer,
    ),
    "move a registration": Scenario("move_registration", _move, circumstances=_as_admin_of_another),
    "write a note where nothing moves": Scenario(
        "move_registration", _move_where_it_is, circumstances=_as_admin_of_another
    ),
    "move many": Scenario(
        "move_registrations", _move_many, circumstances=_as_admin_of_another, done=_all_moved
    ),
    "write a note": Scenario(
        "write_note",
        lambda p: p.post(f"{THEIRS}/notes", NOTE),
        circumstances=_as_admin_of_another,
    ),
    "look at a history": Scenario(
        "show_history", lambda p: p.get(f"{THEIRS}/history"), circumstances=_as_admin_of_another
    ),
    "list people": Scenario(
        "list_people", lambda p: p.get("/admin/users"), circumstances=_before_staff()
    ),
    "look for people": Scenario(
        "list_people", lambda p: p.get("/admin/users?q=some"), circumstances=_before_staff()
    ),
    "look at a person": Scenario(
        "show_person", lambda p: p.get(THEM), circumstances=_before_staff()
    ),
    "register a person": Scenario(
        "register_person", _register_person, circumstances=_before_staff()
    ),
    "give a role": Scenario(
        "change_role",
        lambda p: p.post(f"{THEM}/role", {"role": "SuperAdmin"}),
        circumstances=_before_staff(),
    ),
    "take a role": Scenario(
        "change_role",
        lambda p: p.post(f"{THEM}/role", {"role": "User"}),
        circumstances=_before_staff(Role.SUPER_ADMIN),
    ),
    "disable a person": Scenario(
        "disable_person", lambda p: p.post(f"{THEM}/disable"), circumstances=_before_staff()
    ),
    "disable a SuperAdmin": Scenario(
        "disable_person",
        lambda p: p.post(f"{THEM}/disable"),
        circumstances=_before_staff(Role.SUPER_ADMIN),
    ),
    "enable a person": Scenario(
        "enable_person",
        lambda p: p.post(f"{THEM}/enable"),
        circumstances=_before_staff(disabled=True),
    ),
    "start a password reset": Scenario(
        "start_password_reset",
        lambda p: p.post(f"{THEM}/password-reset"),
        adds=True,
        circumstances=_before_staff(),
    ),
    "start a password reset by mail": Scenario(
        "start_password_reset",
        lambda p: p.post(f"{THEM}/password-reset"),
        adds=True,
        circumstances=_before_staff(email="s@e.co", email_verified=True),
    ),
    "compare two accounts": Scenario(
        "preview_merge",
        lambda p: p.get(f"{THEM}/merge?from={SECOND}"),
        circumstances=_before_two_accounts,
    ),
    "merge two accounts": Scenario(
        "merge_people", _merge, circumstances=_before_two_accounts, stepwise=True
    ),
    "end a person's sessions": Scenario(
        "end_persons_sessions",
        lambda p: p.delete(f"{THEM}/sessions"),
        adds=True,
        circumstances=_before_staff(),
    ),
    "read the audit": Scenario(
        "list_audit",
        lambda p: p.get(f"/admin/audit?subject={SOMEBODY}"),
        circumstances=_with_a_trail,
    ),
    "change one's name": Scenario("change_me", _change_name),
    "change one's email": Scenario(
        "change_me", _change_email, circumstances=_with_a_verified_email
    ),
    "take one's email away": Scenario("change_me", _take_email_away),
    "change one's password": Scenario("change_password", _change_password),
    "change one's password after failures": Scenario(
        "change_password",
        _change_password,
        circumstances=_after_failures_and_with_a_verified_email,
    ),
    "forget one's password": Scenario(
        "forget_password",
        _forget_password,
        adds=True,
        circumstances=_with_a_verified_email,
    ),
    "forget somebody's password": Scenario(
        "forget_password", _forget_password, signed_in=False, adds=True
    ),
    "ask for a verification": Scenario(
        "ask_for_verification",
        lambda p: p.post("/email/verification"),
        adds=True,
    ),
    "verify an email": Scenario(
        "verify_email",
        lambda p: p.post("/email/verify", {"token": TOKEN}),
        circumstances=_with_a_verification,
    ),
    "verify an email that somebody holds": Scenario(
        "verify_email",
        lambda p: p.post("/email/verify", {"token": TOKEN}),
        circumstances=_with_a_pending_email_that_somebody_holds,
    ),
    "drop a pending email": Scenario(
        "change_me",
        lambda p: p.ask("PATCH", "/me", {"pendingEmail": None}),
        circumstances=_with_a_pending_email_that_somebody_holds,
    ),
    "submit for a receipt": Scenario(
        "submit_registration",
        lambda p: p.post(f"{OWN}/submit"),
        circumstances=_draft_with_a_verified_email,
        counts_twice=True,
        counts_or_not=True,
    ),
    "move a registration and tell": Scenario(
        "move_registration", _move, circumstances=_as_admin_of_somebody_with_mail
    ),
    "move many and tell": Scenario(
        "move_registrations",
        _move_many,
        circumstances=_as_admin_of_somebody_with_mail,
        done=_all_moved,
    ),
    "choose a password": Scenario("reset_password", _choose_password, circumstances=_with_a_link),
    "choose a password and lose an older app": Scenario(
        "reset_password", _choose_password, circumstances=_with_a_mailed_link_and_an_older_app
    ),
    "fetch what is held about oneself": Scenario(
        "export_me", lambda p: p.get("/me/export"), circumstances=_known_to_staff
    ),
    "be erased": Scenario("erase_me", _be_erased, circumstances=_known_to_staff, stepwise=True),
    "be erased as a SuperAdmin": Scenario(
        "erase_me", _be_erased, circumstances=_before_staff(Role.SUPER_ADMIN), stepwise=True
    ),
    "begin to set up an app": Scenario(
        "begin_second_factor",
        _begin_second_factor,
        adds=True,
        circumstances=_with_a_verified_email,
    ),
    "confirm an app": Scenario(
        "confirm_second_factor",
        lambda p: p.post("/mfa/totp/confirm", {"code": _code(p)}),
        takes_code=True,
        circumstances=_with_an_app_to_confirm,
    ),
    "make other recovery codes": Scenario(
        "renew_recovery_codes",
        lambda p: p.post("/mfa/recovery-codes", _both_factors(p)),
        takes_code=True,
        circumstances=_with_an_app,
    ),
    "remove an app": Scenario(
        "remove_second_factor",
        lambda p: p.post("/mfa/totp/remove", _both_factors(p)),
        takes_code=True,
        circumstances=_with_an_app,
    ),
    "sign in with a code": Scenario(
        "sign_in",
        lambda p: p.elsewhere().post("/signin", {"username": p.name, **_both(p)}),
        adds=True,
        takes_code=True,
        circumstances=_with_an_app,
    ),
    "sign in with the last recovery code": Scenario(
        "sign_in",
        _sign_in_with_a_recovery_code,
        takes_code=True,
        circumstances=_with_a_last_recovery_code,
    ),
    "take a lost app away": Scenario(
        "remove_persons_second_factor",
        lambda p: p.post(f"{THEM}/mfa/remove"),
        circumstances=_as_super_admin_of_somebody_with_an_app,
    ),
    "read the description": Scenario("show_description", lambda p: p.get("/openapi.json")),
    "read the page": Scenario("show_docs", lambda person: person.get("/docs")),
    **{
        f"open {path}": Scenario(
            view, lambda person, path=path: person.get(path.format(event_id=EVENT))
        )
        for path, view in PAGES.items()
    },
    "look for where a password is changed": Scenario(
        "lead_to_change_password", lambda person: person.get("/.well-known/change-password")
    ),
    "fetch a script": Scenario(
        "show_script", lambda p: p.get(f"/{assets.path('scripts', 'page')}")
    ),
    "fetch a style": Scenario(
        "show_style_sheet", lambda p: p.get(f"/{assets.path('styles', 'style')}")
    ),
    "fetch an icon": Scenario("show_icon", lambda p: p.get(f"/{assets.path('icons', 'icon')}")),
}


def comparable(everything: dict[str, list[dict[str, Any]]]) -> dict[str, list[Any]]:
    """Return what is stored, with whatever is new each time told apart by what it stands for."""
    names: dict[str, str] = {}

    def named(found: re.Match[str]) -> str:
        return names.setdefault(found[0], f"identifier {len(names)}")

    def told(row: dict[str, Any], name_of: Callable[[re.Match[str]], str]) -> dict[str, Any]:
        return {
            name: type(value).__name__
            if name in _RANDOM
            else _IDENTIFIER.sub(name_of, value)
            if isinstance(value, str)
            else value
            for name, value in row.items()
        }

    # Which of two identifiers was made first, nobody knows who looks within a millisecond: they
    # are named as they turn up, in rows that are put in order without them.
    return {
        table: [
            told({n: v for n, v in row.items() if n != _NAMED_ANYHOW.get(table)}, named)
            for row in sorted(rows, key=lambda row: str(told(row, lambda _: "identifier")))
        ]
        for table, rows in everything.items()
    }


def settled(stored: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Return what is stored without the tries that are counted.

    A try is claimed before it is made: whoever is rejected on the way, because something is away,
    leaves it behind. How much that is, :func:`tries` says.
    """
    return {table: rows for table, rows in stored.items() if table != "attempts"}


def tries(stored: dict[str, list[Any]]) -> int:
    """Return how many tries are counted."""
    return sum(row["tries"] for row in stored["attempts"])
