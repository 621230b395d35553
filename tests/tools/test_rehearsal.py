"""Lambda and API Gateway on this machine, with functions that misbehave."""

import json
import os
import signal
import threading
from contextlib import contextmanager

import pytest
import requests

from ops.package import Package
from ops.template import gateway_responses
from tools import lambda_runtime, rehearsal

HANDLER = """
import importlib, json, os, socket, sys, threading
from pathlib import Path

def app(event, context):
    return globals()[event["resource"].split("/")[1]](event)

def answer(body, **more):
    return {"statusCode": 200, "body": body, **more}

def echo(event):
    return answer(json.dumps(event))

def die(event):
    os.kill(os.getpid(), 9)

def hang(event):
    Path(os.environ["SEEN"]).touch()
    threading.Event().wait()

def fail(event):
    raise ValueError("no")

def babble(event):
    return "no answer that API Gateway takes"

def overflow(event):
    return answer("x" * 7_000_000)

def variables(event):
    return answer(json.dumps(dict(os.environ)))

def connect(event):
    try:
        socket.create_connection(("192.0.2.1", 80), 1)
    except OSError as error:
        return answer(str(error))

def imports(event):
    def found(name):
        try:
            return bool(importlib.import_module(name))
        except ImportError:
            return False
    return answer(json.dumps({n: found(n) for n in event["queryStringParameters"]}))

def headers(event):
    single, repeated = {"Date": "never", "X-One": "1"}, {"X-Two": ["1", "2"]}
    return answer("", headers=single, multiValueHeaders=repeated)

def meet(event):
    # The first request waits for the second one, which needs another process.
    Path(os.environ["SEEN"], str(os.getpid())).touch()
    while len(list(Path(os.environ["SEEN"]).iterdir())) < 2:
        pass
    return answer(str(os.getpid()))
"""
ACTIONS = [
    *("echo", "die", "hang", "fail", "babble", "overflow", "variables", "connect", "imports"),
    *("headers", "meet", "echo/{id}", "echo/literal"),
]


def _proxy(function):
    return {
        "type": "aws_proxy",
        "uri": {"Fn::Sub": f"arn:path/functions/${{{function}.Arn}}/invocations"},
    }


MOCK = {
    "type": "mock",
    "responses": {
        "default": {
            "statusCode": "200",
            "responseParameters": {"method.response.header.X-Mocked": "'yes'"},
        }
    },
}


# What another function than all the others' answers.
SECOND = "/variables/second"


def _template(timeout):
    operation = {"x-amazon-apigateway-integration": _proxy("First")}
    methods = {"get": operation, "post": operation}
    methods["options"] = {"x-amazon-apigateway-integration": MOCK}
    of_second = {"x-amazon-apigateway-integration": _proxy("Second")}
    definition = {
        "paths": {f"/{action}": methods for action in ACTIONS} | {SECOND: {"get": of_second}},
        "x-amazon-apigateway-binary-media-types": ["image/png"],
    }
    api = {
        "StageName": "api",
        "DefinitionBody": definition,
        "GatewayResponses": gateway_responses(None, None),
    }
    variables = {"GIVEN": "by the template", "STAGE": {"Ref": "Stage"}}
    function = {
        "Handler": "app.app",
        "Timeout": timeout,
        "Environment": {"Variables": variables},
    }
    second = {**function, "Environment": {"Variables": {**variables, "GIVEN": "to the second"}}}
    kind = "AWS::Serverless::Function"
    return {
        "Resources": {
            "RestAPI": {"Type": "AWS::Serverless::Api", "Properties": api},
            "First": {"Type": kind, "Properties": function},
            "Second": {"Type": kind, "Properties": second},
        }
    }


@contextmanager
def _serving(folder, handler=HANDLER, timeout=10, **options):
    code, layer = folder / "code", folder / "layer"
    code.mkdir()
    layer.mkdir()
    (code / "app.py").write_text(handler)
    template = folder / "sam.json"
    template.write_text(json.dumps(_template(timeout)))
    environment = {"SEEN": str(folder / "seen")}
    with rehearsal.running(
        Package(code, template, layer), environment, log=folder / "function.log", **options
    ) as served:
        yield served


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with _serving(tmp_path_factory.mktemp("function")) as served:
        yield served


def _is_unavailable(response):
    return (response.status_code, response.json()["code"]) == (503, "unavailable")


def test_a_function_that_is_killed_costs_its_request_and_is_replaced(service):
    (before,) = service.processes["First"]

    assert _is_unavailable(requests.get(f"{service.url}/die"))

    assert requests.get(f"{service.url}/echo").status_code == 200
    (after,) = service.processes["First"]
    assert after != before


def test_a_function_that_is_killed_from_outside_costs_its_request(tmp_path):
    with _serving(tmp_path) as service:
        responses = []
        asking = threading.Thread(
            target=lambda: responses.append(requests.get(f"{service.url}/hang"))
        )
        asking.start()
        while not (tmp_path / "seen").exists():
            pass
        os.kill(service.processes["First"][0], signal.SIGKILL)
        asking.join()

        assert _is_unavailable(responses[0])
        assert requests.get(f"{service.url}/echo").status_code == 200


def test_a_function_that_takes_too_long_is_killed(tmp_path):
    with _serving(tmp_path, timeout=1) as service:
        (before,) = service.processes["First"]

        assert _is_unavailable(requests.get(f"{service.url}/hang"))

        assert before not in service.processes["First"]


@pytest.mark.parametrize("action", ["fail", "babble", "overflow"])
def test_a_function_without_a_proper_answer_is_unavailable(service, action):
    assert _is_unavailable(requests.get(f"{service.url}/{action}"))


def test_a_function_that_does_not_start_says_why(tmp_path):
    with (
        pytest.raises(lambda_runtime.NoAnswer, match="No module named 'segno'"),
        _serving(tmp_path, "import segno"),
    ):
        pass


def test_a_function_has_lambdas_packages_and_its_own_and_no_others(service):
    imports = [
        "boto3",
        "awslambdaric",
        "app",
        "segno",
        "chalice",
        "moto",
        "pip",
        "ops",
        "tools",
        "pytest",
    ]

    versions = requests.get(f"{service.url}/imports", params=dict.fromkeys(imports, "")).json()

    assert {name for name, there in versions.items() if there} == {"boto3", "awslambdaric", "app"}


def test_a_function_sees_its_own_variables_only(service, monkeypatch):
    monkeypatch.setenv("OF_THIS_SHELL", "1")

    variables = requests.get(f"{service.url}/variables").json()

    assert variables["GIVEN"] == "by the template"
    assert variables["LAMBDA_TASK_ROOT"]
    assert not {"STAGE", "OF_THIS_SHELL", "HOME"} & variables.keys()


def test_a_route_is_answered_by_its_own_function(service):
    variables = requests.get(service.url + SECOND).json()

    assert variables["GIVEN"] == "to the second"


def test_a_function_reaches_this_machine_only(service):
    assert requests.get(f"{service.url}/connect").text == "A rehearsal must not contact 192.0.2.1."


def test_as_many_requests_are_served_at_once_as_there_are_processes(tmp_path):
    (tmp_path / "seen").mkdir()
    with _serving(tmp_path, processes=2) as service:
        responses = []
        asking = [
            threading.Thread(target=lambda: responses.append(requests.get(f"{service.url}/meet")))
            for _ in range(2)
        ]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()

        assert {int(response.text) for response in responses} == set(service.processes["First"])


def test_an_event_says_what_was_asked(service):
    url = f"{service.url}/echo/a%20b?x=1&x=2&y="

    event = requests.post(url, data="Ská".encode(), headers={"X-Own": "1"}).json()

    assert event["resource"] == event["requestContext"]["resourcePath"] == "/echo/{id}"
    assert event["path"] == "/echo/a b"
    assert event["requestContext"]["path"] == "/api/echo/a%20b"
    assert event["requestContext"]["stage"] == "api"
    assert event["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"
    assert event["httpMethod"] == "POST"
    assert event["pathParameters"] == {"id": "a b"}
    assert event["queryStringParameters"] == {"x": "2", "y": ""}
    assert event["multiValueQueryStringParameters"] == {"x": ["1", "2"], "y": [""]}
    assert event["headers"]["X-Own"] == "1"
    assert event["multiValueHeaders"]["X-Own"] == ["1"]
    assert event["body"] == "Ská"
    assert event["isBase64Encoded"] is False


def test_what_was_not_asked_is_null_in_an_event(service):
    event = requests.get(f"{service.url}/echo").json()

    for name in ("pathParameters", "queryStringParameters", "body"):
        assert event[name] is None


def test_a_literal_path_comes_before_a_variable(service):
    assert requests.get(f"{service.url}/echo/literal").json()["resource"] == "/echo/literal"


def test_a_binary_body_comes_in_base_64(service):
    event = requests.post(
        f"{service.url}/echo", data=b"\xff\x00", headers={"Content-Type": "image/png"}
    ).json()

    assert (event["body"], event["isBase64Encoded"]) == ("/wA=", True)


def test_repeated_headers_come_out_and_the_gateways_own_are_renamed(service):
    response = requests.get(f"{service.url}/headers")

    assert response.headers["X-One"] == "1"
    assert response.headers["X-Two"] == "1, 2"
    assert response.headers["x-amzn-Remapped-Date"] == "never"


def test_a_mock_answers_in_the_functions_place(service):
    assert requests.options(f"{service.url}/die").headers["X-Mocked"] == "yes"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [("/api/nowhere", 404, "not_found"), ("/api", 404, "not_found")],
)
def test_a_path_that_is_not_there_is_not_found(service, path, status, code):
    response = requests.get(service.url.removesuffix("/api") + path)

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.headers["X-Request-Id"] == response.headers["x-amzn-RequestId"]


def test_a_browser_gets_a_page_for_a_path_that_is_not_there(service):
    response = requests.get(f"{service.url}/nowhere", headers={"Accept": "text/html, */*"})

    assert (response.status_code, response.headers["Content-Type"]) == (404, "text/html")
    assert "Page not found" in response.text


def test_another_stage_is_forbidden_in_the_gateways_own_words(service):
    response = requests.get(service.url.removesuffix("/api") + "/echo")

    assert (response.status_code, response.json()) == (403, {"message": "Forbidden"})


@pytest.mark.parametrize("length", ["10485761", "99999999999"])
def test_a_body_over_ten_megabytes_is_too_large(service, length):
    with requests.Session() as session:
        request = requests.Request("POST", f"{service.url}/echo").prepare()
        request.headers["Content-Length"] = length
        response = session.send(request)

    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_a_body_that_lambda_would_not_take_is_too_large(service):
    response = requests.post(f"{service.url}/echo", data=b"x" * 6_500_000)

    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_a_body_without_a_length_is_rejected(service):
    response = requests.post(f"{service.url}/echo", data=iter([b"x"]))

    assert (response.status_code, response.json()["code"]) == (400, "bad_request")


def test_head_is_answered_without_a_body(service):
    assert requests.head(f"{service.url}/nowhere").content == b""
