"""Pages, each the same for everybody who reads its language, and the assets they are made with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.pages import assets, page
from chalicelib.platform.actions import Room
from chalicelib.platform.answers import Icon, Redirect, Script, ScriptedPage, StyleSheet
from chalicelib.sessions import guard

if TYPE_CHECKING:
    from chalicelib.platform.request import Request

room = Room("pages")


@room.action("GET", "/", who=guard.ANYONE)
def show_dashboard(request: Request) -> ScriptedPage:
    """Show the home page: the account's registrations and what to do next."""
    return ScriptedPage(page.render("dashboard", request))


@room.action("GET", "/signin", who=guard.ANYONE)
def show_sign_in(request: Request) -> ScriptedPage:
    """Show the sign-in page."""
    return ScriptedPage(page.render("signin", request))


@room.action("GET", "/signup", who=guard.ANYONE)
def show_sign_up(request: Request) -> ScriptedPage:
    """Show the sign-up page."""
    return ScriptedPage(page.render("signup", request))


@room.action("GET", "/signup/email", who=guard.ANYONE)
def show_sign_up_link(request: Request) -> ScriptedPage:
    """Show the sign-up page for an emailed link; the token is in the URL fragment."""
    return ScriptedPage(page.render("sign-up-link", request))


@room.action("GET", "/forgot", who=guard.ANYONE)
def show_forgot(request: Request) -> ScriptedPage:
    """Show the page that requests a password reset link."""
    return ScriptedPage(page.render("forgot", request))


@room.action("GET", "/reset", who=guard.ANYONE)
def show_reset(request: Request) -> ScriptedPage:
    """Show the page that chooses a new password; the token is in the URL fragment."""
    return ScriptedPage(page.render("reset", request))


@room.action("GET", "/verify", who=guard.ANYONE)
def show_verify(request: Request) -> ScriptedPage:
    """Show the page that verifies an email; the token is in the URL fragment."""
    return ScriptedPage(page.render("verify", request))


@room.action("GET", "/register", who=guard.ANYONE)
def show_register(request: Request) -> ScriptedPage:
    """Show the events that are open for registration."""
    return ScriptedPage(page.render("register", request))


@room.action("GET", "/register/{event_id}", who=guard.ANYONE)
def show_form(request: Request, event_id: str) -> ScriptedPage:  # noqa: ARG001 (its script reads it)
    """Show the account's registration for an event: the form or the receipt."""
    return ScriptedPage(page.render("form", request))


@room.action("GET", "/account", who=guard.ANYONE)
def show_account_page(request: Request) -> ScriptedPage:
    """Show the account page."""
    return ScriptedPage(page.render("account", request))


@room.action("GET", "/.well-known/change-password", who=guard.ANYONE, status=302)
def lead_to_change_password(request: Request) -> Redirect:
    """Redirect password managers to the page that changes a password (W3C change-password-url)."""
    return Redirect(f"{request.base}/account")


@room.action("GET", "/staff", who=guard.ANYONE)
def show_staff(request: Request) -> ScriptedPage:
    """Show the staff's list of an event's registrations."""
    return ScriptedPage(page.render("staff", request))


@room.action("GET", "/staff/registration", who=guard.ANYONE)
def show_record(request: Request) -> ScriptedPage:
    """Show a registration to staff, with notes and history; the query has `event` and `user`."""
    return ScriptedPage(page.render("record", request))


@room.action("GET", "/staff/walk-in", who=guard.ANYONE)
def show_walk_in(request: Request) -> ScriptedPage:
    """Show the page that adds a walk-in registration."""
    return ScriptedPage(page.render("walk-in", request))


@room.action("GET", "/staff/people", who=guard.ANYONE)
def show_people_page(request: Request) -> ScriptedPage:
    """Show the staff's list of accounts."""
    return ScriptedPage(page.render("people", request))


@room.action("GET", "/staff/events", who=guard.ANYONE)
def show_events_page(request: Request) -> ScriptedPage:
    """Show the page that lists and edits events."""
    return ScriptedPage(page.render("events", request))


@room.action("GET", "/staff/summary", who=guard.ANYONE)
def show_summary_page(request: Request) -> ScriptedPage:
    """Show the summary of an event's registrations."""
    return ScriptedPage(page.render("summary", request))


@room.action("GET", "/staff/waiting-list", who=guard.ANYONE)
def show_waiting_list_page(request: Request) -> ScriptedPage:
    """Show the offers of an event's free places, and who must be called."""
    return ScriptedPage(page.render("waiting-list", request))


@room.action("GET", "/scripts/{version}/{name}", who=guard.ANYONE)
def show_script(version: str, name: str) -> Script:
    """Return a script of a page."""
    found = assets.read("scripts", version, name)
    return Script(found.text, is_lasting=found.is_lasting)


@room.action("GET", "/styles/{version}/{name}", who=guard.ANYONE)
def show_style_sheet(version: str, name: str) -> StyleSheet:
    """Return a style sheet of a page."""
    found = assets.read("styles", version, name)
    return StyleSheet(found.text, is_lasting=found.is_lasting)


@room.action("GET", "/icons/{version}/{name}", who=guard.ANYONE)
def show_icon(version: str, name: str) -> Icon:
    """Return an icon."""
    found = assets.read("icons", version, name)
    return Icon(found.text, is_lasting=found.is_lasting)
