"""What the service says of itself on the wire."""

from typing import Literal

from chalicelib.platform.models import Wire


class Health(Wire):
    """Whether the service answers at all."""

    status: Literal["ok"]
