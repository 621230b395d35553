"""Reads the sign-in codes from the mail that the service sent, and uses them."""

from collections.abc import Sequence
from email.message import EmailMessage

from chalicelib.identity.account import Account
from chalicelib.platform import clock
from tests.support.accounts import store_account
from tests.support.clients import Person, Response
from tests.support.environments import HERE

LINK = f"{HERE}/signin/email#code="
NAME, ADDRESS = "lane", "lane@e.co"


def store_owner(name: str = NAME, email: str = ADDRESS, **overrides: object) -> Account:
    """Store an account whose email was verified in a session."""
    verified = {"email_verified": True, "email_verified_at": clock.now()}
    return store_account(name, email=email, **verified | overrides)


def ask(person: Person, name: str = NAME, **options: str) -> Response:
    return person.post("/signin/email", {"username": name}, **options)


def enter(person: Person, email_code: str, code: str | None = None) -> Response:
    body = {"emailCode": email_code} | ({"code": code} if code else {})
    return person.post("/signin/email/code", body)


def codes_in(messages: Sequence[EmailMessage]) -> list[str]:
    """The codes of all links, in the order of the messages."""
    texts = [message.get_body(["plain"]).get_content() for message in messages]
    return [text.partition(LINK)[2].split()[0] for text in texts if LINK in text]


def code_in(messages: Sequence[EmailMessage]) -> str:
    """The only code."""
    [code] = codes_in(messages)
    return code


def other_code(code: str) -> str:
    """A code that is wrong in one character."""
    return code[:-1] + ("2" if code[-1] != "2" else "3")
