"""What applicants are mailed about their registrations, if mail is known to reach them."""

from collections.abc import Mapping
from datetime import datetime

from chalicelib.events.event import Event
from chalicelib.events.place import Offer
from chalicelib.identity import emails as owner_emails
from chalicelib.identity.account import Account
from chalicelib.platform import emails, settings, zones
from chalicelib.platform.languages import N_, NP_, Language
from chalicelib.platform.outbox import Email
from chalicelib.platform.translations import translate
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.workflow import Status

# The templates, in ``web/templates/emails``.
SUBMITTED = "registration-submitted"
_MOVED = "registration-moved"
_OFFERED = "place-offered"
_OFFER_EXPIRED = "offer-expired"
_UNFINISHED = "registration-unfinished"
# What a status means to the applicant and what they do next: in emails, and on the pages.
NEXT_STEPS: Mapping[Status, str] = {
    Status.DRAFT: N_("You haven’t submitted this yet. We can’t review it until you do."),
    Status.SUBMITTED: N_(
        "We got your registration. Next, come to the office with your reference number so we "
        "can go over it with you."
    ),
    Status.WAITLISTED: N_(
        "All spots are filled right now. You’re on the waiting list. We’ll call you if a spot "
        "opens."
    ),
    Status.IN_REVIEW: N_("We’re reviewing your registration."),
    Status.INTERVIEW: N_(
        "We’d like to interview you. Come to the office and bring your reference number."
    ),
    Status.HIRED: N_("You’re hired! See you at the event."),
    Status.DECLINED: N_("We can’t offer you a job at this event. Thank you for applying."),
    Status.WITHDRAWN: N_(
        "This registration was withdrawn. You can submit it again while registration is open."
    ),
}
# In the middle of a sentence. Labels begin with a capital letter.
STATUSES: Mapping[Status, str] = {
    Status.DRAFT: NP_("status", "draft"),
    Status.SUBMITTED: NP_("status", "submitted"),
    Status.WAITLISTED: NP_("status", "on the waiting list"),
    Status.IN_REVIEW: NP_("status", "in review"),
    Status.INTERVIEW: NP_("status", "invited to interview"),
    Status.HIRED: NP_("status", "hired"),
    Status.DECLINED: NP_("status", "not selected"),
    Status.WITHDRAWN: NP_("status", "withdrawn"),
}
# Applicants get no mail that staff have begun to review: it asks nothing of them. Only those who
# were told a decision are told that it is open again.
_DECIDED = frozenset({Status.HIRED, Status.DECLINED})


# Those who come to the office, or hear from it, read where it is.
_WITH_OFFICE = frozenset({Status.SUBMITTED, Status.WAITLISTED, Status.INTERVIEW, Status.HIRED})
_OFFICE: Mapping[str, str] = {
    "address": N_("Office address"),
    "hours": N_("Office hours"),
    "contact": N_("Contact"),
}


def receipt(account: Account, event: Event, registration: Registration) -> Email | None:
    """Return the receipt of a submission; None if the account gets no email."""
    return _message(settings.REGISTRATION_SUBMITTED, SUBMITTED, account, event, registration)


def status_changed(
    account: Account | None, event: Event, registration: Registration, source: Status
) -> Email | None:
    """Return the mail about a new status and what to do next; None if the applicant gets none.

    Args:
        account: the applicant.
        event: the event.
        registration: as it is now.
        source: the status before.
    """
    if registration.status is Status.IN_REVIEW and source not in _DECIDED:
        return None
    return _message(settings.REGISTRATION_MOVED, _MOVED, account, event, registration)


def can_email_offers(account: Account) -> bool:
    """Return whether an account's owner is mailed about an offer."""
    is_enabled = emails.is_enabled(settings.REGISTRATION_MOVED)
    return is_enabled and owner_emails.notice(account, _OFFERED) is not None


def offered(
    account: Account | None, event: Event, registration: Registration, offer: Offer
) -> Email | None:
    """Write that a place is offered, and until when; None if mail can't reach the owner."""
    notice = settings.REGISTRATION_MOVED
    return _message(notice, _OFFERED, account, event, registration, until=offer.expires_at)


def offer_expired(
    account: Account | None, event: Event, registration: Registration
) -> Email | None:
    """Write that an offer has expired; None if mail can't reach the owner."""
    notice, until = settings.REGISTRATION_MOVED, registration.offer_expired_at
    return _message(notice, _OFFER_EXPIRED, account, event, registration, until=until)


def is_reminder_enabled() -> bool:
    """Return whether this stage reminds people of drafts."""
    return emails.is_enabled(settings.REGISTRATION_UNFINISHED)


def unfinished(account: Account, event: Event, registration: Registration) -> Email | None:
    """Remind a person of a draft before registration closes; None if no email reaches them."""
    notice = settings.REGISTRATION_UNFINISHED
    return _message(notice, _UNFINISHED, account, event, registration)


def _message(
    notice: str,
    template: str,
    account: Account | None,
    event: Event,
    registration: Registration,
    until: datetime | None = None,
) -> Email | None:
    if account is None or not emails.is_enabled(notice):
        return None
    language = account.language or Language.ENGLISH
    facts = {
        "event": event.name,
        "reference": registration.reference,
        "status": translate(STATUSES[registration.status], language),
        "closes": zones.in_words(event.registration_closes_at, event.time_zone, language),
        "until": zones.in_words(until, event.time_zone, language) if until else "",
        "next_step": translate(NEXT_STEPS[registration.status], language),
    }
    if registration.status in _WITH_OFFICE:
        facts["next_step"] = f"{facts['next_step']} {_office(event, language)}".strip()
    return owner_emails.notice(account, template, facts)


def _office(event: Event, language: Language) -> str:
    """Return the office's address, hours, and contact in one line, as far as the event has them."""
    texts = event.texts_in(language)
    known = {name: " ".join((getattr(texts, name) or "").split()) for name in _OFFICE}
    return " · ".join(
        f"{translate(_OFFICE[name], language)}: {text}" for name, text in known.items() if text
    )
