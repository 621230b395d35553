"""A progress bar for a long command, shown only in a terminal."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tqdm import tqdm


def bar(total: int | None, unit: str, *, show: bool = True) -> "tqdm[None]":
    """Return a progress bar on standard error; none is drawn where that is no terminal.

    Args:
        total: how many there will be; None draws a count without a bar.
        unit: what is counted, in the plural.
        show: whether to draw it at all.
    """
    from tqdm import tqdm

    return tqdm(
        total=total, unit=f" {unit}", file=sys.stderr, disable=None if show else True, leave=True
    )
