"""Labels of the form's fields and choices, in English and Spanish."""

import typing
from collections.abc import Iterable, Mapping

from chalicelib.platform.languages import Language
from chalicelib.platform.translations import translate
from chalicelib.registrations.emails import STATUSES
from chalicelib.registrations.enums import (
    STATE_NAMES,
    Age,
    Ethnicity,
    EventJob,
    Pronoun,
    Shift,
    Skill,
    VendorJob,
    label,
)

# In English, in Spanish.
FIELDS: dict[str, tuple[str, str]] = {
    "form.firstName": ("First name", "Nombre"),
    "form.middleName": ("Middle name", "Segundo nombre"),
    "form.noMiddleName": ("I don’t have a middle name", "No tengo segundo nombre"),
    "form.lastName": ("Last name", "Apellido o apellidos"),
    "form.preferredName": ("Preferred name", "Nombre preferido"),
    "form.pronoun": ("Pronouns", "Pronombres"),
    "form.age": (
        "How old will you be on the event’s first day?",
        "¿Qué edad tendrá el primer día del evento?",
    ),
    "form.ethnicity": ("Race or ethnicity", "Raza u origen étnico"),
    "form.phone1": ("Phone number", "Número de teléfono"),
    "form.phone2": ("Second phone number", "Segundo número de teléfono"),
    "form.email": ("Email address", "Correo electrónico"),
    "form.streetAddress": ("Street address", "Calle y número"),
    "form.aptSuite": ("Apartment, suite or unit", "Apartamento o unidad"),
    "form.city": ("City", "Ciudad"),
    "form.state": ("State", "Estado"),
    "form.zipCode": ("ZIP code", "Código postal"),
    "form.workAll": (
        "Can you work every day of the event?",
        "¿Puede trabajar todos los días del evento?",
    ),
    "form.shifts": ("Which shifts can you work?", "¿Qué turnos puede trabajar?"),
    "form.preEvent": (
        "Can you work before the event starts?",
        "¿Puede trabajar antes de que empiece el evento?",
    ),
    "form.postEvent": (
        "Can you work after the event ends?",
        "¿Puede trabajar después de que termine el evento?",
    ),
    "form.eventJobs": ("Jobs with the event", "Trabajos del evento"),
    "form.vendorJobs": ("Jobs with a vendor", "Trabajos con un vendedor"),
    "form.prevExp": ("Have you had a job before?", "¿Ha tenido un empleo antes?"),
    "form.prevEventExp": (
        "Have you worked at this event before?",
        "¿Ha trabajado antes en este evento?",
    ),
    "form.prevVendorExp": (
        "Have you worked for a vendor at this event before?",
        "¿Ha trabajado antes con un vendedor de este evento?",
    ),
    "form.skills": ("What are you good at?", "¿Qué sabe hacer?"),
    "form.regAck": (
        "I certify that my answers are true and complete.",
        "Certifico que mis respuestas son verdaderas y completas.",
    ),
}
# Choices whose API name is not a sufficient label. The spreadsheet keeps its English words, which
# programs read.
CHOICES_IN_ENGLISH = {
    "Other": "Something else",
    "Black": "Black or African American",
    "NativeIndigenous": "American Indian, Alaska Native or Indigenous",
    "NotSpecified": "Prefer not to say",
    "day": "Midday",
    "animals": "Animal care",
    "standMaintenance": "Stand setup and maintenance",
    "cleaningCustodial": "Cleaning or custodial work",
    "heavyEquipment": "Operating heavy equipment",
    "foodBeverageService": "Food or beverage service",
    "moneyCashier": "Cashier or cash handling",
}
CHOICES_IN_SPANISH = {
    "true": "Sí",
    "false": "No",
    "SheHer": "Ella",
    "HeHim": "Él",
    "TheyThem": "Elle",
    "Other": "Otro pronombre",
    "UnderSixteen": "Menos de 16 años",
    "SixteenToSeventeen": "16 o 17 años",
    "EighteenToTwenty": "18 a 20 años",
    "TwentyonePlus": "21 años o más",
    "SixteenPlus": "16 años o más",
    "EighteenPlus": "18 años o más",
    "Asian": "Asiático(a)",
    "Black": "Negro(a) o afroamericano(a)",
    "HispanicLatino": "Hispano(a) o latino(a)",
    "NativeIndigenous": "Indígena de las Américas o nativo(a) de Alaska",
    "White": "Blanco(a)",
    "NotSpecified": "Prefiero no decirlo",
    "morning": "Mañana",
    "day": "Mediodía",
    "evening": "Tarde",
    "overnight": "Toda la noche",
    "animals": "Cuidado de animales",
    "buildingMaintenance": "Mantenimiento de edificios",
    "cleaning": "Limpieza",
    "customerService": "Atención al cliente",
    "officeWork": "Trabajo de oficina",
    "supervisor": "Supervisión",
    "cooking": "Cocina",
    "foodPreparation": "Preparación de comida",
    "foodSales": "Venta de comida",
    "standMaintenance": "Montaje y mantenimiento de locales de venta",
    "retailSales": "Ventas en tienda",
    "gamesRides": "Juegos y atracciones",
    "cleaningCustodial": "Limpieza o conserjería",
    "dataEntry": "Captura de datos",
    "heavyEquipment": "Operar maquinaria pesada",
    "foodBeverageService": "Servicio de comida o bebidas",
    "physicalLabor": "Trabajo físico",
    "moneyCashier": "Manejo de dinero o caja",
    "security": "Seguridad",
}


def field_label_in_spanish(name: str) -> str:
    """Return the label of a field of the form."""
    return FIELDS[f"form.{name}"][1]


def labels(language: Language) -> Mapping[str, str]:
    """Return the label of each choice of the form, each status, each state, yes, and no."""
    said = {status: translate(text, language) for status, text in STATUSES.items()}
    statuses = {str(status): words[:1].upper() + words[1:] for status, words in said.items()}
    if language is Language("es"):
        return {**CHOICES_IN_SPANISH, **STATE_NAMES, **statuses}
    choices = {choice: label(choice) for choice in form_choices()} | CHOICES_IN_ENGLISH
    return {**choices, "true": "Yes", "false": "No", **STATE_NAMES, **statuses}


def form_choices() -> Iterable[str]:
    """Yield every choice that the form offers, but for states."""
    for kind in (Shift, EventJob, VendorJob, Skill):
        yield from typing.get_args(kind)
    for enumeration in (Pronoun, Ethnicity, Age):
        yield from enumeration
