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
    """Show where one's registrations stand and what to do next."""
    return ScriptedPage(page.render("dashboard", request))


@room.action("GET", "/signin", who=guard.ANYONE)
def show_sign_in(request: Request) -> ScriptedPage:
    """Show the form that signs in."""
    return ScriptedPage(page.render("signin", request))


@room.action("GET", "/signup", who=guard.ANYONE)
def show_sign_up(request: Request) -> ScriptedPage:
    """Show the form that makes an account."""
    return ScriptedPage(page.render("signup", request))


@room.action("GET", "/signup/email", who=guard.ANYONE)
def show_sign_up_link(request: Request) -> ScriptedPage:
    """Show the form that creates an account, by the token in the URL's fragment."""
    return ScriptedPage(page.render("sign-up-link", request))


@room.action("GET", "/forgot", who=guard.ANYONE)
def show_forgot(request: Request) -> ScriptedPage:
    """Show the form for who has forgotten their password."""
    return ScriptedPage(page.render("forgot", request))


@room.action("GET", "/reset", who=guard.ANYONE)
def show_reset(request: Request) -> ScriptedPage:
    """Show the form that chooses a password, by the token in the URL's fragment."""
    return ScriptedPage(page.render("reset", request))


@room.action("GET", "/verify", who=guard.ANYONE)
def show_verify(request: Request) -> ScriptedPage:
    """Show the button that verifies an email, by the token in the URL's fragment."""
    return ScriptedPage(page.render("verify", request))


@room.action("GET", "/register", who=guard.ANYONE)
def show_register(request: Request) -> ScriptedPage:
    """Show for which events one may register."""
    return ScriptedPage(page.render("register", request))


@room.action("GET", "/register/{event_id}", who=guard.ANYONE)
def show_form(request: Request, event_id: str) -> ScriptedPage:  # noqa: ARG001 (its script reads it)
    """Show one's registration for an event: its form, or its receipt."""
    return ScriptedPage(page.render("form", request))


@room.action("GET", "/account", who=guard.ANYONE)
def show_account_page(request: Request) -> ScriptedPage:
    """Show one's profile, password and sessions."""
    return ScriptedPage(page.render("account", request))


@room.action("GET", "/.well-known/change-password", who=guard.ANYONE, status=302)
def lead_to_change_password(request: Request) -> Redirect:
    """Lead a password manager to where a password is changed (W3C, change-password-url)."""
    return Redirect(f"{request.base}/account")


@room.action("GET", "/staff", who=guard.ANYONE)
def show_staff(request: Request) -> ScriptedPage:
    """Show an event's registrations, as the query selects them."""
    return ScriptedPage(page.render("staff", request))


@room.action("GET", "/staff/registration", who=guard.ANYONE)
def show_record(request: Request) -> ScriptedPage:
    """Show the registration of the `event` and `user` in the query, with notes and history."""
    return ScriptedPage(page.render("record", request))


@room.action("GET", "/staff/walk-in", who=guard.ANYONE)
def show_walk_in(request: Request) -> ScriptedPage:
    """Show what registers somebody who stands at the desk."""
    return ScriptedPage(page.render("walk-in", request))


@room.action("GET", "/staff/people", who=guard.ANYONE)
def show_people_page(request: Request) -> ScriptedPage:
    """Show people and their roles."""
    return ScriptedPage(page.render("people", request))


@room.action("GET", "/staff/events", who=guard.ANYONE)
def show_events_page(request: Request) -> ScriptedPage:
    """Show the events, and what makes and changes them."""
    return ScriptedPage(page.render("events", request))


@room.action("GET", "/staff/summary", who=guard.ANYONE)
def show_summary_page(request: Request) -> ScriptedPage:
    """Show an event's registrations counted."""
    return ScriptedPage(page.render("summary", request))


@room.action("GET", "/staff/waiting-list", who=guard.ANYONE)
def show_waiting_list_page(request: Request) -> ScriptedPage:
    """Show whom an event's free spots are offered to, and whom to call about it."""
    return ScriptedPage(page.render("waiting-list", request))


@room.action("GET", "/scripts/{version}/{name}", who=guard.ANYONE)
def show_script(version: str, name: str) -> Script:
    """Give a page a script."""
    found = assets.read("scripts", version, name)
    return Script(found.text, is_lasting=found.is_lasting)


@room.action("GET", "/styles/{version}/{name}", who=guard.ANYONE)
def show_style_sheet(version: str, name: str) -> StyleSheet:
    """Give a page its looks."""
    found = assets.read("styles", version, name)
    return StyleSheet(found.text, is_lasting=found.is_lasting)


@room.action("GET", "/icons/{version}/{name}", who=guard.ANYONE)
def show_icon(version: str, name: str) -> Icon:
    """Give a page the picture that browsers know it by."""
    found = assets.read("icons", version, name)
    return Icon(found.text, is_lasting=found.is_lasting)
