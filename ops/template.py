"""Completes the packaged template with resources that Chalice does not generate.

Tables, key, logs, parameters and the function's settings are declared in
``.chalice/resources.json``. Here is what follows from elsewhere: from the stage, from the settings,
from what the service rejects and from which functions there are.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from chalicelib.platform.errors import (
    ApiError,
    NotFound,
    PayloadTooLarge,
    ServiceUnavailable,
    TooManyAttempts,
    UnsupportedMediaType,
)
from chalicelib.platform.security_headers import (
    DEFAULT_HEADERS,
    STRICT_TRANSPORT_SECURITY,
    cors_for,
)
from chalicelib.platform.settings import PREFIX, Settings
from ops import functions, gateway_settings, monitoring
from web import unknown_path

DECLARATION = Path(__file__).parent.parent / ".chalice" / "resources.json"
# The stage whose data must outlive a mistake with its stack.
KEPT_STAGE = "prod"
_KEPT_TYPES = {"AWS::DynamoDB::Table", "AWS::Logs::LogGroup", "AWS::SecretsManager::Secret"}
# The property with the name, of each type that a later stack of the stage takes up again.
_NAMES = {"AWS::DynamoDB::Table": "TableName", "AWS::Logs::LogGroup": "LogGroupName"}


@dataclass(frozen=True, slots=True)
class GatewayMessage:
    """What the gateway says when it answers in the function's place."""

    status: int
    code: str
    sentence: str
    retry_after: int | None = None

    @classmethod
    def of(cls, error: type[ApiError]) -> Self:
        """Return the text of the service's own error."""
        return cls(
            error.STATUS_CODE, error.code, error.english_message(), error.retry_after_seconds
        )


# Under the names of docs.aws.amazon.com/apigateway/latest/developerguide/
# supported-gateway-response-types.html. An unknown path or method is a missing token to the
# gateway, and one asked for with an Authorization header a wrong signature.
GATEWAY_MESSAGES = {
    "MISSING_AUTHENTICATION_TOKEN": GatewayMessage.of(NotFound),
    "INVALID_SIGNATURE": GatewayMessage.of(NotFound),
    "RESOURCE_NOT_FOUND": GatewayMessage.of(NotFound),
    "REQUEST_TOO_LARGE": GatewayMessage.of(PayloadTooLarge),
    # The one rule of the firewall counts an address's requests in five minutes.
    "WAF_FILTERED": GatewayMessage(
        429, TooManyAttempts.code, "Too many requests. Please try again in a few minutes.", 300
    ),
    "UNSUPPORTED_MEDIA_TYPE": GatewayMessage.of(UnsupportedMediaType),
    "THROTTLED": GatewayMessage(
        429, TooManyAttempts.code, "Too many requests at once. Please try again in a moment.", 1
    ),
    "QUOTA_EXCEEDED": GatewayMessage(
        429, TooManyAttempts.code, "Too many requests. Please try again later.", 3600
    ),
    "DEFAULT_4XX": GatewayMessage(400, "bad_request", "This request cannot be read."),
    "INTEGRATION_FAILURE": GatewayMessage.of(ServiceUnavailable),
    "INTEGRATION_TIMEOUT": GatewayMessage.of(ServiceUnavailable),
    "DEFAULT_5XX": GatewayMessage.of(ServiceUnavailable),
}


def compose(stage: str, settings: Settings, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the template that is merged into Chalice's.

    Args:
        stage: the stage that is packaged; the template can be deployed as no other.
        settings: of that stage.
        config: Chalice's, with the architecture.
    """
    template: dict[str, Any] = json.loads(DECLARATION.read_text())
    resources = template["Resources"]
    template["Parameters"]["Stage"] = {
        "Type": "String",
        "Default": stage,
        "AllowedValues": [stage],
    }
    template["Parameters"]["PublicUrl"]["Default"] = settings.public_url or ""
    resources["APIHandler"]["Properties"]["Environment"]["Variables"] |= _variables(settings)
    functions.compose(resources, config)
    resources["RestAPI"]["Properties"]["GatewayResponses"] = gateway_responses(
        settings.front_end_origin, settings.public_url
    )
    resources["RestAPI"]["Properties"]["AccessLogSetting"] = monitoring.access_log()
    resources["RestAPI"]["Properties"] |= gateway_settings.compose()
    resources["RestAPI"]["Properties"]["DefinitionBody"] |= gateway_settings.extensions()
    resources |= monitoring.compose(_functions(resources))
    for resource in resources.values():
        if name := _NAMES.get(resource.get("Type", "")):
            _name_it(resource["Properties"], name, stage)
    if stage == KEPT_STAGE:
        for resource in resources.values():
            if resource.get("Type") in _KEPT_TYPES:
                _keep(resource)
    return template


def gateway_responses(front_end_origin: str | None, url: str | None) -> dict[str, Any]:
    """Return the responses that API Gateway sends itself, in the service's format and headers.

    It takes the template of the type that the request accepts, and JSON if there is none: browsers
    that open an unknown address get a page.

    Args:
        front_end_origin: the other origin whose pages may read these answers, too; None for none.
        url: the service's, if it's known.
    """
    headers = {**DEFAULT_HEADERS, **STRICT_TRANSPORT_SECURITY}
    if front_end_origin:
        headers |= cors_for(front_end_origin).get_access_control_headers()
    responses = {kind: _response(said, headers) for kind, said in GATEWAY_MESSAGES.items()}
    page = unknown_path.render(url.rstrip("/") if url else None)
    responses["MISSING_AUTHENTICATION_TOKEN"]["ResponseTemplates"]["text/html"] = page
    return responses


def _response(said: GatewayMessage, headers: dict[str, str]) -> dict[str, Any]:
    if said.retry_after is not None:
        headers = {**headers, "Retry-After": str(said.retry_after)}
    # A mapping expression: literals stand between single quotes. That the quotes inside a content
    # policy are taken as they are has not been seen on AWS yet: look at the first deployment.
    written = {name: f"'{value}'" for name, value in headers.items()}
    return {
        "StatusCode": str(said.status),
        "ResponseParameters": {"Headers": {**written, "X-Request-Id": "context.requestId"}},
        "ResponseTemplates": {
            "application/json": json.dumps({"error": said.sentence, "code": said.code})
        },
    }


def _variables(settings: Settings) -> dict[str, Any]:
    """Return the environment of every function, without what is a parameter of the template.

    So is where it is reached, which API Gateway tells only once both of them are there.
    """
    variables = settings.as_variables()
    for parameter in ("STAGE", "CREDENTIALS_LAYOUT"):
        variables.pop(f"{PREFIX}{parameter}", None)
    return {**variables, f"{PREFIX}PUBLIC_URL": {"Ref": "PublicUrl"}}


def _functions(resources: dict[str, Any]) -> dict[str, str]:
    """Return the group that each function's log is in, both by their names in the template."""
    configured = {
        name: resource["Properties"]["LoggingConfig"]
        for name, resource in resources.items()
        if "LoggingConfig" in resource.get("Properties", {})
    }
    return {name: logging["LogGroup"]["Ref"] for name, logging in configured.items()}


def _name_it(properties: dict[str, Any], name: str, stage: str) -> None:
    """Write a name out: CloudFormation takes up an existing resource by no other kind of name.

    See docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
    """
    properties[name] = properties[name]["Fn::Sub"].replace("${Stage}", stage)


def _keep(resource: dict[str, Any]) -> None:
    resource |= {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    if resource["Type"] == "AWS::DynamoDB::Table":
        resource["Properties"]["DeletionProtectionEnabled"] = True
