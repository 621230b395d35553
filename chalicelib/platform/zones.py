"""Time zones: names of the IANA database, and local times as text.

``zoneinfo`` is imported where it is used: most requests need no time zone.
"""

import re
from datetime import date, datetime, tzinfo

from chalicelib.platform.languages import N_, NP_, Language

# The areas of the IANA database in which people live. Names outside them (``EST``, ``Etc/GMT+5``,
# ``localtime``) don't name a place, and browsers don't know some of them. They know ``UTC``.
_AREAS = "Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific"
PATTERN = rf"(UTC|({_AREAS})(/[A-Za-z0-9_+-]+)+)"
LONGEST = 64
_HALF_A_DAY = 12  # hours
_MONTHS = (
    *(N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June")),
    *(N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December")),
)
# Translators: For a 24-hour clock, use {hour24}. Optional: {hour}, {half}, {hour24}.
_MOMENT = N_("{month} {day}, {year} at {hour}:{minute} {half} {zone}")
_DAY = N_("{month} {day}, {year}")
_HALVES = (NP_("time of day", "AM"), NP_("time of day", "PM"))


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
    from chalicelib.platform.translations import translate  # few responses contain times

    local = moment.astimezone(zone(name))
    half, hour = divmod(local.hour, _HALF_A_DAY)
    return translate(
        _MOMENT,
        language,
        month=translate(_MONTHS[local.month - 1], language),
        day=local.day,
        year=local.year,
        hour=hour or _HALF_A_DAY,
        hour24=local.hour,
        minute=f"{local.minute:02}",
        half=translate(_HALVES[half], language),
        zone=abbreviation(local),
    )


def day_in_words(day: date, language: Language) -> str:
    """Format a date, which is the same day in every time zone: ``August 14, 2027``."""
    from chalicelib.platform.translations import translate

    month = translate(_MONTHS[day.month - 1], language)
    return translate(_DAY, language, month=month, day=day.day, year=day.year)


def abbreviation(local: datetime) -> str:
    """Return the abbreviation of a time's zone: ``CDT``, or ``UTC-03:00`` if it has none.

    Args:
        local: a datetime in its zone.
    """
    name, offset = local.tzname() or "", f"{local:%z}"
    # For zones without an abbreviation, the database has the offset: "-03".
    return name if name.isalpha() else f"UTC{offset[:3]}:{offset[3:5]}"
