"""A software authenticator with passkeys, made of ``cryptography``: what a browser would send.

Each part of a response can be replaced, so that tests can break one rule at a time.
"""

import base64
import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

ORIGIN, DOMAIN = "https://lakes.example", "lakes.example"
PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40
_AAGUID = bytes(16)


def encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def client_data(kind: str, options: dict[str, Any], changes: dict[str, Any]) -> bytes:
    """Return what a browser says about a ceremony."""
    data = {"type": kind, "challenge": options["challenge"], "origin": ORIGIN, "crossOrigin": False}
    return json.dumps(data | changes).encode()


@dataclass
class SoftPasskey:
    """A passkey in a software authenticator."""

    user_handle: str = ""
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    sign_count: int = 0
    flags: int = PRESENT | VERIFIED
    domain: str = DOMAIN
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def create(self, options: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """Return what ``navigator.credentials.create()`` returns, as the API takes it."""
        self.user_handle = options["user"]["id"]
        public_key = ES256.from_cryptography_key(self.key.public_key())
        credential = (
            *(_AAGUID, struct.pack(">H", len(self.credential_id)), self.credential_id),
            cbor.encode(public_key),
        )
        data = self._authenticator_data(ATTESTED) + b"".join(credential)
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return {
            "clientData": encode(client_data("webauthn.create", options, changes)),
            "attestationObject": encode(attestation),
            "transports": ["internal", "hybrid"],
        }

    def sign(self, options: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """Return what ``navigator.credentials.get()`` returns, as the API takes it."""
        said = client_data("webauthn.get", options, changes)
        data = self._authenticator_data()
        signed = data + hashlib.sha256(said).digest()
        return {
            "credentialId": encode(self.credential_id),
            "clientData": encode(said),
            "authenticatorData": encode(data),
            "signature": encode(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": self.user_handle,
        }

    def _authenticator_data(self, more: int = 0) -> bytes:
        digest = hashlib.sha256(self.domain.encode()).digest()
        return digest + struct.pack(">BI", self.flags | more, self.sign_count)


def add_passkey(
    person: Any, passkey: SoftPasskey | None = None, name: str = "My phone", **factors: Any
) -> SoftPasskey:
    """Add a passkey to a signed-in person's account; return it."""
    added = passkey or SoftPasskey()
    confirmation = confirm(person, **factors)
    options = person.post("/me/passkeys/options", {"confirmation": confirmation}).json
    body = {"confirmation": confirmation, "name": name, **added.create(options)}
    assert person.post("/me/passkeys", body).status == 201
    return added


def verify_new_passkey(
    person: Any, passkey: SoftPasskey, names: dict[str, str] | None = None, **changes: Any
) -> Any:
    """Create a passkey for a new account; return the response to its verification."""
    begun = person.post("/signup/passkey/options", names or {"username": person.name})
    assert begun.status == 200, begun.body
    body = {"name": "My phone", **passkey.create(begun.json, **changes)}
    return person.post("/signup/passkey/verification", body)


def sign_up_with(person: Any, passkey: SoftPasskey, **names: str) -> Any:
    """Create an account with a passkey; return the last response."""
    named = {"username": person.name, **names}
    told = {name: named[name] for name in ("username", "email") if name in named}
    verified = verify_new_passkey(person, passkey, told)
    assert verified.status == 200, verified.body
    return person.post("/signup/passkey", named)


def confirm(person: Any, **factors: Any) -> str:
    """Return a confirmation of a signed-in person."""
    from tests.support.clients import PASSWORD

    response = person.post("/me/confirmation", {"currentPassword": PASSWORD, **factors})
    assert response.status == 200, response.body
    return str(response.json["confirmation"])


def show_passkey(person: Any, passkey: SoftPasskey, **changes: Any) -> Any:
    """Show a passkey in a person's browser; return the response to its verification."""
    options = person.post("/signin/passkey/options").json
    return person.post("/signin/passkey/verification", passkey.sign(options, **changes))


def sign_in_with(person: Any, passkey: SoftPasskey) -> Any:
    """Sign in with a passkey; return the last response."""
    response = show_passkey(person, passkey)
    return person.post("/signin/passkey") if response.status == 200 else response
