"""Hooks that tell Schemathesis about this service; it loads this module into its own process."""

import os

import requests
import schemathesis
from hypothesis import strategies as st

from chalicelib.accounts import passphrases
from chalicelib.identity import login_names
from chalicelib.platform import text
from tests.support.clients import COOKIE, DEVICE_COOKIE

_URL, _NAME, _PASSWORD = (os.environ.get(f"SERVICE_{part}") for part in ("URL", "NAME", "PASSWORD"))

OF_EVERY_HTTP_ANSWER = {"connection", "content-length", "content-type", "date", "server"}

# No pattern says what letters are, nor what a name becomes when names are compared.
_letters = st.characters(categories=["Ll", "Lu", "Lo", "Lm", "Nd"]) | st.sampled_from("._-+")
schemathesis.openapi.format(
    "username",
    st.text(
        _letters, min_size=login_names.SHORTEST_USERNAME, max_size=login_names.LONGEST_USERNAME
    ).filter(lambda name: login_names.username_problem(name) is None),
)
# Nor does one say what is easy to guess.
schemathesis.openapi.format("password", st.builds(lambda _: passphrases.generate(), st.none()))


@schemathesis.hook
def filter_body(_, body):
    """The service cuts the blanks around a line, and rejects one on which nothing shows.

    Its description knows of neither.
    """
    values = body.values() if isinstance(body, dict) else []
    lines = [value for value in values if isinstance(value, str)]
    return all(line == line.strip() and not _shows_nothing(line) for line in lines)


def _shows_nothing(line):
    return bool(line) and (text._DECEPTIVE.search(line) or not any(map(text._is_visible, line)))


@schemathesis.check
def unknown_methods_are_not_found(_, response, case):
    """As any path that does not exist, where other services say 405."""
    described = case.operation.schema.raw_schema["paths"][case.path]
    if response.request.method.lower() not in described:
        assert response.status_code == 404
        assert response.json()["code"] == "not_found"


@schemathesis.check
def headers_are_described(_, response, case):
    """Schemathesis itself asks only whether what is described is there."""
    document = case.operation.schema.raw_schema
    described = document["paths"][case.path].get(response.request.method.lower(), {})
    answer = described.get("responses", {}).get(str(response.status_code))
    if answer is None:
        return  # for the checks of methods and statuses to say
    if "$ref" in answer:
        answer = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    names = {name.lower() for name in answer["headers"]}
    assert set(response.headers) <= names | OF_EVERY_HTTP_ANSWER


if _NAME:

    @schemathesis.auth(refresh_interval=None)
    class SignedIn:
        """Signs in, and anew after each request that may have ended the session.

        It does so from a known device: guesses at the current password slow strangers down.
        """

        token = device = None

        def get(self, *_):
            if SignedIn.token is None:
                SignedIn.token = self.sign_in()
            return SignedIn.token

        def set(self, case, token, _):
            case.cookies = {**(case.cookies or {}), COOKIE: token}

        def sign_in(self):
            body = {"username": _NAME, "password": _PASSWORD}
            known = {DEVICE_COOKIE: SignedIn.device} if SignedIn.device else {}
            cookies = requests.post(f"{_URL}/signin", json=body, cookies=known).cookies
            SignedIn.device = cookies[DEVICE_COOKIE]
            return cookies[COOKIE]

    @schemathesis.hook
    def after_call(_, case, response):
        """Forget the session that may be over."""
        if case.method != "GET" and response.status_code < 300:
            SignedIn.token = None
