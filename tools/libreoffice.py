"""LibreOffice Calc, which the tests have open the spreadsheets: installed once, with apt."""

import shutil
import subprocess
from pathlib import Path

from tools import debian
from tools.downloads import NotAvailable

# Calc without a graphical interface: 58 packages, 90 MB, if no other part of LibreOffice is there.
PACKAGE = "libreoffice-calc-nogui"
# The filter's options, wiki.documentfoundation.org/Documentation/DevGuide/Spreadsheet_Documents:
# separator, quotation mark, UTF-8, first line, columns as they are, locale, quoted cells are not
# always text, and numbers, dates and truth values are recognised as when they are typed.
_OPTIONS = "CSV:{separator},34,76,1,,{locale},false,true"
_AMERICAN_ENGLISH = 1033
_PATIENCE_SECONDS = 120


def problem() -> str | None:
    """Return why it cannot run here; None if it can."""
    if not shutil.which("soffice"):
        return f"LibreOffice is missing: install {PACKAGE}, or LibreOffice in any other way."
    return None


def install() -> None:
    """Install it unless it is here.

    Raises:
        NotAvailable: it cannot be installed.
    """
    debian.install(PACKAGE, problem())


def opened(csv: Path, folder: Path, *, separator: str = ",") -> Path:
    """Open a CSV file as a user in the United States would, and save it as flat OpenDocument.

    Args:
        csv: the file.
        folder: where to save it, and keep LibreOffice's own things.
        separator: what separates cells.

    Raises:
        NotAvailable: LibreOffice is missing, or does not do it.
    """
    if problem_text := problem():
        raise NotAvailable(problem_text)
    options = _OPTIONS.format(separator=ord(separator), locale=_AMERICAN_ENGLISH)
    profile = f"-env:UserInstallation={(folder / 'profile').absolute().as_uri()}"
    convert = ["--headless", "--convert-to", "fods", "--infilter=" + options, "--outdir"]
    result = subprocess.run(
        ["soffice", profile, *convert, str(folder), str(csv)],
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE_SECONDS,
    )
    saved = folder / f"{csv.stem}.fods"
    if not saved.exists():
        raise NotAvailable(f"LibreOffice does not open {csv}: {result.stderr.strip()[-500:]}")
    return saved
