"""The choices in a registration form, and their English labels."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from chalicelib.events.event import MinimumAge

# Labels that can't be derived from the value.
_LABELS = {
    "SheHer": "She/her",
    "HeHim": "He/him",
    "TheyThem": "They/them",
    "UnderSixteen": "Under 16",
    "SixteenToSeventeen": "16 or 17",
    "EighteenToTwenty": "18 to 20",
    "TwentyonePlus": "21 or older",
    "SixteenPlus": "16 or older",
    "EighteenPlus": "18 or older",
    "HispanicLatino": "Hispanic or Latino",
    "NativeIndigenous": "Native or Indigenous",
    "gamesRides": "Games and rides",
    "cleaningCustodial": "Cleaning and custodial",
    "foodBeverageService": "Food and beverage service",
    "moneyCashier": "Money and cashier",
}
_WORD_BOUNDARY = re.compile("(?<=[a-z])(?=[A-Z])")


class Age(StrEnum):
    """How old an applicant will be on the event's first day.

    The last two answer the question of earlier versions, "How old are you?", whose answers
    overlapped. A form that has one keeps it until its applicant chooses another.
    """

    UNDER_SIXTEEN = "UnderSixteen"
    SIXTEEN_TO_SEVENTEEN = "SixteenToSeventeen"
    EIGHTEEN_TO_TWENTY = "EighteenToTwenty"
    TWENTYONE_OR_OLDER = "TwentyonePlus"
    LEGACY_SIXTEEN_OR_OLDER = "SixteenPlus"
    LEGACY_EIGHTEEN_OR_OLDER = "EighteenPlus"

    def reaches(self, minimum: MinimumAge) -> bool:
        """Return whether an applicant of this age is certainly old enough."""
        return _YEARS[self] >= minimum.years


# The age in years that each answer says for certain.
_YEARS = dict(zip(Age, (0, 16, 18, 21, 16, 18), strict=True))
LEGACY_AGES = frozenset({Age.LEGACY_SIXTEEN_OR_OLDER, Age.LEGACY_EIGHTEEN_OR_OLDER})
# The answer of earlier versions that is true of a new one: what those can read.
LEGACY_AGE_FOR = {
    Age.SIXTEEN_TO_SEVENTEEN: Age.LEGACY_SIXTEEN_OR_OLDER,
    Age.EIGHTEEN_TO_TWENTY: Age.LEGACY_EIGHTEEN_OR_OLDER,
}


class Pronoun(StrEnum):
    """Pronouns."""

    SHE_HER = "SheHer"
    HE_HIM = "HeHim"
    THEY_THEM = "TheyThem"
    OTHER = "Other"


class Ethnicity(StrEnum):
    """Race or ethnicity, voluntary. Only counted; never shown to staff."""

    ASIAN = "Asian"
    BLACK = "Black"
    HISPANIC_LATINO = "HispanicLatino"
    NATIVE_INDIGENOUS = "NativeIndigenous"
    WHITE = "White"
    NOT_SPECIFIED = "NotSpecified"


# USPS Publication 28, appendix B: states, territories, freely associated states, military.
State = Literal[
    "AL", "AK", "AS", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FM", "FL", "GA", "GU", "HI", "ID",
    "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MH", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE",
    "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "MP", "OH", "OK", "OR", "PW", "PA", "PR", "RI", "SC",
    "SD", "TN", "TX", "UT", "VT", "VI", "VA", "WA", "WV", "WI", "WY", "AA", "AE", "AP",
]  # fmt: skip
# What people call them, in English and in Spanish.
STATE_NAMES: Mapping[str, str] = {
    "AL": "Alabama", "AK": "Alaska", "AS": "American Samoa", "AZ": "Arizona", "AR": "Arkansas",
    "CA": "California", "CO": "Colorado", "CT": "Connecticut", "DE": "Delaware",
    "DC": "District of Columbia", "FM": "Federated States of Micronesia", "FL": "Florida",
    "GA": "Georgia", "GU": "Guam", "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana",
    "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine",
    "MH": "Marshall Islands", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan",
    "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska",
    "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York",
    "NC": "North Carolina", "ND": "North Dakota", "MP": "Northern Mariana Islands", "OH": "Ohio",
    "OK": "Oklahoma", "OR": "Oregon", "PW": "Palau", "PA": "Pennsylvania", "PR": "Puerto Rico",
    "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee",
    "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VI": "U.S. Virgin Islands", "VA": "Virginia",
    "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
    "AA": "Armed Forces Americas", "AE": "Armed Forces Europe", "AP": "Armed Forces Pacific",
}  # fmt: skip
Shift = Literal["morning", "day", "evening", "overnight"]
EventJob = Literal[
    "animals", "buildingMaintenance", "cleaning", "customerService", "officeWork", "supervisor"
]  # fmt: skip
VendorJob = Literal[
    "cooking", "foodPreparation", "foodSales", "standMaintenance", "retailSales", "gamesRides"
]  # fmt: skip
Skill = Literal[
    "cleaningCustodial", "dataEntry", "cooking", "customerService", "heavyEquipment",
    "foodBeverageService", "physicalLabor", "moneyCashier", "retailSales", "security",
]  # fmt: skip


def label(value: str) -> str:
    """Return the English label of a choice: "Data entry" for ``dataEntry``, "XL" for ``XL``."""
    if value in _LABELS:
        return _LABELS[value]
    if value.isupper():
        return value
    return _WORD_BOUNDARY.sub(" ", value).capitalize()
