"""The package on this machine: the zip as Lambda would run it, behind what plays API Gateway."""

import json
import os
import signal
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chalicelib.platform.settings import PREFIX
from ops import api_gateway, dynamodb_local, lambda_runtime, local, package, server
from ops.package import Package

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
    _function: lambda_runtime.Function

    @property
    def processes(self) -> list[int]:
        """The numbers of the function's processes that run now.

        One that is killed costs the request it is busy with a 503; the next request finds a new
        one in its place.
        """
        return self._function.processes


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
        environment: what the function finds beside what the template gives it.
        processes: how many requests it serves at once; others wait.
        port: 0 for any that is free.
        log: the file that the function's output is appended to; None for this process's own.

    Raises:
        NoAnswer: the function does not start.
    """
    template = json.loads(packaged.template.read_text())
    function = template["Resources"]["APIHandler"]["Properties"]
    # What refers to something deployed has no meaning here.
    declared = function.get("Environment", {}).get("Variables", {})
    plain = {name: value for name, value in declared.items() if isinstance(value, str)}
    with tempfile.TemporaryDirectory() as temporary:
        runtime = Path(temporary) / "runtime"
        lambda_runtime.bring(runtime)
        setup = lambda_runtime.Setup(
            code=_unpacked(packaged.code, Path(temporary) / "task"),
            runtime=runtime,
            handler=function["Handler"],
            environment={**plain, **environment},
            timeout_seconds=function["Timeout"],
            log=log,
        )
        lambda_function = lambda_runtime.Function(setup, processes)
        gateway = api_gateway.Gateway(template, lambda_function.invoke)
        listening = api_gateway.Server(gateway, port)
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        try:
            url = f"http://127.0.0.1:{listening.server_port}/{gateway.stage}"
            yield Rehearsal(url, lambda_function)
        finally:
            listening.shutdown()
            thread.join()
            listening.server_close()
            lambda_function.close()


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
                print(f"Serving {packaged.code} at http://localhost:{port}/api, until Ctrl-C.")
                print(f"SuperAdmin: {local.SUPER_ADMIN}, password: {password}", flush=True)
                threading.Event().wait()
    except (dynamodb_local.NotAvailable, package.PackageError, lambda_runtime.NoAnswer) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def function_environment() -> dict[str, str]:
    """Return what of this process's environment the function must find to use the same AWS."""
    wanted = ("AWS_", PREFIX)
    return {name: value for name, value in os.environ.items() if name.startswith(wanted)}


def _unpacked(code: Path, folder: Path) -> Path:
    """Return the folder with a package's code, unpacked if need be, and not to be written to."""
    if code.is_dir():
        return code.absolute()
    with zipfile.ZipFile(code) as packed:
        packed.extractall(folder)
    for path in folder.rglob("*"):
        path.chmod(_READ_ONLY_FOLDER if path.is_dir() else _READ_ONLY_FILE)
    folder.chmod(_READ_ONLY_FOLDER)
    return folder
