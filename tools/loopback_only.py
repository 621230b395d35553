"""Starts AWS's runtime client in a process that can reach nothing but this machine.

Runs beside packaged code, so it takes nothing but the standard library.
"""

import runpy
import sys
from typing import Any

_HERE = {None, "", "localhost", "127.0.0.1", "::1", b"localhost", b"127.0.0.1"}


def block_other_hosts(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook (PEP 578): refuse to look up or connect to any other machine.

    Raises:
        OSError: that is what is tried.
    """
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if host not in _HERE:
        sys.stderr.write(f"A rehearsal must not contact {host}.\n")
        raise OSError(f"A rehearsal must not contact {host}.")


if __name__ == "__main__":
    sys.addaudithook(block_other_hosts)
    runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)
