"""The email that tells a staff member that a file is ready, with a link to the page.

It never links to the file itself.
"""

from dataclasses import replace
from urllib.parse import urlencode

from chalicelib.events.event import Event
from chalicelib.identity import emails as owner_emails
from chalicelib.identity.account import Account
from chalicelib.platform import emails, settings
from chalicelib.platform.outbox import Email

# The template, in ``web/templates/emails``.
READY = "export-ready"


def ready(account: Account, event: Event) -> Email | None:
    """Return the email; None if the account gets none."""
    url = settings.current().public_url
    if url is None or not emails.is_enabled(settings.EXPORT_READY):
        return None
    email = owner_emails.notice(account, READY, {"event": event.name})
    return email and replace(email, link=f"{url}/staff?{urlencode({'event': event.id})}#exports")
