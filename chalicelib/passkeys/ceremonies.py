"""WebAuthn's ceremonies: verifying what a browser and its authenticator respond.

fido2 does the steps of §7.1 and §7.2 (https://www.w3.org/TR/webauthn-3/): type, origin, challenge,
hash of the domain, presence and verification of the person, and signature. Here are those that it
leaves to its caller: the frame, the flags for backups, and the counter. The functions import it
when they are called: only the function ``passkeys`` has it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.passkeys.challenge import decode, encode
from chalicelib.passkeys.passkey import Credential

if TYPE_CHECKING:
    from fido2.server import Fido2Server
    from fido2.webauthn import AuthenticatorData, CollectedClientData

    from chalicelib.passkeys.relying_party import RelyingParty

# ES256, EdDSA, and RS256, as the specification recommends (§5.4.1); cose.iana.org has the numbers.
ALGORITHMS = (-7, -8, -257)
TRANSPORTS = ("ble", "hybrid", "internal", "nfc", "smart-card", "usb")


class InvalidResponse(Exception):
    """A browser's response isn't what the ceremony requires; the message says why."""


def challenge_of(client_data: str) -> bytes:
    """Return the challenge in a browser's client data.

    Raises:
        InvalidResponse: they can't be read.
    """
    return _client_data(client_data).challenge


def verify_registration(
    party: RelyingParty, challenge: bytes, client_data: str, attestation: str
) -> Credential:
    """Return the credential that an authenticator has created.

    Its attestation isn't verified: any authenticator that verifies the person will do.

    Args:
        party: the domain, and the origins of its pages.
        challenge: the challenge that the browser got.
        client_data: the client data, in base64url.
        attestation: the attestation object, in base64url.

    Raises:
        InvalidResponse: a step of §7.1 fails.
    """
    from fido2.webauthn import AttestationObject

    response = {
        "id": "",
        "rawId": "",
        "response": {"clientDataJSON": client_data, "attestationObject": attestation},
        "clientExtensionResults": {},
    }
    try:
        data = AttestationObject(decode(attestation)).auth_data
        response["id"] = response["rawId"] = encode(_credential_data(data).credential_id)
        data = _server(party).register_complete(_state(challenge), response)
    except InvalidResponse:
        raise
    except Exception as error:  # malformed CBOR raises many kinds
        raise InvalidResponse(repr(error)) from error
    _verify_frame(client_data)
    credential = _credential_data(data)
    if credential.public_key.get(3) not in ALGORITHMS:
        raise InvalidResponse("the algorithm wasn't offered")
    eligible, backed_up = _backup(data)
    return Credential(
        encode(credential.credential_id), encode(credential), data.counter, eligible, backed_up
    )


def verify_assertion(
    party: RelyingParty,
    credential: Credential,
    challenge: bytes,
    client_data: str,
    authenticator_data: str,
    signature: str,
) -> Credential:
    """Return a credential with the state after it has signed a challenge.

    Args:
        party: the domain, and the origins of its pages.
        credential: the stored credential.
        challenge: the challenge that the browser got.
        client_data: the client data, in base64url.
        authenticator_data: the authenticator data, in base64url.
        signature: the signature, in base64url.

    Raises:
        InvalidResponse: a step of §7.2 fails. A counter that doesn't increase means that there may
            be a copy of the authenticator.
    """
    from fido2.webauthn import AttestedCredentialData, AuthenticatorData

    response = {
        "id": credential.id,
        "rawId": credential.id,
        "response": {
            "clientDataJSON": client_data,
            "authenticatorData": authenticator_data,
            "signature": signature,
        },
        "clientExtensionResults": {},
    }
    try:
        stored = AttestedCredentialData(decode(credential.data))
        _server(party).authenticate_complete(_state(challenge), [stored], response)
        data = AuthenticatorData(decode(authenticator_data))
    except Exception as error:  # malformed CBOR raises many kinds
        raise InvalidResponse(repr(error)) from error
    _verify_frame(client_data)
    eligible, backed_up = _backup(data)
    if eligible != credential.backup_eligible:
        raise InvalidResponse("the eligibility for backups has changed")
    if (data.counter or credential.sign_count) and data.counter <= credential.sign_count:
        raise InvalidResponse("the counter didn't increase")
    return replace(credential, sign_count=data.counter, backed_up=backed_up)


def _server(party: RelyingParty) -> Fido2Server:
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    entity = PublicKeyCredentialRpEntity(name=party.id, id=party.id)
    return Fido2Server(entity, verify_origin=party.origins.__contains__)


def _state(challenge: bytes) -> dict[str, Any]:
    return {"challenge": encode(challenge), "user_verification": "required"}


def _client_data(text: str) -> CollectedClientData:
    from fido2.webauthn import CollectedClientData

    try:
        return CollectedClientData(decode(text))
    except Exception as error:
        raise InvalidResponse(repr(error)) from error


def _verify_frame(client_data: str) -> None:
    """Reject a page in a frame of another site, which no page of ours is."""
    if json.loads(_client_data(client_data)).get("crossOrigin"):
        raise InvalidResponse("the page was in a frame of another site")


def _credential_data(data: AuthenticatorData) -> Any:
    if data.credential_data is None:
        raise InvalidResponse("there is no credential")
    return data.credential_data


def _backup(data: AuthenticatorData) -> tuple[bool, bool]:
    """Return whether the passkey can be copied to other devices, and whether it is."""
    eligible, backed_up = data.is_backup_eligible(), data.is_backed_up()
    if backed_up and not eligible:
        raise InvalidResponse("it is backed up, but can't be")
    return eligible, backed_up
