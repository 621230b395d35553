"""Signing up, one's own account, its password and its email.

What writes letters and makes links is imported where it is asked: signing in, which this function
does most, and looking at oneself do neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.identity.account import IdentityTaken
from chalicelib.platform.actions import Room
from chalicelib.platform.answers import Answer, Done
from chalicelib.platform.errors import InvalidFields, TooManyAttempts, Unavailable
from chalicelib.platform.log import Event
from chalicelib.sessions import cookie, guard

if TYPE_CHECKING:
    from chalicelib.accounts.schemas import (
        Account,
        ChangedAccount,
        ChangedPassword,
        ChosenPassword,
        ForgottenPassword,
        OwnEmail,
        SentToken,
        SignUp,
        Suggestion,
    )
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import Caller

room = Room("accounts")

_SIGN_UP_LINK = "We sent an email to that address. It says how to create an account."

_LINK_IF_ANY = "If that account has a confirmed email address, we sent a password reset link to it."


@room.action(
    "POST",
    "/signup",
    who=guard.ANYONE,
    status=201,
    refusals=(IdentityTaken, TooManyAttempts, Unavailable),
    sets_cookie=True,
    event=Event.SIGNED_UP,
)
def sign_up(request: Request, body: SignUp) -> Answer[Account]:
    """Make an account, with or without an email address, and sign its owner in."""
    from chalicelib.accounts.signing_up import sign_up as take_in

    visit = guard.visit(request)
    opening = take_in(dict(body), visit, request.identifier, request.language)
    return Answer(opening.account, cookie=cookie.handing_over(opening))


@room.action(
    "POST",
    "/signup/email",
    who=guard.ANYONE,
    status=202,
    refusals=(TooManyAttempts, Unavailable),
    event=Event.SIGN_UP_LINK_ASKED,
)
def ask_for_sign_up_link(request: Request, body: OwnEmail) -> Done:
    """Mail an address the link to sign up with it, or that there is an account already."""
    from chalicelib.accounts.sign_up_link import sign_up_links

    sign_up_links().ask(body.email, request.address, request.language, request.received_at)
    return Done(_SIGN_UP_LINK)


@room.action("GET", "/password/suggestion", who=guard.ANYONE)
def suggest_password(request: Request) -> Answer[Suggestion]:
    """Suggest a password of words in a language of `Accept-Language`; the service keeps none."""
    from chalicelib.accounts.suggestion import suggest
    from chalicelib.platform.languages import Language

    return Answer({"password": suggest(request.language or Language.ENGLISH)})


@room.action("GET", "/me", who=guard.SIGNED_IN_AT_ALL)
def show_me(caller: Caller) -> Answer[Account]:
    """Show the account that is signed in."""
    return Answer(caller.account)


@room.action(
    "PATCH",
    "/me",
    who=guard.SIGNED_IN_AT_ALL,  # staff correct their email before they set up a second factor
    refusals=(IdentityTaken, TooManyAttempts),
    sets_cookie=True,
    event=Event.ACCOUNT_CHANGED,
)
def change_me(request: Request, caller: Caller, body: ChangedAccount) -> Answer[Account]:
    """Change names or email; a new email takes the password, and every other session ends."""
    from chalicelib.accounts.owner import own_account

    visit = guard.visit(request)
    own = own_account(caller, visit, request.identifier, request.language)
    account, opening = own.change(body.changes(), body.current_password)
    return Answer(account, cookie=cookie.handing_over(opening) if opening else None)


@room.action(
    "POST",
    "/password/change",
    who=guard.SIGNED_IN,
    refusals=(TooManyAttempts,),
    sets_cookie=True,
    event=Event.PASSWORD_CHANGED,
)
def change_password(request: Request, caller: Caller, body: ChangedPassword) -> Done:
    """Take a new password; this device goes on with a new session, every other one ends."""
    from chalicelib.accounts.owner import own_account

    visit = guard.visit(request)
    own = own_account(caller, visit, request.identifier, request.language)
    opening = own.change_password(body.current_password, body.new_password)
    return Done("Password changed", cookie=cookie.handing_over(opening))


@room.action(
    "POST",
    "/password/forgot",
    who=guard.ANYONE,
    status=202,
    refusals=(TooManyAttempts, Unavailable),
    event=Event.RESET_ASKED,
)
def forget_password(request: Request, body: ForgottenPassword) -> Done:
    """Ask for a link to choose a new password, mailed to a verified email if there is one."""
    from chalicelib.accounts.forgotten import forgotten_passwords

    forgotten_passwords().ask(body.username, request.address, request.received_at)
    return Done(_LINK_IF_ANY)


@room.action(
    "POST",
    "/password/reset",
    who=guard.ANYONE,
    refusals=(Unavailable,),
    event=Event.PASSWORD_RESET,
)
def reset_password(request: Request, body: ChosenPassword) -> Done:
    """Choose a new password with the token of a one-time link; every session ends."""
    from chalicelib.accounts.recovery import recovery

    token, password, language = body.token, body.new_password, request.language
    recovery().choose_password(token, password, request.identifier, request.received_at, language)
    return Done("Password changed. Sign in with your new password.")


@room.action(
    "POST",
    "/email/verification",
    who=guard.SIGNED_IN_AT_ALL,  # staff verify their email before they set up a second factor
    status=202,
    refusals=(InvalidFields, TooManyAttempts),
    event=Event.VERIFICATION_ASKED,
)
def ask_for_verification(request: Request, caller: Caller) -> Done:
    """Mail a link that verifies one's email; nothing where it is verified already."""
    from chalicelib.accounts.verification import verification

    verification().ask(caller.account, request.received_at)
    return Done("If your email address isn’t confirmed yet, we sent a confirmation link to it.")


@room.action(
    "POST",
    "/email/verify",
    who=guard.SIGNED_IN_AT_ALL,
    event=Event.EMAIL_VERIFIED,
)
def verify_email(request: Request, caller: Caller, body: SentToken) -> Answer[Account]:
    """Verify the email of the signed-in account with the token that was mailed there."""
    from chalicelib.accounts.verification import verification

    account, now = caller.account, request.received_at
    return Answer(verification().verify(account, body.token, request.identifier, now))
