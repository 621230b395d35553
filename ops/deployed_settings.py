"""Compares the settings of a deployed template with those of the template that replaces it.

Settings come from the shell that deploys. A setting that is missing there gets its default back,
which a change set doesn't show: it names the functions that change, but not the variables.
"""

import json
from collections.abc import Mapping

from chalicelib.platform.settings import PREFIX
from ops.functions import CHALICES, logical_name

_DOMAIN = "DomainName"


def changes(deployed: str, wanted: str) -> list[str]:
    """Return a line for each setting that a deployment changes.

    Args:
        deployed: the template of the stage as it is, as JSON.
        wanted: the template to deploy, as JSON.
    """
    before, after = _settings(deployed), _settings(wanted)
    names = sorted(name for name in before | after if before.get(name) != after.get(name))
    return [
        f"Setting {name}: {_display(before, name)} -> {_display(after, name)}" for name in names
    ]


def domain_warnings(deployed: Mapping[str, str], given: Mapping[str, str]) -> list[str]:
    """Return the warning that passkeys end with the domain, if a deployment changes it.

    Args:
        deployed: the parameters of the stage as it is.
        given: the parameters that the deployment sets.
    """
    domain = deployed.get(_DOMAIN)
    if not domain or given.get(_DOMAIN, domain) == domain:
        return []
    return [f"All passkeys stop working: they belong to {domain}."]


def _settings(template: str) -> dict[str, str]:
    """Return the settings of a template, without those that come from its parameters."""
    resource = json.loads(template).get("Resources", {}).get(logical_name(CHALICES), {})
    variables = resource.get("Properties", {}).get("Environment", {}).get("Variables", {})
    return {
        name: value
        for name, value in variables.items()
        if name.startswith(PREFIX) and isinstance(value, str)
    }


def _display(settings: dict[str, str], name: str) -> str:
    return repr(settings[name]) if name in settings else "not set (default)"
