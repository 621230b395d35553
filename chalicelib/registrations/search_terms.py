"""What staff type to find a person, and under which terms a registration is found.

A term is a word of a name, a username, or an email address, folded as people type it; or a phone
number backwards, behind a plus sign, so that its last digits begin the term.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.identity import login_names
from chalicelib.platform.field_errors import FieldError, InvalidValue
from chalicelib.platform.sort_keys import search_words
from chalicelib.registrations.phones import to_e164
from chalicelib.registrations.registration import Registration, normalize_reference
from chalicelib.registrations.workflow import Status

# Limit the words, because each is a write, and only an attacker would send more.
_MAX_WORDS = 20
_MIN_DIGITS = 4
_NAMES = ("lastName", "firstName", "preferredName", "middleName")
_PHONES = ("phone1", "phone2")


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search text, parsed.

    Attributes:
        words: each begins a word of the name, the username, or the email address.
        digits: the last digits of a phone number, backwards; None if it has other characters.
        reference: the reference that it may be; None if it can be none.
        address: the start of an email address; None if it has no @.
        username: the username that it may be; None if it can be none.
    """

    words: tuple[str, ...] = ()
    digits: str | None = None
    reference: str | None = None
    address: str | None = None
    username: str | None = None

    @property
    def longest_term(self) -> str | None:
        """The start of a term that finds the fewest: what the others are held against."""
        if self.digits:
            return f"+{self.digits}"
        # The digits of a generated username may be newer than a registration's terms.
        return max(self.words, key=lambda word: (not word.isdecimal(), len(word)), default=None)

    def matches(self, registration: Registration) -> bool:
        """Return whether a registration has all that was typed."""
        terms = search_terms(registration.form, registration.username)
        if self.digits:
            return any(term.startswith(f"+{self.digits}") for term in terms)
        if self.address and not any(
            name.casefold().startswith(self.address)
            for name in (registration.username, registration.form.get("email", ""))
        ):
            return False
        return all(any(term.startswith(word) for term in terms) for word in self.words)


_NOTHING = FieldError(
    "search_term_required",
    "Type a name, a reference number, an email address, or a phone number.",
)


def parse_query(text: str) -> SearchQuery:
    """Return what staff look for.

    Args:
        text: words of a name in any order, an email address, a username, a reference, or the last
            digits of a phone number, four at least.

    Raises:
        InvalidValue: the text contains no search term.
    """
    reference = _reference(text)
    username = text if login_names.username_problem(text) is None else None
    digits = "".join(
        character for character in text if character.isdecimal() and character.isascii()
    )
    if len(digits) >= _MIN_DIGITS and not any(map(str.isalpha, text)):
        return SearchQuery(digits=digits[::-1], reference=reference, username=username)
    local, at, _ = text.partition("@")
    words = tuple(search_words(local))
    if not words:
        raise InvalidValue(_NOTHING)
    return SearchQuery(words, None, reference, text.strip().casefold() if at else None, username)


def search_terms(form: Mapping[str, Any], username: str) -> tuple[str, ...]:
    """Return the terms of a form and its applicant's username, in order."""
    words: dict[str, None] = {}
    for text in (*(form.get(name, "") for name in _NAMES), username, _local_part(form)):
        parts = search_words(text)
        # Who hears "O'Neil" or "de la Cruz" may type it as one word.
        words |= dict.fromkeys([*parts, "".join(parts)[:_MAX_TERM_LENGTH]])
    kept_words = [word for word in words if word][:_MAX_WORDS]
    return tuple(sorted({*kept_words, *_phone_terms(form)}))


def stored_terms(registration: Registration) -> tuple[str, ...]:
    """Return the terms that staff may find a registration by: none for a draft."""
    if registration.status is Status.DRAFT:
        return ()
    return search_terms(registration.form, registration.username)


_MAX_TERM_LENGTH = 40


def _phone_terms(form: Mapping[str, Any]) -> Iterable[str]:
    for name in _PHONES:
        digits = to_e164(form.get(name, "")).removeprefix("+")
        if digits:
            yield f"+{digits[::-1]}"


def _local_part(form: Mapping[str, Any]) -> str:
    return str(form.get("email") or "").partition("@")[0]


def _reference(text: str) -> str | None:
    try:
        return normalize_reference(text)
    except ValueError:
        return None
