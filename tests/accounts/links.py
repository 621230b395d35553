"""Reads the one-time links from the mail that the service sent."""

from collections.abc import Sequence
from email.message import EmailMessage


def links_in(messages: Sequence[EmailMessage], page: str, to: str | None = None) -> set[str]:
    """The tokens of all links to a page that were mailed, or of those mailed to one address."""
    links = set()
    for message in messages:
        text = message.get_body(["plain"]).get_content()
        _, mark, rest = text.partition(f"/{page}#token=")
        if mark and to in {None, message["To"]}:
            links.add(rest.split()[0])
    return links


def token_in(messages: Sequence[EmailMessage], page: str, to: str | None = None) -> str:
    """The token of the only such link."""
    [token] = links_in(messages, page, to)
    return token
