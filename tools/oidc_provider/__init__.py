"""The npm package oidc-provider, certified by the OpenID Foundation, with which the tests sign in.

Versions and hashes of all its packages are in ``package-lock.json``.
"""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tools import npm
from tools.downloads import NotAvailable

_FOLDER = Path(__file__).parent
_SERVER = _FOLDER / "server.mjs"
PACKAGES = npm.Packages("oidc-provider", _FOLDER, "make oidc-provider")
problem = PACKAGES.problem
fetch = PACKAGES.fetch


@contextlib.contextmanager
def serving(
    folder: Path, port: int, client_id: str, client_secret: str, redirect_uri: str
) -> Iterator[str]:
    """Serve a provider with one client until the end of the block; give its issuer.

    Args:
        folder: an empty folder for the server, beside which Node.js looks for its packages.
        port: a free port of this computer.
        client_id: the client's identifier.
        client_secret: its secret.
        redirect_uri: where its users come back.

    Raises:
        NotAvailable: it has not been fetched.
        RuntimeError: it ended before it served anything.
    """
    if problem_text := problem():
        raise NotAvailable(problem_text)
    shutil.copy(_SERVER, folder)
    (folder / "node_modules").symlink_to(PACKAGES.modules())
    command = ["node", _SERVER.name, str(port), client_id, client_secret, redirect_uri]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout
            issuer = process.stdout.readline().strip()
            if not issuer:
                raise RuntimeError("oidc-provider ended before it served anything")
            yield issuer
        finally:
            process.kill()
