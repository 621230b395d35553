"""The DynamoDB store of proofs: items of the table ``one-time-tokens``.

What a proof says is in one attribute, ``proof``. So the role of the function ``oidc`` can't write
an item that is valid as a link or a code: those need attributes that its calls never name.
"""

from datetime import datetime

from chalicelib.identity.store import ONE_TIME_TOKENS
from chalicelib.oidc.authorization import Purpose
from chalicelib.oidc.proof import LIFETIME, ProviderProof, hash_state
from chalicelib.oidc.proof_expired import ProofExpired
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import Database
from chalicelib.platform.items import Item, Read, Write

_STATE, _PROOF = "oidc-state", "oidc-proof"


class StateUsed(Exception):
    """A ``state`` was used before."""


class ProofStore:
    """The proofs in the table ``one-time-tokens``."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def put(self, proof: ProviderProof, state: str, now: datetime) -> None:
        """Store a proof, and mark its ``state`` as used.

        Args:
            proof: the proof.
            state: as the browser brought it back.
            now: the current time.

        Raises:
            StateUsed: the ``state`` was used before; nothing is stored.
        """
        expires_at = now + LIFETIME
        mark = Write(
            "Put",
            ONE_TIME_TOKENS,
            {
                "tokenHash": hash_state(state),
                "purpose": _STATE,
                "expiresAt": clock.to_text(expires_at),
                "ttl": int(expires_at.timestamp()),
            },
            {"ConditionExpression": "attribute_not_exists(tokenHash)"},
            on_condition_failed=StateUsed,
        )
        self._database.transact([mark, Write("Put", ONE_TIME_TOKENS, _to_item(proof))])

    def get(self, key: str) -> ProviderProof | None:
        """Return a proof by its key; None without one. It may have expired."""
        return self._database.get(Read(ONE_TIME_TOKENS, {"tokenHash": key}, _from_item))

    def consume_write(self, proof: ProviderProof) -> Write:
        """Return the write that uses a proof; of two at once, one raises ProofExpired."""
        return Write(
            "Delete",
            ONE_TIME_TOKENS,
            {"tokenHash": proof.hash},
            {"ConditionExpression": "attribute_exists(tokenHash)"},
            on_condition_failed=ProofExpired,
        )


def _to_item(proof: ProviderProof) -> Item:
    said = {
        "purpose": proof.purpose.value,
        "provider": proof.provider,
        "issuer": proof.issuer,
        "subject": proof.subject,
        "email": proof.email,
        "emailVerified": proof.email_verified,
        "firstName": proof.first_name,
        "lastName": proof.last_name,
    }
    return {
        "tokenHash": proof.hash,
        "purpose": _PROOF,
        "proof": {name: value for name, value in said.items() if value is not None},
        "expiresAt": clock.to_text(proof.expires_at),
        "ttl": int(proof.expires_at.timestamp()),
    }


def _from_item(item: Item) -> ProviderProof:
    said = item["proof"]
    return ProviderProof(
        hash=item["tokenHash"],
        purpose=Purpose(said["purpose"]),
        provider=said["provider"],
        issuer=said["issuer"],
        subject=said["subject"],
        email=said.get("email"),
        email_verified=said["emailVerified"],
        first_name=said.get("firstName"),
        last_name=said.get("lastName"),
        expires_at=clock.from_text(item["expiresAt"]),
    )
