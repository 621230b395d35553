"""The page of components, which documents the design of the pages. It isn't deployed.

It's rendered from the macros and the style sheets of the pages, so that it can't differ from them.
"""

import base64
import re
from pathlib import Path

from chalicelib.platform.languages import Language
from chalicelib.registrations.workflow import Status
from web import assets, pages

# What fits on a phone, and what fits on a laptop at the office.
DENSITIES = ("comfortable", "compact")
_STYLE_SHEETS = ("applicant", "staff", "summary")
_COLOR = re.compile(r"--([a-z-]+):\s*#")
_PLACEHOLDER = re.compile(r"\{\{\w+\}\}")


def render(density: str) -> str:
    """Return the page in one of the densities, as HTML that needs no other file."""
    icon = base64.b64encode(assets.current("icons")["icon"].encode()).decode()
    html = (
        pages.environment(Language.ENGLISH)
        .get_template("components.html")
        .render(
            density=density,
            style_sheets=_STYLE_SHEETS,
            colors=colors(),
            statuses=[status.value for status in Status],
            icon=f"data:image/svg+xml;base64,{icon}",
        )
    )
    # What the service fills in, such as the shortest password.
    return _PLACEHOLDER.sub("15", html)


def colors() -> list[str]:
    """Return the names of the colors that the style sheet declares."""
    return list(dict.fromkeys(_COLOR.findall(assets.sources("styles")["style"])))


def write(folder: Path) -> list[Path]:
    """Write the page in both densities into a folder; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{density}.html" for density in DENSITIES]
    for file in files:
        file.write_text(render(file.stem), encoding="utf-8")
    return files
