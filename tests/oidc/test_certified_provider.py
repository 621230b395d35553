"""A sign-in with oidc-provider, another implementation, certified by the OpenID Foundation."""

import http.cookiejar
import json
import re
import urllib.error
import urllib.request
from unittest import mock
from urllib.parse import urlencode, urljoin, urlsplit

import pytest

from chalicelib.oidc import provider_http
from chalicelib.platform.identifiers import new_identifier
from tests.http.servers import free_port
from tests.support import oidc_provider
from tests.support.environments import HERE, SETTINGS, environment
from tests.support.oidc_provider import CLIENT_ID, SECRET, begin, problem_of, sign_in
from tools import oidc_provider as certified

CALLBACK = f"{HERE}/signin/providers/example/callback"


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    if problem := certified.problem():
        pytest.skip(problem)
    folder = tmp_path_factory.mktemp("provider")
    with certified.serving(folder, free_port(), CLIENT_ID, SECRET, CALLBACK) as served:
        yield served


@pytest.fixture
def stage(backend, issuer):
    """A stage on a developer's machine, with that provider alone; requests leave this process."""
    provider = {"name": "example", "label": "Example", "issuer": issuer, "clientId": CLIENT_ID}
    changed = {"PUBLIC_URL": HERE, "OIDC_PROVIDERS": json.dumps([provider])}
    with (
        environment(**SETTINGS | changed),
        mock.patch.object(provider_http, "_fetch", oidc_provider._really_fetch),
    ):
        oidc_provider.forget()
        yield


class ProviderBrowser:
    """The provider's pages, as a browser goes through them."""

    def __init__(self):
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.jar), _NoRedirect
        )

    def sign_in(self, location, username):
        """Sign in and consent where it asks for either; return the URL of our callback."""
        form = None
        while not location.startswith(CALLBACK):
            location, page = self._open(location, form)
            form = None
            if page:
                [action] = re.findall(r'<form[^>]* action="([^"]*)"', page)
                [prompt] = re.findall(r'name="prompt" value="([^"]*)"', page)
                location = urljoin(location, action)
                form = {"prompt": prompt, "login": username, "password": "any"}
        return location

    def cancel(self, location):
        """Press Cancel instead of signing in; return the URL of our callback."""
        while not location.startswith(CALLBACK):
            location, page = self._open(location, None)
            if page:
                [abort] = re.findall(r'href="([^"]*/abort)"', page)
                location = urljoin(location, abort)
        return location

    def _open(self, location, form):
        """Return where a response redirects to; or the same location, and its page."""
        try:
            response = self.opener.open(location, form and urlencode(form).encode())
        except urllib.error.HTTPError as error:
            response = error
        with response:
            if next_location := response.headers["Location"]:
                return urljoin(location, next_location), ""
            return location, response.read().decode()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def come_back(person, url):
    parts = urlsplit(url)
    return person.get(f"{parts.path}?{parts.query}", Sec_Fetch_Site="cross-site")


def test_a_new_person_signs_up_with_it_and_a_known_one_signs_in(stage, new_client):
    username = f"river-{new_identifier().lower()}"
    at_the_provider = ProviderBrowser()
    phone = new_client("river")

    back = come_back(phone, at_the_provider.sign_in(begin(phone), username))
    assert problem_of(back) is None
    assert sign_in(phone).json["code"] == "sign_up_required"
    proved = phone.get("/signin/proof").json
    assert (proved["email"], proved["firstName"]) == (f"{username}@example.com", "River")
    signed_up = phone.post("/signup/proof", {"username": username, "email": proved["email"]})
    assert signed_up.json["emailVerified"] is True

    laptop = new_client("laptop")
    back = come_back(laptop, ProviderBrowser().sign_in(begin(laptop), username))
    assert problem_of(back) is None
    assert sign_in(laptop).json["username"] == username


def test_a_person_who_cancels_there_is_told_so(stage, new_client):
    phone = new_client("river")

    back = come_back(phone, ProviderBrowser().cancel(begin(phone)))

    assert problem_of(back) == "cancelled"
