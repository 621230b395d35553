"""What applicants are mailed about their registrations, if mail is known to reach them."""

from datetime import datetime

from chalicelib.accounts.account import Account
from chalicelib.events.event import Event
from chalicelib.events.place import Offer
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
OFFERED: Wording = {
    Language.ENGLISH: (
        "A spot is free for you",
        (
            "A spot at {event} is free for you. Your reference number is {reference}. "
            "Accept or decline it by {until}."
        ),
        "To answer, sign in and open your registration, or call the office.",
        "If you don't answer by then, we offer the spot to the next person on the waiting list.",
    ),
    Language.SPANISH: (
        "Hay un lugar para usted",
        (
            "Se desocupó un lugar para usted en {event}. Su número de referencia es {reference}. "
            "Acéptelo o rechácelo a más tardar el {until}."
        ),
        "Para responder, inicie sesión y abra su inscripción, o llame a la oficina.",
        "Si no responde a tiempo, ofreceremos el lugar a la siguiente persona en la lista.",
    ),
}
OFFER_EXPIRED: Wording = {
    Language.ENGLISH: (
        "Your offer of a spot expired",
        (
            "We offered you a spot at {event}, reference number {reference}, until {until}. We "
            "didn't hear from you, so we offered it to the next person on the waiting list."
        ),
        (
            "Your registration is withdrawn. If you're still interested, submit it again while "
            "registration is open, or contact the office."
        ),
    ),
    Language.SPANISH: (
        "Venció la oferta de su lugar",
        (
            "Le ofrecimos un lugar en {event}, referencia {reference}, hasta el {until}. Como no "
            "recibimos respuesta, se lo ofrecimos a la siguiente persona en la lista de espera."
        ),
        (
            "Su inscripción quedó retirada. Si todavía le interesa, envíela de nuevo mientras la "
            "inscripción esté abierta, o comuníquese con la oficina."
        ),
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


def tells_of_offers(owner: Account) -> bool:
    """Return whether an account's owner is mailed about an offer."""
    return owner.reached_at is not None and letters.is_wanted(settings.REGISTRATION_MOVED)


def offered(
    owner: Account | None, event: Event, registration: Registration, offer: Offer
) -> Message | None:
    """Write that a place is offered, and until when; None if mail can't reach the owner."""
    notice = settings.REGISTRATION_MOVED
    return _written(notice, OFFERED, owner, event, registration, until=offer.until)


def offer_expired(
    owner: Account | None, event: Event, registration: Registration
) -> Message | None:
    """Write that an offer has expired; None if mail can't reach the owner."""
    notice, until = settings.REGISTRATION_MOVED, registration.offer_expired_at
    return _written(notice, OFFER_EXPIRED, owner, event, registration, until=until)


def _written(
    notice: str,
    wording: Wording,
    owner: Account | None,
    event: Event,
    registration: Registration,
    until: datetime | None = None,
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
        until=zones.in_words(until, event.time_zone, language) if until else "",
    )
