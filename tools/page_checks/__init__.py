"""Lighthouse and the Nu HTML checker, which judge pages.

Versions and hashes of all that comes along are in ``package-lock.json``. Lighthouse 12 is the last
one that runs on Node.js 20. The checker is a program for Java.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools import chromium, npm

PACKAGES = npm.Packages(
    "Lighthouse with the Nu HTML checker", Path(__file__).parent, "make page-checks"
)
_TRIES = 3


def problem() -> str | None:
    """Return why they cannot run here without a download; None if they can."""
    if not shutil.which("java"):
        return "The Nu HTML checker needs Java: install it."
    return PACKAGES.problem() or chromium.problem()


def markup_errors(folder: Path) -> list[str]:
    """Return the errors in a folder's HTML files: the file's name, and what is wrong in which line.

    Args:
        folder: has files that end in ``.html``.
    """
    checker = PACKAGES.modules() / "vnu-jar" / "build" / "dist" / "vnu.jar"
    command = ["java", "-jar", str(checker), "--format", "json", "--stdout", "--exit-zero-always"]
    files = sorted(str(file) for file in folder.glob("*.html"))
    result = subprocess.run([*command, *files], capture_output=True, text=True, check=True)
    return [
        f"{Path(found['url']).name}:{found.get('lastLine')}: {found['message']}"
        f" {found.get('extract', '')}"
        for found in json.loads(result.stdout)["messages"]
        if found["type"] == "error"
    ]


def lighthouse(url: str, cookie: str | None, *, is_phone: bool) -> dict[str, int]:
    """Return Lighthouse's score of a page in each category, from 0 to 100.

    Args:
        url: the page.
        cookie: the header ``Cookie`` of its reader; None for one who isn't signed in.
        is_phone: whether to judge it as on a slow phone, or else as on a computer.

    Raises:
        CalledProcessError: Chromium recorded no visit, three times.
    """
    for attempt in range(_TRIES):
        try:
            report = _run(url, cookie, is_phone=is_phone)
            break
        except subprocess.CalledProcessError:
            if attempt == _TRIES - 1:
                raise
    return {
        name: round(100 * (category["score"] or 0))
        for name, category in report["categories"].items()
    }


def _run(url: str, cookie: str | None, *, is_phone: bool) -> Mapping[str, Any]:
    program = PACKAGES.modules() / "lighthouse" / "cli" / "index.js"
    command = ["node", str(program), url, "--output=json", "--quiet", "--no-enable-error-reporting"]
    command.append("--chrome-flags=--headless --no-sandbox --disable-gpu")
    if not is_phone:
        command.append("--preset=desktop")
    if cookie:
        command.append(f"--extra-headers={json.dumps({'Cookie': cookie})}")
    here = os.environ | {"CHROME_PATH": str(shutil.which("chromium") or chromium.program())}
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=here)
    report: Mapping[str, Any] = json.loads(result.stdout)
    return report
