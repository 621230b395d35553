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
_LOCAL_STAGE = "bench-starts"
_OWN_REGISTRATION = "/registrations/{event_id}"
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
        with data() as kept, scene(here, folder, kept) as running_scene:
            usage = units.measure(running_scene)
            measured, journeys = _starts(running_scene, folder / "handlers", peers=peers)
    costs = dict(_costs(usage[units.SIZES[-1]], measured))
    size = deployed.code.stat().st_size
    results = report.Results(size, measured, journeys, usage, costs)
    report.write(results)
    for goal in report.goals(results):
        print(f"{goal.says}: {goal.value:.2f}{goal.unit}, at most {goal.most:g}{goal.unit}")
    print(f"Written: {report.DOCUMENT}, {report.PLOT}")
    return 0 if all(goal.holds for goal in report.goals(results)) else 1


def _starts(
    running_scene: Scene, folder: Path, *, peers: bool
) -> tuple[dict[str, Measured], dict[str, float]]:
    client = running_scene.make_stage(_LOCAL_STAGE)
    create_event(running_scene, _LOCAL_STAGE, client)
    warm_up(_LOCAL_STAGE, client)
    with (
        person(running_scene, _LOCAL_STAGE) as applicant,
        person(running_scene, _LOCAL_STAGE) as admin,
    ):
        admin.become(client, "Admin")
        compared = [
            *_handlers(running_scene, folder, applicant),
            *_unchanged(running_scene, applicant),
        ]
        if peers:
            compared += peer_cases.cases(running_scene, client, folder / "peers")
        measured = starts.cold(compared, TIMES_COLD)
        more = [*_changing(running_scene, applicant), *_of_staff(running_scene, admin)]
        measured |= {case.name: Measured() for case in more}
        starts.warm([*compared, *more], TIMES_WARM, measured)
        journeys = {how: _journey(running_scene, how) for how in _JOURNEY}
    return measured, journeys


def _handlers(running_scene: Scene, folder: Path, applicant: Person) -> Iterator[Case]:
    """Yield minimal handlers; they read the same account from the database as ours."""
    event = running_scene.event("POST", "/signout")
    for name in starts.HANDLERS:
        environment = {
            **running_scene.of_lambda(),
            "TABLE": Settings(stage=_LOCAL_STAGE).table_name("users"),
            "ACCOUNT": applicant.id,
            "USERNAME": applicant.username,
            "PASSWORD": PASSWORD,
            "HASH": passwords.hash_password(PASSWORD),
        }
        code = starts.handler(name, running_scene.code, folder)
        setup = Setup(code, running_scene.runtime, "app.app", environment, timeout_seconds=10)
        yield Case(name, setup, lambda: event)


def _unchanged(running_scene: Scene, applicant: Person) -> Iterator[Case]:
    """Yield the requests that can be repeated."""
    accounts = running_scene.setup("accounts", _LOCAL_STAGE)
    body = {"username": applicant.username, "password": PASSWORD}
    out, page = running_scene.event("POST", "/signout"), running_scene.event("GET", "/signin")
    me = running_scene.event("GET", "/me", cookie=applicant.cookie)
    signing_in = running_scene.event("POST", "/signin", body)
    yield Case("sign out", running_scene.setup("sign-out", _LOCAL_STAGE), lambda: out)
    yield Case("page", running_scene.setup("pages", _LOCAL_STAGE), lambda: page)
    yield Case("me", accounts, lambda: me)
    yield Case("sign in", accounts, lambda: signing_in)


def _changing(running_scene: Scene, applicant: Person) -> Iterator[Case]:
    """Yield saving and submitting, each of a registration that is as it must be for that."""
    setup = running_scene.setup("registrations", _LOCAL_STAGE)
    version = 0

    def saving() -> bytes:
        nonlocal version
        body: dict[str, Any] = {"form": {**FORM, "aptSuite": f"{version}"}}
        if version:
            body["version"] = version
        version += 1
        return running_scene.event("PUT", _OWN_REGISTRATION, body, applicant.cookie, event_id=EVENT)

    with_another = Person(running_scene, _LOCAL_STAGE)
    with_another.sign_up()
    with_another.request("PUT", _OWN_REGISTRATION, {"form": FORM}, event_id=EVENT)
    cookie = with_another.cookie
    with_another.close()
    submit = running_scene.event(
        "POST", f"{_OWN_REGISTRATION}/submit", None, cookie, event_id=EVENT
    )
    withdraw = running_scene.event(
        "POST", f"{_OWN_REGISTRATION}/withdraw", None, cookie, event_id=EVENT
    )
    yield Case("save", setup, saving)
    yield Case("submit", setup, lambda: submit, meanwhile=lambda p: _send(p, withdraw))


def _of_staff(running_scene: Scene, admin: Person) -> Iterator[Case]:
    page = running_scene.event("GET", _LIST, cookie=admin.cookie, query="?limit=25", event_id=EVENT)
    yield Case("staff page", running_scene.setup("staff", _LOCAL_STAGE), lambda: page)


def _send(process: Process, event: bytes) -> None:
    process.invoke(event)


def _journey(running_scene: Scene, how: str) -> float:
    """Return the least time of a few that a first visit takes where functions are cut like this."""
    shared, by_privilege, _ = _JOURNEY

    def setup_of(action: str) -> Setup:
        function = FUNCTION_BY_PACKAGE[_PACKAGES[action]]
        setup = running_scene.setup(function, _LOCAL_STAGE)
        if how == by_privilege:
            return setup
        if how == shared:
            variables = dict(setup.environment)
            del variables[f"{PREFIX}FUNCTION"]
            return Setup(**{**_fields(setup), "environment": variables})
        return starts.with_variables(setup, ACTION=action)

    return min(starts.journey(setup_of, _visit(running_scene)) for _ in range(TIMES_JOURNEY))


_PACKAGES = {endpoint.view.__name__: endpoint.package for endpoint in all_endpoints()}


def _fields(setup: Setup) -> dict[str, Any]:
    return {name: getattr(setup, name) for name in setup.__dataclass_fields__}


def _visit(running_scene: Scene) -> Mapping[str, Callable[[], bytes]]:
    """Return what an applicant asks on a first visit, in order."""
    with person(running_scene, _LOCAL_STAGE) as visitor:
        cookie = visitor.cookie
    new_username = Person(running_scene, _LOCAL_STAGE).username
    body = {"username": new_username, "password": PASSWORD}

    def event(method: str, resource: str, body: Any = None) -> Callable[[], bytes]:
        variables = {"event_id": EVENT} if "{" in resource else {}
        return lambda: running_scene.event(method, resource, body, cookie, **variables)

    return {
        "sign_up": lambda: running_scene.event("POST", "/signup", body),
        "show_me": event("GET", "/me"),
        "list_events": event("GET", "/events"),
        "save_registration": event("PUT", _OWN_REGISTRATION, {"form": FORM}),
        "submit_registration": event("POST", f"{_OWN_REGISTRATION}/submit"),
        "list_registrations": event("GET", "/registrations"),
        "sign_out": event("POST", "/signout"),
    }


def _costs(
    asked: Mapping[str, units.Usage], measured: Mapping[str, Measured]
) -> Iterator[tuple[str, prices.Cost]]:
    """Yield what a request of each action costs; one that was not timed costs as a save does."""
    for name, usage in asked.items():
        timed = measured.get(name, measured["save"])
        cold = measured["sign out"] if name == "sign out" else measured["sign in"]
        yield name, prices.request(usage, timed.warm_median, cold.cold_median)
