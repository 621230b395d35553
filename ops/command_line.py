"""The command lines of ``ops`` and ``tools``: commands in groups, errors without a traceback."""

import argparse
import sys
from collections.abc import Callable, Iterable

Command = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]


def run(
    program: str,
    description: str,
    groups: Iterable[Callable[[Command], None]],
    problems: tuple[type[Exception], ...],
) -> int:
    """Run the command that the arguments name.

    Args:
        program: how the program is called, for its help.
        description: what it does, for its help.
        groups: functions that add commands. Each gets a function that takes a command's name, what
            runs it, and its help, and returns its parser.
        problems: the exceptions whose message is printed instead of a traceback.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(prog=program, description=description)
    commands = parser.add_subparsers(dest="command", required=True)

    def command(
        name: str, run: Callable[[argparse.Namespace], int], says: str
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=says)
        added.set_defaults(run=run)
        return added

    for add in groups:
        add(command)
    arguments = parser.parse_args()
    try:
        status: int = arguments.run(arguments)
    except problems as problem:
        print(problem, file=sys.stderr)
        return 1
    return status
