"""What is counted of a registration, as its item in DynamoDB has it."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """The counted fields of one registration."""

    status: str
    age: str | None
    jobs: list[str]
    shifts: list[str]
    ethnicity: str | None


def encode_row(form: dict[str, Any]) -> str:
    """Encode the counted fields of a form as compact JSON."""
    jobs = form.get("eventJobs", []) + form.get("vendorJobs", [])
    counted = [form.get("age"), jobs, form.get("shifts", []), form.get("ethnicity")]
    return json.dumps(counted, separators=(",", ":"))


def decode_row(status: str, encoded: str) -> SummaryRow:
    """Decode the result of :func:`encode_row`."""
    return SummaryRow(status, *json.loads(encoded))
