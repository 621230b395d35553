"""Asks an operator in the terminal before something changes."""

import sys

from ops.stack import Agree


def asking(*, yes: bool) -> Agree:
    """Return a function that shows the changes in the terminal and asks the operator to confirm.

    Args:
        yes: whether to show them only.
    """

    def agree(changes: list[str]) -> bool:
        print(*changes, sep="\n")
        if yes:
            return True
        if not sys.stdin.isatty():
            print(
                "No terminal to ask for confirmation. To continue without asking, set YES=1.",
                file=sys.stderr,
            )
            return False
        return input("Continue? [y/N] ").strip().lower() in {"y", "yes"}

    return agree
