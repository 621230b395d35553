"""One structured line for each thing worth knowing afterwards."""

import json
import sys
from typing import Any

from chalicelib.platform import clock


def record(event: str, **facts: Any) -> None:
    """Write one JSON line to standard output, where Lambda collects it.

    Never pass a password, a token or a whole body. Line breaks and other control characters
    inside values leave escaped, so that no value can forge a line (OWASP ASVS 16.4.1).
    """
    line = {"at": clock.to_text(clock.now()), "event": event, **facts}
    sys.stdout.write(json.dumps(line, default=str) + "\n")
    sys.stdout.flush()
