"""The proof that a browser brought from a provider, as the rest of the package uses it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.accounts.spoken_username import spoken_username
from chalicelib.identity import login_names
from chalicelib.identity.linked_identity import LinkedIdentity, identity_id
from chalicelib.oidc.authorization import Purpose
from chalicelib.oidc.proof import ProviderProof, hash_secret
from chalicelib.oidc.proof_expired import ProofExpired
from chalicelib.oidc.proof_store import ProofStore
from chalicelib.platform import settings
from chalicelib.platform.dynamodb import database
from chalicelib.platform.items import Write
from chalicelib.platform.oidc_providers import Provider


@dataclass(frozen=True, slots=True)
class Proved:
    """A valid proof, and its provider.

    Attributes:
        proof: the proof.
        provider: the provider, which this stage still has.
        consume_write: the write that uses the proof.
    """

    proof: ProviderProof
    provider: Provider
    consume_write: Write

    @property
    def identity_id(self) -> str:
        """The ID of the identity."""
        return identity_id(self.proof.issuer, self.proof.subject)

    @property
    def email(self) -> str | None:
        """The email address; None without one that an account may have."""
        email = self.proof.email
        return None if email is None or login_names.email_problem(email) else email

    @property
    def verified_email(self) -> str | None:
        """The email address if the provider says that it has verified it."""
        return self.email if self.proof.email_verified else None

    @property
    def hosts_email(self) -> bool:
        """Whether the provider itself hosts the verified address, as the operator has declared."""
        email = self.verified_email
        return email is not None and self.provider.hosts(email)

    def identity(self, now: datetime) -> LinkedIdentity:
        """Return the identity, to link it now."""
        return LinkedIdentity(self.identity_id, self.provider.name, self.email, now, now)


class Proofs:
    """The proofs of one browser."""

    def __init__(self, store: ProofStore, secret: str | None, now: datetime) -> None:
        """Use the stored proofs, the secret in the browser's cookie, if any, and the time."""
        self._store = store
        self._secret = secret
        self._now = now

    def find_valid(self, purpose: Purpose | None = None) -> Proved:
        """Return the valid proof.

        Args:
            purpose: what it must be for; None for any purpose.

        Raises:
            ProofExpired: there is none, it is for another purpose, has expired, or its provider is
                no longer one of this stage's.
        """
        proof = self._store.get(hash_secret(self._secret)) if self._secret else None
        if proof is None or proof.expires_at <= self._now:
            raise ProofExpired
        if purpose not in (None, proof.purpose):
            raise ProofExpired
        for provider in settings.current().providers:
            if (provider.name, provider.issuer) == (proof.provider, proof.issuer):
                return Proved(proof, provider, self._store.consume_write(proof))
        raise ProofExpired

    def shown(self) -> dict[str, Any]:
        """Return what the proof says, to fill in a form with.

        Raises:
            ProofExpired: see :meth:`find_valid`.
        """
        proved = self.find_valid()
        proof, provider = proved.proof, proved.provider
        return {
            "provider": provider.name,
            "label": provider.label,
            "purpose": proof.purpose,
            "email": proved.email,
            "email_verified": proved.verified_email is not None,
            "username": spoken_username(proof.first_name, proof.last_name),
            "first_name": proof.first_name,
            "last_name": proof.last_name,
        }


def browser_proofs(secret: str | None, now: datetime) -> Proofs:
    """Return the proofs of a browser on this process's stage."""
    return Proofs(ProofStore(database()), secret, now)
