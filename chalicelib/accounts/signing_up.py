"""Signing up: an account, its first session and the verification of its email, all or nothing."""

from collections.abc import Mapping
from typing import Any

from chalicelib.accounts.sign_up_link import sign_up_links
from chalicelib.accounts.verification import verification
from chalicelib.identity.directory import new_account
from chalicelib.platform.languages import Language
from chalicelib.sessions import attempts as limits
from chalicelib.sessions.attempts import attempts
from chalicelib.sessions.lifecycle import sessions
from chalicelib.sessions.session import Opening, Visit


def sign_up(
    described: Mapping[str, Any], visit: Visit, request: str, language: Language | None
) -> Opening:
    """Take in whoever describes themselves, and sign them in.

    It is counted for their address first, whatever becomes of it.

    Args:
        described: username, password, email, its token if there is one, and names, as they have
            been checked.
        visit: the circumstances.
        request: the request's identifier.
        language: in which they are written to.

    Raises:
        IdentityTaken: somebody has the username or email.
        InvalidFields: the password is known from a breach, or the token is not valid.
        TooManyAttempts: too many have signed up from there.
        ServiceUnavailable: there is no key, or nobody can tell whether the password is known.
    """
    attempts().use(limits.sign_up(visit.address), visit.at)
    names = {name: value for name, value in described.items() if name != "email_token"}
    if token := described["email_token"]:
        return sign_up_links().sign_up(token, names, visit, request, language)
    account = new_account(**names, language=language, now=visit.at)
    opening = sessions().open(account, visit)
    verification().take_in(account, opening.writes, visit.at)
    return opening
