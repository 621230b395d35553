"""What the template declares."""

import json
import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.functions import (
    CONSUMERS,
    FUNCTION_BY_PACKAGE,
    FUNCTIONS,
    PACKAGES_BY_FUNCTION,
    SCHEDULES,
)
from chalicelib.platform import security_headers
from chalicelib.platform.settings import Settings
from ops import functions, tables
from ops.template import DECLARATION
from tests.package.conftest import FRONT_END, PUBLIC_URL
from tests.support.cloudformation import translated

KEEPING = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


def test_cfn_lint_has_nothing_to_say(prod_package, dev_package):
    command = Path(sys.executable).with_name("cfn-lint")
    result = subprocess.run(
        [command, prod_package.template, dev_package.template],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode, result.stdout) == (0, "")


@pytest.fixture(scope="module")
def cloudformation(prod_package):
    """Prod's template as CloudFormation makes resources of it, and what was warned of."""
    template = json.loads(prod_package.template.read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/deployment.zip"
        elif resource["Type"] == "AWS::Lambda::LayerVersion":
            resource["Properties"]["Content"] = {"S3Bucket": "bucket", "S3Key": "layer.zip"}
    warnings = []
    listening = logging.Handler(logging.WARNING)
    # One that another test's translation leaves behind says so whenever Python clears it away.
    listening.addFilter(lambda record: not record.name.startswith("samtranslator.metrics"))
    listening.emit = warnings.append
    logging.getLogger().addHandler(listening)
    try:
        return translated(template)["Resources"], warnings
    finally:
        logging.getLogger().removeHandler(listening)


def test_cloudformation_takes_it_without_a_warning(cloudformation):
    _, warnings = cloudformation

    assert warnings == []


def test_there_is_no_second_stage(cloudformation):
    resources, _ = cloudformation

    stages = [r for r in resources.values() if r["Type"] == "AWS::ApiGateway::Stage"]
    assert [stage["Properties"]["StageName"] for stage in stages] == ["api"]
    deployments = [r for r in resources.values() if r["Type"] == "AWS::ApiGateway::Deployment"]
    assert not [d for d in deployments if "StageName" in d["Properties"]]


def _declared_tables(stage):
    text = DECLARATION.read_text()
    tables = _tables(json.loads(text)["Resources"])
    for table in tables.values():
        table_name = table["Properties"]["TableName"]["Fn::Sub"].replace("${Stage}", stage)
        table["Properties"]["TableName"] = table_name
    return tables


def _tables(resources):
    return {n: r for n, r in resources.items() if r.get("Type") == "AWS::DynamoDB::Table"}


def test_the_tables_are_as_declared(dev):
    assert _tables(dev) == _declared_tables("dev")


def test_in_prod_the_tables_outlive_a_mistake(prod):
    protected = {
        name: {
            **table,
            **KEEPING,
            "Properties": {**table["Properties"], "DeletionProtectionEnabled": True},
        }
        for name, table in _declared_tables("prod").items()
    }
    assert _tables(prod) == protected


def test_the_tables_have_the_names_that_the_service_asks_for_written_out(prod):
    table_names = {t["Properties"]["TableName"] for t in _tables(prod).values()}

    account_tables = (
        "users",
        "credentials",
        "passkeys",
        "api-keys",
        "identities",
        "one-time-tokens",
        "sessions",
        "attempts",
    )
    account_tables += ("events", "summaries", "registrations", "notes", "history")
    account_tables += ("search", "audit", "outbox", "webhooks", "exports")
    assert table_names == {Settings(stage="prod").table_name(table) for table in account_tables}
    assert len(tables.declared("prod")) == len(table_names)


def test_the_session_key_has_the_name_that_the_service_asks_for_and_no_value(prod):
    key = prod["SessionKey"]["Properties"]

    assert key["Name"] == {"Fn::Sub": Settings(stage="${Stage}").account_secret_name}
    assert key.keys() == {"Name", "Description"}


def test_in_prod_the_session_key_is_kept_and_made_where_there_is_none(prod):
    key = prod["SessionKey"]

    assert KEEPING.items() <= key.items()
    assert key["Condition"] == "MakesSessionKey"


def test_the_template_can_be_deployed_as_its_own_stage_only(prod_package):
    stage = json.loads(prod_package.template.read_text())["Parameters"]["Stage"]

    assert stage == {"Type": "String", "Default": "prod", "AllowedValues": ["prod"]}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_learns_its_stage_its_settings_its_own_name_and_to_look_for_no_plugins(
    prod, function
):
    declared = prod[functions.logical_name(function)]["Properties"]
    variables = dict(declared["Environment"]["Variables"])

    queues = variables.pop("BREEZE_LAKES_POINT_QUEUES_URL", None)
    assert (queues is not None) == (function in {"outbox", "webhooks"})
    bucket = variables.pop("BREEZE_LAKES_POINT_EXPORTS_BUCKET", None)
    assert (bucket is not None) == (function in {"exports", "export-writer"})
    assert variables == {
        "BREEZE_LAKES_POINT_STAGE": {"Ref": "Stage"},
        "BREEZE_LAKES_POINT_FUNCTION": function,
        "BREEZE_LAKES_POINT_CREDENTIALS_LAYOUT": {"Ref": "CredentialsLayout"},
        "PYDANTIC_DISABLE_PLUGINS": "__all__",
        "BREEZE_LAKES_POINT_FRONT_END_ORIGIN": FRONT_END,
        "BREEZE_LAKES_POINT_PUBLIC_URL": {"Ref": "PublicUrl"},
    }


def _parameters(template):
    return json.loads(template.template.read_text())["Parameters"]


def test_where_the_service_is_reached_is_what_was_set_or_comes_with_deploying(
    prod_package, dev_package
):
    assert _parameters(prod_package)["PublicUrl"]["Default"] == PUBLIC_URL
    assert _parameters(dev_package)["PublicUrl"]["Default"] == ""


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_runs_on_arm_with_one_processor_for_as_long_as_its_caller_waits(prod, function):
    declared = prod[functions.logical_name(function)]["Properties"]

    assert declared["Architectures"] == ["arm64"]
    assert declared["MemorySize"] == 1769
    without_endpoints = {**dict.fromkeys(SCHEDULES, 60), **dict.fromkeys(CONSUMERS, 20)}
    without_endpoints["export-writer"] = 300
    assert declared["Timeout"] == without_endpoints.get(function, 10)
    assert declared["Runtime"] == f"python3.{sys.version_info.minor}"
    assert declared["CodeUri"] == prod["APIHandler"]["Properties"]["CodeUri"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_writes_a_log_of_its_own_that_is_kept_for_ninety_days(prod, function):
    name = functions.logical_name(function)
    log = prod[f"{name}Log"]["Properties"]

    assert prod[name]["Properties"]["LoggingConfig"] == {"LogGroup": {"Ref": f"{name}Log"}}
    assert log["LogGroupName"] == f"/aws/lambda/breeze-lakes-point-prod-{function}"
    assert log["RetentionInDays"] == 90


@pytest.mark.parametrize(
    "endpoint", functions.all_endpoints(), ids=lambda a: f"{a.method} {a.path}"
)
def test_a_route_is_answered_by_the_function_of_its_package(prod, endpoint):
    methods = prod["RestAPI"]["Properties"]["DefinitionBody"]["paths"][endpoint.path]
    name = functions.logical_name(FUNCTION_BY_PACKAGE[endpoint.package])

    for method in endpoint.methods:
        integration = methods[method.lower()]["x-amazon-apigateway-integration"]
        assert f"functions/${{{name}.Arn}}/" in integration["uri"]["Fn::Sub"]


def test_there_is_head_wherever_there_is_get(prod):
    paths = prod["RestAPI"]["Properties"]["DefinitionBody"]["paths"].values()

    assert all(("head" in methods) == ("get" in methods) for methods in paths)


@pytest.mark.parametrize("function", PACKAGES_BY_FUNCTION)
def test_only_the_api_may_call_a_function(prod, function):
    permission = prod[f"{functions.logical_name(function)}InvokePermission"]["Properties"]

    assert permission["FunctionName"] == {"Ref": functions.logical_name(function)}
    assert permission["Principal"] == "apigateway.amazonaws.com"
    assert "RestAPI" in json.dumps(permission["SourceArn"])


@pytest.mark.parametrize("function", SCHEDULES)
def test_only_its_rule_invokes_a_function_with_a_schedule_every_ten_minutes(
    cloudformation, function
):
    resources, name = cloudformation[0], functions.logical_name(function)
    rules = {n: r for n, r in resources.items() if r["Type"] == "AWS::Events::Rule"}
    [(rule_name, rule)] = [
        (n, r)
        for n, r in rules.items()
        if r["Properties"]["Targets"][0]["Arn"] == {"Fn::GetAtt": [name, "Arn"]}
    ]
    permissions = [
        r["Properties"]
        for r in resources.values()
        if r["Type"] == "AWS::Lambda::Permission" and r["Properties"]["FunctionName"]["Ref"] == name
    ]

    assert rule["Properties"]["ScheduleExpression"] == "rate(10 minutes)"
    assert [p["Principal"] for p in permissions] == ["events.amazonaws.com"]
    assert permissions[0]["SourceArn"] == {"Fn::GetAtt": [rule_name, "Arn"]}


@pytest.mark.parametrize("function", SCHEDULES)
def test_a_function_with_a_schedule_has_a_handler_of_its_own_and_no_reserved_concurrency(
    prod, function
):
    declared = prod[functions.logical_name(function)]["Properties"]

    assert declared["Handler"] == SCHEDULES[function].handler
    assert "ReservedConcurrentExecutions" not in declared


def test_the_api_is_regional_and_reached_over_ipv6_and_ipv4(cloudformation):
    api = cloudformation[0]["RestAPI"]["Properties"]

    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"], "IpAddressType": "dualstack"}
    domain = cloudformation[0]["Domain"]["Properties"]["EndpointConfiguration"]
    assert domain["IpAddressType"] == "dualstack"


def test_tls_before_1_2_is_not_accepted(cloudformation):
    document = cloudformation[0]["RestAPI"]["Properties"]["Body"]

    assert document["x-amazon-apigateway-security-policy"] == "SecurityPolicy_TLS13_1_2_2021_06"
    assert document["x-amazon-apigateway-endpoint-access-mode"] == "BASIC"
    assert cloudformation[0]["Domain"]["Properties"]["SecurityPolicy"] == "TLS_1_2"


def test_with_a_domain_the_api_has_no_other_address(cloudformation):
    document = cloudformation[0]["RestAPI"]["Properties"]["Body"]
    endpoint = document["x-amazon-apigateway-endpoint-configuration"]

    assert endpoint["disableExecuteApiEndpoint"] == {"Fn::If": ["HasDomain", True, False]}


def test_answers_of_a_kilobyte_and_more_are_compressed(prod):
    assert prod["RestAPI"]["Properties"]["MinimumCompressionSize"] == 1024


def _limits(resources):
    """The parameter with the rate limit of each method and path."""
    return {
        (method_settings["HttpMethod"], method_settings["ResourcePath"]): method_settings[
            "ThrottlingRateLimit"
        ]["Ref"]
        for method_settings in resources["RestAPIapiStage"]["Properties"]["MethodSettings"]
    }


@pytest.mark.parametrize(
    ("method", "resource", "parameter"),
    [
        ("*", "/*", "RequestsPerSecond"),
        ("POST", "/~1signin", "SignInsPerSecond"),
        ("POST", "/~1signup", "SignInsPerSecond"),
        ("POST", "/~1password~1forgot", "SignInsPerSecond"),
        ("GET", "/~1signin", "PageRequestsPerSecond"),
        ("GET", "/~1scripts~1{version}~1{name}", "PageRequestsPerSecond"),
    ],
)
def test_each_kind_of_endpoint_has_a_rate_limit_of_its_own(
    cloudformation, method, resource, parameter
):
    assert _limits(cloudformation[0])[method, resource] == parameter


def test_signing_out_is_limited_no_more_than_anything_else(cloudformation):
    assert ("POST", "/~1signout") not in _limits(cloudformation[0])


@pytest.mark.parametrize("function", PACKAGES_BY_FUNCTION)
def test_concurrency_is_reserved_if_a_parameter_says_so_and_for_sign_out_apart(
    cloudformation, function
):
    properties = cloudformation[0][functions.logical_name(function)]["Properties"]

    parameter = "SignOutConcurrency" if function == "sign-out" else "FunctionConcurrency"
    assert properties["ReservedConcurrentExecutions"] == {
        "Fn::If": [f"Has{parameter}", {"Ref": parameter}, {"Ref": "AWS::NoValue"}]
    }


@pytest.mark.parametrize("function", FUNCTIONS)
def test_runtime_is_replaced_only_by_a_deployment(cloudformation, function):
    properties = cloudformation[0][functions.logical_name(function)]["Properties"]

    assert properties["RuntimeManagementConfig"] == {"UpdateRuntimeOn": "FunctionUpdate"}


def test_requests_are_traced_if_a_parameter_says_so(cloudformation):
    resources, _ = cloudformation

    assert resources["RestAPIapiStage"]["Properties"]["TracingEnabled"] == {
        "Fn::If": ["Traces", True, False]
    }
    mode = {"Fn::If": ["Traces", "Active", "PassThrough"]}
    for function in FUNCTIONS:
        properties = resources[functions.logical_name(function)]["Properties"]
        assert properties["TracingConfig"] == {"Mode": mode}
    policy = resources["TracingPolicy"]
    assert policy["Condition"] == "Traces"
    assert policy["Properties"]["Roles"] == [
        {"Ref": functions.role_name(function)} for function in FUNCTIONS
    ]


def test_in_prod_logs_outlive_the_stack(prod):
    logs = [resource for resource in prod.values() if resource["Type"] == "AWS::Logs::LogGroup"]

    assert len(logs) == len(FUNCTIONS) + 1
    for log in logs:
        assert KEEPING.items() <= log.items()
        assert isinstance(log["Properties"]["LogGroupName"], str)


def test_each_request_is_logged_by_the_gateway_without_what_was_typed(cloudformation):
    logged = cloudformation[0]["RestAPIapiStage"]["Properties"]["AccessLogSetting"]

    assert logged["DestinationArn"] == {"Fn::GetAtt": ["GatewayLog", "Arn"]}
    variables = re.findall(r"\$context\.[A-Za-z.]+", logged["Format"])
    assert {"$context.requestId", "$context.status", "$context.resourcePath"} <= set(variables)
    # The path of a request includes its query, and the client controls the text of a header.
    assert not [v for v in variables if v.endswith((".path", "userAgent")) or "query" in v.lower()]


def test_stages_in_one_account_are_told_apart_in_the_gateways_metrics(cloudformation):
    expected_name = {"Fn::Sub": "breeze-lakes-point-${Stage}"}
    api = cloudformation[0]["RestAPI"]["Properties"]

    assert api["Name"] == api["Body"]["info"]["title"] == expected_name
    for name in ("ServerErrorsAlarm", "SlownessAlarm"):
        of = cloudformation[0][name]["Properties"]["Dimensions"]
        assert of[0] == {"Name": "ApiName", "Value": expected_name}


@pytest.mark.parametrize(
    ("parameter", "resources"),
    [
        ("AlarmEmail", {"AlarmSubscription"}),
        ("DomainName", {"Domain", "DomainMapping"}),
        ("RequestsPerAddress", {"Firewall", "FirewallAssociation"}),
        ("MonthlyBudget", {"Budget"}),
        ("Tracing", {"TracingPolicy"}),
        ("AlarmOnSilence", {"SilenceAlarm"}),
    ],
)
def test_what_an_operator_may_add_is_not_there_unless_asked_for(prod_package, parameter, resources):
    template = json.loads(prod_package.template.read_text())
    [condition] = [
        n for n, c in template["Conditions"].items() if f'"{parameter}"' in json.dumps(c)
    ]

    assert template["Parameters"][parameter]["Default"] in {"", "0", "off"}
    conditional = {n for n, r in template["Resources"].items() if r.get("Condition") == condition}
    assert conditional == resources


def _gateway_responses(resources):
    return resources["RestAPI"]["Properties"]["GatewayResponses"]


def test_what_the_gateway_says_by_itself_has_the_shape_of_our_errors(prod):
    for response in _gateway_responses(prod).values():
        body = json.loads(response["ResponseTemplates"]["application/json"])
        assert body.keys() == {"error", "code"}
        assert 400 <= int(response["StatusCode"]) < 600


def test_a_browser_gets_a_page_for_an_unknown_address_in_every_language(prod):
    responses = _gateway_responses(prod)
    page = responses["MISSING_AUTHENTICATION_TOKEN"]["ResponseTemplates"]["text/html"]

    assert "Page not found" in page
    assert '<section lang="es">' in page
    assert f'href="{PUBLIC_URL}/register"' in page
    assert "<script" not in page
    # It is a mapping template: these would be taken for variables and paths.
    assert "$" not in page
    assert [kind for kind in responses if "text/html" in responses[kind]["ResponseTemplates"]] == [
        "MISSING_AUTHENTICATION_TOKEN"
    ]


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("MISSING_AUTHENTICATION_TOKEN", "404", "not_found"),
        ("REQUEST_TOO_LARGE", "413", "too_large"),
        ("THROTTLED", "429", "too_many_attempts"),
        ("WAF_FILTERED", "429", "too_many_attempts"),
        ("DEFAULT_4XX", "400", "bad_request"),
        ("DEFAULT_5XX", "503", "unavailable"),
        ("INTEGRATION_TIMEOUT", "503", "unavailable"),
    ],
)
def test_the_gateway_says_what_the_service_would(prod, kind, status, code):
    response = _gateway_responses(prod)[kind]

    assert response["StatusCode"] == status
    assert json.loads(response["ResponseTemplates"]["application/json"])["code"] == code


@pytest.mark.parametrize("kind", ["THROTTLED", "WAF_FILTERED", "QUOTA_EXCEEDED", "DEFAULT_5XX"])
def test_where_another_try_may_help_the_gateway_says_when(prod, kind):
    retry_after = _gateway_responses(prod)[kind]["ResponseParameters"]["Headers"]["Retry-After"]

    assert int(retry_after.strip("'")) > 0


def test_what_the_gateway_says_by_itself_carries_our_headers(prod):
    for response in _gateway_responses(prod).values():
        headers = response["ResponseParameters"]["Headers"]
        expected = {name: f"'{value}'" for name, value in security_headers.DEFAULT_HEADERS.items()}
        assert expected.items() <= headers.items()
        assert headers["Strict-Transport-Security"].startswith("'max-age=31536000")
        assert headers["X-Request-Id"] == "context.requestId"


def _preflights(resources):
    for methods in resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"].values():
        if "options" in methods:
            integration = methods["options"]["x-amazon-apigateway-integration"]
            yield integration["responses"]["default"]["responseParameters"]


def test_pages_of_the_front_end_may_read_what_the_gateway_says(prod):
    for response in _gateway_responses(prod).values():
        headers = response["ResponseParameters"]["Headers"]
        assert headers["Access-Control-Allow-Origin"] == f"'{FRONT_END}'"
        assert headers["Access-Control-Allow-Credentials"] == "'true'"


def test_every_path_tells_browsers_that_the_front_end_may_call(prod):
    paths = prod["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    origins = [p["method.response.header.Access-Control-Allow-Origin"] for p in _preflights(prod)]

    assert origins == [f"'{FRONT_END}'"] * len(paths)


def test_without_a_front_end_no_other_origin_is_told_anything(dev):
    assert list(_preflights(dev)) == []
    assert "Access-Control" not in json.dumps(_gateway_responses(dev))
