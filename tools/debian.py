"""Programs that the tests use and Debian has: installed once, with apt, where that may be done."""

import os
import shutil
import subprocess

from tools.downloads import NotAvailable


def install(package: str, lacking: str | None) -> None:
    """Install a package unless its program is already installed.

    Args:
        package: its name.
        lacking: what is said where it is missing; None where it is not.

    Raises:
        NotAvailable: the system is not Debian, the user is not root, or apt fails.
    """
    if lacking is None:
        return
    if not shutil.which("apt-get") or os.geteuid():
        raise NotAvailable(lacking)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    installing = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    # A new machine has no lists of packages, or old ones.
    for command in (installing, ["apt-get", "update", "-qq"], installing):
        result = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False
        )
        if command is installing and result.returncode == 0:
            return
    raise NotAvailable(f"{lacking} apt-get says: {result.stderr.strip()[-500:]}")
