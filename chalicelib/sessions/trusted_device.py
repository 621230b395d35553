"""Known devices, after OWASP's "device cookies": what has signed in to an account before.

Whoever comes from one is counted apart from strangers who try the same account, so that their
guessing does not keep its owner out:
owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies

A new password makes a stranger of every device. Whoever knew the one before could have signed in
many times, and have as many devices to guess the new one on, each with a counter of its own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.identity.account import Account
from chalicelib.platform.errors import Unauthenticated
from chalicelib.platform.identifiers import new_identifier
from chalicelib.sessions import token as tokens
from chalicelib.sessions.keys import Keys

LIFETIME = timedelta(days=365)
# Names the token's purpose (RFC 8725, 3.11), and so does the key.
TYPE = "device+jwt"
_PURPOSE = "device"


@dataclass(frozen=True, slots=True)
class TrustedDevice:
    """A device that an account was signed in to from.

    Attributes:
        account_id: the account, the only one that it is known for.
        id: what its tries are counted under; another one after each sign-in.
        password_version: the account's when it was signed in to; under another it is not known.
    """

    account_id: str
    id: str
    password_version: int

    def is_trusted_by(self, account: Account) -> bool:
        """Say whether an account's password is the one that this device was signed in with."""
        return (self.account_id, self.password_version) == (account.id, account.password_version)


def issue(account: Account, keys: Keys, issuer: str, now: datetime) -> str:
    """Sign the token by which a device is known for an account as it is now.

    Raises:
        ServiceUnavailable: there is no key.
    """
    import jwt

    payload = {
        "iss": issuer,
        "aud": issuer,
        "sub": account.id,
        "jti": new_identifier(),
        "ver": account.password_version,
        "iat": now,
        "exp": now + LIFETIME,
    }
    secret = keys.derived_key(_PURPOSE)
    return jwt.encode(payload, secret, algorithm=tokens.ALGORITHM, headers={"typ": TYPE})


def read(token: str, keys: Keys, issuer: str) -> TrustedDevice | None:
    """Return the device that a token stands for; None if it is none of ours, or too old.

    Raises:
        ServiceUnavailable: the keys cannot be had.
    """
    import jwt

    try:
        if tokens.unverified_header(token).get("typ") != TYPE:
            return None
        payload = tokens.verified_payload(token, keys.derived_key(_PURPOSE), issuer)
        return TrustedDevice(
            account_id=str(payload["sub"]),
            id=str(payload["jti"]),
            password_version=int(payload["ver"]),
        )
    except (Unauthenticated, jwt.PyJWTError, KeyError, TypeError, ValueError, OverflowError):
        return None
