"""Scenarios of each endpoint: the user who calls it, and the state in which the call succeeds.

The fault matrices, the authorization matrix and the record of permissions all run these. A new
action gets its line here, or they fail.
"""

from chalicelib.identity.account import Role
from chalicelib.pages import assets
from tests.matrix import api_keys, exports, passkeys, provider_scenarios, steps
from tests.matrix.scenario import Scenario
from tests.pages.addresses import PAGES
from tests.support.events import EVENT

SCENARIOS = {
    "sign up": Scenario("sign_up", steps.sign_up, signed_in=False, counts_twice=True),
    "sign up where another user is signed in": Scenario(
        "sign_up", steps.sign_up_as_another, counts_twice=True
    ),
    "ask for a link to sign up": Scenario(
        "ask_for_sign_up_link",
        steps.ask_for_a_link_to_sign_up,
        signed_in=False,
        adds=True,
        counts_twice=True,
    ),
    "ask for a link to sign up with a verified address": Scenario(
        "ask_for_sign_up_link",
        steps.ask_for_a_link_to_sign_up,
        signed_in=False,
        adds=True,
        counts_twice=True,
        circumstances=steps.with_a_verified_address,
    ),
    "sign up with a link": Scenario(
        "sign_up",
        steps.sign_up_with_a_link,
        signed_in=False,
        counts_twice=True,
        circumstances=steps.with_a_link_to_sign_up,
    ),
    "sign up with a link and an address that another user holds": Scenario(
        "sign_up",
        steps.sign_up_with_a_link,
        signed_in=False,
        counts_twice=True,
        circumstances=steps.with_a_link_to_sign_up_and_a_holder,
    ),
    "ask for a password": Scenario(
        "suggest_password", lambda person: person.get("/password/suggestion")
    ),
    "look at their account": Scenario("show_me", lambda person: person.get("/me")),
    "look at their account after a while": Scenario(
        "show_me", lambda person: person.get("/me"), circumstances=steps.as_staff_unseen_for_a_while
    ),
    "sign in": Scenario("sign_in", lambda person: person.sign_in(), adds=True),
    "sign in with a weak hash": Scenario(
        "sign_in", lambda person: person.sign_in(), adds=True, circumstances=steps.with_a_weak_hash
    ),
    "sign in on another device": Scenario("sign_in", steps.sign_in_elsewhere, adds=True),
    "sign in after failures": Scenario(
        "sign_in", steps.sign_in_elsewhere, adds=True, circumstances=steps.after_failures_elsewhere
    ),
    "sign out": Scenario("sign_out", lambda person: person.post("/signout")),
    "sign out by GET": Scenario("sign_out_by_get", lambda person: person.get("/signout")),
    "list sessions": Scenario("list_sessions", lambda person: person.get("/sessions")),
    "end a session": Scenario("end_session", lambda person: person.delete("/sessions/current")),
    "end all sessions": Scenario("end_all_sessions", lambda person: person.delete("/sessions")),
    "ask for health": Scenario("show_health", lambda person: person.get("/health")),
    "list events": Scenario(
        "list_events", lambda p: p.get("/events"), circumstances=steps.an_event
    ),
    "look at an event": Scenario(
        "show_event", lambda p: p.get(f"/events/{EVENT}"), circumstances=steps.an_event
    ),
    "open the page of an event": Scenario(
        "show_event_page", lambda p: p.get(f"/event/{EVENT}"), circumstances=steps.an_event
    ),
    "make an event": Scenario("put_event", steps.put_event, circumstances=steps.as_super_admin),
    "change an event": Scenario(
        "put_event", steps.change_event, circumstances=steps.as_super_admin_of_one
    ),
    "list registrations": Scenario(
        "list_registrations", lambda p: p.get("/registrations"), circumstances=steps.a_draft
    ),
    "look at a registration": Scenario(
        "show_registration", lambda p: p.get(steps.REGISTRATION_PATH), circumstances=steps.a_draft
    ),
    "save a first draft": Scenario("save_registration", steps.save, circumstances=steps.an_event),
    "save a draft again": Scenario(
        "save_registration", steps.save_again, circumstances=steps.a_draft
    ),
    "submit": Scenario(
        "submit_registration",
        lambda p: p.post(f"{steps.REGISTRATION_PATH}/submit"),
        circumstances=steps.a_draft,
    ),
    "submit where all is taken": Scenario(
        "submit_registration",
        lambda p: p.post(f"{steps.REGISTRATION_PATH}/submit"),
        circumstances=steps.a_late_draft,
    ),
    "withdraw": Scenario(
        "withdraw_registration",
        lambda p: p.post(f"{steps.REGISTRATION_PATH}/withdraw"),
        circumstances=steps.submitted,
    ),
    "accept an offer": Scenario(
        "accept_offer",
        lambda p: p.post(f"{steps.REGISTRATION_PATH}/offer/accept"),
        circumstances=steps.offered_a_spot,
    ),
    "decline an offer": Scenario(
        "decline_offer",
        lambda p: p.post(f"{steps.REGISTRATION_PATH}/offer/decline"),
        circumstances=steps.offered_a_spot,
    ),
    "delete a draft": Scenario(
        "delete_registration",
        lambda p: p.delete(steps.REGISTRATION_PATH),
        circumstances=steps.a_draft,
    ),
    "list an event's registrations": Scenario(
        "list_event_registrations",
        lambda p: p.get(steps.STAFF_PATH),
        circumstances=steps.as_admin_of_another,
    ),
    "look for a name": Scenario(
        "list_event_registrations",
        lambda p: p.get(f"{steps.STAFF_PATH}?lastName=oka"),
        circumstances=steps.as_admin_of_another,
    ),
    "look at a status": Scenario(
        "list_event_registrations",
        lambda p: p.get(f"{steps.STAFF_PATH}?status=Hired"),
        circumstances=steps.as_admin_of_another,
    ),
    "look for a phone number": Scenario(
        "list_event_registrations",
        lambda p: p.get(f"{steps.STAFF_PATH}?phone=952.445.1234"),
        circumstances=steps.as_admin_of_another,
    ),
    "look for a reference": Scenario(
        "list_event_registrations",
        lambda p: p.get(f"{steps.STAFF_PATH}?reference=000000"),
        circumstances=steps.as_admin_of_another,
    ),
    "export an event's registrations": Scenario(
        "export_event_registrations",
        lambda p: p.get(f"{steps.STAFF_PATH}.csv"),
        counts_twice=True,
        circumstances=steps.as_admin_of_another,
    ),
    "list all events": Scenario(
        "list_all_events", lambda p: p.get("/admin/events"), circumstances=steps.as_admin_of_another
    ),
    "preview an event's page": Scenario(
        "preview_event_page",
        lambda p: p.get(f"/admin/events/{EVENT}/preview"),
        circumstances=steps.as_admin_of_another,
    ),
    "look at any event": Scenario(
        "show_any_event",
        lambda p: p.get(f"/admin/events/{EVENT}"),
        circumstances=steps.as_admin_of_another,
    ),
    "look at the event of a registration": Scenario(
        "show_registration_event",
        lambda p: p.get(f"{steps.REGISTRATION_PATH}/event"),
        circumstances=steps.a_draft,
    ),
    "sum an event up": Scenario(
        "summarise_event",
        lambda p: p.get(f"/admin/events/{EVENT}/summary"),
        circumstances=steps.as_admin_of_another,
    ),
    "look at a registration as staff": Scenario(
        "show_event_registration",
        lambda p: p.get(steps.THEIRS),
        circumstances=steps.as_admin_of_another_with_notes,
    ),
    "register a walk-in at the desk": Scenario(
        "register_somebody", steps.register_themselves, circumstances=steps.as_admin
    ),
    "correct a registration": Scenario(
        "correct_registration", steps.correct, circumstances=steps.as_admin_of_another
    ),
    "count places": Scenario(
        "show_places",
        lambda p: p.get(f"/admin/events/{EVENT}/places"),
        circumstances=steps.as_admin_of_another,
    ),
    "look for the same person": Scenario(
        "list_duplicates",
        lambda p: p.get(f"/admin/events/{EVENT}/duplicates?firstName=River&phone1=9524451234"),
        circumstances=steps.as_admin_of_another,
    ),
    "list offers": Scenario(
        "list_offers",
        lambda p: p.get(f"/admin/events/{EVENT}/offers"),
        circumstances=steps.as_admin_of_an_offer,
    ),
    "move a registration": Scenario(
        "move_registration", steps.move, circumstances=steps.as_admin_of_another
    ),
    "write a note where nothing moves": Scenario(
        "move_registration", steps.move_where_it_is, circumstances=steps.as_admin_of_another
    ),
    "move many": Scenario(
        "move_registrations",
        steps.move_many,
        circumstances=steps.as_admin_of_another,
        succeeded=steps.all_moved,
    ),
    "write a note": Scenario(
        "write_note",
        lambda p: p.post(f"{steps.THEIRS}/notes", steps.NOTE),
        circumstances=steps.as_admin_of_another,
    ),
    "look at a history": Scenario(
        "show_history",
        lambda p: p.get(f"{steps.THEIRS}/history"),
        circumstances=steps.as_admin_of_another,
    ),
    "list people": Scenario(
        "list_people", lambda p: p.get("/admin/users"), circumstances=steps.before_staff()
    ),
    "look for people": Scenario(
        "list_people", lambda p: p.get("/admin/users?q=some"), circumstances=steps.before_staff()
    ),
    "look at a person": Scenario(
        "show_person", lambda p: p.get(steps.OTHER_PATH), circumstances=steps.before_staff()
    ),
    "register a person": Scenario(
        "register_person", steps.register_person, circumstances=steps.before_staff()
    ),
    "give a role": Scenario(
        "change_role",
        lambda p: p.post(f"{steps.OTHER_PATH}/role", {"role": "SuperAdmin"}),
        circumstances=steps.before_staff(),
    ),
    "take a role": Scenario(
        "change_role",
        lambda p: p.post(f"{steps.OTHER_PATH}/role", {"role": "User"}),
        circumstances=steps.before_staff(Role.SUPER_ADMIN),
    ),
    "disable a person": Scenario(
        "disable_person",
        lambda p: p.post(f"{steps.OTHER_PATH}/disable"),
        circumstances=steps.before_staff(),
    ),
    "disable a SuperAdmin": Scenario(
        "disable_person",
        lambda p: p.post(f"{steps.OTHER_PATH}/disable"),
        circumstances=steps.before_staff(Role.SUPER_ADMIN),
    ),
    "enable a person": Scenario(
        "enable_person",
        lambda p: p.post(f"{steps.OTHER_PATH}/enable"),
        circumstances=steps.before_staff(disabled=True),
    ),
    "start a password reset": Scenario(
        "start_password_reset",
        lambda p: p.post(f"{steps.OTHER_PATH}/password-reset"),
        adds=True,
        circumstances=steps.before_staff(),
    ),
    "start a password reset by mail": Scenario(
        "start_password_reset",
        lambda p: p.post(f"{steps.OTHER_PATH}/password-reset"),
        adds=True,
        circumstances=steps.before_staff(email="s@e.co", email_verified=True),
    ),
    "compare two accounts": Scenario(
        "preview_merge",
        lambda p: p.get(f"{steps.OTHER_PATH}/merge?from={steps.SECOND}"),
        circumstances=steps.before_two_accounts,
    ),
    "merge two accounts": Scenario(
        "merge_people", steps.merge, circumstances=steps.before_two_accounts, stepwise=True
    ),
    "end a person's sessions": Scenario(
        "end_persons_sessions",
        lambda p: p.delete(f"{steps.OTHER_PATH}/sessions"),
        adds=True,
        circumstances=steps.before_staff(),
    ),
    "read the audit": Scenario(
        "list_audit",
        lambda p: p.get(f"/admin/audit?subject={steps.OTHER_ID}"),
        circumstances=steps.with_a_trail,
    ),
    "change their name": Scenario("change_me", steps.change_name),
    "change their email": Scenario(
        "change_me", steps.change_email, circumstances=steps.with_a_verified_email
    ),
    "take their email away": Scenario("change_me", steps.take_email_away),
    "change their password": Scenario("change_password", steps.change_password),
    "change their password after failures": Scenario(
        "change_password",
        steps.change_password,
        circumstances=steps.after_failures_and_with_a_verified_email,
    ),
    "forget their password": Scenario(
        "forget_password",
        steps.forget_password,
        adds=True,
        circumstances=steps.with_a_verified_email,
    ),
    "forget another user's password": Scenario(
        "forget_password", steps.forget_password, signed_in=False, adds=True
    ),
    "ask for a sign-in code": Scenario(
        "ask_for_sign_in_code",
        steps.ask_for_another_code,
        adds=True,
        counts_twice=True,
        circumstances=steps.with_a_mailed_code,
    ),
    "ask for a sign-in code without an account": Scenario(
        "ask_for_sign_in_code",
        steps.ask_for_a_code,
        signed_in=False,
        adds=True,
        counts_twice=True,
    ),
    "sign in with a mailed code": Scenario(
        "sign_in_with_code",
        steps.sign_in_with_a_mailed_code,
        counts_twice=True,
        circumstances=steps.with_a_mailed_code,
    ),
    "ask for a verification": Scenario(
        "ask_for_verification",
        lambda p: p.post("/email/verification"),
        adds=True,
    ),
    "get emails again": Scenario(
        "clear_email_problems", steps.clear_problems, circumstances=steps.with_a_bounced_email
    ),
    "verify an email": Scenario(
        "verify_email",
        lambda p: p.post("/email/verify", {"token": steps.TOKEN}),
        circumstances=steps.with_a_verification,
    ),
    "verify an email that another user holds": Scenario(
        "verify_email",
        lambda p: p.post("/email/verify", {"token": steps.TOKEN}),
        circumstances=steps.with_a_pending_email_that_another_user_holds,
    ),
    "drop a pending email": Scenario(
        "change_me",
        lambda p: p.request("PATCH", "/me", {"pendingEmail": None}),
        circumstances=steps.with_a_pending_email_that_another_user_holds,
    ),
    "submit for a receipt": Scenario(
        "submit_registration",
        lambda p: p.post(f"{steps.REGISTRATION_PATH}/submit"),
        circumstances=steps.draft_with_a_verified_email,
        counts_twice=True,
        counts_or_not=True,
    ),
    "invite to an interview by mail": Scenario(
        "move_registration",
        steps.invite,
        circumstances=steps.as_admin_of_a_reviewed_person_with_mail,
    ),
    "invite many to an interview by mail": Scenario(
        "move_registrations",
        steps.invite_many,
        circumstances=steps.as_admin_of_a_reviewed_person_with_mail,
        succeeded=steps.all_moved,
    ),
    "choose a password": Scenario(
        "reset_password", steps.choose_password, circumstances=steps.with_a_link
    ),
    "choose a password with a passphrase": Scenario(
        "reset_password_by_passphrase",
        steps.choose_password_by_passphrase,
        circumstances=steps.with_a_slip,
    ),
    "choose a password and lose an older app": Scenario(
        "reset_password",
        steps.choose_password,
        circumstances=steps.with_a_mailed_link_and_an_older_app,
    ),
    "fetch what is held about themselves": Scenario(
        "export_me",
        lambda p: p.get("/me/export"),
        counts_twice=True,
        circumstances=steps.known_to_staff,
    ),
    "be erased": Scenario(
        "erase_me", steps.be_erased, circumstances=steps.known_to_staff, stepwise=True
    ),
    "be erased as a SuperAdmin": Scenario(
        "erase_me",
        steps.be_erased,
        circumstances=steps.before_staff(Role.SUPER_ADMIN),
        stepwise=True,
    ),
    "begin to set up an app": Scenario(
        "begin_second_factor",
        steps.begin_second_factor,
        adds=True,
        circumstances=steps.with_a_verified_email,
    ),
    "confirm an app": Scenario(
        "confirm_second_factor",
        lambda p: p.post("/mfa/totp/confirm", {"code": steps.code(p)}),
        takes_code=True,
        circumstances=steps.with_an_app_to_confirm,
    ),
    "make other recovery codes": Scenario(
        "renew_recovery_codes",
        lambda p: p.post("/mfa/recovery-codes", steps.both_factors(p)),
        takes_code=True,
        circumstances=steps.with_an_app,
    ),
    "remove an app": Scenario(
        "remove_second_factor",
        lambda p: p.post("/mfa/totp/remove", steps.both_factors(p)),
        takes_code=True,
        circumstances=steps.with_an_app,
    ),
    "sign in with a code": Scenario(
        "sign_in",
        lambda p: p.other_client().post(
            "/signin", {"username": p.name, **steps.sign_in_factors(p)}
        ),
        adds=True,
        takes_code=True,
        circumstances=steps.with_an_app,
    ),
    "sign in with the last recovery code": Scenario(
        "sign_in",
        steps.sign_in_with_a_recovery_code,
        takes_code=True,
        circumstances=steps.with_a_last_recovery_code,
    ),
    "take a lost app away": Scenario(
        "remove_persons_second_factor",
        lambda p: p.post(f"{steps.OTHER_PATH}/mfa/remove"),
        circumstances=steps.as_super_admin_of_a_user_with_an_app,
    ),
    "read the description": Scenario("show_description", lambda p: p.get("/openapi.json")),
    "read the page": Scenario("show_docs", lambda person: person.get("/docs")),
    **{
        f"open {path}": Scenario(view, lambda p, path=path: p.get(path.format(event_id=EVENT)))
        for path, view in PAGES.items()
    },
    "look for where a password is changed": Scenario(
        "lead_to_change_password", lambda person: person.get("/.well-known/change-password")
    ),
    "look for where passkeys are added": Scenario(
        "show_passkey_endpoints", lambda person: person.get("/.well-known/passkey-endpoints")
    ),
    "look for who may use the passkeys": Scenario(
        "show_related_origins", lambda person: person.get("/.well-known/webauthn")
    ),
    **{name: Scenario(**facts) for name, facts in provider_scenarios.SCENARIOS.items()},
    "fetch a script": Scenario(
        "show_script", lambda p: p.get(f"/{assets.path('scripts', 'shared')}")
    ),
    "fetch a style": Scenario(
        "show_style_sheet", lambda p: p.get(f"/{assets.path('styles', 'style')}")
    ),
    "fetch an icon": Scenario("show_icon", lambda p: p.get(f"/{assets.path('icons', 'icon')}")),
    "fetch a manifest": Scenario(
        "show_manifest", lambda p: p.get(f"/{assets.path('manifests', 'es')}")
    ),
    **passkeys.SCENARIOS,
    **api_keys.SCENARIOS,
    **exports.SCENARIOS,
}
