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
    """Create an account, with or without an email address, and sign in to it."""
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
    """Email a sign-up link to an address, or a notice that it already has an account."""
    from chalicelib.accounts.sign_up_link import sign_up_links

    sign_up_links().ask(body.email, request.address, request.language, request.received_at)
    return Done(_SIGN_UP_LINK)


@room.action("GET", "/password/suggestion", who=guard.ANYONE)
def suggest_password(request: Request) -> Answer[Suggestion]:
    """Suggest a password of several words, in the `Accept-Language`. It isn't stored."""
    from chalicelib.accounts.suggestion import suggest
    from chalicelib.platform.languages import Language

    return Answer({"password": suggest(request.language or Language.ENGLISH)})


@room.action("GET", "/me", who=guard.SIGNED_IN_AT_ALL)
def show_me(caller: Caller) -> Answer[Account]:
    """Return the signed-in account."""
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
    """Change names or the email. A new email needs the password and ends all other sessions."""
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
    """Change the password. This device gets a new session; all other sessions end."""
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
    """Request a password reset link. It is sent if the account has a verified email."""
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
    """Choose a new password with the token of a reset link. All sessions end."""
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
    """Send a link that verifies the account's email, unless it is verified already."""
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
    """Verify the signed-in account's email with the token from the link."""
    from chalicelib.accounts.verification import verification

    account, now = caller.account, request.received_at
    return Answer(verification().verify(account, body.token, request.identifier, now))
