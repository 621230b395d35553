"""Which Lambda function opens which rooms: the one table of who may do what in the cloud.

All are made from the one zip. Each has a role of its own, which allows what the actions of its
rooms ask of AWS and nothing else, and opens no other room: what it does not serve it does not load.
A schedule invokes the functions that open none.
"""

from dataclasses import dataclass
from importlib import import_module

from chalicelib.platform.actions import Action, Room
from chalicelib.platform.settings import SettingsError

ROOMS_OF = {
    "sign-out": ("sign_out",),
    "accounts": ("accounts", "sessions", "second_factor", "privacy"),
    "registrations": ("events", "registrations"),
    "staff": ("staff", "people"),
    "pages": ("pages", "about"),
}
FUNCTION_OF = {room: function for function, rooms in ROOMS_OF.items() for room in rooms}


@dataclass(frozen=True, slots=True)
class Schedule:
    """When EventBridge invokes a function that has no endpoints, and what the function runs.

    Attributes:
        handler: the module and the name of its handler.
        minutes: the time from one run to the next.
        timeout_seconds: how long one run may take.
    """

    handler: str
    minutes: int
    timeout_seconds: int


SCHEDULES = {
    "waiting-list": Schedule(
        "chalicelib.registrations.schedule.run", minutes=10, timeout_seconds=60
    ),
}
FUNCTIONS = (*ROOMS_OF, *SCHEDULES)


def rooms(function: str | None) -> tuple[Room, ...]:
    """Open the rooms of a function.

    Args:
        function: its name in the table; None for every room there is, as on one's own machine.

    Raises:
        SettingsError: there is no such function.
    """
    if function is not None and function not in ROOMS_OF:
        raise SettingsError(f"There is no function {function}: it is one of {', '.join(ROOMS_OF)}.")
    names = ROOMS_OF[function] if function else FUNCTION_OF
    return tuple(import_module(f"chalicelib.{name}.routes").room for name in names)


def every_action() -> tuple[Action, ...]:
    """Return what the service does as a whole, whichever functions do it."""
    return tuple(action for room in rooms(None) for action in room.actions)
