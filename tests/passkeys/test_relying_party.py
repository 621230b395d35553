"""The domain that passkeys belong to."""

import pytest

from chalicelib.passkeys.relying_party import relying_party
from chalicelib.platform.errors import NotFound
from tests.support.environments import environment

PATH = "/.well-known/passkey-endpoints"


def test_password_managers_find_the_page_with_passkeys(anonymous):
    with environment(PUBLIC_URL="https://lakes.example"):
        response = anonymous.get(PATH)

    assert response.status == 200
    assert response.json == dict.fromkeys(
        ["enroll", "manage"], "https://lakes.example/account#passkeys"
    )


@pytest.mark.parametrize(
    "url",
    [
        None,
        "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/api",
        "https://a1b2c3d4e5.execute-api.cn-north-1.amazonaws.com.cn/api",
        "http://127.0.0.1:8000",
    ],
)
def test_a_stage_without_a_domain_offers_no_passkeys(anonymous, url):
    with environment(PUBLIC_URL=url):
        assert anonymous.get(PATH).status == 404


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("http://localhost:8000", "localhost"),
        ("https://lakes.example", "lakes.example"),
        ("https://work.lakes.example/api", "work.lakes.example"),
    ],
)
def test_passkeys_belong_to_the_host_of_the_public_url(url, domain):
    with environment(PUBLIC_URL=url):
        assert relying_party().id == domain


def test_a_parent_domain_can_be_shared_with_a_front_end_and_no_other_domain():
    url = "https://api.lakes.example"
    with environment(PUBLIC_URL=url, PASSKEY_DOMAIN="lakes.example"):
        assert relying_party().id == "lakes.example"
    for domain in ("pi.lakes.example", "other.example", "www.api.lakes.example"):
        with environment(PUBLIC_URL=url, PASSKEY_DOMAIN=domain), pytest.raises(NotFound):
            relying_party()


def test_browsers_learn_which_other_origin_may_use_the_passkeys(anonymous):
    front_end = "https://front.example"
    with environment(PUBLIC_URL="https://lakes.example", FRONT_END_ORIGIN=front_end):
        origins = anonymous.get("/.well-known/webauthn").json["origins"]

    assert origins == [front_end, "https://lakes.example"]
