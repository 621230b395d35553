"""The house: which room may know which, what is served, and what is refused."""

import ast
from pathlib import Path

import pytest

from app import ROOMS, app
from chalicelib.platform.errors import Refusal

HOUSE = Path(__file__).parent.parent / "chalicelib"
PLATFORM = "platform"
MODULES = sorted(HOUSE.glob("*/*.py"))
# From the street to the cellar. What is named nowhere holds rules.
LAYERS = {"routes": 3, "guard": 2, "models": 2}
RULES, STORE = 2, 1
LONGEST_VIEW = 6


def imported(module):
    """The chalicelib modules that a module imports, anywhere in it, as (room, name)."""
    for node in ast.walk(ast.parse(module.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            head, *rest = name.split(".")
            if head == "chalicelib" and rest:
                yield rest[0], rest[1] if len(rest) > 1 else "__init__"


def is_store(name):
    """A room's stores are ``store``, and ``listing_store`` where one of them grew large."""
    return name == "store" or name.endswith("_store")


def layer(name):
    return STORE if is_store(name) else LAYERS.get(name, RULES)


def identity_of(module):
    return module.parent.name, module.stem


def refusals(kind=Refusal):
    for refusal in kind.__subclasses__():
        yield refusal
        yield from refusals(refusal)


@pytest.mark.parametrize("module", MODULES, ids=lambda m: "/".join(identity_of(m)))
def test_imports_point_one_way(module):
    room, name = identity_of(module)
    for other_room, other in imported(module):
        if other_room == PLATFORM:
            continue
        assert room != PLATFORM, f"the platform knows no room, and imports {other_room}.{other}"
        if room == other_room:
            assert layer(name) >= layer(other) or other in LEAVES
        else:
            met_through_rules = not is_store(other) and other != "routes"
            assert met_through_rules, f"{other_room} is met through its rules"


# Records and refusals: values that every layer of a room may hold.
LEAVES = {
    *("account", "role", "identity", "session", "token", "cookie", "keys"),
    *("event", "registration", "workflow", "note", "selection", "summary"),
    *("event", "place", "registration", "workflow", "choices", "phones"),
    *("selection", "search_terms"),
    *("one_time_token", "entry", "account_item", "registration_item"),
}


@pytest.mark.parametrize("leaf", sorted(LEAVES))
def test_a_record_imports_no_store_of_its_room(leaf):
    for module in MODULES:
        if module.stem == leaf:
            assert not any(is_store(name) for _, name in imported(module)), module


@pytest.mark.parametrize("module", MODULES, ids=lambda m: "/".join(identity_of(m)))
def test_expressions_stand_in_stores_alone(module):
    if not is_store(module.stem) and module.stem != "dynamodb":
        assert "Expression" not in module.read_text()
        assert "boto" not in module.read_text() or module.stem in {"secrets_manager", "mail"}


@pytest.mark.parametrize(
    "action", [a for room in ROOMS for a in room.actions], ids=lambda a: f"{a.method} {a.path}"
)
def test_a_view_is_short_and_says_what_it_does(action):
    function = ast.parse((HOUSE / action.room / "routes.py").read_text()).body
    [view] = [
        n for n in function if isinstance(n, ast.FunctionDef) and n.name == action.view.__name__
    ]
    body = view.body[1:]

    assert ast.get_docstring(view)
    assert body[-1].end_lineno - body[0].lineno < LONGEST_VIEW


def test_these_are_the_routes():
    assert sorted(f"{a.method} {a.path} ({a.who.name})" for r in ROOMS for a in r.actions) == [
        "DELETE /admin/users/{user_id}/sessions (staff)",
        "DELETE /registrations/{event_id} (signed in)",
        "DELETE /sessions (signed in)",
        "DELETE /sessions/{session_id} (signed in)",
        "GET / (anyone)",
        "GET /.well-known/change-password (anyone)",
        "GET /account (anyone)",
        "GET /admin/audit (SuperAdmin)",
        "GET /admin/events (staff)",
        "GET /admin/events/{event_id} (staff)",
        "GET /admin/events/{event_id}/duplicates (staff)",
        "GET /admin/events/{event_id}/offers (staff)",
        "GET /admin/events/{event_id}/places (staff)",
        "GET /admin/events/{event_id}/registrations (staff)",
        "GET /admin/events/{event_id}/registrations.csv (staff)",
        "GET /admin/events/{event_id}/registrations/{user_id} (staff)",
        "GET /admin/events/{event_id}/registrations/{user_id}/history (staff)",
        "GET /admin/events/{event_id}/summary (staff)",
        "GET /admin/users (staff)",
        "GET /admin/users/{user_id} (staff)",
        "GET /admin/users/{user_id}/merge (staff)",
        "GET /docs (anyone)",
        "GET /events (anyone)",
        "GET /events/{event_id} (anyone)",
        "GET /forgot (anyone)",
        "GET /health (anyone)",
        "GET /icons/{version}/{name} (anyone)",
        "GET /me (signed in)",
        "GET /me/export (signed in)",
        "GET /openapi.json (anyone)",
        "GET /password/suggestion (anyone)",
        "GET /register (anyone)",
        "GET /register/{event_id} (anyone)",
        "GET /registrations (signed in)",
        "GET /registrations/{event_id} (signed in)",
        "GET /registrations/{event_id}/event (signed in)",
        "GET /reset (anyone)",
        "GET /scripts/{version}/{name} (anyone)",
        "GET /sessions (signed in)",
        "GET /signin (anyone)",
        "GET /signout (anyone)",
        "GET /signup (anyone)",
        "GET /signup/email (anyone)",
        "GET /staff (anyone)",
        "GET /staff/events (anyone)",
        "GET /staff/people (anyone)",
        "GET /staff/registration (anyone)",
        "GET /staff/summary (anyone)",
        "GET /staff/waiting-list (anyone)",
        "GET /staff/walk-in (anyone)",
        "GET /styles/{version}/{name} (anyone)",
        "GET /verify (anyone)",
        "PATCH /admin/events/{event_id}/registrations/{user_id} (staff)",
        "PATCH /me (signed in)",
        "POST /admin/events/{event_id}/registrations/status (staff)",
        "POST /admin/events/{event_id}/registrations/{user_id}/notes (staff)",
        "POST /admin/events/{event_id}/registrations/{user_id}/status (staff)",
        "POST /admin/users (staff)",
        "POST /admin/users/{user_id}/disable (staff)",
        "POST /admin/users/{user_id}/enable (staff)",
        "POST /admin/users/{user_id}/merge (staff)",
        "POST /admin/users/{user_id}/mfa/remove (SuperAdmin)",
        "POST /admin/users/{user_id}/password-reset (staff)",
        "POST /admin/users/{user_id}/role (SuperAdmin)",
        "POST /email/verification (signed in)",
        "POST /email/verify (signed in)",
        "POST /me/delete (signed in)",
        "POST /mfa/recovery-codes (signed in)",
        "POST /mfa/totp (signed in)",
        "POST /mfa/totp/confirm (signed in)",
        "POST /mfa/totp/remove (signed in)",
        "POST /password/change (signed in)",
        "POST /password/forgot (anyone)",
        "POST /password/reset (anyone)",
        "POST /registrations/{event_id}/offer/accept (signed in)",
        "POST /registrations/{event_id}/offer/decline (signed in)",
        "POST /registrations/{event_id}/submit (signed in)",
        "POST /registrations/{event_id}/withdraw (signed in)",
        "POST /signin (anyone)",
        "POST /signout (anyone)",
        "POST /signup (anyone)",
        "POST /signup/email (anyone)",
        "PUT /admin/events/{event_id} (SuperAdmin)",
        "PUT /admin/events/{event_id}/registrations/{user_id} (staff)",
        "PUT /registrations/{event_id} (signed in)",
    ]


def test_everything_that_is_served_is_an_action():
    declared = {(method, a.path) for room in ROOMS for a in room.actions for method in a.methods}

    assert declared == {(method, path) for path in app.routes for method in app.routes[path]}


def test_these_are_the_refusals():
    assert sorted((r.code, r.STATUS_CODE) for r in refusals()) == [
        ("bad_json", 400),
        ("being_erased", 409),
        ("being_merged", 409),
        ("cross_site", 403),
        ("draft_exists", 409),
        ("email_not_verified", 409),
        ("fields_locked", 409),
        ("forbidden", 403),
        ("identity_taken", 409),
        ("incorrect_code", 401),
        ("incorrect_credentials", 401),
        ("internal_error", 500),
        ("invalid_fields", 422),
        ("last_super_admin", 409),
        ("method_not_allowed", 405),
        ("no_place_free", 409),
        ("not_found", 404),
        ("not_mergeable", 409),
        ("not_signed_in", 401),
        ("offer_expired", 409),
        ("registration_closed", 409),
        ("registrations_clash", 409),
        ("second_factor_active", 409),
        ("second_factor_required", 401),
        ("second_factor_setup_required", 403),
        ("several_sessions", 401),
        ("stale_version", 409),
        ("too_large", 413),
        ("too_many_attempts", 429),
        ("unavailable", 503),
        ("unsupported_media_type", 415),
        ("wrong_status", 409),
    ]


@pytest.mark.parametrize("action", [a for r in ROOMS for a in r.actions], ids=lambda a: a.path)
def test_every_action_knows_its_models_and_refusals(action):
    contract = action.contract

    assert (contract.body is not None) == ("body" in action.takes)
    assert (contract.query is not None) == ("query" in action.takes)
    assert len({refusal.code for refusal in action.refusals}) == len(action.refusals)
