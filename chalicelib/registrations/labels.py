"""Labels of the form's fields and choices."""

from collections.abc import Mapping

from chalicelib.platform.languages import N_, NP_, Language
from chalicelib.platform.translations import translate
from chalicelib.registrations.emails import STATUSES
from chalicelib.registrations.enums import STATE_NAMES

FIELDS: Mapping[str, str] = {
    "firstName": N_("First name"),
    "middleName": N_("Middle name"),
    "noMiddleName": N_("I don’t have a middle name"),
    "lastName": N_("Last name"),
    "preferredName": N_("Preferred name"),
    "pronoun": N_("Pronouns"),
    "age": N_("How old will you be on the event’s first day?"),
    "ethnicity": N_("Race or ethnicity"),
    "phone1": N_("Phone number"),
    "phone2": N_("Second phone number"),
    "email": N_("Email address"),
    "streetAddress": N_("Street address"),
    "aptSuite": N_("Apartment, suite or unit"),
    "city": N_("City"),
    "state": NP_("address", "State"),
    "zipCode": N_("ZIP code"),
    "workAll": N_("Can you work every day of the event?"),
    "shifts": N_("Which shifts can you work?"),
    "preEvent": N_("Can you work before the event starts?"),
    "postEvent": N_("Can you work after the event ends?"),
    "eventJobs": N_("Jobs with the event"),
    "vendorJobs": N_("Jobs with a vendor"),
    "prevExp": N_("Have you had a job before?"),
    "prevEventExp": N_("Have you worked at this event before?"),
    "prevVendorExp": N_("Have you worked for a vendor at this event before?"),
    "skills": N_("What are you good at?"),
    "regAck": N_("I certify that my answers are true and complete."),
}
# The spreadsheet has other labels in English, which programs read.
CHOICES: Mapping[str, str] = {
    "true": NP_("answer", "Yes"),
    "false": NP_("answer", "No"),
    "SheHer": NP_("pronoun", "She/her"),
    "HeHim": NP_("pronoun", "He/him"),
    "TheyThem": NP_("pronoun", "They/them"),
    "Other": NP_("pronoun", "Something else"),
    "UnderSixteen": NP_("age", "Under 16"),
    "SixteenToSeventeen": NP_("age", "16 or 17"),
    "EighteenToTwenty": NP_("age", "18 to 20"),
    "TwentyonePlus": NP_("age", "21 or older"),
    "SixteenPlus": NP_("age", "16 or older"),
    "EighteenPlus": NP_("age", "18 or older"),
    "Asian": NP_("race or ethnicity", "Asian"),
    "Black": NP_("race or ethnicity", "Black or African American"),
    "HispanicLatino": NP_("race or ethnicity", "Hispanic or Latino"),
    "NativeIndigenous": NP_("race or ethnicity", "American Indian, Alaska Native or Indigenous"),
    "White": NP_("race or ethnicity", "White"),
    "NotSpecified": NP_("race or ethnicity", "Prefer not to say"),
    "morning": NP_("shift", "Morning"),
    "day": NP_("shift", "Midday"),
    "evening": NP_("shift", "Evening"),
    "overnight": NP_("shift", "Overnight"),
    "animals": NP_("job", "Animal care"),
    "buildingMaintenance": NP_("job", "Building maintenance"),
    "cleaning": NP_("job", "Cleaning"),
    "customerService": NP_("job", "Customer service"),
    "officeWork": NP_("job", "Office work"),
    "supervisor": NP_("job", "Supervisor"),
    "cooking": NP_("job", "Cooking"),
    "foodPreparation": NP_("job", "Food preparation"),
    "foodSales": NP_("job", "Food sales"),
    "standMaintenance": NP_("job", "Stand setup and maintenance"),
    "retailSales": NP_("job", "Retail sales"),
    "gamesRides": NP_("job", "Games and rides"),
    "cleaningCustodial": NP_("skill", "Cleaning or custodial work"),
    "dataEntry": NP_("skill", "Data entry"),
    "heavyEquipment": NP_("skill", "Operating heavy equipment"),
    "foodBeverageService": NP_("skill", "Food or beverage service"),
    "physicalLabor": NP_("skill", "Physical labor"),
    "moneyCashier": NP_("skill", "Cashier or cash handling"),
    "security": NP_("skill", "Security"),
}


def field_label(name: str, language: Language) -> str:
    """Return the label of a field of the form."""
    return translate(FIELDS[name], language)


def labels(language: Language) -> Mapping[str, str]:
    """Return the label of each choice of the form, each status, each state, yes, and no."""
    statuses = {str(status): translate(text, language) for status, text in STATUSES.items()}
    return {
        **{choice: translate(text, language) for choice, text in CHOICES.items()},
        **STATE_NAMES,
        **{status: text[:1].upper() + text[1:] for status, text in statuses.items()},
    }
