"""Signing up, one's own account, and a new password for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.accounts import suggestion
from chalicelib.accounts.account import IdentityTaken
from chalicelib.accounts.directory import directory, new_account
from chalicelib.accounts.recovery import recovery
from chalicelib.platform.actions import Room
from chalicelib.platform.answers import Answer, Done
from chalicelib.platform.errors import TooManyAttempts, Unavailable
from chalicelib.platform.log import Event
from chalicelib.sessions import attempts, cookie, guard
from chalicelib.sessions.lifecycle import sessions

if TYPE_CHECKING:
    from chalicelib.accounts.models import Account, ChosenPassword, SignUp, Suggestion
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import Caller

room = Room("accounts")


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
    attempts.attempts().use(attempts.sign_up(request.address), request.received_at)
    account = new_account(**dict(body), now=request.received_at)
    opening = sessions().open(account, guard.visit(request))
    directory().add(account, also=opening.writes)
    return Answer(account, cookie=cookie.handing_over(opening))


@room.action("GET", "/password/suggestion", who=guard.ANYONE)
def suggest_password() -> Answer[Suggestion]:
    """Suggest a password: some words, drawn at random, kept by nobody."""
    return Answer({"password": suggestion.suggest()})


@room.action("GET", "/me", who=guard.SIGNED_IN)
def show_me(caller: Caller) -> Answer[Account]:
    """Show the account that is signed in."""
    return Answer(caller.account)


@room.action("POST", "/password/reset", who=guard.ANYONE, refusals=(Unavailable,))
def reset_password(request: Request, body: ChosenPassword) -> Done:
    """Choose a new password with the token of a one-time link; every session ends."""
    recovery().choose_password(
        body.token, body.new_password, request.identifier, request.received_at
    )
    return Done("Password changed. Sign in with it.")
