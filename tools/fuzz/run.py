"""``make fuzz``: each parser, then the whole service."""

import secrets
import tempfile
from pathlib import Path

from tools import dynamodb_local
from tools.fuzz import description, parsers


def run(cases: int, seconds: int, seed: int | None) -> int:
    """Fuzz.

    Args:
        cases: how many the service is asked.
        seconds: how long each parser is tried.
        seed: that of a run to be repeated; None for another one each time.

    Returns:
        The exit status.
    """
    chosen = secrets.randbelow(2**32) if seed is None else seed
    dynamodb_local.fetch()
    print(f"Seed {chosen}.", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        parsed = parsers.fuzz(chosen, seconds)
        described = description.fuzz(cases, chosen, Path(folder))
    return 0 if parsed and described else 1
