"""To a provider and back: what the request asks for, and what the browser must bring back."""

import json
from datetime import timedelta
from unittest import mock
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from chalicelib.oidc import authorization, client_secrets
from chalicelib.oidc.sign_in import find
from chalicelib.platform import clock
from tests.support.environments import PUBLIC_URL, SETTINGS, environment
from tests.support.oidc_provider import (
    EXAMPLE_ISSUER,
    OIDC_COOKIE,
    PROOF_COOKIE,
    PROVIDERS,
    begin,
    come_back,
    ec_key,
    problem_of,
    sign_in,
    visit,
)


def later(**time):
    return mock.patch.object(clock, "now", return_value=clock.now() + timedelta(**time))


def test_the_request_has_a_state_a_nonce_pkce_and_the_exact_redirect_uri(browser, provider):
    location = begin(browser)
    query = dict(parse_qsl(urlsplit(location).query))

    assert location.startswith(f"{EXAMPLE_ISSUER}/authorize?")
    assert query["redirect_uri"] == f"{PUBLIC_URL}/signin/providers/example/callback"
    assert query["scope"] == "openid email profile"
    assert query["code_challenge_method"] == "S256"
    assert len(query["nonce"]) == len(query["code_challenge"]) == 43
    assert query["state"]
    assert "response_mode" not in query


def test_two_requests_share_no_value(browser, provider):
    first, second = (dict(parse_qsl(urlsplit(begin(browser)).query)) for _ in range(2))

    assert not {first[name] for name in ("state", "nonce", "code_challenge")} & set(second.values())


def test_the_cookie_is_short_lived_and_other_sites_send_it_only_with_a_navigation(browser):
    [cookie] = browser.post("/signin/providers/example", {}).set_cookies
    [posted] = browser.post("/signin/providers/posting", {}).set_cookies

    assert cookie.partition("; ")[2] == "Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure"
    assert posted.partition("; ")[2] == "Path=/; Max-Age=600; HttpOnly; SameSite=None; Secure"


def test_the_cookies_have_the_prefix_of_the_session_cookie(browser):
    with environment(**SETTINGS | {"COOKIE_NAME": "__Host-session"}):
        [cookie] = browser.post("/signin/providers/example", {}).set_cookies

    assert cookie.startswith("__Host-BREEZE_LAKES_POINT_OIDC=")


def test_the_browser_comes_back_to_the_page_that_signs_in_with_a_proof(browser, provider):
    response = visit(browser, provider, next="/register/fair?a=b")

    assert response.status == 303
    assert response.headers["Location"] == (
        "/signin/provider?purpose=signIn&next=%2Fregister%2Ffair%3Fa%3Db"
    )
    expired, proof = response.set_cookies
    assert expired.startswith(f"{OIDC_COOKIE}=;")
    assert "Max-Age=0" in expired
    assert proof.startswith(f"{PROOF_COOKIE}=")
    assert "SameSite=Strict" in proof


@pytest.mark.parametrize(
    "path", ["https://evil.example", "//evil.example", "/\\evil.example", "/a/../..", "javascript:"]
)
def test_only_a_local_path_is_where_the_browser_goes_next(browser, provider, path):
    response = visit(browser, provider, next=path)

    assert response.headers["Location"] == "/signin/provider?purpose=signIn"


def test_a_page_of_the_front_end_gets_the_browser_back(browser, provider):
    front_end = "https://front.lakes.example"
    with environment(**SETTINGS | {"FRONT_END_ORIGIN": front_end}):
        asked = browser.post("/signin/providers/example", {}, Origin=front_end)
        response = come_back(browser, provider.authorize(asked.json["location"]))

    assert response.headers["Location"] == f"{front_end}/signin/provider?purpose=signIn"


def test_a_posted_response_is_taken_from_another_site(browser, internet):
    posting = internet.providers[f"{EXAMPLE_ISSUER}/posting"]
    posting.claims = {"given_name": None, "family_name": None}
    posting.response = {"user": json.dumps({"name": {"firstName": "Ada", "lastName": "Lane"}})}

    assert problem_of(visit(browser, posting, "posting")) is None
    proof = browser.get("/signin/proof").json
    assert (proof["firstName"], proof["lastName"]) == ("Ada", "Lane")


def test_no_other_change_is_taken_from_another_site(browser):
    response = browser.post("/signin/providers/example", {}, Sec_Fetch_Site="cross-site")

    assert response.code == "cross_site"


def test_apples_client_secret_is_signed_for_five_minutes(browser, provider, backend):
    pem = ec_key().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    entry = {"teamId": "TEAM", "keyId": "KEY", "privateKey": pem.decode()}
    stored = client_secrets.ClientSecrets(lambda: json.dumps({"example": entry}))
    secret = stored.secret_of(find("example"), clock.now())

    claims = jwt.decode(secret, ec_key().public_key(), ["ES256"], audience=EXAMPLE_ISSUER)
    assert (claims["iss"], claims["sub"]) == ("TEAM", "lakes")
    assert claims["exp"] - claims["iat"] == 300
    assert jwt.get_unverified_header(secret)["kid"] == "KEY"


def test_a_stage_without_providers_lists_none_and_leads_nowhere(browser):
    with environment(**SETTINGS | {"OIDC_PROVIDERS": None}):
        assert browser.get("/signin/providers").json == {"items": []}
        assert browser.post("/signin/providers/example", {}).status == 404


def test_the_providers_are_listed_without_their_client_ids(browser):
    assert browser.get("/signin/providers").json["items"] == [
        {"name": entry["name"], "label": entry["label"]} for entry in PROVIDERS
    ]


# What comes back from elsewhere.


def test_another_browser_can_not_bring_the_response(browser, provider, new_client):
    response = provider.authorize(begin(browser))
    begin(thief := new_client("thief"))

    assert problem_of(come_back(new_client("empty"), response)) == "expired"
    assert problem_of(come_back(thief, response)) == "expired"
    assert problem_of(come_back(browser, response)) is None


def test_a_response_is_for_the_provider_that_was_asked(browser, internet):
    example = internet.providers[EXAMPLE_ISSUER]
    response = example.authorize(begin(browser))

    assert problem_of(come_back(browser, response, "posting")) == "expired"


def test_a_swapped_state_is_rejected(browser, provider):
    first = provider.authorize(begin(browser))
    second = provider.authorize(begin(browser))

    assert problem_of(come_back(browser, {**second, "state": first["state"]})) == "expired"


@pytest.mark.parametrize("state", ["", "a.b.c", "a.b.c.d.e", "." * 2000, "signIn.1.0..x"])
def test_an_invented_state_is_rejected(browser, provider, state):
    begin(browser)

    assert problem_of(come_back(browser, {"code": "x", "state": state})) == "expired"


def test_a_response_works_once_even_if_the_provider_takes_its_code_twice(browser, provider):
    provider.takes_codes_twice = True
    response = provider.authorize(begin(browser))
    cookies = dict(browser.oidc)

    assert problem_of(come_back(browser, response)) is None
    browser.oidc = cookies
    assert problem_of(come_back(browser, response)) == "expired"
    assert PROOF_COOKIE not in browser.oidc


def test_a_request_is_over_after_ten_minutes(browser, provider):
    response = provider.authorize(begin(browser))

    with later(minutes=10, seconds=1):
        assert problem_of(come_back(browser, response)) == "expired"


def test_a_proof_is_over_after_ten_minutes(browser, provider):
    visit(browser, provider)

    with later(minutes=10, seconds=1):
        assert sign_in(browser).code == "proof_expired"


def test_a_planted_cookie_does_not_share_in_the_proof(browser, provider, new_client):
    planter = new_client("planter")
    begin(planter)
    # The victim's browser has the planter's cookie, and follows the planter's link.
    location = begin(planter)
    browser.oidc = dict(planter.oidc)
    come_back(browser, provider.authorize(location))

    planter.oidc |= {PROOF_COOKIE: planter.oidc[OIDC_COOKIE]}
    assert sign_in(planter).code == "proof_expired"


def test_a_person_who_changes_their_mind_is_told_so(browser, provider):
    state = provider.authorize(begin(browser))["state"]

    refused = {"error": "access_denied", "state": state, "iss": EXAMPLE_ISSUER}
    assert problem_of(come_back(browser, refused)) == "cancelled"


def test_another_issuer_in_the_response_is_rejected(browser, provider):
    provider.response = {"iss": "https://other.example.com"}
    assert problem_of(visit(browser, provider)) == "failed"

    provider.response = {"iss": None}
    assert problem_of(visit(browser, provider)) == "failed"


def test_a_provider_that_never_names_itself_need_not(browser, provider):
    provider.document = {"authorization_response_iss_parameter_supported": None}
    provider.response = {"iss": None}

    assert problem_of(visit(browser, provider)) is None


def test_responses_are_limited_by_ip_address(browser, provider, frozen_clock):
    with environment(**SETTINGS | {"SIGN_IN_TRIES_PER_ADDRESS": "2"}):
        assert [visit(browser, provider).status for _ in range(3)] == [303, 303, 429]


def test_a_provider_that_does_not_respond_is_a_503_with_a_message(browser, provider):
    provider.document = {"issuer": "https://other.example.com"}

    response = browser.post("/signin/providers/example", {})
    assert (response.status, response.code) == (503, "unavailable")
    assert response.json["error"].startswith("We can’t reach that provider")


def test_a_missing_client_secret_is_a_503(browser, provider, backend):
    response = provider.authorize(begin(browser))
    with mock.patch("chalicelib.platform.secrets_manager.fetch", return_value="{}"):
        assert come_back(browser, response).status == 503


def test_what_a_browser_brings_back_is_not_logged(browser, provider, capsys):
    brought = provider.authorize(begin(browser))
    response = come_back(browser, brought)
    written = capsys.readouterr().out

    assert response.status == 303
    assert "provider_returned" in written
    secrets = (brought["code"], brought["state"], *browser.oidc.values(), provider.subject)
    secrets += ("river@example.com",)
    assert [secret for secret in secrets if secret in written] == []


def test_a_state_repeats_what_was_begun(backend):
    secret, link = authorization.new_secret(), authorization.Purpose.LINK
    begun = authorization.Begun("example", link, 7, at_front_end=True, next_path="/account?a=b")

    assert authorization.begun(find("example"), secret, begun.state(secret)) == begun
