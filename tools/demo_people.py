"""The people of the demo season: invented, varied, and the same every time."""

from random import Random
from typing import Any, get_args

from chalicelib.events.event import MinimumAge
from chalicelib.registrations import enums
from tools.fixtures import FORM

FIRST_NAMES = (
    *("River", "Ana", "Minh", "Sky", "Amina", "Joe", "Pa", "Rosa", "Tom", "Lea", "Omar", "Grace"),
    *("José", "Mai", "Fatuma", "Erik", "Lucía", "Dwayne", "Ingrid", "Kofi", "Marisol", "Patrick"),
    *("Hodan", "Sofía", "Andre", "Yer", "Nora", "Tomás", "Aaliyah"),
)
LAST_NAMES = (
    *("Okafor", "Gutiérrez", "Trần", "Lindqvist", "Hassan", "Kowalski", "Vang", "Delgado"),
    *("Fairbanks", "Olson", "Whitefeather", "García López", "Quinn", "Nguyễn", "Johnson", "Xiong"),
    *("Muñoz", "Abdi", "Washington", "de la Cruz", "Schmidt", "Yang", "Peterson", "Baker-Ramos"),
)
STREETS = ("Snelling Avenue", "Como Avenue", "Larpenteur Avenue West", "Rice Street", "Lake Street")
TOWNS = (
    ("St. Paul", "55108"),
    ("Minneapolis", "55407"),
    ("Roseville", "55113"),
    ("Shakopee", "55379"),
)
NOTES = (
    "Grew up with horses. Comes by on Tuesday.",
    "Asked for the same stand as last year.",
    "Can start a week early.",
    "Prefiere que la llamen por la tarde.",
    "Has a class until 2 p.m. on weekdays.",
    "Reference from the dairy barn is very good.",
    "Needs a W-4 in Spanish.",
)

# Old enough for every event of the season.
_AGES = [
    age for age in enums.Age if age not in enums.LEGACY_AGES and age.reaches(MinimumAge.SIXTEEN)
]


def username(number: int) -> str:
    """Return the username of an applicant: no two have the same."""
    return f"applicant{number:03}"


def name(number: int) -> dict[str, str]:
    """Return the first and last name of an applicant. Some share both, as people do."""
    return {
        "firstName": FIRST_NAMES[number % len(FIRST_NAMES)],
        "lastName": LAST_NAMES[number * 7 % len(LAST_NAMES)],
    }


def form(number: int, rng: Random) -> dict[str, Any]:
    """Return a form that can be submitted, different for each applicant.

    Args:
        number: whose it is.
        rng: what decides.
    """
    city, zip_code = rng.choice(TOWNS)
    varied = {
        **name(number),
        "age": rng.choice(_AGES),
        "pronoun": rng.choice(list(enums.Pronoun)),
        "phone1": f"+1952445{1000 + number}",
        "streetAddress": f"{rng.randrange(100, 2400)} {rng.choice(STREETS)}",
        "city": city,
        "zipCode": zip_code,
        "workAll": rng.random() < 0.6,
        "shifts": _sample(enums.Shift, rng),
        "eventJobs": _sample(enums.EventJob, rng),
        "skills": _sample(enums.Skill, rng),
        "prevExp": rng.random() < 0.4,
    }
    # The fixture has every field that is needed: one that it no longer has isn't sent either.
    optional = {
        "ethnicity": rng.choice(list(enums.Ethnicity)),
        "preEvent": rng.random() < 0.3,
        "postEvent": rng.random() < 0.3,
    }
    return FORM | {key: value for key, value in varied.items() if key in FORM} | optional


def _sample(kind: Any, rng: Random) -> list[str]:
    """Return one to three of a kind of choices, in the order in which they are offered."""
    offered: tuple[str, ...] = get_args(kind)
    chosen = rng.sample(offered, rng.randint(1, 3))
    return sorted(chosen, key=offered.index)
