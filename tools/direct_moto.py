"""Passes calls for items and messages from botocore's clients to moto in this process.

botocore validates the arguments of a call, writes them as JSON, and makes a request of it. moto
makes arguments of the request, and a response of the result, which botocore reads again. For a
call that reads or writes items or messages, this takes longer than what moto does for it. Here the
arguments and the result pass as they are. Errors take the long way: moto writes them, botocore
reads them.

Calls that a test watches on their way, of other operations, or with bytes, take the long way too.
tests/tools/test_faster_moto.py compares both ways.
"""

import functools
import json
import re
from collections.abc import Mapping
from typing import Any

HOST = re.compile(r"https://(dynamodb|events|secretsmanager|sqs)\.([a-z0-9-]+)\.amazonaws\.com/$")
# Operations that read and write items. Some others take a time, which JSON can't express.
OF_ITEMS = {
    *("BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan"),
    *("TransactGetItems", "TransactWriteItems", "UpdateItem"),
}
_OF_MESSAGES = {"ChangeMessageVisibility", "DeleteMessage", "ReceiveMessage", "SendMessageBatch"}
_OPERATIONS = {"dynamodb": OF_ITEMS, "sqs": _OF_MESSAGES}


def install(client_class: Any, handlers: Mapping[str, Any], stubber: Any) -> None:
    """Have clients call moto's handlers.

    Args:
        client_class: botocore's ``BaseClient``.
        handlers: moto's classes that answer the requests to ``dynamodb`` and ``sqs``.
        stubber: what moto has in the place of botocore's connections.
    """
    make_call = client_class._make_api_call  # noqa: SLF001 - botocore has no other place

    @functools.wraps(make_call)
    def make_api_call(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        service = client.meta.service_model.service_name
        is_direct = stubber.enabled and operation in _OPERATIONS.get(service, ())
        if is_direct and _leads_to(stubber, client, service, operation):
            try:
                body = json.dumps(arguments)
            except TypeError:  # It has bytes, or something that botocore rejects.
                return make_call(client, operation, arguments)
            return _call(client, operation, _handler(handlers[service], client, operation, body))
        return make_call(client, operation, arguments)

    client_class._make_api_call = make_api_call  # noqa: SLF001


def _leads_to(stubber: Any, client: Any, service: str, operation: str) -> bool:
    """Say whether moto alone would answer a call."""
    host = HOST.match(f"{client.meta.endpoint_url}/")
    if not host or host[1] != service:
        return False
    emitter = client.meta.events._emitter  # noqa: SLF001 - it notifies no listener
    watching = [
        handler
        for event in ("before-call", "before-send")
        for handler in emitter._handlers.prefix_search(f"{event}.{service}.{operation}")  # noqa: SLF001
    ]
    return all(handler is stubber or _is_of_botocore(handler) for handler in watching)


def _is_of_botocore(handler: Any) -> bool:
    return str(getattr(handler, "__module__", "")).startswith("botocore.")


def _handler(handler_class: Any, client: Any, operation: str, body: str) -> Any:
    from moto.utilities.utils import get_partition

    handler = handler_class()
    target = client.meta.service_model.metadata["targetPrefix"]
    handler.headers = {"X-Amz-Target": f"{target}.{operation}"}
    handler.body, handler.querystring, handler.uri_match = body, {}, {}
    handler.params = json.loads(body)
    handler.region = client.meta.region_name
    handler.partition = get_partition(handler.region)
    handler.access_key = handler.get_access_key()
    handler.current_account = handler.get_current_account()
    handler.response_headers = {}
    return handler


def _call(client: Any, operation: str, handler: Any) -> Any:
    from moto.core.exceptions import ServiceException
    from werkzeug.exceptions import HTTPException

    name = _method(operation)
    # moto's methods read the body here, where its call_action puts it.
    handler.body = handler.params
    try:
        answer = getattr(handler, name)()
    except (ServiceException, HTTPException) as error:
        raise _error_of_botocore(client, operation, handler, error) from None
    shape = client.meta.service_model.operation_model(operation).output_shape
    members, answered = (shape.members, answer.result) if shape else ({}, {})
    result = {n: value for n, value in answered.items() if n in members and value is not None}
    return result | {"ResponseMetadata": {"HTTPStatusCode": 200, "RetryAttempts": 0}}


def _error_of_botocore(client: Any, operation: str, handler: Any, error: Exception) -> Exception:
    from botocore.compat import HTTPHeaders

    def fail() -> None:
        raise error

    setattr(handler, _method(operation), fail)
    status, headers, body = handler.call_action()
    answer = {
        "status_code": int(status),
        "headers": HTTPHeaders.from_dict({name: str(value) for name, value in headers.items()}),
        "body": body.encode() if isinstance(body, str) else body,
    }
    model, parser = client.meta.service_model.operation_model(operation), _parser()
    parsed = parser.parse(answer, model.output_shape)
    client._endpoint._add_modeled_error_fields(answer, parsed, model, parser)  # noqa: SLF001
    told = parsed["Error"]
    code = told.get("QueryErrorCode") or told["Code"]
    exception: Exception = client.exceptions.from_code(code)(parsed, operation)
    return exception


@functools.cache
def _parser() -> Any:
    from botocore.parsers import create_parser

    return create_parser("json")


@functools.cache
def _method(operation: str) -> str:
    from botocore import xform_name

    name: str = xform_name(operation)
    return name
