"""The package on this machine: the zip as Lambda would run it, behind what plays API Gateway."""

import json
import os
import signal
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.platform.settings import PREFIX
from ops import package
from ops.package import Package
from tools import api_gateway, downloads, lambda_runtime, local, server

FOLDER = package.OUT / "rehearsal"
DATA = local.FOLDER / "rehearsal"
STAGE = "dev"
_READ_ONLY_FILE = 0o444
_READ_ONLY_FOLDER = 0o555


@dataclass(frozen=True)
class Rehearsal:
    """A package that is being served.

    Attributes:
        url: where, the gateway's stage included.
    """

    url: str
    _functions: Mapping[str, lambda_runtime.Function]

    def invoke(self, function: str, event: bytes) -> bytes:
        """Hand an event to a function, as a schedule does; return its answer, as JSON.

        Raises:
            NoAnswer: the function fails.
        """
        return self._functions[function].invoke(event)

    @property
    def processes(self) -> dict[str, list[int]]:
        """The numbers of the processes that run now, by the functions' names in the template.

        One that is killed costs the request it is busy with a 503; the next request finds a new
        one in its place.
        """
        return {name: function.processes for name, function in self._functions.items()}


@contextmanager
def running(
    packaged: Package,
    environment: Mapping[str, str],
    *,
    processes: int = 1,
    port: int = 0,
    log: Path | None = None,
) -> Iterator[Rehearsal]:
    """Serve a package on this machine.

    Args:
        packaged: made for this machine; its code may also be a folder.
        environment: what the functions find beside what the template gives them.
        processes: how many requests each function serves at once; others wait.
        port: 0 for any that is free.
        log: the file that the functions' output is appended to; None for this process's own.

    Raises:
        NoAnswer: a function does not start.
    """
    template = json.loads(packaged.template.read_text())
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        runtime = Path(temporary) / "runtime"
        lambda_runtime.bring(runtime)
        code = unpacked(packaged.code, Path(temporary) / "task")
        layer = unpacked(packaged.layer, Path(temporary) / "layer")
        started: dict[str, lambda_runtime.Function] = {}
        for name, declared in declared_functions(template).items():
            setup = lambda_runtime.Setup(
                code=code,
                layer=layer if "Layers" in declared else None,
                runtime=runtime,
                handler=declared["Handler"],
                environment={**plain_variables(declared), **environment},
                timeout_seconds=declared["Timeout"],
                log=log,
            )
            started[name] = lambda_runtime.Function(setup, processes)
            stack.callback(started[name].close)
        gateway = api_gateway.Gateway(template, lambda name, event: started[name].invoke(event))
        listening = api_gateway.Server(gateway, port)
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        try:
            url = f"http://127.0.0.1:{listening.server_port}/{gateway.stage}"
            yield Rehearsal(url, started)
        finally:
            listening.shutdown()
            thread.join()
            listening.server_close()


def declared_functions(template: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the properties of each function of a packaged template, by its name there."""
    resources = template["Resources"].items()
    functions = {name: r for name, r in resources if r["Type"] == "AWS::Serverless::Function"}
    return {name: resource["Properties"] for name, resource in functions.items()}


def plain_variables(function: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment of a function but for what refers to something deployed."""
    declared = function.get("Environment", {}).get("Variables", {})
    return {name: value for name, value in declared.items() if isinstance(value, str)}


def rehearse(port: int, processes: int) -> int:
    """Package the service for this machine and serve it until interrupted.

    Args:
        port: where to listen.
        processes: how many requests are served at once.

    Returns:
        The exit status.
    """
    if server.is_taken(port):
        print(f"Port {port} is taken. Choose: make rehearse PORT={port + 1}", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        packaged = package.build(STAGE, FOLDER, package.architecture_here())
        with local.aws(DATA):
            local.configure(f"http://localhost:{port}")
            password = local.prepare(DATA)
            with running(packaged, function_environment(), processes=processes, port=port):
                print(f"Serving {packaged.code} at http://localhost:{port}/api. Ctrl-C stops it.")
                print(f"SuperAdmin: {local.SUPER_ADMIN}, password: {password}", flush=True)
                threading.Event().wait()
    except (downloads.NotAvailable, package.PackageError, lambda_runtime.NoAnswer) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def function_environment() -> dict[str, str]:
    """Return the variables of this process that a function needs to use the same AWS."""
    wanted = ("AWS_", PREFIX)
    return {name: value for name, value in os.environ.items() if name.startswith(wanted)}


def unpacked(code: Path, folder: Path) -> Path:
    """Return the folder with a zip's content, unpacked if need be, and not to be written to."""
    if code.is_dir():
        return code.absolute()
    with zipfile.ZipFile(code) as packed:
        packed.extractall(folder)
    for path in folder.rglob("*"):
        path.chmod(_READ_ONLY_FOLDER if path.is_dir() else _READ_ONLY_FILE)
    folder.chmod(_READ_ONLY_FOLDER)
    return folder
