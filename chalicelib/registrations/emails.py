"""What applicants are mailed about their registrations, if mail is known to reach them."""

from datetime import datetime

from chalicelib.events.event import Event
from chalicelib.events.place import Offer
from chalicelib.identity.account import Account
from chalicelib.platform import emails, settings, zones
from chalicelib.platform.emails import EmailTemplate
from chalicelib.platform.languages import Language
from chalicelib.platform.mail import Message
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.workflow import Status

RECEIPT: EmailTemplate = {
    Language.ENGLISH: (
        "We got your registration",
        (
            "Thank you for registering for {event}. Your reference number is {reference}. "
            "Status: {status}."
        ),
        "{next_step}",
        "You can change your answers until registration closes, {closes}.",
        "Bring this number when you come to the office.",
    ),
    Language("es"): (
        "Recibimos su inscripción",
        (
            "Recibimos su inscripción para {event}. Su número de referencia es {reference}. "
            "Estado: {status}."
        ),
        "{next_step}",
        "Puede cambiar sus respuestas hasta que cierre la inscripción, el {closes}.",
        "Traiga este número cuando venga a la oficina.",
    ),
}
STATUS_CHANGED: EmailTemplate = {
    Language.ENGLISH: (
        "Your registration status changed",
        (
            "Your registration for {event} has a new status: {status}. Reference number: "
            "{reference}."
        ),
        "{next_step}",
        "Questions? Contact the office and give your reference number.",
    ),
    Language("es"): (
        "Su inscripción cambió de estado",
        (
            "Su inscripción para {event} tiene un nuevo estado: {status}. Número de referencia: "
            "{reference}."
        ),
        "{next_step}",
        "¿Tiene preguntas? Comuníquese con la oficina y dé su número de referencia.",
    ),
}
OFFERED: EmailTemplate = {
    Language.ENGLISH: (
        "A spot is free for you",
        (
            "A spot at {event} is free for you. Your reference number is {reference}. "
            "Accept or decline it by {until}."
        ),
        "To answer, sign in and open your registration, or call the office.",
        "If you don’t answer by then, we offer the spot to the next person on the waiting list.",
    ),
    Language("es"): (
        "Hay un lugar para usted",
        (
            "Se desocupó un lugar para usted en {event}. Su número de referencia es {reference}. "
            "Acéptelo o rechácelo a más tardar el {until}."
        ),
        "Para responder, inicie sesión y abra su inscripción, o llame a la oficina.",
        "Si no responde a tiempo, ofreceremos el lugar a la siguiente persona en la lista.",
    ),
}
OFFER_EXPIRED: EmailTemplate = {
    Language.ENGLISH: (
        "Your offer of a spot expired",
        (
            "We offered you a spot at {event}, reference number {reference}, until {until}. We "
            "didn’t hear from you, so we offered it to the next person on the waiting list."
        ),
        (
            "Your registration is withdrawn. If you’re still interested, submit it again while "
            "registration is open, or contact the office."
        ),
    ),
    Language("es"): (
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
# What a status means to the applicant and what they do next: in mail, and on the pages.
NEXT_STEPS = {
    Language.ENGLISH: {
        Status.DRAFT: "You haven’t submitted this yet. We can’t review it until you do.",
        Status.SUBMITTED: (
            "We got your registration. Next, come to the office with your reference number so we "
            "can go over it with you."
        ),
        Status.WAITLISTED: (
            "All spots are filled right now. You’re on the waiting list. We’ll call you if a spot "
            "opens."
        ),
        Status.IN_REVIEW: "We’re reviewing your registration.",
        Status.INTERVIEW: (
            "We’d like to interview you. Come to the office and bring your reference number."
        ),
        Status.HIRED: "You’re hired! See you at the event.",
        Status.DECLINED: "We can’t offer you a job at this event. Thank you for applying.",
        Status.WITHDRAWN: (
            "This registration was withdrawn. You can submit it again while registration is open."
        ),
    },
    Language("es"): {
        Status.DRAFT: "Todavía no la ha enviado. No podemos revisarla hasta que la envíe.",
        Status.SUBMITTED: (
            "Recibimos su inscripción. Ahora venga a la oficina con su número de referencia para "
            "revisarla con usted."
        ),
        Status.WAITLISTED: (
            "Por ahora no hay lugares. Está en la lista de espera; le llamaremos si se desocupa "
            "uno."
        ),
        Status.IN_REVIEW: "Estamos revisando su inscripción.",
        Status.INTERVIEW: (
            "Queremos hacerle una entrevista. Venga a la oficina con su número de referencia."
        ),
        Status.HIRED: "¡Felicidades, tiene el trabajo! Nos vemos en el evento.",
        Status.DECLINED: ("No podemos ofrecerle trabajo en este evento. Gracias por su interés."),
        Status.WITHDRAWN: (
            "Esta inscripción fue retirada. Puede enviarla de nuevo mientras siga abierta."
        ),
    },
}
# Applicants get no mail that staff have begun to review: it asks nothing of them. Only those who
# were told a decision are told that it is open again.
_DECIDED = frozenset({Status.HIRED, Status.DECLINED})
STATUSES = {
    Language.ENGLISH: {
        Status.DRAFT: "draft",
        Status.SUBMITTED: "submitted",
        Status.WAITLISTED: "on the waiting list",
        Status.IN_REVIEW: "in review",
        Status.INTERVIEW: "invited to interview",
        Status.HIRED: "hired",
        Status.DECLINED: "not selected",
        Status.WITHDRAWN: "withdrawn",
    },
    Language("es"): {
        Status.DRAFT: "borrador",
        Status.SUBMITTED: "enviada",
        Status.WAITLISTED: "en lista de espera",
        Status.IN_REVIEW: "en revisión",
        Status.INTERVIEW: "invitado(a) a entrevista",
        Status.HIRED: "contratado(a)",
        Status.DECLINED: "no seleccionado(a)",
        Status.WITHDRAWN: "retirada",
    },
}


def receipt(account: Account, event: Event, registration: Registration) -> Message | None:
    """Return the receipt of a submission; None if the account gets no email."""
    return _message(settings.REGISTRATION_SUBMITTED, RECEIPT, account, event, registration)


def status_changed(
    account: Account | None, event: Event, registration: Registration, source: Status
) -> Message | None:
    """Return the mail about a new status and what to do next; None if the applicant gets none.

    Args:
        account: the applicant.
        event: the event.
        registration: as it is now.
        source: the status before.
    """
    if registration.status is Status.IN_REVIEW and source not in _DECIDED:
        return None
    return _message(settings.REGISTRATION_MOVED, STATUS_CHANGED, account, event, registration)


def can_email_offers(account: Account) -> bool:
    """Return whether an account's owner is mailed about an offer."""
    return account.verified_email is not None and emails.is_enabled(settings.REGISTRATION_MOVED)


def offered(
    account: Account | None, event: Event, registration: Registration, offer: Offer
) -> Message | None:
    """Write that a place is offered, and until when; None if mail can't reach the owner."""
    notice = settings.REGISTRATION_MOVED
    return _message(notice, OFFERED, account, event, registration, until=offer.until)


def offer_expired(
    account: Account | None, event: Event, registration: Registration
) -> Message | None:
    """Write that an offer has expired; None if mail can't reach the owner."""
    notice, until = settings.REGISTRATION_MOVED, registration.offer_expired_at
    return _message(notice, OFFER_EXPIRED, account, event, registration, until=until)


def _message(
    notice: str,
    template: EmailTemplate,
    account: Account | None,
    event: Event,
    registration: Registration,
    until: datetime | None = None,
) -> Message | None:
    to = account.verified_email if account else None
    if account is None or to is None or not emails.is_enabled(notice):
        return None
    language = account.language or Language.ENGLISH
    return emails.render(
        to,
        language,
        template,
        event=event.name,
        reference=registration.reference,
        status=STATUSES[language][registration.status],
        closes=zones.in_words(event.registration_closes_at, event.time_zone, language),
        until=zones.in_words(until, event.time_zone, language) if until else "",
        next_step=NEXT_STEPS[language][registration.status],
    )
