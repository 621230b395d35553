"""The part of botocore's data that ships: the AWS operations that the service calls, and endpoints.

botocore reads what AWS can do out of JSON, at each cold start: a megabyte of endpoints, half of one
about DynamoDB. Here it is cut down to ``aws.OPERATIONS``. What botocore evaluates by its own
code, rules of endpoints and of retries, stays with that code, which Lambda brings.
"""

import json
from collections.abc import Iterator
from typing import Any

from botocore.loaders import Loader

from chalicelib.platform.aws import DATA, OPERATIONS

_MODEL, _ENDPOINTS = "service-2", "endpoints"


def files() -> dict[str, bytes]:
    """Return the data files that ship, taken from the installed botocore, by name in the zip."""
    loader, files_by_name, prefixes = Loader(), {}, set()
    for service, operations in OPERATIONS.items():
        version = loader.determine_latest_version(service, _MODEL)
        model = loader.load_service_model(service, _MODEL, version)
        prefixes.add(model["metadata"]["endpointPrefix"])
        files_by_name[f"{service}/{version}/{_MODEL}"] = _with_only(operations, model)
    files_by_name[_ENDPOINTS] = _reaching_only(prefixes, loader.load_data(_ENDPOINTS))
    return {
        f"{DATA.name}/{name}.json": json.dumps(data, separators=(",", ":")).encode()
        for name, data in files_by_name.items()
    }


def _with_only(operations: tuple[str, ...], model: dict[str, Any]) -> dict[str, Any]:
    """Return a service's model with these operations, and the shapes that they are made of."""
    operations_kept = {name: _without_prose(model["operations"][name]) for name in operations}
    shapes: dict[str, Any] = {}
    waiting = list(_shapes_in(operations_kept))
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = _without_prose(model["shapes"][name])
            waiting += _shapes_in(shapes[name])
    kept_model = {name: model[name] for name in ("version", "metadata")}
    return {**kept_model, "operations": operations_kept, "shapes": shapes}


def _reaching_only(prefixes: set[str], endpoints: dict[str, Any]) -> dict[str, Any]:
    """Return the endpoints of these services alone, in every region of every partition."""
    partitions = [
        {
            **partition,
            "services": {
                name: where for name, where in partition["services"].items() if name in prefixes
            },
        }
        for partition in endpoints["partitions"]
    ]
    return {**endpoints, "partitions": partitions}


def _shapes_in(part: Any) -> Iterator[str]:
    """Yield the names of the shapes that a part of a model refers to."""
    if isinstance(part, dict):
        if isinstance(name := part.get("shape"), str):
            yield name
        for value in part.values():
            yield from _shapes_in(value)
    elif isinstance(part, list):
        for value in part:
            yield from _shapes_in(value)


def _without_prose(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            name: _without_prose(value)
            for name, value in part.items()
            if not (name == "documentation" and isinstance(value, str))
        }
    return [_without_prose(value) for value in part] if isinstance(part, list) else part
