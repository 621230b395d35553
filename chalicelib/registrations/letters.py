"""What applicants are mailed about their registrations, if mail is known to reach them."""

from chalicelib.accounts.account import Account
from chalicelib.events.event import Event
from chalicelib.platform import letters, settings, zones
from chalicelib.platform.languages import Language
from chalicelib.platform.letters import Wording
from chalicelib.platform.mail import Message
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.workflow import Status

RECEIPT: Wording = {
    Language.ENGLISH: (
        "We have your registration",
        (
            "Your registration for {event} is here. Its reference is {reference}, and where it "
            "stands is: {status}."
        ),
        "You can change your answers until registration closes, {closes}.",
        "Bring the reference when you come to the office.",
    ),
    Language.SPANISH: (
        "Tenemos su inscripción",
        (
            "Su inscripción para {event} ha llegado. Su referencia es {reference} y su estado es: "
            "{status}."
        ),
        "Puede cambiar sus respuestas hasta que cierre la inscripción, el {closes}.",
        "Traiga la referencia cuando venga a la oficina.",
    ),
}
MOVED: Wording = {
    Language.ENGLISH: (
        "News of your registration",
        (
            "Your registration for {event}, reference {reference}, has moved. Where it stands now "
            "is: {status}."
        ),
        "If you have questions, ask at the office, and say the reference.",
    ),
    Language.SPANISH: (
        "Novedades de su inscripción",
        (
            "Su inscripción para {event}, con la referencia {reference}, ha cambiado de estado. "
            "Ahora es: {status}."
        ),
        "Si tiene preguntas, acuda a la oficina e indique la referencia.",
    ),
}
STATUSES = {
    Language.ENGLISH: {
        Status.DRAFT: "draft",
        Status.SUBMITTED: "submitted",
        Status.WAITLISTED: "on the waiting list",
        Status.IN_REVIEW: "in review",
        Status.INTERVIEW: "interview",
        Status.HIRED: "hired",
        Status.DECLINED: "declined",
        Status.WITHDRAWN: "withdrawn",
    },
    Language.SPANISH: {
        Status.DRAFT: "borrador",
        Status.SUBMITTED: "enviada",
        Status.WAITLISTED: "en lista de espera",
        Status.IN_REVIEW: "en revisión",
        Status.INTERVIEW: "entrevista",
        Status.HIRED: "contratación",
        Status.DECLINED: "no aceptada",
        Status.WITHDRAWN: "retirada",
    },
}


def receipt(owner: Account, event: Event, registration: Registration) -> Message | None:
    """Write the receipt of what was submitted; None where nobody is to get one."""
    return _written(settings.REGISTRATION_SUBMITTED, RECEIPT, owner, event, registration)


def moved(owner: Account | None, event: Event, registration: Registration) -> Message | None:
    """Write what staff have moved, and where to; None where nobody is to be told."""
    return _written(settings.REGISTRATION_MOVED, MOVED, owner, event, registration)


def _written(
    notice: str, wording: Wording, owner: Account | None, event: Event, registration: Registration
) -> Message | None:
    to = owner.reached_at if owner else None
    if owner is None or to is None or not letters.is_wanted(notice):
        return None
    language = owner.language or Language.ENGLISH
    return letters.write(
        to,
        language,
        wording,
        event=event.name,
        reference=registration.reference,
        status=STATUSES[language][registration.status],
        closes=zones.in_words(event.registration_closes_at, event.time_zone, language),
    )
