"""The options of WebAuthn's calls in a browser, as its JSON has them (§5.1.8 to §5.1.10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib.passkeys.ceremonies import ALGORITHMS
from chalicelib.passkeys.challenge import encode
from chalicelib.passkeys.passkey import Passkey
from chalicelib.passkeys.relying_party import RelyingParty
from chalicelib.sessions.cookie import PASSKEY_CHALLENGE_LIFETIME

_TYPE = "public-key"
# People see it in their password manager.
_NAME = "Breeze Lakes Point"


@dataclass(frozen=True, slots=True)
class CreationOptions:
    """What a browser needs to create a passkey.

    Attributes:
        party: the domain.
        account_id: the account's ID, which the authenticator stores.
        username: the account's username, which people see in their password manager.
        challenge: the challenge, in base64url.
        lifetime: how long the challenge is valid.
        passkeys: those that the account has.
    """

    party: RelyingParty
    account_id: str
    username: str
    challenge: str
    lifetime: timedelta
    passkeys: Sequence[Passkey] = ()


def for_request(domain: str, challenge: str) -> dict[str, Any]:
    """Return the options to sign in: any passkey of the domain, and the person verified."""
    return {
        "challenge": challenge,
        "rp_id": domain,
        "timeout": _milliseconds(PASSKEY_CHALLENGE_LIFETIME),
        "user_verification": "required",
    }


def for_creation(options: CreationOptions) -> dict[str, Any]:
    """Return the options to create a passkey: one that signs in without a username."""
    return {
        "rp": {"id": options.party.id, "name": _NAME},
        "user": {
            "id": encode(options.account_id.encode()),
            "name": options.username,
            "displayName": options.username,
        },
        "challenge": options.challenge,
        "pub_key_cred_params": [{"type": _TYPE, "alg": algorithm} for algorithm in ALGORITHMS],
        "timeout": _milliseconds(options.lifetime),
        "exclude_credentials": [_descriptor(passkey) for passkey in options.passkeys],
        "authenticator_selection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "none",
    }


def _descriptor(passkey: Passkey) -> dict[str, Any]:
    credential = passkey.credential
    return {"type": _TYPE, "id": credential.id, "transports": list(credential.transports)}


def _milliseconds(lifetime: timedelta) -> int:
    return int(lifetime.total_seconds() * 1000)
