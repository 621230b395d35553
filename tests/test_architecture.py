"""The architecture: which package imports which, what is served, and which errors there are."""

import ast
import functools
from pathlib import Path

import pytest

import chalicelib
from app import app
from chalicelib import PACKAGES
from chalicelib.functions import all_endpoints
from chalicelib.platform.errors import ApiError

ROOT = Path(chalicelib.__file__).parent
MODULES = sorted(ROOT.glob("*/*.py"))
# Outermost first. Modules of any other name hold rules.
ROUTES, RULES, STORE = 3, 2, 1
LONGEST_VIEW = 6
MOST_LINES = {"chalicelib": 400, "ops": 400, "tools": 400, "web": 400, "tests": 500}
# functions imports the routes of a Lambda function's packages. actions imports the schemas beside
# the routes that name them, so that declaring an endpoint doesn't import pydantic.
IMPORT_BY_NAME = {"functions.py", "platform/endpoints.py"}


@functools.cache
def names_imported(module):
    """What a module imports, anywhere in it."""
    names = []
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def imported(module):
    """The chalicelib modules that a module imports, anywhere in it, as (package, name)."""
    for name in names_imported(module):
        head, *rest = name.split(".")
        if head == "chalicelib" and rest:
            yield rest[0], rest[1] if len(rest) > 1 else "__init__"


def is_store(name):
    """A package's stores are ``store``, or ``listing_store`` where there are several."""
    return name == "store" or name.endswith("_store")


def layer(name):
    return STORE if is_store(name) else ROUTES if name == "routes" else RULES


def place_of(module):
    return module.parent.name, module.stem


def errors(kind=ApiError):
    for error in kind.__subclasses__():
        # A base class of several errors has no code of its own.
        yield from [error] if "code" in vars(error) else []
        yield from errors(error)


def test_the_order_names_every_package_once():
    assert sorted(PACKAGES) == sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))


def imports():
    """Every import of one module of chalicelib by another: where it is, and what it names."""
    for module in MODULES:
        for imported_name in imported(module):
            yield place_of(module), imported_name


def test_a_package_imports_only_packages_before_it():
    # The description is of all packages, and its routes find them through the table.
    allowed = (("openapi", "routes"), "functions")
    wrong = [
        f"{'/'.join(place)} imports {other}"
        for place, (other, _) in imports()
        if other not in PACKAGES[: PACKAGES.index(place[0]) + 1] and (place, other) != allowed
    ]

    assert wrong == []


def test_modules_are_imported_by_name_in_two_places_only():
    by_name = [
        str(module.relative_to(ROOT))
        for module in sorted(ROOT.glob("**/*.py"))
        if "import_module" in module.read_text() or "__import__" in module.read_text()
    ]

    assert set(by_name) == IMPORT_BY_NAME


def test_imports_inside_a_package_point_one_way():
    wrong = [
        f"{package}/{name} imports {other}"
        for (package, name), (other_package, other) in imports()
        if other_package == package and package != "platform"
        if layer(name) < layer(other) and other not in LEAVES
    ]

    assert wrong == []


def test_routes_call_rules_and_nothing_imports_routes():
    wrong = [
        f"{package}/{name} imports {other}"
        for (package, name), (_, other) in imports()
        if other == "routes" or (name == "routes" and is_store(other))
    ]

    assert wrong == []


def test_no_file_is_long_without_a_reason_in_its_docstring():
    project = ROOT.parent
    longer = [
        path
        for folder, most in MOST_LINES.items()
        for path in sorted((project / folder).glob("**/*.py"))
        if len(path.read_text().splitlines()) > most
        and "long because" not in (ast.get_docstring(ast.parse(path.read_text())) or "")
    ]

    assert longer == []


def test_commands_for_operators_need_no_developer_tools():
    for module in sorted((ROOT.parent / "ops").glob("**/*.py")):
        assert "tools" not in {name.partition(".")[0] for name in names_imported(module)}, module


# Records and errors: values that every layer of a package may hold.
LEAVES = {
    *("account", "account_item", "credentials", "role", "login_names", "one_time_token"),
    *("sign_in_code", "sign_in_ticket", "sign_up_ticket", "passkey", "api_key", "scope"),
    *("session", "session_token", "cookie", "keys"),
    *("last_uses", "linked_identity", "authorization", "proof", "proof_expired"),
    *("event", "place"),
    "webhook_endpoint",
    "export_job",
    *("account_events", "registration_events"),
    *("registration", "registration_item", "workflow", "enums", "note", "note_item", "phones"),
    *("selection", "search_terms", "summary_row"),
    "audit_entry",
}


@pytest.mark.parametrize("leaf", sorted(LEAVES))
def test_a_record_imports_no_store(leaf):
    [module] = [module for module in MODULES if module.stem == leaf]

    assert not any(is_store(name) for _, name in imported(module))


def test_expressions_stand_in_stores_alone():
    may_name_boto = {"aws", "aws_botocore", "aws_http", "mail", "settings"}
    wrong = [
        f"{'/'.join(place_of(module))} has {word}"
        for module in MODULES
        if not is_store(module.stem) and module.stem not in {"dynamodb", "items"}
        for word, allowed in (("Expression", set()), ("boto", may_name_boto))
        if word in module.read_text() and module.stem not in allowed
    ]

    assert wrong == []


@pytest.mark.parametrize("endpoint", all_endpoints(), ids=lambda a: f"{a.method} {a.path}")
def test_a_view_is_short_and_says_what_it_does(endpoint):
    function = ast.parse((ROOT / endpoint.package / "routes.py").read_text()).body
    [view] = [
        n for n in function if isinstance(n, ast.FunctionDef) and n.name == endpoint.view.__name__
    ]
    body = view.body[1:]

    assert ast.get_docstring(view)
    assert body[-1].end_lineno - body[0].lineno < LONGEST_VIEW


def test_everything_that_is_served_is_an_endpoint():
    declared = {(method, a.path) for a in all_endpoints() for method in a.methods}

    assert declared == {(method, path) for path in app.routes for method in app.routes[path]}


def test_these_are_the_errors():
    assert sorted((r.code, r.STATUS_CODE) for r in errors()) == [
        ("account_unavailable", 403),
        ("api_key_not_accepted", 403),
        ("bad_json", 400),
        ("being_erased", 409),
        ("being_merged", 409),
        ("confirmation_required", 409),
        ("cross_site", 403),
        ("draft_exists", 409),
        ("email_not_verified", 409),
        ("export_not_ready", 409),
        ("fields_locked", 409),
        ("forbidden", 403),
        ("identity_not_linked", 409),
        ("identity_taken", 409),
        ("incorrect_code", 401),
        ("incorrect_credentials", 401),
        ("incorrect_email_code", 401),
        ("incorrect_passkey", 401),
        ("internal_error", 500),
        ("invalid_api_key", 401),
        ("invalid_fields", 422),
        ("last_sign_in_method", 409),
        ("last_super_admin", 409),
        ("linked_elsewhere", 409),
        ("method_not_allowed", 405),
        ("no_place_free", 409),
        ("not_found", 404),
        ("not_mergeable", 409),
        ("not_signed_in", 401),
        ("offer_expired", 409),
        ("passkey_exists", 409),
        ("passkey_sign_in_required", 403),
        ("proof_expired", 401),
        ("registration_closed", 409),
        ("registrations_clash", 409),
        ("scope_missing", 403),
        ("second_factor_active", 409),
        ("second_factor_required", 401),
        ("second_factor_setup_required", 403),
        ("several_sessions", 401),
        ("sign_up_required", 409),
        ("stale_version", 409),
        ("too_large", 413),
        ("too_many_api_keys", 409),
        ("too_many_attempts", 429),
        ("too_many_passkeys", 409),
        ("unavailable", 503),
        ("unsupported_media_type", 415),
        ("wrong_status", 409),
    ]


@pytest.mark.parametrize("endpoint", all_endpoints(), ids=lambda a: a.path)
def test_every_endpoint_knows_its_schemas_and_errors(endpoint):
    schema = endpoint.schemas

    assert (schema.body is not None) == ("body" in endpoint.parameters)
    assert (schema.query is not None) == ("query" in endpoint.parameters)
    assert len({error.code for error in endpoint.errors}) == len(endpoint.errors)
