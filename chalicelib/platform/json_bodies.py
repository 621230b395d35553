"""Parses JSON request bodies strictly."""

import codecs
import json
import re
from typing import Any, NoReturn

from chalicelib.platform.errors import InvalidJson
from chalicelib.platform.languages import N_

_DUPLICATE = N_('The body has the field "{name}" twice.')
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9]{0,39}")


def parse_json(raw: bytes) -> dict[str, Any]:
    """Parse a JSON object (RFC 8259).

    Raises:
        InvalidJson: the text is invalid JSON or not an object, is nested too deeply, contains NaN
            or a lone surrogate, or repeats a name.
    """
    try:
        # RFC 8259, 8.1, lets parsers ignore a byte order mark, which some programs write.
        text = raw.removeprefix(codecs.BOM_UTF8).decode()
        given = json.loads(text, object_pairs_hook=_reject_duplicates, parse_constant=_reject)
        if "\\u" in text:
            json.dumps(given, ensure_ascii=False).encode()  # a lone surrogate has no UTF-8
    except (ValueError, RecursionError) as error:
        raise InvalidJson(cause=type(error).__name__) from None
    if not isinstance(given, dict):
        raise InvalidJson(cause="the body is not an object")
    return given


def _reject(constant: str) -> NoReturn:
    raise ValueError(constant)


def _reject_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the members of a JSON object, if it repeats no name.

    RFC 8259 does not define which value counts, so a proxy may use another one than this service
    does. I-JSON (RFC 7493, 2.3) forbids repeated names.

    Raises:
        InvalidJson: a name is repeated. The message includes it only if it could be a field's name.
    """
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        name = next(name for name in names if names.count(name) > 1)
        if _FIELD.fullmatch(name):
            raise InvalidJson(_DUPLICATE, cause="duplicate field", name=name)
        raise InvalidJson(cause="duplicate field")
    return members
