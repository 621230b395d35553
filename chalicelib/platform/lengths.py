"""The longest texts that the service accepts, in characters after composition (Unicode NFC).

Each limit is declared once, for the models that check a request and for the pages that check a
form before they send it. This module imports nothing, so that pages can read it at no cost.
"""

# RFC 5321 4.5.3.1 allows 254 octets in an email address (erratum 1690 of RFC 3696). No field of a
# single line accepts more.
LINE = EMAIL = 254
PARAGRAPHS = NOTE = 2000
USERNAME = 64
# A name of a person or of an event.
NAME = 100
NEW_PASSWORD = 128
# A password to compare: any that was ever accepted. That is more than four times as long, because
# NFC composes up to four characters into one.
PASSWORD = 1024
CODE = 64
PASSKEY_NAME = API_KEY_NAME = 64

# The names of the limits in the pages' HTML: ``data-max-length="{{longest.username}}"``.
OF_FIELD = {
    "line": LINE,
    "email": EMAIL,
    "username": USERNAME,
    "name": NAME,
    "newPassword": NEW_PASSWORD,
    "password": PASSWORD,
    "code": CODE,
    "passkey": PASSKEY_NAME,
    "apiKey": API_KEY_NAME,
    "note": NOTE,
}
