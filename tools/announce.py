"""Says what ``make test`` is about to install, and how long that and the tests take.

It's printed before anything is installed, so this uses the standard library only.
"""

from pathlib import Path

from tools import chromium, dynamodb_local, install, libreoffice, oidc_provider, typescript

# What the tests need besides packages: how to tell whether it's here, and what it takes.
TOOLS = (
    (dynamodb_local.problem, "DynamoDB Local, with npm, 60 MB"),
    (typescript.problem, "TypeScript, with npm, 45 MB"),
    (oidc_provider.problem, "oidc-provider, with npm, 4 MB"),
    (libreoffice.problem, "LibreOffice Calc, with apt as root, 90 MB"),
    (chromium.lacks_shell, "Chromium's shell, with apt as root, 110 MB"),
)
# The set of packages that the tests need, and a program that has an environment of its own.
PACKAGES = "dev"
CHECKOV = "checkov, with pip, 290 MB"
MINUTES = 8


def announcement(venv: Path) -> str:
    """Return the programs that will be installed, and the duration of the tests.

    Args:
        venv: the folder of the environment that the tests run in.
    """
    missing = [description for problem, description in TOOLS if problem()]
    if not install.is_installed(venv, PACKAGES):
        packages = f"{install.count(PACKAGES)} Python packages into {venv}"
        missing.insert(0, f"{packages}, {install.SECONDS[PACKAGES]} seconds with pip")
    if not Path(f"{venv}-checkov", "installed").exists():
        missing.append(CHECKOV)
    lines = (
        ["To be installed first, once:", *(f"  {requirement}" for requirement in missing)]
        if missing
        else []
    )
    return "\n".join([*lines, f"The tests take about {MINUTES} minutes on two cores."])
