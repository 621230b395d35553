"""A registration as an item of DynamoDB, and back.

Attributes are only ever added: the version before reads what this one writes.
"""

from datetime import date, datetime
from typing import Any

from chalicelib.platform import clock
from chalicelib.platform.items import Item
from chalicelib.platform.sort_keys import sort_key
from chalicelib.registrations.enums import LEGACY_AGE_FOR
from chalicelib.registrations.phones import to_e164
from chalicelib.registrations.registration import PaperSignature, Registration
from chalicelib.registrations.search_terms import stored_terms
from chalicelib.registrations.summary_row import encode_row
from chalicelib.registrations.workflow import Status

_AGE = "ageOnFirstDay"


def to_item(registration: Registration) -> Item:
    """Return a registration as its item, with the keys of its indexes."""
    on_paper = registration.paper_signature
    item = {
        "userId": registration.user_id,
        "username": registration.username,
        "eventId": registration.event_id,
        "eventStartsOn": registration.event_starts_on.isoformat(),
        "reference": registration.reference,
        "status": registration.status.value,
        "version": registration.version,
        **_form_attributes(registration.form),
        "createdAt": clock.to_text(registration.created_at),
        "updatedAt": clock.to_text(registration.updated_at),
        "submittedAt": _text(registration.submitted_at),
        "submittedOn": registration.submitted_on.isoformat() if registration.submitted_on else None,
        "acknowledgedAt": _text(registration.acknowledged_at),
        "waitlistedAt": _text(registration.waitlisted_at),
        "offerExpiredAt": _text(registration.offer_expired_at),
        "paperSignature": {"by": on_paper.by, "at": clock.to_text(on_paper.at)}
        if on_paper
        else None,
        "startedBy": registration.started_by,
        "ttl": int(registration.expires_at.timestamp()),
        "searchTerms": list(stored_terms(registration)),
        **_index_keys(registration),
    }
    return {name: value for name, value in item.items() if value is not None}


def _index_keys(registration: Registration) -> Item:
    """Return what the indexes of listing_store.py are keyed by.

    Every place in an order ends with whose it is, so that no two are the same.
    """
    event, form = registration.event_id, registration.form
    # Staff look people up by their last name, or by their only name.
    names = [form[name] for name in ("lastName", "firstName") if name in form] or [""]
    phones = [form.get(name) for name in ("phone1", "phone2")]
    event_phones = [f"{event}#{to_e164(phone)}" if phone else None for phone in phones]
    return {
        "filedAt": waiting_list_key(registration),
        "nameKey": sort_key(names, registration.user_id),
        "eventStatus": f"{event}#{registration.status.value}",
        "eventReference": f"{event}#{registration.reference}",
        "eventPhone1": event_phones[0],
        "eventPhone2": event_phones[1],
        "counted": encode_row(form),
    }


def waiting_list_key(registration: Registration) -> str:
    """Return a text that sorts registrations by when they were filed, no two alike."""
    return f"{clock.to_text(registration.filed_at)}#{registration.user_id}"


def _form_attributes(form: dict[str, Any]) -> Item:
    """Return a form so that earlier versions can read it, and beside it what they do not know.

    To them an age is one of four answers that overlap. They get the one that is true of this.
    """
    age = form.get("age")
    former = LEGACY_AGE_FOR.get(age) if age else None
    return {"form": form | {"age": former.value}, _AGE: age} if former else {"form": form}


def _form(item: Item) -> dict[str, Any]:
    form: dict[str, Any] = item["form"]
    return form | {"age": item[_AGE]} if _AGE in item else form


def from_item(item: Item) -> Registration:
    """Read a registration from its item."""
    return Registration(
        user_id=item["userId"],
        username=item["username"],
        event_id=item["eventId"],
        event_starts_on=date.fromisoformat(item["eventStartsOn"]),
        reference=item["reference"],
        status=Status(item["status"]),
        version=item["version"],
        form=_form(item),
        created_at=clock.from_text(item["createdAt"]),
        updated_at=clock.from_text(item["updatedAt"]),
        submitted_at=_timestamp(item, "submittedAt"),
        acknowledged_at=_timestamp(item, "acknowledgedAt"),
        expires_at=clock.from_seconds(item["ttl"]),
        submitted_on=date.fromisoformat(item["submittedOn"]) if "submittedOn" in item else None,
        waitlisted_at=_timestamp(item, "waitlistedAt"),
        offer_expired_at=_timestamp(item, "offerExpiredAt"),
        search_terms=tuple(item.get("searchTerms", ())),
        paper_signature=_paper_signature(item),
        started_by=item.get("startedBy"),
    )


def _paper_signature(item: Item) -> PaperSignature | None:
    if "paperSignature" not in item:
        return None
    recorded = item["paperSignature"]
    return PaperSignature(recorded["by"], clock.from_text(recorded["at"]))


def _timestamp(item: Item, name: str) -> datetime | None:
    return clock.from_text(item[name]) if name in item else None


def _text(moment: datetime | None) -> str | None:
    return clock.to_text(moment) if moment else None
