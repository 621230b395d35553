"""What may be chosen in a registration form, and what people call it."""

import re
from enum import StrEnum
from typing import Literal

# What to call a choice whose name cannot just be taken apart.
_CALLED = {
    "SheHer": "She/her",
    "HeHim": "He/him",
    "TheyThem": "They/them",
    "TwentyonePlus": "Twenty-one plus",
    "HispanicLatino": "Hispanic or Latino",
    "NativeIndigenous": "Native or Indigenous",
    "gamesRides": "Games and rides",
    "cleaningCustodial": "Cleaning and custodial",
    "foodBeverageService": "Food and beverage service",
    "moneyCashier": "Money and cashier",
}
_JOINT = re.compile("(?<=[a-z])(?=[A-Z])")


class Pronoun(StrEnum):
    """How somebody wants to be spoken of."""

    SHE_HER = "SheHer"
    HE_HIM = "HeHim"
    THEY_THEM = "TheyThem"
    OTHER = "Other"


class Ethnicity(StrEnum):
    """What somebody says of their origin, if they want to. Counted, and shown to nobody else."""

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


def in_words(choice: str) -> str:
    """Return what people call a choice: ``UnderSixteen`` is "Under sixteen"."""
    if choice in _CALLED:
        return _CALLED[choice]
    return _JOINT.sub(" ", choice).capitalize()
