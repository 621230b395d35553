"""A page of another origin, with the JavaScript of docs/clients.md."""

import re

import pytest

from chalicelib.platform.identifiers import new_identifier
from tests.browser.front_ends import front_end
from tests.http.servers import PROJECT, serving
from tests.support.clients import COOKIE, PASSWORD

SCRIPT = next(
    code
    for code in re.findall(
        r"```js\n(.*?)```", (PROJECT / "docs" / "clients.md").read_text(), re.DOTALL
    )
    if "async function request(" in code
)
CAUGHT = "refused => ({ status: refused.status, code: refused.code, message: refused.message })"


@pytest.fixture(scope="module")
def empty_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("front-end")


@pytest.fixture(scope="module")
def front_end_port(empty_folder):
    with front_end(empty_folder) as port:
        yield port


@pytest.fixture(scope="module")
def cors_service(tmp_path_factory, front_end_port):
    """The service, with the front end as the one other origin that may call."""
    allowed = {"BREEZE_LAKES_POINT_FRONT_END_ORIGIN": f"http://localhost:{front_end_port}"}
    with serving(tmp_path_factory.mktemp("called"), **allowed) as running:
        yield running.port


@pytest.fixture
def open_front_end(browser, cors_service):
    """Opens a page at an origin; gives what asks from there, at the service by one of its names."""
    contexts = []

    def open_page(origin, service="localhost", context=None):
        if context is None:
            context = browser.new_context()
            contexts.append(context)
        page = context.new_page()
        page.goto(origin)
        script = SCRIPT.replace("localhost:8000", f"{service}:{cors_service}")

        def send_request(*arguments):
            return page.evaluate(
                f"given => {{ {script} return request(...given).catch({CAUGHT}); }}",
                list(arguments),
            )

        return send_request, context

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def new_username():
    return {"username": f"river-{new_identifier()}", "password": PASSWORD}


def test_the_front_end_signs_in_saves_and_signs_out(open_front_end, front_end_port, new_username):
    send_request, context = open_front_end(f"http://localhost:{front_end_port}")

    assert send_request("POST", "/signup", new_username)["username"] == new_username["username"]
    assert send_request("GET", "/me")["username"] == new_username["username"]
    saved = send_request("PUT", "/registrations/harvest-fair", {"form": {"firstName": "River"}})
    assert saved["status"] == "Draft"
    assert send_request("POST", "/signout") == {"msg": "Logout complete"}
    assert COOKIE not in {cookie["name"] for cookie in context.cookies()}
    assert send_request("GET", "/me")["code"] == "not_signed_in"


def test_of_another_site_it_is_answered_and_never_signed_in(
    open_front_end, front_end_port, new_username
):
    send_request, context = open_front_end(
        f"http://localhost:{front_end_port}", service="127.0.0.1"
    )

    assert send_request("POST", "/signup", new_username)["username"] == new_username["username"]
    assert context.cookies() == []
    assert send_request("GET", "/me")["code"] == "not_signed_in"


def test_a_page_of_any_other_origin_learns_nothing_and_changes_nothing(
    open_front_end, front_end_port, new_username, empty_folder
):
    from_front, context = open_front_end(f"http://localhost:{front_end_port}")
    from_front("POST", "/signup", new_username)
    with front_end(empty_folder) as another:
        from_another, _ = open_front_end(f"http://localhost:{another}", context=context)

        for request in [("GET", "/me"), ("DELETE", "/sessions"), ("POST", "/signout")]:
            assert from_another(*request)["message"] == "Failed to fetch"

    assert from_front("GET", "/me")["username"] == new_username["username"]
