"""What is counted of a registration, as its item in DynamoDB has it."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted of one registration."""

    status: str
    age: str | None
    jobs: list[str]
    shifts: list[str]
    ethnicity: str | None


def count(form: dict[str, Any]) -> str:
    """Write down what is counted of a form, as short as may be."""
    jobs = form.get("eventJobs", []) + form.get("vendorJobs", [])
    counted = [form.get("age"), jobs, form.get("shifts", []), form.get("ethnicity")]
    return json.dumps(counted, separators=(",", ":"))


def read_counted(status: str, counted: str) -> Counted:
    """Read what :func:`count` wrote, beside the registration's status."""
    return Counted(status, *json.loads(counted))
