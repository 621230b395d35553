"""Runs the whole benchmark, from the package to the tables."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from chalicelib.functions import FUNCTION_BY_PACKAGE, all_endpoints
from chalicelib.identity import passwords
from chalicelib.platform.settings import PREFIX, Settings
from ops import package
from tools.bench import prices, report, starts, units
from tools.bench.peers import cases as peer_cases
from tools.bench.scene import (
    FOLDER,
    PASSWORD,
    STAGE,
    Person,
    Scene,
    create_event,
    data,
    person,
    scene,
    warm_up,
)
from tools.bench.starts import Case, Measured
from tools.fixtures import EVENT, FORM
from tools.lambda_runtime import Process, Setup

TIMES_COLD = 15
TIMES_WARM = 100
TIMES_JOURNEY = 3
_HERE = "bench-starts"
_OWN = "/registrations/{event_id}"
_LIST = "/admin/events/{event_id}/registrations"
_JOURNEY = "one shared function", "a few functions by privilege", "one function an action"


def run(*, peers: bool) -> int:
    """Measure everything and write the report; return 1 if a check fails.

    Args:
        peers: measure other services, too.
    """
    deployed = package.build(STAGE, FOLDER / "deployed")
    here = package.build(STAGE, FOLDER / "here", package.architecture_here())
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with data() as kept, scene(here, folder, kept) as made:
            asked = units.measure(made)
            measured, journeys = _starts(made, folder / "handlers", peers=peers)
    costs = dict(_costs(asked[units.SIZES[-1]], measured))
    size = deployed.code.stat().st_size
    results = report.Results(size, measured, journeys, asked, costs)
    report.write(results)
    for goal in report.goals(results):
        print(f"{goal.says}: {goal.value:.2f}{goal.unit}, at most {goal.most:g}{goal.unit}")
    print(f"Written: {report.DOCUMENT}, {report.PLOT}")
    return 0 if all(goal.holds for goal in report.goals(results)) else 1


def _starts(
    made: Scene, folder: Path, *, peers: bool
) -> tuple[dict[str, Measured], dict[str, float]]:
    client = made.make_stage(_HERE)
    create_event(made, _HERE, client)
    warm_up(_HERE, client)
    with person(made, _HERE) as river, person(made, _HERE) as ada:
        ada.become(client, "Admin")
        compared = [*_handlers(made, folder, river), *_unchanged(made, river)]
        if peers:
            compared += peer_cases.cases(made, client, folder / "peers")
        measured = starts.cold(compared, TIMES_COLD)
        more = [*_changing(made, river), *_of_staff(made, ada)]
        measured |= {case.name: Measured() for case in more}
        starts.warm([*compared, *more], TIMES_WARM, measured)
        journeys = {how: _journey(made, how) for how in _JOURNEY}
    return measured, journeys


def _handlers(made: Scene, folder: Path, river: Person) -> Iterator[Case]:
    """Yield minimal handlers; they read the same account from the database as ours."""
    event = made.event("POST", "/signout")
    for name in starts.HANDLERS:
        environment = {
            **made.of_lambda(),
            "TABLE": Settings(stage=_HERE).table_name("users"),
            "ACCOUNT": river.id,
            "USERNAME": river.username,
            "PASSWORD": PASSWORD,
            "HASH": passwords.hash_password(PASSWORD),
        }
        code = starts.handler(name, made.code, folder)
        setup = Setup(code, made.runtime, "app.app", environment, timeout_seconds=10)
        yield Case(name, setup, lambda: event)


def _unchanged(made: Scene, river: Person) -> Iterator[Case]:
    """Yield the requests that can be repeated."""
    accounts = made.setup("accounts", _HERE)
    body = {"username": river.username, "password": PASSWORD}
    out, page = made.event("POST", "/signout"), made.event("GET", "/signin")
    me = made.event("GET", "/me", cookie=river.cookie)
    signing_in = made.event("POST", "/signin", body)
    yield Case("sign out", made.setup("sign-out", _HERE), lambda: out)
    yield Case("page", made.setup("pages", _HERE), lambda: page)
    yield Case("me", accounts, lambda: me)
    yield Case("sign in", accounts, lambda: signing_in)


def _changing(made: Scene, river: Person) -> Iterator[Case]:
    """Yield saving and submitting, each of a registration that is as it must be for that."""
    setup = made.setup("registrations", _HERE)
    version = 0

    def saving() -> bytes:
        nonlocal version
        body: dict[str, Any] = {"form": {**FORM, "aptSuite": f"{version}"}}
        if version:
            body["version"] = version
        version += 1
        return made.event("PUT", _OWN, body, river.cookie, event_id=EVENT)

    with_another = Person(made, _HERE)
    with_another.sign_up()
    with_another.request("PUT", _OWN, {"form": FORM}, event_id=EVENT)
    cookie = with_another.cookie
    with_another.close()
    submit = made.event("POST", f"{_OWN}/submit", None, cookie, event_id=EVENT)
    withdraw = made.event("POST", f"{_OWN}/withdraw", None, cookie, event_id=EVENT)
    yield Case("save", setup, saving)
    yield Case("submit", setup, lambda: submit, meanwhile=lambda p: _ask(p, withdraw))


def _of_staff(made: Scene, ada: Person) -> Iterator[Case]:
    page = made.event("GET", _LIST, cookie=ada.cookie, query="?limit=25", event_id=EVENT)
    yield Case("staff page", made.setup("staff", _HERE), lambda: page)


def _ask(process: Process, event: bytes) -> None:
    process.invoke(event)


def _journey(made: Scene, how: str) -> float:
    """Return the least time of a few that a first visit takes where functions are cut like this."""
    shared, by_privilege, _ = _JOURNEY

    def setup_of(action: str) -> Setup:
        function = FUNCTION_BY_PACKAGE[_PACKAGES[action]]
        setup = made.setup(function, _HERE)
        if how == by_privilege:
            return setup
        if how == shared:
            variables = dict(setup.environment)
            del variables[f"{PREFIX}FUNCTION"]
            return Setup(**{**_fields(setup), "environment": variables})
        return starts.with_variables(setup, ACTION=action)

    return min(starts.journey(setup_of, _visit(made)) for _ in range(TIMES_JOURNEY))


_PACKAGES = {endpoint.view.__name__: endpoint.package for endpoint in all_endpoints()}


def _fields(setup: Setup) -> dict[str, Any]:
    return {name: getattr(setup, name) for name in setup.__dataclass_fields__}


def _visit(made: Scene) -> Mapping[str, Callable[[], bytes]]:
    """Return what an applicant asks on a first visit, in order."""
    with person(made, _HERE) as visitor:
        cookie = visitor.cookie
    newcomer = Person(made, _HERE).username
    body = {"username": newcomer, "password": PASSWORD}

    def event(method: str, resource: str, body: Any = None) -> Callable[[], bytes]:
        variables = {"event_id": EVENT} if "{" in resource else {}
        return lambda: made.event(method, resource, body, cookie, **variables)

    return {
        "sign_up": lambda: made.event("POST", "/signup", body),
        "show_me": event("GET", "/me"),
        "list_events": event("GET", "/events"),
        "save_registration": event("PUT", _OWN, {"form": FORM}),
        "submit_registration": event("POST", f"{_OWN}/submit"),
        "list_registrations": event("GET", "/registrations"),
        "sign_out": event("POST", "/signout"),
    }


def _costs(
    asked: Mapping[str, units.Asked], measured: Mapping[str, Measured]
) -> Iterator[tuple[str, prices.Cost]]:
    """Yield what a request of each action costs; one that was not timed costs as a save does."""
    for name, one in asked.items():
        timed = measured.get(name, measured["save"])
        cold = measured["sign out"] if name == "sign out" else measured["sign in"]
        yield name, prices.request(one, timed.warm_median, cold.cold_median)
