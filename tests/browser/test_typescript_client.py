"""The TypeScript client: built as its README says, and used in Chromium by a front end."""

import re
import shutil
from contextlib import closing

import pytest

from chalicelib.platform.identifiers import new_identifier
from tests.browser.conftest import AUTHENTICATOR
from tests.browser.front_ends import front_end
from tests.http.servers import PROJECT, serving
from tests.support.clients import COOKIE, PASSWORD
from tests.support.events import FORM
from tools import typescript

[EXAMPLE] = re.findall(r"```ts\n(.*?)```", (PROJECT / "docs" / "clients.md").read_text(), re.DOTALL)
CALL = "    return await service.saveRegistration(eventId, form, version);\n"
# TypeScript reports a line that is expected to have an error and has none.
MISTAKE = EXAMPLE.replace(
    CALL, "    // @ts-expect-error\n" + CALL.replace("version", "String(version)")
)
PAGE = """
<!doctype html><title>Front end</title><link rel="icon" href="data:,">
<script type="importmap">
{"imports": {"breeze-lakes-point": "/dist/index.js", "openapi-fetch": "/openapi-fetch.mjs"}}
</script>
"""


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """The client's folder, with the documented example among its sources; and the errors."""
    if problem := typescript.problem():
        pytest.skip(problem)
    client = typescript.copy_client(tmp_path_factory.mktemp("client"))
    (client / "src" / "example.ts").write_text(EXAMPLE)
    (client / "src" / "mistake.ts").write_text(MISTAKE)
    return client, typescript.build_client(client)


@pytest.fixture(scope="module")
def client_page(browser, build, tmp_path_factory):
    """A front end's page with the client, and an authenticator that verifies its owner."""
    folder, _ = build
    shutil.copy(
        typescript.modules() / "openapi-fetch" / "dist" / "index.mjs", folder / "openapi-fetch.mjs"
    )
    (folder / "index.html").write_text(PAGE)
    with front_end(folder) as port, closing(browser.new_context()) as context:
        origin = f"http://localhost:{port}"
        allowed = {"BREEZE_LAKES_POINT_FRONT_END_ORIGIN": origin}
        with serving(tmp_path_factory.mktemp("called"), **allowed) as service:
            page = context.new_page()
            session = context.new_cdp_session(page)
            session.send("WebAuthn.enable", {"enableUI": False})
            session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
            page.goto(origin)
            page.evaluate(
                """async (baseUrl) => {
                    const { BreezeLakesPoint } = await import("breeze-lakes-point");
                    globalThis.service = new BreezeLakesPoint({ baseUrl, language: "es" });
                }""",
                f"http://localhost:{service.port}",
            )
            yield page


@pytest.fixture
def account(client_page):
    """A new account, signed in on that page: its username."""
    username = f"river-{new_identifier()}"
    call(client_page, "signUp", {"username": username, "password": PASSWORD})
    return username


def call(page, method, *arguments):
    """Call a method of the client; return its result, or the properties of its error."""
    return page.evaluate(
        """async ([method, given]) => {
            try { return await service[method](...given); }
            catch (error) { return { ...error, message: error.message }; }
        }""",
        [method, list(arguments)],
    )


def test_the_client_and_its_example_compile_and_a_version_that_is_no_number_does_not(build):
    _, errors = build

    assert CALL in EXAMPLE
    assert errors == ""


def test_a_passkey_that_the_client_adds_signs_in(client_page, account):
    added = call(client_page, "addPasskey", "My phone", {"currentPassword": PASSWORD})
    assert added["name"] == "My phone"

    call(client_page, "endSession")
    assert COOKIE not in {cookie["name"] for cookie in client_page.context.cookies()}
    assert call(client_page, "currentAccount") is None

    assert call(client_page, "signInWithPasskey")["username"] == account
    [passkey] = call(client_page, "passkeys")
    assert passkey["lastUsedAt"] is not None


def test_the_client_creates_an_account_with_a_passkey_and_signs_in(client_page):
    names = {"username": f"river-{new_identifier()}", "firstName": "River"}
    created = call(client_page, "signUpWithPasskey", names, "My phone")
    assert created["signInMethods"] == ["passkey"]
    assert call(client_page, "currentAccount")["id"] == created["id"]


def test_a_registration_is_saved_submitted_and_withdrawn(client_page, account):
    assert call(client_page, "saveRegistration", "harvest-fair", FORM)["status"] == "Draft"
    assert call(client_page, "submitRegistration", "harvest-fair")["status"] == "Submitted"
    assert call(client_page, "withdrawRegistration", "harvest-fair")["status"] == "Withdrawn"


def test_an_error_has_its_status_code_and_fields_in_the_reader_s_language(client_page, account):
    call(client_page, "saveRegistration", "harvest-fair", FORM | {"regAck": False})

    error = call(client_page, "submitRegistration", "harvest-fair")

    assert (error["status"], error["code"]) == (422, "invalid_fields")
    assert error["fieldCodes"] == {"form.regAck": "signature_required"}
    assert "Marque la casilla" in error["fields"]["form.regAck"]
