"""How API Gateway treats the API: rate limits, addresses, TLS, and tracing.

API Gateway applies a stage's limit to each method by itself: docs.aws.amazon.com/apigateway/
latest/developerguide/api-gateway-request-throttling.html. So a limit here bounds what one method
answers, and the functions' concurrency bounds the whole.
"""

from collections.abc import Iterator
from typing import Any

from chalicelib.functions import FUNCTION_BY_PACKAGE, all_endpoints
from chalicelib.platform.endpoints import UNSAFE_METHODS, Endpoint

# The names of the parameters with the limits, in requests a second and in a burst.
_USUAL = ("RequestsPerSecond", "RequestsAtOnce")
_PUBLIC_WRITES = ("SignInsPerSecond", "SignInsAtOnce")
_PAGES = ("PageRequestsPerSecond", "PageRequestsAtOnce")
# TLS 1.3 and 1.2, with the ciphers that browsers of the last ten years have.
TLS_POLICY = "SecurityPolicy_TLS13_1_2_2021_06"


def compose() -> dict[str, Any]:
    """Return the properties that are merged into the API's."""
    return {
        "MethodSettings": [_limited("/*", "*", _USUAL), *_exceptions()],
        # Phones behind a carrier's NAT share one IPv4 address. Over IPv6 each has its own.
        "EndpointConfiguration": {"Type": "REGIONAL", "IpAddressType": "dualstack"},
        # With a domain there is one way in, with one certificate and one TLS policy.
        "DisableExecuteApiEndpoint": {"Fn::If": ["HasDomain", True, False]},
        "TracingEnabled": {"Fn::If": ["Traces", True, False]},
    }


def extensions() -> dict[str, Any]:
    """Return the parts of the API's OpenAPI document that only API Gateway reads."""
    return {
        "x-amazon-apigateway-security-policy": TLS_POLICY,
        "x-amazon-apigateway-endpoint-access-mode": "BASIC",
    }


def _exceptions() -> Iterator[dict[str, Any]]:
    for endpoint in all_endpoints():
        if FUNCTION_BY_PACKAGE[endpoint.package] == "pages":
            yield _limited(endpoint.path, endpoint.method, _PAGES)
        elif _is_public_write(endpoint):
            yield _limited(endpoint.path, endpoint.method, _PUBLIC_WRITES)


def _is_public_write(endpoint: Endpoint) -> bool:
    """Say whether anyone may send it to change something. Signing out is free, and never limited.

    These requests are the ones that guess, and most of them cost a password hash.
    """
    return (
        endpoint.access.name == "anyone"
        and endpoint.method in UNSAFE_METHODS
        and FUNCTION_BY_PACKAGE[endpoint.package] != "sign-out"
    )


def _limited(path: str, method: str, parameters: tuple[str, str]) -> dict[str, Any]:
    rate, burst = parameters
    # A slash inside a path is written as in a JSON pointer (AWS::ApiGateway::Stage MethodSetting).
    resource = path if path == "/*" else "/" + path.replace("/", "~1")
    return {
        "ResourcePath": resource,
        "HttpMethod": method,
        "ThrottlingRateLimit": {"Ref": rate},
        "ThrottlingBurstLimit": {"Ref": burst},
    }
