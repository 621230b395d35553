"""ministack, an AWS emulator: CloudFormation, API Gateway, Lambda, DynamoDB and more, on loopback.

With ``AUTH=true`` it checks every call against the caller's policies: each Lambda function calls
under its own role, and every item of a transaction is checked by itself.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.http.servers import free_port

# It has a virtual environment of its own, since its requirements contradict ours.
PROGRAM = Path(sys.prefix) / "emulator" / "bin" / "ministack"
REGION = "us-east-1"
ACCOUNT = "000000000000"
OPERATOR = {
    "AWS_ACCESS_KEY_ID": "operator",
    "AWS_SECRET_ACCESS_KEY": "nothing-real",
    "AWS_DEFAULT_REGION": REGION,
}
_START_SECONDS = 60


@dataclass(frozen=True)
class Emulator:
    """A running emulator.

    Attributes:
        url: its address, for every AWS service.
        log: the file that it logs to.
    """

    url: str
    log: Path


@contextmanager
def running(folder: Path) -> Iterator[Emulator]:
    """Run an empty emulator until the end of the block.

    Args:
        folder: where it keeps its files.
    """
    port, log = free_port(), folder / "emulator.log"
    environment = {
        "PATH": f"{PROGRAM.parent}{os.pathsep}{os.defpath}",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "AUTH": "true",
        # Otherwise it listens for IoT devices on every interface.
        "IOT_MTLS_ENABLED": "0",
        "MINISTACK_REGION": REGION,
        **OPERATOR,
    }
    with log.open("w") as log_file:
        process = subprocess.Popen(
            [PROGRAM], env=environment, cwd=folder, stdout=log_file, stderr=subprocess.STDOUT
        )
    try:
        emulator = Emulator(f"http://127.0.0.1:{port}", log)
        _wait_until_ready(emulator, process)
        yield emulator
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_ready(emulator: Emulator, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, emulator.log.read_text()
        try:
            if requests.get(f"{emulator.url}/_ministack/health", timeout=5).ok:
                return
        except requests.ConnectionError:
            # The only way to learn that it listens is to connect: look again in a moment.
            process_is_starting = 0.1
            time.sleep(process_is_starting)
    raise AssertionError(emulator.log.read_text())
