"""Compares each response that a test receives with what pydantic writes from the same schema."""

from typing import Any

import pytest

from chalicelib.platform.response_schema import ResponseSchema
from web.openapi.models import model_of


def install() -> None:
    """Fail a test in which a response isn't valid, or isn't written as pydantic writes it."""
    write = ResponseSchema.to_json.__func__  # type: ignore[attr-defined]

    def write_and_compare(schema: type[ResponseSchema], body: object) -> Any:
        body_written = write(schema, body)
        valid = model_of(schema).model_validate(body)
        if (expected := valid.model_dump_json(by_alias=True)) != body_written:
            # A failure is no Exception: the service would answer those with 500.
            pytest.fail(f"{schema.__name__} is {body_written}, but should be {expected}")
        return body_written

    ResponseSchema.to_json = classmethod(write_and_compare)  # type: ignore[assignment,method-assign]
