"""Pages, the same for all readers of a language, and their assets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.pages import assets, page
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.responses import (
    CssResponse,
    JavaScriptResponse,
    ManifestResponse,
    RedirectResponse,
    ScriptedHtmlResponse,
    SvgResponse,
)
from chalicelib.sessions import authentication

if TYPE_CHECKING:
    from chalicelib.platform.request import Request

blueprint = Blueprint("pages")


@blueprint.endpoint("GET", "/", access=authentication.ANYONE)
def show_dashboard(request: Request) -> ScriptedHtmlResponse:
    """Show the home page: the account's registrations and what to do next."""
    return ScriptedHtmlResponse(page.render("dashboard", request))


@blueprint.endpoint("GET", "/signin", access=authentication.ANYONE)
def show_sign_in(request: Request) -> ScriptedHtmlResponse:
    """Show the sign-in page, with a button for each OpenID Connect provider."""
    return ScriptedHtmlResponse(page.render("signin", request, page.providers()))


@blueprint.endpoint("GET", "/signin/email", access=authentication.ANYONE)
def show_email_sign_in(request: Request) -> ScriptedHtmlResponse:
    """Show the page that takes an emailed code; a link has the code in the URL fragment."""
    return ScriptedHtmlResponse(page.render("signin-email", request))


@blueprint.endpoint("GET", "/signin/provider", access=authentication.ANYONE)
def show_provider_sign_in(request: Request) -> ScriptedHtmlResponse:
    """Show the page to which a browser comes from an OpenID Connect provider."""
    return ScriptedHtmlResponse(page.render("signin-provider", request))


@blueprint.endpoint("GET", "/signup", access=authentication.ANYONE)
def show_sign_up(request: Request) -> ScriptedHtmlResponse:
    """Show the sign-up page."""
    return ScriptedHtmlResponse(page.render("signup", request))


@blueprint.endpoint("GET", "/signup/email", access=authentication.ANYONE)
def show_sign_up_link(request: Request) -> ScriptedHtmlResponse:
    """Show the sign-up page for an emailed link; the token is in the URL fragment."""
    return ScriptedHtmlResponse(page.render("sign-up-link", request))


@blueprint.endpoint("GET", "/forgot", access=authentication.ANYONE)
def show_forgot(request: Request) -> ScriptedHtmlResponse:
    """Show the page that requests a password reset link."""
    return ScriptedHtmlResponse(page.render("forgot", request))


@blueprint.endpoint("GET", "/reset", access=authentication.ANYONE)
def show_reset(request: Request) -> ScriptedHtmlResponse:
    """Show the page that chooses a new password; the token is in the URL fragment."""
    return ScriptedHtmlResponse(page.render("reset", request))


@blueprint.endpoint("GET", "/verify", access=authentication.ANYONE)
def show_verify(request: Request) -> ScriptedHtmlResponse:
    """Show the page that verifies an email; the token is in the URL fragment."""
    return ScriptedHtmlResponse(page.render("verify", request))


@blueprint.endpoint("GET", "/register", access=authentication.ANYONE)
def show_register(request: Request) -> ScriptedHtmlResponse:
    """Show the events that are open for registration."""
    return ScriptedHtmlResponse(page.render("register", request))


@blueprint.endpoint("GET", "/register/{event_id}", access=authentication.ANYONE)
def show_form(request: Request, event_id: str) -> ScriptedHtmlResponse:  # noqa: ARG001 (its script reads it)
    """Show the account's registration for an event: the form or the receipt."""
    return ScriptedHtmlResponse(page.render("form", request))


@blueprint.endpoint("GET", "/account", access=authentication.ANYONE)
def show_account_page(request: Request) -> ScriptedHtmlResponse:
    """Show the account page."""
    return ScriptedHtmlResponse(page.render("account", request, page.providers()))


@blueprint.endpoint("GET", "/.well-known/change-password", access=authentication.ANYONE, status=302)
def lead_to_change_password(request: Request) -> RedirectResponse:
    """Redirect password managers to the page that changes a password (W3C change-password-url)."""
    return RedirectResponse(f"{request.base_path}/account")


@blueprint.endpoint("GET", "/staff", access=authentication.ANYONE)
def show_staff(request: Request) -> ScriptedHtmlResponse:
    """Show the staff's list of an event's registrations."""
    return ScriptedHtmlResponse(page.render("staff", request))


@blueprint.endpoint("GET", "/staff/registration", access=authentication.ANYONE)
def show_record(request: Request) -> ScriptedHtmlResponse:
    """Show a registration to staff, with notes and history; the query has `event` and `user`."""
    return ScriptedHtmlResponse(page.render("record", request))


@blueprint.endpoint("GET", "/staff/walk-in", access=authentication.ANYONE)
def show_walk_in(request: Request) -> ScriptedHtmlResponse:
    """Show the page that adds a walk-in registration."""
    return ScriptedHtmlResponse(page.render("walk-in", request))


@blueprint.endpoint("GET", "/staff/people", access=authentication.ANYONE)
def show_people_page(request: Request) -> ScriptedHtmlResponse:
    """Show the staff's list of accounts."""
    return ScriptedHtmlResponse(page.render("people", request))


@blueprint.endpoint("GET", "/staff/events", access=authentication.ANYONE)
def show_events_page(request: Request) -> ScriptedHtmlResponse:
    """Show the page that lists and edits events."""
    return ScriptedHtmlResponse(page.render("events", request))


@blueprint.endpoint("GET", "/staff/summary", access=authentication.ANYONE)
def show_summary_page(request: Request) -> ScriptedHtmlResponse:
    """Show the summary of an event's registrations."""
    return ScriptedHtmlResponse(page.render("summary", request))


@blueprint.endpoint("GET", "/staff/waiting-list", access=authentication.ANYONE)
def show_waiting_list_page(request: Request) -> ScriptedHtmlResponse:
    """Show the offers of an event's free places, and who must be called."""
    return ScriptedHtmlResponse(page.render("waiting-list", request))


@blueprint.endpoint("GET", "/scripts/{version}/{name}", access=authentication.ANYONE)
def show_script(version: str, name: str) -> JavaScriptResponse:
    """Return a script of a page."""
    asset = assets.read("scripts", version, name)
    return JavaScriptResponse(asset.text, is_immutable=asset.is_immutable)


@blueprint.endpoint("GET", "/styles/{version}/{name}", access=authentication.ANYONE)
def show_style_sheet(version: str, name: str) -> CssResponse:
    """Return a style sheet of a page."""
    asset = assets.read("styles", version, name)
    return CssResponse(asset.text, is_immutable=asset.is_immutable)


@blueprint.endpoint("GET", "/icons/{version}/{name}", access=authentication.ANYONE)
def show_icon(version: str, name: str) -> SvgResponse:
    """Return an icon."""
    asset = assets.read("icons", version, name)
    return SvgResponse(asset.text, is_immutable=asset.is_immutable)


@blueprint.endpoint("GET", "/manifests/{version}/{name}", access=authentication.ANYONE)
def show_manifest(version: str, name: str) -> ManifestResponse:
    """Return the web app manifest in a language, which is its name."""
    asset = assets.read("manifests", version, name)
    return ManifestResponse(asset.text, is_immutable=asset.is_immutable)
