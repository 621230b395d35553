"""The names by which an account is found: its username and its email, in one namespace.

The library idna is imported where a domain in another script is read, which few addresses have.
"""

import re
import unicodedata

from chalicelib.platform import input_text, lengths
from chalicelib.platform.field_errors import FieldError

SHORTEST_USERNAME, LONGEST_USERNAME = 3, lengths.USERNAME
LONGEST_EMAIL = lengths.EMAIL
# RFC 5321 4.5.3.1.1 allows 64 octets before the @.
LONGEST_LOCAL_PART = 64

_PUNCTUATION = set("._-+@")
# Letters with their marks, and decimal digits: RFC 8264's LetterDigits.
_LETTERS_AND_DIGITS = {"Ll", "Lu", "Lo", "Lm", "Mn", "Mc", "Nd"}
# Two Arabic signs, a Tibetan mark, and the Chinese zero: RFC 5892 2.6 allows them in words.
_PARTS_OF_WORDS = set("\u06fd\u06fe\u0f0b\u3007")
# Letters that lengthen a line and marks of vertical text (RFC 5892's exceptions), and letters and
# marks that show nothing (Unicode's Default_Ignorable_Code_Point, which RFC 8264 disallows): with
# them two names could look the same.
_DISALLOWED = re.compile(
    "[\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b"
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# Parts of Korean syllables that make no syllable (RFC 8264 9.9).
_OLD_HANGUL = re.compile("[\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7c6\ud7cb-\ud7fb]")
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
# The WHATWG's valid email address, which browsers hold <input type=email> to, with at least one
# dot after the @: html.spec.whatwg.org/multipage/input.html#valid-e-mail-address
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# RFC 5322 3.2.3: a dot stands between two other characters, so it is neither first nor last, and
# two of them never follow each other.
_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
# Reject addresses that look like an encoded word (RFC 2047): some mailers decode it and would send
# the mail to another address.
EMAIL = rf"(?!.*=\?)(?=.{{1,{LONGEST_LOCAL_PART}}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+"
# What a pattern can say of a username without tables of letters: of ASCII, letters, digits and the
# punctuation; beyond ASCII, no C1 control; with an @, an email address.
USERNAME = (
    rf"[^\u0000-*,/:-@\[-^`{{-\u00a0]{{{SHORTEST_USERNAME},{LONGEST_USERNAME}}}"
    rf"|(?=.{{1,{LONGEST_LOCAL_PART}}}@)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@{_LABEL}(?:\.{_LABEL})+"
)
_EMAIL = re.compile(EMAIL)
_UNSUPPORTED = FieldError(
    "unsupported_characters", "Use only letters, numbers and these: . _ - + @ (no spaces)."
)
_NO_LETTER = FieldError("letter_required", "Include at least one letter or number.")
_MIXED_DIRECTIONS = FieldError(
    "mixed_directions",
    "Don’t mix letters that are written from right to left with other letters.",
)
_INCOMPLETE_EMAIL = FieldError("invalid_email", "If you use @, enter your full email address.")
_INVALID_EMAIL = FieldError(
    "invalid_email", "Enter an email address in the right format, like name@example.com."
)
_ANOTHER_EMAIL = FieldError(
    "username_is_another_email",
    "Enter the same email address here and as your email, or choose a username without an @.",
)


def normalize(name: str) -> str:
    """Return the form in which names are compared.

    Width, case, composition, and invisible characters make no difference, and neither does the form
    of an email's domain. Unicode NFKC and case folding; RFC 8265's UsernameCaseMapped is the model.
    """
    composed = as_typed(unicodedata.normalize("NFKC", name))
    return unicodedata.normalize("NFKC", composed.casefold())


def as_typed(name: str) -> str:
    """Return a typed or pasted name without invisible characters, its domain in ASCII.

    An email address gets a domain in ASCII (RFC 5890's A-labels): browsers do the same in email
    fields, and the service sends mail to that form.
    """
    visible = input_text.trim(input_text.remove_invisible(name))
    local, at, domain = visible.rpartition("@")
    return f"{local}@{_in_ascii(domain)}" if at else visible


def _in_ascii(domain: str) -> str:
    """Return a domain in ASCII, as browsers do (UTS #46, nontransitional).

    A text that is not a domain is returned as it is: it makes no email address.
    """
    if domain.isascii() or len(domain) > LONGEST_EMAIL:
        return domain
    import idna

    try:
        return idna.encode(domain, uts46=True).decode()
    except UnicodeError:
        return domain


def same(name: str | None, other: str | None) -> bool:
    """Return whether two names are equal once normalized; None equals no name."""
    return name is not None and other is not None and normalize(name) == normalize(other)


def lookup_key(name: str) -> str:
    """Return the form of a name under which its account is stored.

    A normal form can be longer than any valid name or key. It is then truncated, and matches no
    account.
    """
    return normalize(name)[: LONGEST_EMAIL + 1]


def username_problem(name: str) -> FieldError | None:
    """Return why a text is not a valid username; None if it is valid."""
    # Don't normalize the whole of a text that is too long: it can take long.
    normal = normalize(name[: LONGEST_USERNAME + 1])
    for form in (name, normal):
        if not SHORTEST_USERNAME <= len(form) <= LONGEST_USERNAME:
            return FieldError(
                "too_short" if len(form) < SHORTEST_USERNAME else "too_long",
                "Enter a username with {shortest} to {longest} characters.",
                shortest=SHORTEST_USERNAME,
                longest=LONGEST_USERNAME,
            )
    if not all(map(_may_stand_in_username, name + normal)) or _OLD_HANGUL.search(normal):
        return _UNSUPPORTED
    if not any(map(str.isalnum, normal)):
        return _NO_LETTER
    if problem := _legibility_problem(normal):
        return problem
    if "@" in normal and email_problem(name):
        return _INCOMPLETE_EMAIL
    return None


def email_problem(address: str) -> FieldError | None:
    """Return why a text is not a valid email address; None if it is valid."""
    match = _EMAIL.fullmatch(address) if len(address) <= LONGEST_EMAIL else None
    return None if match else _INVALID_EMAIL


def conflict(username: str, email: str | None) -> FieldError | None:
    """Return why a username and an email cannot belong to one account; None if they can.

    A username that is an email address is the account's email. Otherwise one person could take
    another person's address as a name.
    """
    if "@" not in username or email is None or normalize(username) == normalize(email):
        return None
    return _ANOTHER_EMAIL


def email_in(username: str) -> str | None:
    """Return the email address that a username is; None if the username is not an address."""
    return username if "@" in username else None


def mailbox(email: str) -> str:
    """Return the mailbox that an address belongs to, in its normal form.

    A tag after a plus sign (RFC 5233) is left out. Dots are not, because only some providers ignore
    them.
    """
    local, _, domain = normalize(email).rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def _may_stand_in_username(character: str) -> bool:
    if character in _PUNCTUATION | _PARTS_OF_WORDS:
        return True
    is_letter_or_digit = unicodedata.category(character) in _LETTERS_AND_DIGITS
    return is_letter_or_digit and not _DISALLOWED.match(character)


def _legibility_problem(name: str) -> FieldError | None:
    """Return why a name could be misread; None if it can't."""
    if input_text.has_too_many_marks(name):
        return input_text.TOO_MANY_MARKS
    if _mixes_directions(name):
        return _MIXED_DIRECTIONS
    return None


def _mixes_directions(name: str) -> bool:
    """Return whether a name breaks the rule for two directions of writing (RFC 5893 2).

    Such a name could be shown in the order of another one.
    """
    if not any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in name):
        return False
    import idna

    try:
        return not idna.check_bidi(name)
    except idna.IDNABidiError:
        return True
