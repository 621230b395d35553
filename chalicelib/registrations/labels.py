"""What people call the fields of the form and what they choose there, in English and in Spanish."""

import typing
from collections.abc import Iterable, Mapping

from chalicelib.platform.languages import Language
from chalicelib.registrations.choices import (
    Age,
    Ethnicity,
    EventJob,
    Pronoun,
    Shift,
    Skill,
    VendorJob,
    in_words,
)
from chalicelib.registrations.letters import STATUSES

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
    "form.ethnicity": ("Ethnicity", "Origen étnico"),
    "form.phone1": (
        "Phone number",
        "Número de teléfono",
    ),
    "form.phone2": (
        "Second phone number (optional)",
        "Segundo número de teléfono (opcional)",
    ),
    "form.email": ("Email", "Correo electrónico"),
    "form.streetAddress": ("Street address", "Calle y número"),
    "form.aptSuite": ("Apartment or suite", "Apartamento"),
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
    "form.vendorJobs": ("Jobs with a vendor", "Trabajos con un vendedor (comida, tiendas, juegos)"),
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
CHOICES_IN_SPANISH = {
    "true": "Sí",
    "false": "No",
    "SheHer": "Ella",
    "HeHim": "Él",
    "TheyThem": "Elle",
    "Other": "Otro",
    "UnderSixteen": "Menos de 16 años",
    "SixteenToSeventeen": "16 o 17 años",
    "EighteenToTwenty": "18 a 20 años",
    "TwentyonePlus": "21 años o más",
    "SixteenPlus": "16 años o más",
    "EighteenPlus": "18 años o más",
    "Asian": "Asiático",
    "Black": "Negro",
    "HispanicLatino": "Hispano o latino",
    "NativeIndigenous": "Nativo o indígena",
    "White": "Blanco",
    "NotSpecified": "Sin especificar",
    "morning": "Mañana",
    "day": "Día",
    "evening": "Tarde",
    "overnight": "Noche",
    "animals": "Animales",
    "buildingMaintenance": "Mantenimiento de edificios",
    "cleaning": "Limpieza",
    "customerService": "Atención al público",
    "officeWork": "Oficina",
    "supervisor": "Supervisión",
    "cooking": "Cocina",
    "foodPreparation": "Preparación de comida",
    "foodSales": "Venta de comida",
    "standMaintenance": "Mantenimiento de puestos",
    "retailSales": "Venta al público",
    "gamesRides": "Juegos y atracciones",
    "cleaningCustodial": "Limpieza y conserjería",
    "dataEntry": "Introducción de datos",
    "heavyEquipment": "Maquinaria pesada",
    "foodBeverageService": "Servicio de comida y bebida",
    "physicalLabor": "Trabajo físico",
    "moneyCashier": "Dinero y caja",
    "security": "Seguridad",
}


def field_in_spanish(name: str) -> str:
    """Return the label of a field of the form."""
    return FIELDS[f"form.{name}"][1]


def words(language: Language) -> Mapping[str, str]:
    """Return what people call each choice of the form, each status, yes, and no."""
    statuses = {status: said[:1].upper() + said[1:] for status, said in STATUSES[language].items()}
    if language is Language.SPANISH:
        return CHOICES_IN_SPANISH | statuses
    said = {choice: in_words(choice) for choice in choices_of_form()}
    return said | {"true": "Yes", "false": "No"} | statuses


def choices_of_form() -> Iterable[str]:
    """Yield every choice that the form offers, but for states, which are called by their codes."""
    for kind in (Shift, EventJob, VendorJob, Skill):
        yield from typing.get_args(kind)
    for enumeration in (Pronoun, Ethnicity, Age):
        yield from enumeration
