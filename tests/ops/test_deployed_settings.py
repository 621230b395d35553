"""A deployment names the settings that it changes, before it asks."""

import json

from ops import deployed_settings

SENDER = "BREEZE_LAKES_POINT_MAIL_FROM"
URL = "BREEZE_LAKES_POINT_PUBLIC_URL"


def template(**variables):
    properties = {"Environment": {"Variables": variables}}
    return json.dumps({"Resources": {"APIHandler": {"Properties": properties}}})


def test_a_setting_that_the_shell_lacks_is_named_with_the_value_that_it_loses():
    changes = deployed_settings.changes(template(**{SENDER: "office@example.com"}), template())

    assert changes == [f"Setting {SENDER}: 'office@example.com' -> not set (default)"]


def test_a_new_setting_and_a_changed_one_are_named_in_order():
    before = template(BREEZE_LAKES_POINT_B="1")
    after = template(BREEZE_LAKES_POINT_B="2", BREEZE_LAKES_POINT_A="3")

    assert deployed_settings.changes(before, after) == [
        "Setting BREEZE_LAKES_POINT_A: not set (default) -> '3'",
        "Setting BREEZE_LAKES_POINT_B: '1' -> '2'",
    ]


def test_settings_that_stay_or_come_from_parameters_are_not_named():
    before = template(**{SENDER: "office@example.com", URL: {"Ref": "PublicUrl"}, "OTHER": "1"})
    after = template(**{SENDER: "office@example.com"})

    assert deployed_settings.changes(before, after) == []


def test_a_template_without_that_function_has_no_settings():
    assert deployed_settings.changes("{}", "{}") == []


def test_the_operator_is_warned_that_passkeys_end_with_the_domain():
    before, other = {"DomainName": "lakes.example"}, {"DomainName": "pond.example"}

    [warning] = deployed_settings.domain_warnings(before, other)
    assert "lakes.example" in warning
    for given in ({}, before, {"AlarmEmail": "office@lakes.example"}):
        assert deployed_settings.domain_warnings(before, given) == []
    assert deployed_settings.domain_warnings({"DomainName": ""}, other) == []
