"""Trusted devices, after OWASP's "device cookies": devices that have signed in to an account.

Attempts from a trusted device have their own counter, so that a stranger's guesses don't delay the
owner: owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies

A new password revokes the trust in all devices. A person who knew the old password could have
signed in many times, and would have a device with its own counter for each sign-in.
"""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.identity.account import Account
from chalicelib.platform.errors import Unauthenticated
from chalicelib.platform.identifiers import new_identifier
from chalicelib.sessions import session_token
from chalicelib.sessions.cookie import DEVICE_LIFETIME
from chalicelib.sessions.keys import Keys

# The token's purpose (RFC 8725, 3.11). The key has a purpose, too.
JWT_TYPE = "device+jwt"
_PURPOSE = "device"


@dataclass(frozen=True, slots=True)
class TrustedDevice:
    """A device that has signed in to an account.

    Attributes:
        account_id: the ID of the only account for which the device is trusted.
        id: the ID under which its attempts are counted; each sign-in creates a new one.
        password_version: the password version of the account at the sign-in. A different version
            revokes the trust.
    """

    account_id: str
    id: str
    password_version: int

    def is_trusted_by(self, account: Account) -> bool:
        """Return whether an account still has the password with which this device signed in."""
        return (self.account_id, self.password_version) == (account.id, account.password_version)


def issue(account: Account, keys: Keys, issuer: str, now: datetime) -> str:
    """Sign the token that makes a device trusted for the current version of an account.

    Raises:
        ServiceUnavailable: no key is active.
    """
    import jwt

    payload = {
        "iss": issuer,
        "aud": issuer,
        "sub": account.id,
        "jti": new_identifier(),
        "ver": account.password_version,
        "iat": now,
        "exp": now + DEVICE_LIFETIME,
    }
    signing_key = keys.derived_key(_PURPOSE)
    return jwt.encode(
        payload, signing_key, algorithm=session_token.SIGNING_ALGORITHM, headers={"typ": JWT_TYPE}
    )


def verify(token: str, keys: Keys, issuer: str) -> TrustedDevice | None:
    """Return the device of a token; None if the token is invalid or expired.

    Raises:
        ServiceUnavailable: the keys can't be fetched.
    """
    import jwt

    try:
        if session_token.read_unverified_header(token).get("typ") != JWT_TYPE:
            return None
        payload = session_token.decode_and_verify_payload(token, keys.derived_key(_PURPOSE), issuer)
        return TrustedDevice(
            account_id=str(payload["sub"]),
            id=str(payload["jti"]),
            password_version=int(payload["ver"]),
        )
    except (Unauthenticated, jwt.PyJWTError, KeyError, TypeError, ValueError, OverflowError):
        return None
