"""What may differ from stage to stage."""

import pytest

from chalicelib.platform import settings
from chalicelib.platform.settings import SettingsError


def read_settings(**variables):
    return settings.read({f"BREEZE_LAKES_POINT_{name}": text for name, text in variables.items()})


@pytest.mark.parametrize(
    "providers",
    [
        "google",
        "{}",
        '[{"name": "a"}]',
        '[{"name": "a", "label": "A", "issuer": "http://a.example", "clientId": "c"}]',
        '[{"name": "a", "label": "A", "issuer": "https://a.example?b", "clientId": "c"}]',
        '[{"name": "a", "label": "A", "issuer": "https://a.example", "clientId": "c", "x": 1}]',
    ],
)
def test_invalid_providers_are_rejected(providers):
    with pytest.raises(SettingsError, match="OIDC_PROVIDERS must be a JSON list"):
        settings.read({"BREEZE_LAKES_POINT_OIDC_PROVIDERS": providers})


def test_a_provider_without_https_is_for_a_service_on_this_machine_only():
    entry = '[{"name": "a", "label": "A", "issuer": "http://localhost:1", "clientId": "c"}]'
    variables = {"BREEZE_LAKES_POINT_OIDC_PROVIDERS": entry}

    here = {"BREEZE_LAKES_POINT_PUBLIC_URL": "http://localhost:8000"}
    assert settings.read(variables | here).providers[0].is_local
    with pytest.raises(SettingsError, match="issuer with http"):
        settings.read(variables)


def test_without_any_there_is_no_stage_and_cookies_are_secure():
    bare = settings.read({"PATH": "/bin"})

    assert (bare.stage, bare.secure_cookies, bare.minimum_password_length) == (None, True, 15)
    assert bare.cookie_name == "BREEZE_LAKES_POINT_ACCESS_TOKEN"
    assert bare.trusted_origins == frozenset()


def test_breached_passwords_are_looked_up_as_well_as_can_be_unless_told_otherwise():
    bare, strict = (
        read_settings(),
        read_settings(BREACHED_PASSWORDS="strict", BREACHED_PASSWORDS_URL="https://a.b/c/"),
    )

    assert bare.breached_passwords == "best-effort"
    assert bare.breached_passwords_url == "https://api.pwnedpasswords.com"
    assert strict.breached_passwords == "strict"
    assert strict.breached_passwords_url == "https://a.b/c"


def test_a_stage_names_its_tables_and_its_key():
    stage = read_settings(STAGE="prod")

    assert stage.table_name("users") == "breeze-lakes-point-prod-users"
    assert stage.account_secret_name == "breeze-lakes-point-prod-session-key"


def test_origins_of_the_public_url_and_the_front_end_are_trusted():
    current = read_settings(
        PUBLIC_URL="https://a.example/api/", FRONT_END_ORIGIN="https://b.example:8443"
    )

    assert current.trusted_origins == {"https://a.example", "https://b.example:8443"}
    assert current.public_url == "https://a.example/api"


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.1:1", "http://[::1]:1"])
def test_cookies_are_open_to_http_on_this_machine_only(url):
    assert not read_settings(PUBLIC_URL=url).secure_cookies


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("STAGE", "Prod"),
        ("STAGE", "-"),
        ("PUBLIC_URL", "http://a.example"),
        ("PUBLIC_URL", "http://localhost.a.example"),
        ("PUBLIC_URL", "a.example"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "HTTPS://a.example"),
        ("PUBLIC_URL", "https://A.example"),
        ("PUBLIC_URL", "https://a.example:443"),
        ("PUBLIC_URL", "https://a.example/one two"),
        ("PUBLIC_URL", "https://a.example\n.b"),
        ("PUBLIC_URL", "https://:word@a.example"),
        ("FRONT_END_ORIGIN", "https://*"),
        ("FRONT_END_ORIGIN", "https://a b"),
        ("FRONT_END_ORIGIN", "https://a.example:443"),
        ("FRONT_END_ORIGIN", "https://Front.example"),
        ("PUBLIC_URL", "https://a.example?b"),
        ("PUBLIC_URL", "https://user@a.example"),
        ("PUBLIC_URL", "https://a.example:port"),
        ("FRONT_END_ORIGIN", "*"),
        ("FRONT_END_ORIGIN", "null"),
        ("FRONT_END_ORIGIN", "https://a.example/"),
        ("FRONT_END_ORIGIN", "https://a.example,https://b.example"),
        ("FRONT_END_ORIGIN", "http://a.example"),
        ("COOKIE_NAME", "two words"),
        ("COOKIE_NAME", "a=b"),
        ("COOKIE_NAME", "a;b"),
        ("MINIMUM_PASSWORD_LENGTH", "7"),
        ("BREACHED_PASSWORDS", "on"),
        ("BREACHED_PASSWORDS_URL", "http://api.example.com"),
        ("BREACHED_PASSWORDS_URL", "https://api.example.com/a?b"),
        ("MINIMUM_PASSWORD_LENGTH", "65"),
        ("MINIMUM_PASSWORD_LENGTH", "-15"),
        ("MINIMUM_PASSWORD_LENGTH", "²0"),
        ("MINIMUM_PASSWORD_LENGTH", "fifteen"),
        ("MINIMUM_PASWORD_LENGTH", "15"),
        ("STAFF_IDLE_MINUTES", "4"),
        ("STAFF_IDLE_MINUTES", "481"),
        ("STAFF_IDLE_MINUTES", "0"),
        ("STAFF_IDLE_MINUTES", "an hour"),
        ("KEPT_DAYS_AFTER_EVENT", "1"),
        ("KEPT_DAYS_AFTER_EVENT", "3651"),
        ("MAIL_FROM", "office"),
        ("MAIL_FROM", "The Office <office@a.example>"),
        ("MAIL_FROM", "a@b.example,c@d.example"),
        ("MAIL_FROM", "a@b.example\nBcc: c@d.example"),
        ("MAIL_FOLDER", "mail"),
        ("SIGN_IN_TRIES_PER_ADDRESS", "0"),
        ("SIGN_IN_TRIES_PER_ADDRESS", "1000001"),
        ("SIGN_UPS_PER_ADDRESS", "0"),
        ("SIGN_UPS_PER_ADDRESS", "many"),
    ],
)
def test_an_invalid_setting_is_reported_by_name(name, text):
    with pytest.raises(SettingsError, match=name):
        read_settings(**{name: text})


def test_a_name_that_browsers_want_secure_takes_https():
    with pytest.raises(SettingsError, match="COOKIE_NAME"):
        read_settings(COOKIE_NAME="__Host-session", PUBLIC_URL="http://localhost:8000")
    assert read_settings(
        COOKIE_NAME="__Host-session", PUBLIC_URL="https://a.example"
    ).secure_cookies


def test_all_invalid_settings_are_reported_together():
    with pytest.raises(SettingsError, match=r"STAGE.*COOKIE_NAME.*ODD is unknown"):
        read_settings(STAGE="?", COOKIE_NAME="?;", ODD="1")


@pytest.mark.parametrize("minutes", [5, 60, 480])
def test_staff_may_be_idle_for_some_minutes(minutes):
    assert read_settings(STAFF_IDLE_MINUTES=str(minutes)).staff_idle_minutes == minutes


def test_staff_may_be_idle_for_an_hour_unless_set():
    assert read_settings().staff_idle_minutes == 60


@pytest.mark.parametrize("days", [2, 400, 3650])
def test_registrations_are_kept_for_some_days(days):
    assert read_settings(KEPT_DAYS_AFTER_EVENT=str(days)).kept_days_after_event == days


def test_registrations_are_kept_for_four_hundred_days_unless_set():
    assert read_settings().kept_days_after_event == 400


def test_a_blank_setting_counts_as_absent():
    assert read_settings(STAGE=" ").stage is None


def test_mail_comes_from_one_address():
    assert read_settings(MAIL_FROM="office@a.example").mail_from == "office@a.example"


def test_mail_is_left_in_a_folder_on_this_machine_only():
    here = {"PUBLIC_URL": "http://localhost:8000", "MAIL_FOLDER": "mail"}

    assert read_settings(**here).mail_folder == "mail"
    with pytest.raises(SettingsError, match="MAIL_FOLDER"):
        read_settings(**here | {"PUBLIC_URL": "https://a.example"})
    with pytest.raises(SettingsError, match="MAIL_FOLDER"):
        read_settings(**here, MAIL_FROM="office@a.example")


def test_each_number_sets_its_own_field():
    current = read_settings(
        MINIMUM_PASSWORD_LENGTH="20", SIGN_IN_TRIES_PER_ADDRESS="30", SIGN_UPS_PER_ADDRESS="40"
    )

    assert current.minimum_password_length == 20
    assert (current.sign_in_tries_per_address, current.sign_ups_per_address) == (30, 40)


def test_every_notice_is_enabled_by_default():
    some = read_settings(MAIL_NOTICES="password-changed, email-changed")

    assert read_settings().notices == set(settings.NOTICES)
    assert some.notices == {"password-changed", "email-changed"}
    assert read_settings(MAIL_NOTICES="off").notices == frozenset()
    assert settings.read(some.as_variables()) == some


@pytest.mark.parametrize("text", ["on", "password-changed,", "off,password-changed", "nothing"])
def test_a_notice_that_there_is_not_is_rejected(text):
    with pytest.raises(SettingsError, match="MAIL_NOTICES must be off, or some of"):
        read_settings(MAIL_NOTICES=text)
