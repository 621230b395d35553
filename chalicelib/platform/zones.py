"""Time zones: names of the IANA database, and local times as text.

``zoneinfo`` is imported where it is used: most requests need no time zone.
"""

import re
from datetime import datetime, tzinfo

from chalicelib.platform.languages import Language

# The areas of the IANA database in which people live. Names outside them (``EST``, ``Etc/GMT+5``,
# ``localtime``) don't name a place, and browsers don't know some of them. They know ``UTC``.
_AREAS = "Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific"
PATTERN = rf"(UTC|({_AREAS})(/[A-Za-z0-9_+-]+)+)"
LONGEST = 64
_HALF_A_DAY = 12  # hours
_HALVES = {Language.ENGLISH: ("AM", "PM"), Language.SPANISH: ("a. m.", "p. m.")}
_MONTHS = {
    Language.ENGLISH: (
        *("January", "February", "March", "April", "May", "June", "July", "August"),
        *("September", "October", "November", "December"),
    ),
    Language.SPANISH: (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto"),
        *("septiembre", "octubre", "noviembre", "diciembre"),
    ),
}


def is_zone(name: str) -> bool:
    """Return whether a name is a time zone of the IANA database, such as ``America/Chicago``."""
    if len(name) > LONGEST or not re.fullmatch(PATTERN, name):
        return False
    try:
        zone(name)
    except (ValueError, OSError, KeyError):  # zoneinfo's errors for unknown names and folders
        return False
    return True


def zone(name: str) -> tzinfo:
    """Return the rules of a time zone.

    Raises:
        KeyError, OSError, ValueError: the time zone does not exist.
    """
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def in_words(moment: datetime, name: str, language: Language) -> str:
    """Format a time in a time zone, for an email.

    Args:
        moment: an aware datetime.
        name: the time zone's name.
        language: the reader's language.

    Returns:
        For example ``August 14, 2027 at 11:59 PM CDT``.
    """
    local = moment.astimezone(zone(name))
    month = _MONTHS[language][local.month - 1]
    half, hour = divmod(local.hour, _HALF_A_DAY)
    if language is Language.SPANISH:
        date = f"{local.day} de {month} de {local.year}, "
    else:
        date = f"{month} {local.day}, {local.year} at "
    time = f"{hour or _HALF_A_DAY}:{local.minute:02} {_HALVES[language][half]}"
    return f"{date}{time} {abbreviation(local)}"


def abbreviation(local: datetime) -> str:
    """Return the abbreviation of a time's zone: ``CDT``, or ``UTC-03:00`` if it has none.

    Args:
        local: a datetime in its zone.
    """
    name, offset = local.tzname() or "", f"{local:%z}"
    # For zones without an abbreviation, the database has the offset: "-03".
    return name if name.isalpha() else f"UTC{offset[:3]}:{offset[3:5]}"
