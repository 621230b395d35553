"""The options of WebAuthn's calls in a browser, as its JSON has them (§5.1.8 to §5.1.10)."""

from typing import Any

from chalicelib.accounts.confirmation import LIFETIME
from chalicelib.passkeys.ceremonies import ALGORITHMS
from chalicelib.passkeys.challenge import encode
from chalicelib.passkeys.own_passkeys import CreationOptions
from chalicelib.passkeys.passkey import Passkey
from chalicelib.sessions.cookie import PASSKEY_CHALLENGE_LIFETIME

_TYPE = "public-key"
# People see it in their password manager.
_NAME = "Breeze Lakes Point"


def for_request(domain: str, challenge: str) -> dict[str, Any]:
    """Return the options to sign in: any passkey of the domain, and the person verified."""
    return {
        "challenge": challenge,
        "rp_id": domain,
        "timeout": _milliseconds(PASSKEY_CHALLENGE_LIFETIME.total_seconds()),
        "user_verification": "required",
    }


def for_creation(options: CreationOptions) -> dict[str, Any]:
    """Return the options to add a passkey: one that signs in without a username."""
    account = options.account
    return {
        "rp": {"id": options.party.id, "name": _NAME},
        "user": {
            "id": encode(account.id.encode()),
            "name": account.username,
            "displayName": account.username,
        },
        "challenge": options.challenge,
        "pub_key_cred_params": [{"type": _TYPE, "alg": algorithm} for algorithm in ALGORITHMS],
        "timeout": _milliseconds(LIFETIME.total_seconds()),
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


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)
