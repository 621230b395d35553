"""Registrations that one person may have made twice: the same name and phone in two accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.events.service import event_service
from chalicelib.platform.sort_keys import search_words
from chalicelib.registrations.phones import to_e164
from chalicelib.registrations.registration import Registration
from chalicelib.registrations.search_terms import SearchQuery
from chalicelib.registrations.workflow import Status
from chalicelib.staff.search import registration_search

# More matches than this indicate a placeholder name or number, not a duplicate.
MAX_DUPLICATES = 10
_NAMES = ("firstName", "middleName", "lastName")
_PHONES = ("phone1", "phone2")


@dataclass(frozen=True, slots=True)
class PersonQuery:
    """The known facts about a person who may be registered already.

    Attributes:
        first_name: None for a person with only a last name.
        last_name: None for a person with only a first name.
        phone1: as a form stores it; None if it isn't known.
        phone2: the same for a second one.
    """

    first_name: str | None
    last_name: str | None
    phone1: str | None
    phone2: str | None

    @property
    def numbers(self) -> list[str]:
        """The distinct phone numbers as search terms."""
        numbers = (to_e164(number) for number in (self.phone1, self.phone2) if number)
        return list(dict.fromkeys(numbers))

    def has_same_name(self, form: Mapping[str, Any]) -> bool:
        """Return whether a form has the same name: one person may leave out a part of it."""
        own_words = _name_words(self.first_name, self.last_name)
        other = _name_words(*(form.get(name) for name in _NAMES))
        essential = _name_words(form.get("firstName"), form.get("lastName"))
        return bool(own_words and essential) and (own_words <= other or essential <= own_words)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Another registration with the same name and phone, as far as a warning needs it."""

    user_id: str
    first_name: str | None
    last_name: str | None
    reference: str
    status: Status
    submitted_at: datetime | None


def find_duplicates(event_id: str, person: PersonQuery, now: datetime) -> list[Duplicate]:
    """Return an event's registrations that may be the same person's, drafts apart.

    Drafts are private: they have no search entries, so that no warning reveals one.

    Raises:
        NotFound: the event does not exist.
    """
    event_service().get(event_id)
    search = registration_search(now)
    duplicates: dict[str, Registration] = {}
    for number in person.numbers:

        def is_wanted(candidate: Registration, number: str = number) -> bool:
            has_number = number in (to_e164(candidate.form.get(name) or "") for name in _PHONES)
            return (
                has_number and candidate.expires_at > now and person.has_same_name(candidate.form)
            )

        query = SearchQuery(digits=number.removeprefix("+")[::-1])
        # The comparison does not use usernames, so don't read them.
        some, _ = search.entries.find(event_id, query, is_wanted, list, MAX_DUPLICATES, None)
        duplicates |= {candidate.user_id: candidate for candidate in some}
    return [_to_duplicate(candidate) for candidate in duplicates.values()][:MAX_DUPLICATES]


def _name_words(*names: str | None) -> set[str]:
    return {word for name in names if name for word in search_words(name)}


def _to_duplicate(registration: Registration) -> Duplicate:
    return Duplicate(
        user_id=registration.user_id,
        first_name=registration.form.get("firstName"),
        last_name=registration.form.get("lastName"),
        reference=registration.reference,
        status=registration.status,
        submitted_at=registration.submitted_at,
    )
