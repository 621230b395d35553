"""Phone numbers: what people type, as it is stored.

A number is stored as RFC 3966 writes a global number, without ``tel:``. One of the United States
is digits alone, ``+19524451234``, as ever; others have hyphens, ``+52-55-1234-5678``, so that a
page can show them in their groups without the numbering plans of all countries. An extension
follows as ``;ext=12``.
"""

from chalicelib.platform.field_errors import FieldError, InvalidValue

# The United States and its territories, which share a country code with Canada and the Caribbean.
_US_REGIONS = {"US", "PR", "VI", "GU", "AS", "MP"}
_EXTENSION = ";ext="
_INVALID = FieldError(
    "invalid_phone_number",
    "Enter a 10-digit U.S. phone number, or start with + and the country code.",
)


def parse_phone(text: str) -> str:
    """Return the phone number that a person typed, as it is stored.

    Args:
        text: with ``+`` and the country code, or a number of the United States.

    Raises:
        InvalidValue: the text is not a phone number; the message says what to enter.
    """
    # Imported here: it takes as long as the rest of a request, and only forms need it.
    import phonenumbers

    formats = phonenumbers.PhoneNumberFormat
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        raise InvalidValue(_INVALID) from None
    if not phonenumbers.is_valid_number(number):
        raise InvalidValue(_INVALID)
    if phonenumbers.region_code_for_number(number) in _US_REGIONS:
        extension = f"{_EXTENSION}{number.extension}" if number.extension else ""
        return f"{phonenumbers.format_number(number, formats.E164)}{extension}"
    if not _is_international(text):
        raise InvalidValue(_INVALID)
    return phonenumbers.format_number(number, formats.RFC3966).removeprefix("tel:")


def _is_international(text: str) -> bool:
    """Return whether a number names its country: by a plus, or as one dials abroad (011)."""
    start = text.lstrip(" (")
    return start.startswith(("+", "\uff0b", "011"))


def to_e164(number: str) -> str:
    """Return what a stored number is found by: its digits behind a plus (E.164), no extension."""
    return number.partition(_EXTENSION)[0].replace("-", "")


def format_phone(number: str) -> str:
    """Return a stored number as people write it.

    Returns:
        ``(952) 445-1234`` for one of the United States, ``+52 55 1234 5678`` for others; then the
        extension, if there is one, as ``ext. 12``. Anything else as it is.
    """
    whole, _, extension = number.partition(_EXTENSION)
    digits = whole.removeprefix("+1")
    if len(whole) == len("+19524451234") and digits.isdecimal() and whole != digits:
        formatted = f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    elif whole.startswith("+"):
        formatted = whole.replace("-", " ")
    else:
        return number
    return f"{formatted} ext. {extension}" if extension else formatted
